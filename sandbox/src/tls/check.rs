//! Reads certificates and keys, and checks that they still work.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, Error, RootCertStore};
use time::UtcDateTime;

use super::{Certificates, TlsError, provider};

/// The state of stored certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Good,
    Expired,
}

/// Whether the authority has signed both certificates for their purpose, their keys fit, and they are valid
/// at `now`. Only wrong dates are no error.
pub(super) fn condition(kept: &Certificates, now: UtcDateTime) -> Result<Condition, TlsError> {
    let mut roots = RootCertStore::empty();
    for authority in chain(kept.authority.pem())? {
        roots.add(authority)?;
    }
    let roots = Arc::new(roots);
    let seconds = u64::try_from(now.unix_timestamp()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let pem = |_| TlsError::Pem("an authority");
    let servers =
        WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), provider()).build();
    let clients = WebPkiClientVerifier::builder_with_provider(roots, provider()).build();
    let (server, client) = (own(&kept.server)?, own(&kept.client)?);
    let name = ServerName::try_from("localhost").expect("localhost is a name");
    let server = servers.map_err(pem)?.verify_server_cert(&server, &[], &name, &[], now);
    let client = clients.map_err(pem)?.verify_client_cert(&client, &[], now);
    for verdict in [server.map(drop), client.map(drop)] {
        match verdict {
            Ok(()) => {}
            Err(Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            )) => return Ok(Condition::Expired),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Condition::Good)
}

/// The certificates in a PEM, at least one.
pub(super) fn chain(pem: &str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let missing = TlsError::Pem("a certificate");
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(missing),
    }
}

/// The private key in a PEM.
pub(super) fn private_key(pem: &str) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| TlsError::Pem("a private key"))
}

/// The certificate, if the key fits.
fn own(identity: &super::Identity) -> Result<CertificateDer<'static>, TlsError> {
    let (certificates, key) = (chain(&identity.certificate)?, private_key(&identity.key)?);
    let own = CertifiedKey::from_der(certificates, key, &provider())?;
    Ok(own.end_entity_cert()?.clone().into_owned())
}
