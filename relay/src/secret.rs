//! Text that must not be seen: in no log, no error, no debug output.

use std::fmt;
use std::path::Path;
use std::{fs, io};

use thiserror::Error;

/// A secret. Only [`Secret::expose`] shows it; whoever calls that must not pass it to a formatter.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

/// Why a secret cannot be had. It never holds a part of one.
#[derive(Debug, Error)]
pub enum SecretError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// A control character or line break is in it, which no secret of the platform has.
    #[error("it holds a control character")]
    Control,
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
        Ok(Self(text.into()))
    }

    /// The secret in the file at `path`, without the line break that editors put at the end.
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        let text = fs::read_to_string(path)?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        Self::new(text.strip_suffix('\r').unwrap_or(text))
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

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
    fn empty_text_and_line_breaks_are_refused() {
        assert!(matches!(Secret::new(""), Err(SecretError::Empty)));
        assert!(matches!(Secret::new("two\nlines"), Err(SecretError::Control)));
    }
}
