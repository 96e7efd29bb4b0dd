//! Authorities of the operator's choice, for a platform whose certificate no public authority signed.

use std::fmt;

use reqwest::Certificate;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use super::{CertificateError, pem};

/// Authorities that are trusted instead of the system's, at the platform's hosts only.
#[derive(Clone)]
pub struct Authorities(Vec<Certificate>);

impl Authorities {
    /// Those in a PEM file, at least one.
    pub(crate) fn from_pem(file: &[u8]) -> Result<Self, CertificateError> {
        let usable = |der: CertificateDer<'static>| {
            let bytes = der.to_vec();
            RootCertStore::empty().add(der).map_err(|_| CertificateError::Damaged)?;
            Certificate::from_der(&bytes).map_err(|_| CertificateError::Damaged)
        };
        pem::chain(file)?.into_iter().map(usable).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        self.0.clone()
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.0.len())
    }
}
