//! Makes certificates: an authority, and what it signs. Tests also need invalid ones: a lifetime may lie in
//! the past, and a certificate may come with another's key.

use std::fmt;

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{OffsetDateTime, UtcDateTime};

use super::TlsError;
use super::check::{chain, private_key};

/// A certificate authority. Its `Debug` shows no key.
pub struct Authority {
    certificate: String,
    key: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and the key that should belong to it, both as PEM. Its `Debug` shows no key.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// The private key, PKCS#8.
    pub key: String,
}

/// From when and until when a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// The first moment.
    pub from: UtcDateTime,
    /// The last moment.
    pub until: UtcDateTime,
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A server at `localhost`, `127.0.0.1` and `::1`.
    Server,
    /// A client of the platform.
    Client,
}

impl Authority {
    /// A new authority with a key of its own.
    pub fn new(lifetime: Lifetime) -> Result<Self, TlsError> {
        let key = KeyPair::generate()?;
        let certificate = params(&lifetime)?.self_signed(&key)?.pem();
        Self::assemble(certificate, key)
    }

    /// The authority from its PEM. The key must be its own; the check of its signatures finds out.
    pub(super) fn restore(certificate: String, key: &str) -> Result<Self, TlsError> {
        Self::assemble(certificate, KeyPair::from_pem(key)?)
    }

    /// Its certificate, as PEM: what the other side must trust.
    pub fn pem(&self) -> &str {
        &self.certificate
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Signs a new certificate with a key of its own.
    pub fn issue(&self, purpose: Purpose, lifetime: Lifetime) -> Result<Identity, TlsError> {
        let key = KeyPair::generate()?;
        let names = match purpose {
            Purpose::Server => &["localhost", "127.0.0.1", "::1"][..],
            Purpose::Client => &[],
        };
        let names: Vec<String> = names.iter().copied().map(ToOwned::to_owned).collect();
        let mut params = CertificateParams::new(names)?;
        let (name, usage) = match purpose {
            Purpose::Server => ("AIS Link sandbox", ExtendedKeyUsagePurpose::ServerAuth),
            Purpose::Client => ("AIS Link sandbox client", ExtendedKeyUsagePurpose::ClientAuth),
        };
        params.distinguished_name.push(DnType::CommonName, name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        limit(&mut params, &lifetime);
        let certificate = params.signed_by(&key, &self.issuer)?.pem();
        Ok(Identity { certificate, key: key.serialize_pem() })
    }

    fn assemble(certificate: String, key: KeyPair) -> Result<Self, TlsError> {
        let text = key.serialize_pem();
        // An issuer leaves only its name on a certificate, and all authorities here have the same name.
        let any = Lifetime { from: UtcDateTime::UNIX_EPOCH, until: UtcDateTime::UNIX_EPOCH };
        let issuer = Issuer::new(params(&any)?, key);
        Ok(Self { certificate, key: text, issuer })
    }
}

impl Identity {
    /// The identity and the authority's certificate in one PKCS#12 file, the form of the developer portal.
    pub fn pkcs12(&self, authority: &Authority, password: &str) -> Result<Vec<u8>, TlsError> {
        let certificates = chain(&self.certificate)?.into_iter().chain(chain(authority.pem())?);
        let certificates: Result<Vec<_>, _> =
            certificates.map(|it| Certificate::from_der(&it)).collect();
        let key = PrivateKey::from_der(private_key(&self.key)?.secret_der())?;
        let entry = PrivateKeyChain::new("1", key, certificates?);
        let mut store = KeyStore::new();
        store.add_entry("client", KeyStoreEntry::PrivateKeyChain(entry));
        Ok(store.writer(password).write()?)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

fn params(lifetime: &Lifetime) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "AIS Link sandbox authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    limit(&mut params, lifetime);
    Ok(params)
}

fn limit(params: &mut CertificateParams, lifetime: &Lifetime) {
    params.not_before = OffsetDateTime::from(lifetime.from);
    params.not_after = OffsetDateTime::from(lifetime.until);
}
