//! Certificates and keys in PEM. It decodes, and leaves the judgement to `check`.

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::CertificateError;

/// The certificates of a file in their order, at least one.
pub(super) fn chain(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(file).collect();
    let certificates = certificates.map_err(|_| CertificateError::Damaged)?;
    if certificates.is_empty() { Err(CertificateError::NoCertificate) } else { Ok(certificates) }
}

/// The key of a file: PKCS#8, PKCS#1 or SEC1, not encrypted.
pub(super) fn key(file: &[u8]) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let says = |mark: &[u8]| file.windows(mark.len()).any(|part| part == mark);
    if ENCRYPTED.iter().any(|mark| says(mark)) {
        return Err(CertificateError::EncryptedKey);
    }
    PrivateKeyDer::from_pem_slice(file).map_err(|_| CertificateError::NoKey)
}

/// The marks of an encrypted key: PKCS#8's own label, and the older header of OpenSSL.
const ENCRYPTED: [&[u8]; 2] = [b"BEGIN ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED"];
