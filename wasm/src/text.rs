//! The words of the widget. A language is a value of [`Words`]: one with a missing text does not compile.
//! What a screen reads is a [`Text`]: the words of one language, and how it writes dates and amounts.
//!
//! The module contains no words: each language is a file of the bundle, built from [`LANGUAGES`] and loaded
//! when it is needed. One more file, the language `names`, has the names of the texts: for pages with texts
//! of their own, and for people who look for a name.

mod da;
mod en;
mod fi;
pub(crate) mod list;
mod load;
mod nb;
mod own;
mod sv;
mod words;

pub(crate) use self::load::{load, locate};
use self::own::Overrides;
pub(crate) use self::own::texts;
pub(crate) use self::words::Place;
pub use self::words::{COUNT, HOLES, TYPES, Words, names};

/// The languages by their tags. A new one is a line here and a file beside the others.
///
/// Only the bundling and the tests read it: in the module it would load all languages.
pub const LANGUAGES: [(&str, Words); 5] =
    [(ENGLISH, en::EN), ("sv", sv::SV), ("fi", fi::FI), ("nb", nb::NB), ("da", da::DA)];

/// All texts in one language. [`fill`] replaces each `{name}`.
pub struct Text {
    lang: String,
    locale: String,
    /// Each text on its line.
    lines: String,
    own: Overrides,
}

impl Text {
    /// The texts of `lines` for a page in the language `tag` (BCP 47), with the page's `own` in place of
    /// ours.
    fn new(lang: String, lines: String, tag: &str, own: Overrides) -> Self {
        Self { locale: locale(&lang, tag).to_owned(), lang, lines, own }
    }

    /// The language of the texts.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The language tag for dates and amounts: the page's, if the texts are in its language.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// The text at `place`, and the one after it.
    pub(crate) fn pair(&self, place: Place) -> (&str, &str) {
        (self.at(place as usize), self.at(place as usize + 1))
    }

    /// The text at index `place` of the list.
    pub(crate) fn at(&self, place: usize) -> &str {
        let own = self.own.get(place);
        own.or_else(|| self.lines.split('\n').nth(place)).unwrap_or_default()
    }
}

/// The language of a tag, by our names: all kinds of Norwegian become bokmål.
pub fn language(tag: &str) -> String {
    let language = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    match &*language {
        "no" | "nn" => "nb".to_owned(),
        _ => language,
    }
}

/// The locale for dates and amounts: a sentence should not mix languages. Our English is British, unless
/// the page names another kind.
fn locale<'a>(lang: &str, tag: &'a str) -> &'a str {
    if language(tag) == lang && !tag.eq_ignore_ascii_case(ENGLISH) { tag } else { "en-GB" }
}

/// Replaces each name in braces by its value.
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

/// The language for tags without a file.
const ENGLISH: &str = "en";
/// The file with the names of the texts, among those of the languages.
pub const NAMES: &str = "names";

#[cfg(test)]
mod tests;
