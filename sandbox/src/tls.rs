//! TLS with client certificates, as the platform demands them in production. The sandbox makes its own
//! certificates; nothing else should trust its authority.
//!
//! This module reads no clock: the moment is an argument.

mod authority;
mod check;
mod folder;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use time::{Duration, UtcDateTime};
use tokio_rustls::TlsAcceptor;

pub use self::authority::{Authority, Identity, Lifetime, Purpose};
use self::check::{chain, private_key};

/// An authority, and the two certificates that it has signed: the sandbox's and that of its client.
#[derive(Debug)]
pub struct Certificates {
    /// Signs both, and any other that a test needs.
    pub authority: Authority,
    /// For `localhost`, `127.0.0.1` and `::1`.
    pub server: Identity,
    /// For the client of the platform, which is the relay.
    pub client: Identity,
}

/// What a sandbox needs to serve TLS: its own certificate, and the authority of its clients.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

/// Why there is no TLS.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A certificate could not be made.
    #[error("a certificate cannot be made")]
    Make(#[from] rcgen::Error),
    /// A certificate or a key is not usable.
    #[error("a certificate or its key cannot be used")]
    Use(#[from] rustls::Error),
    /// A text is no PEM of the wanted kind.
    #[error("there is no PEM of {0}")]
    Pem(&'static str),
    /// The PKCS#12 file could not be made.
    #[error("the PKCS#12 file cannot be made")]
    Pkcs12(#[from] p12_keystore::error::Error),
    /// The machine gave no randomness for a password.
    #[error("no randomness from the machine")]
    Random(#[from] getrandom::Error),
    /// A file could not be read or written.
    #[error("{path} cannot be read or written", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the machine says.
        source: io::Error,
    },
    /// The folder holds files of these names that are not the sandbox's, or only some of them.
    #[error("{path} holds other certificates; name an empty folder", path = path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
}

impl Certificates {
    /// New certificates, valid from an hour before `now` for 397 days.
    pub fn in_memory(now: UtcDateTime) -> Result<Self, TlsError> {
        let lifetime = Lifetime { from: now - LEEWAY, until: now + LIFE };
        let authority = Authority::new(lifetime)?;
        let server = authority.issue(Purpose::Server, lifetime)?;
        let client = authority.issue(Purpose::Client, lifetime)?;
        Ok(Self { authority, server, client })
    }

    /// The certificates in `folder`; new ones where there are none or they have expired. Files of other
    /// origin stay untouched, with an error.
    pub fn in_folder(folder: &Path, now: UtcDateTime) -> Result<Self, TlsError> {
        if let Some(kept) = folder::read(folder, now)? {
            return Ok(kept);
        }
        let made = Self::in_memory(now)?;
        folder::write(folder, &made)?;
        Ok(made)
    }

    /// TLS with the server's certificate, for clients of the same authority.
    pub fn tls(&self) -> Result<Tls, TlsError> {
        Tls::new(&self.server, &[self.authority.pem()])
    }
}

impl Tls {
    /// TLS with any certificate, for clients of any of the authorities (PEM). The handshake refuses a
    /// client without a certificate.
    pub fn new(server: &Identity, authorities: &[&str]) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            for certificate in chain(authority)? {
                roots.add(certificate)?;
            }
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
        let verifier = verifier.build().map_err(|_| TlsError::Pem("an authority"))?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain(&server.certificate)?, private_key(&server.key)?)?;
        Ok(Self(Arc::new(config)))
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}

/// The SHA-256 of a certificate in DER, as `openssl x509 -fingerprint -sha256` prints it.
pub(crate) fn fingerprint(der: &[u8]) -> String {
    let digits = Sha256::digest(der);
    digits.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// The provider of cryptography, explicit so that it does not depend on what else a process installs.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Certificates are valid from this long before `now`: clocks differ.
const LEEWAY: Duration = Duration::hours(1);
/// The longest lifetime that clients commonly accept of a server's certificate.
const LIFE: Duration = Duration::days(397);
