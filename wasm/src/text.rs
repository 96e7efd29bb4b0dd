//! The words of the widget. A language is a value of [`Words`]: one with a missing text does not compile.
//! What a screen reads is a [`Text`]: the words of one language, with the way to write dates and amounts.

use std::borrow::Cow;

mod en;
mod sv;
mod words;

pub use self::en::EN;
pub use self::sv::SV;
pub use self::words::{COUNT, HOLES, NAMES, Words};

/// The languages by their tags. English is the first: it stands in for those that are not here.
pub const LANGUAGES: [(&str, Words); 2] = [(ENGLISH, EN), ("sv", SV)];

/// All texts in one language. `{name}` stands for what [`fill`] puts there.
pub struct Text {
    lang: String,
    locale: String,
    words: Vec<Cow<'static, str>>,
}

impl Text {
    /// The texts for a language tag (BCP 47); English where there are none.
    pub fn of(tag: &str) -> Self {
        let lang = language(tag);
        let known = LANGUAGES.iter().find(|(known, _)| *known == lang);
        let (lang, words) = known.map_or((ENGLISH, &EN), |(lang, words)| (*lang, words));
        Self {
            lang: lang.to_owned(),
            locale: tag.to_owned(),
            words: words.list().map(Cow::Borrowed).to_vec(),
        }
    }

    /// The language that the texts are in.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The language tag for dates and amounts.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    fn at(&self, place: usize) -> &str {
        self.words.get(place).map_or("", |word| word)
    }
}

/// The language of a tag, as ours are named: both Norwegian ones read bokmål.
fn language(tag: &str) -> String {
    let language = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    match &*language {
        "no" | "nn" => "nb".to_owned(),
        _ => language,
    }
}

/// Puts each value where its name stands in braces.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

const ENGLISH: &str = "en";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_where_its_name_stands() {
        let filled = fill("{service} reads {bank}: {bank}.", &[("bank", "{x}"), ("service", "A")]);
        assert_eq!(filled, "A reads {x}: {x}.");
    }

    #[test]
    fn a_language_is_found_by_its_tag() {
        let found = |tag| Text::of(tag).lang().to_owned();
        assert_eq!(
            ["sv", "sv-SE", "SV_fi", "en-GB", "de", ""].map(found),
            ["sv", "sv", "sv", "en", "en", "en"]
        );
    }

    #[test]
    fn a_text_is_read_by_its_name() {
        assert_eq!(Text::of("sv").start(), "Välj bank");
        assert_eq!(Text::of("en").misconfigured_help(), EN.misconfigured_help);
    }
}
