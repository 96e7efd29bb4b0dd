//! PKCS#12 files, as the developer portal gives them out: key, certificate and chain behind a
//! password. The order of the certificates in such a file means nothing; this module sorts them.

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::check::{Party, fits};
use super::{CertificateError, Material};
use crate::clock::Timestamp;
use crate::crypto::secret::Secret;

/// The contents of `file`: its one key, the certificate of that key, and its issuers.
/// Without a password it tries the empty one. Of two issuers of one name, it takes one within its dates before
/// an expired one.
pub(super) fn open(
    file: &[u8],
    password: Option<&Secret>,
    now: Timestamp,
) -> Result<Material, CertificateError> {
    let password = password.map(Secret::expose).unwrap_or_default();
    let archive = Pkcs12Archive::from_pkcs12(file, password).map_err(|error| cause(&error))?;
    let [key] = &archive.keys[..] else { return Err(CertificateError::Contents) };
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.key.as_der().to_vec()));
    let mut rest: Vec<CertificateDer<'static>> =
        archive.certs.iter().map(|bag| bag.cert.as_der().to_vec().into()).collect();
    let mut own = None;
    for (place, certificate) in rest.iter().enumerate() {
        if fits(certificate, &key)? {
            own = Some(place);
            break;
        }
    }
    let mut chain = vec![rest.swap_remove(own.ok_or(CertificateError::Contents)?)];
    while let Some(place) = issuer(chain.last(), &rest, now)? {
        chain.push(rest.swap_remove(place));
    }
    Ok(Material { chain, key })
}

/// Where in `rest` the issuer of `certificate` is; nowhere, where it is its own.
fn issuer(
    certificate: Option<&CertificateDer<'_>>,
    rest: &[CertificateDer<'_>],
    now: Timestamp,
) -> Result<Option<usize>, CertificateError> {
    let Some(party) = certificate.map(|it| Party::of(it)).transpose()? else { return Ok(None) };
    if party.is_its_own_issuer() {
        return Ok(None);
    }
    let mut found = None;
    for (place, other) in rest.iter().enumerate() {
        let other = Party::of(other)?;
        if !party.is_issued_by(&other) {
            continue;
        }
        if other.is_in_date(now) {
            return Ok(Some(place));
        }
        found = found.or(Some(place));
    }
    Ok(found)
}

/// What an error means to the person who made the file. The library checks the password before it decrypts
/// anything, so a later failure means an unsupported encryption.
fn cause(error: &Error) -> CertificateError {
    match error {
        Error::MacError(_) | Error::UnpadError => CertificateError::WrongPassword,
        Error::UnsupportedEncryptionScheme
        | Error::UnsupportedMacAlgorithm
        | Error::Pkcs5Error(_) => CertificateError::UnknownCipher,
        _ => CertificateError::Form,
    }
}
