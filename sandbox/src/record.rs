//! The file of recorded calls, a line of JSON each.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::error::SandboxError;

/// A file of calls.
pub(crate) struct Record(Mutex<File>);

impl Record {
    /// The file at `path`; new lines go to its end.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn open(path: &Path) -> Result<Self, SandboxError> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let path = path.display().to_string();
        file.map(|file| Self(Mutex::new(file)))
            .map_err(|source| SandboxError::Record { path, source })
    }

    /// Adds a line. When a write fails, the sandbox goes on without it.
    pub(crate) fn add(&self, line: &Value) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = writeln!(file, "{line}") {
            tracing::warn!(%error, "a call could not be recorded");
        }
    }
}
