//! Text that must not be seen: in no log, no error, no debug output.

use std::fmt;
use std::path::Path;
use std::{fs, io};

use thiserror::Error;

/// A secret. Only [`Secret::expose`] shows it; its callers must not pass the text to a formatter.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: Box<str>,
    blemish: Option<Blemish>,
}

/// A suspect part of a secret. The log names it, because the platform says only
/// that the secret is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Blemish {
    /// Its file begins with a byte order mark, which the relay leaves out.
    #[error(
        "begins with a byte order mark, which the relay leaves out: save the file as UTF-8 without a BOM"
    )]
    ByteOrderMark,
    /// It begins or ends with blanks.
    #[error(
        "begins or ends with blanks, which the relay sends along: take them out if they are none of it"
    )]
    Blanks,
}

/// Why a secret cannot be read. It never contains a part of one.
#[derive(Debug, Error)]
pub enum SecretError {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// A control character or line break is in it, which no secret of the platform has.
    #[error("it holds a control character")]
    Control,
    /// It is no text.
    #[error("it is no text in UTF-8")]
    Encoding,
    /// Its file cannot be read.
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
}

impl Secret {
    /// The secret `text`.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        if text.is_empty() {
            return Err(SecretError::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(SecretError::Control);
        }
        let blemish = (text.trim() != text).then_some(Blemish::Blanks);
        Ok(Self { text: text.into(), blemish })
    }

    /// The secret in the file at `path`, without the line break that editors put at the end.
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        Self::of_file(fs::read(path))
    }

    /// The secret in a file with these contents.
    pub(crate) fn of_file(contents: io::Result<Vec<u8>>) -> Result<Self, SecretError> {
        let text = String::from_utf8(contents?).map_err(|_| SecretError::Encoding)?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) => {
                let secret = Self::new(text)?;
                Ok(Self { blemish: Some(Blemish::ByteOrderMark), ..secret })
            }
            None => Self::new(text),
        }
    }

    /// Its suspect part, if it has one.
    pub fn blemish(&self) -> Option<Blemish> {
        self.blemish
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_the_text() {
        let secret = Secret::new("correct horse").unwrap();
        assert_eq!(format!("{secret:?} {secret:#?}"), "(hidden) (hidden)");
        assert_eq!(secret.expose(), "correct horse");
    }

    #[test]
    fn what_editors_add_is_noticed() {
        for (bytes, text, blemish) in [
            ("hush", "hush", None),
            ("hush\n", "hush", None),
            ("hush\r\n", "hush", None),
            ("hu sh", "hu sh", None),
            ("\u{feff}hush\r\n", "hush", Some(Blemish::ByteOrderMark)),
            ("\u{feff}hush ", "hush ", Some(Blemish::ByteOrderMark)),
            ("hush  \n", "hush  ", Some(Blemish::Blanks)),
            (" hush", " hush", Some(Blemish::Blanks)),
            ("hush\u{a0}", "hush\u{a0}", Some(Blemish::Blanks)),
        ] {
            let name = format!("ais-relay-secret-{}-{}", std::process::id(), bytes.len());
            let path = std::env::temp_dir().join(name);
            fs::write(&path, bytes).unwrap();
            let secret = Secret::read(&path).unwrap();
            fs::remove_file(&path).unwrap();
            assert_eq!((secret.expose(), secret.blemish()), (text, blemish), "{bytes:?}");
        }
    }

    #[test]
    fn empty_text_and_line_breaks_are_refused() {
        assert!(matches!(Secret::new(""), Err(SecretError::Empty)));
        assert!(matches!(Secret::new("two\nlines"), Err(SecretError::Control)));
    }
}
