//! Why a sandbox cannot start. Errors of callers while it runs become answers, not errors.

use std::io;

use protocol::id::BicFi;
use thiserror::Error;

use crate::tls::TlsError;

/// Why a sandbox cannot start or go on.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// The machine gave no randomness for ids and tokens.
    #[error("no randomness from the machine")]
    Random(#[from] getrandom::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: String,
        /// What the machine says.
        source: io::Error,
    },
    /// The record of calls cannot be written.
    #[error("cannot write to {path}")]
    Record {
        /// The file.
        path: String,
        /// What the machine says.
        source: io::Error,
    },
    /// There is no such bank.
    #[error("there is no bank {0} here")]
    Bank(BicFi),
    /// There are no certificates to serve TLS with.
    #[error(transparent)]
    Tls(#[from] TlsError),
}
