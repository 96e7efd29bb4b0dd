//! The chosen entry of the list of banks: two may share a BIC, such as a bank's sides for persons and for
//! companies. The relay stores it with the consent, so that each tab of the browser shows the chosen one.

use serde::Serialize;

use super::lenient::reads;
use crate::text::{concat, percent_decoded, percent_encoded};

/// An entry of the list of banks, beside its BIC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The platform's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name that people know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

reads!(Entry, of => Self { id: of.perhaps("id"), name: of.perhaps("name") });

impl Entry {
    /// Both as the value of a header: percent-encoded, with a comma between them. `None` for an empty
    /// entry, or one that is too long.
    pub fn encoded(&self) -> Option<String> {
        let part = |part: &Option<String>| percent_encoded(part.as_deref().unwrap_or_default());
        let text = concat(&[&part(&self.id), ",", &part(&self.name)]);
        (2..=LONGEST).contains(&text.len()).then_some(text)
    }

    /// Reverses [`encoded`](Self::encoded). Each entry has one spelling.
    pub fn decoded(text: &str) -> Option<Self> {
        let (id, name) = text.split_once(',')?;
        let part = |part| {
            let part = percent_decoded(part)?;
            (!part.contains(char::is_control)).then(|| (!part.is_empty()).then_some(part))
        };
        let entry = Self { id: part(id)?, name: part(name)? };
        (entry.encoded().as_deref() == Some(text)).then_some(entry)
    }
}

/// Letters of the header's value: names of banks have a few dozen.
const LONGEST: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_back_from_its_header_and_has_one_spelling() {
        for (id, name, text) in [
            (Some("e2"), Some("Nordea F\u{f6}retag"), "e2,Nordea%20F%C3%B6retag"),
            (None, Some("a,b/..%2F"), ",a%2Cb%2F..%252F"),
            (Some("7"), None, "7,"),
        ] {
            let entry = Entry { id: id.map(str::to_owned), name: name.map(str::to_owned) };
            assert_eq!(entry.encoded().as_deref(), Some(text));
            assert_eq!(Entry::decoded(text), Some(entry));
        }
        for odd in
            ["", ",", "e2", "e2,a,b", "e2,%0A", "%65,b", "e2,\u{f6}", "e2,%ff", "e2,%C3", "e2,a b"]
        {
            assert_eq!(Entry::decoded(odd), None, "{odd}");
        }
        let long = Entry { id: None, name: Some("\u{f6}".repeat(200)) };
        assert_eq!(long.encoded(), None);
        assert_eq!(Entry::default().encoded(), None);
    }
}
