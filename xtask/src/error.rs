//! Why a command stopped, always with what to do next where that is known.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// The causes for which a command stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file or folder could not be read or written.
    #[error("Could not {action} {}: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    /// A program is not on this machine, or may not be started.
    #[error("Could not start `{program}`: {source}")]
    Start { program: String, source: io::Error },
    /// A program ended without success; its output is not in a log file.
    #[error("`{program}` failed ({status}). {said}")]
    Program { program: String, status: ExitStatus, said: String },
    /// A step failed; the end of its output is part of the message.
    #[error("{tail}\n\n{step}: failed. {cause}\n  Whole output: {}\n  Next: {advice}", log.display())]
    Step { step: String, cause: String, tail: String, log: PathBuf, advice: String },
    /// Something that the command needs is not on this machine and could not be installed.
    #[error("Missing: {what}\n  Next: {advice}")]
    Missing { what: String, advice: String },
    /// A person's value, or a file of the project, is not the expected one.
    #[error("{what}\n  Expected: {expected}")]
    Value { what: String, expected: String },
    /// The bindings between the wasm module and JavaScript could not be made.
    #[error("Could not make the bindings of the wasm module: {0}")]
    Bindings(String),
}

impl Error {
    /// Wraps a fault of the file system: `.map_err(Error::file("read", &path))`.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }

    /// Something is missing, and this is how a person gets it.
    pub(crate) fn missing(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Missing { what: what.into(), advice: advice.into() }
    }
}
