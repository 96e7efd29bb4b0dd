//! The client certificate that the platform demands in production: read, checked, held with its key.
//!
//! Only the [HTTP client](crate::platform::client) gets the key, as a TLS identity. Errors say what is wrong and
//! what to do, and contain nothing of the files: no name, no number, no password.

mod authorities;
mod check;
pub(crate) mod handshake;
mod pem;
mod pkcs12;
pub(crate) mod renegotiation;

use std::fmt;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Identity;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use time::{Date, Duration, UtcDateTime};
use x509_parser::parse_x509_certificate;

pub use self::authorities::Authorities;
use self::check::Checked;
use crate::clock::Timestamp;
use crate::crypto::secret::Secret;

/// A client certificate with its key and its chain, valid at the moment of its check. Its `Debug`
/// shows no key.
#[derive(Clone)]
pub struct Certificate {
    identity: Identity,
    until: Timestamp,
    fingerprint: String,
    readers: Readers,
    issuer_ended: Option<Date>,
}

/// Who may read the file that the key is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// The owner, and perhaps a group.
    Owner,
    /// Everybody on this machine.
    Everybody,
}

/// The two forms of a certificate's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Text between lines of dashes; the key is separate.
    Pem,
    /// Certificate, chain and key in one file that a password opens.
    Pkcs12,
}

/// The certificates of a chain: the client's own first, then each one's issuer.
struct Material {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// What is wrong with a certificate, its key, its password or an authority, and what to do.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
    /// The password is no text of one line.
    #[error("{0}")]
    Password(#[from] crate::crypto::secret::SecretError),
    /// The file has neither form.
    #[error("the file is neither PEM nor PKCS#12: fetch it anew from the developer portal")]
    Form,
    /// The file begins with a byte order mark.
    #[error(
        "the file begins with a byte order mark, which an editor put there: save it as plain ASCII, \
         or as UTF-8 without a BOM"
    )]
    ByteOrderMark,
    /// The file is a certificate in DER, which has no key.
    #[error(
        "the file is a certificate in DER: write it as PEM (openssl x509 -inform der -in OLD -out NEW), \
         with its chain behind it, and put its key into AIS_RELAY_CERTIFICATE_KEY_FILE"
    )]
    Der,
    /// There is no certificate in the file.
    #[error("the file holds no certificate in PEM (\"BEGIN CERTIFICATE\")")]
    NoCertificate,
    /// A certificate is damaged.
    #[error("a certificate in the file is damaged: fetch it anew")]
    Damaged,
    /// There is no key in the file.
    #[error("the file holds no private key in PEM (PKCS#8, PKCS#1 or SEC1)")]
    NoKey,
    /// The key has a password of its own.
    #[error(
        "the key is encrypted: decrypt it (openssl pkey -in KEY -out PLAIN), or put key and \
         certificate into a PKCS#12 file, which may have a password"
    )]
    EncryptedKey,
    /// The key is damaged, or of a kind that TLS does not use here.
    #[error("the key is damaged, or neither RSA nor ECDSA nor Ed25519")]
    UnknownKey,
    /// The key is not the certificate's.
    #[error("it is the key of another certificate: use the one that the certificate was made with")]
    OtherKey,
    /// The password is wrong.
    #[error("it does not open the PKCS#12 file: write the file's password there, and nothing else")]
    WrongPassword,
    /// The PKCS#12 file is encrypted in a way that the relay does not support.
    #[error(
        "the PKCS#12 file is encrypted in another way than with AES, 3DES or 40-bit RC2: write it \
         anew (openssl pkcs12 -legacy -in OLD -nodes -out ALL.pem, then openssl pkcs12 -export -in \
         ALL.pem -out NEW) and delete ALL.pem"
    )]
    UnknownCipher,
    /// The PKCS#12 file holds no key, several, or not the certificate of its key.
    #[error("the PKCS#12 file must hold one private key and the certificate of that key")]
    Contents,
    /// The certificate is not valid yet.
    #[error("the certificate begins on {0}: wait for that day, or set this machine's clock")]
    NotYet(Date),
    /// The certificate has ended.
    #[error("the certificate ended on {0}: fetch a new one from the developer portal")]
    Ended(Date),
    /// The certificate is for something else.
    #[error(
        "the certificate is not meant for TLS clients: fetch a client certificate from the \
         developer portal"
    )]
    NotForClients,
    /// The chain is out of order.
    #[error(
        "the certificates are out of order: put the client's own first, then each one's issuer"
    )]
    Order,
}

impl Certificate {
    /// The certificate in two PEM files: itself with its chain, and its key.
    pub(crate) fn from_pem(
        certificates: &[u8],
        key: &[u8],
        readers: Readers,
        now: Timestamp,
    ) -> Result<Self, CertificateError> {
        let chain = check::preferred(pem::chain(certificates)?, now)?;
        let material = Material { chain, key: pem::key(key)? };
        Self::new(&material, readers, now)
    }

    /// The certificate in a PKCS#12 file, which may have an empty password.
    pub(crate) fn from_pkcs12(
        file: &[u8],
        password: Option<&Secret>,
        readers: Readers,
        now: Timestamp,
    ) -> Result<Self, CertificateError> {
        Self::new(&pkcs12::open(file, password, now)?, readers, now)
    }

    fn new(
        material: &Material,
        readers: Readers,
        now: Timestamp,
    ) -> Result<Self, CertificateError> {
        let Checked { until, issuer_ended } = check::check(material, now)?;
        let own = material.chain.first().ok_or(CertificateError::NoCertificate)?;
        let identity = Identity::from_pem(material.pem().as_bytes())
            .map_err(|_| CertificateError::UnknownKey)?;
        Ok(Self { identity, until, fingerprint: fingerprint(own), readers, issuer_ended })
    }

    /// What TLS needs of it.
    pub(crate) fn identity(&self) -> Identity {
        self.identity.clone()
    }

    /// The last moment at which it is valid.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// Whether it ends so soon after `now` that the operator should fetch another one.
    pub fn ends_soon(&self, now: Timestamp) -> bool {
        self.until.since(now) < SOON
    }

    /// The day on which it ends, in UTC.
    pub fn last_day(&self) -> Date {
        day(self.until)
    }

    /// The day on which an issuer in the chain expired, if one has. Only the platform knows whether
    /// that matters.
    pub fn issuer_ended(&self) -> Option<Date> {
        self.issuer_ended
    }

    /// The SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` prints it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Who may read the file that its key is in.
    pub fn readers(&self) -> Readers {
        self.readers
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("until", &self.until)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

impl Form {
    /// The form of a file, by its beginning. A PEM may have remarks before its first dashes.
    ///
    /// # Errors
    /// The file has neither form. The error says what to do.
    pub(crate) fn of(file: &[u8]) -> Result<Self, CertificateError> {
        if BYTE_ORDER_MARKS.iter().any(|mark| file.starts_with(mark)) {
            return Err(CertificateError::ByteOrderMark);
        }
        if file.windows(DASHES.len()).any(|part| part == DASHES) {
            return Ok(Self::Pem);
        }
        if matches!(parse_x509_certificate(file), Ok(([], _))) {
            return Err(CertificateError::Der);
        }
        if file.first() == Some(&SEQUENCE) { Ok(Self::Pkcs12) } else { Err(CertificateError::Form) }
    }
}

impl Material {
    /// Key and chain as one PEM, the form in which the HTTP client takes them.
    fn pem(&self) -> String {
        let label = match &self.key {
            PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
            PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
            _ => "PRIVATE KEY",
        };
        let mut text = section(label, self.key.secret_der());
        text.extend(self.chain.iter().map(|certificate| section("CERTIFICATE", certificate)));
        text
    }
}

fn section(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn fingerprint(der: &[u8]) -> String {
    Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// The day of a moment, in UTC; for later moments the last day that a `Date` can hold.
fn day(moment: Timestamp) -> Date {
    let since = Duration::try_from(moment.since(Timestamp::from_millis(0)));
    let moment = since.ok().and_then(|since| UtcDateTime::UNIX_EPOCH.checked_add(since));
    moment.unwrap_or(UtcDateTime::MAX).date()
}

/// Of UTF-8 and of UTF-16 in both orders.
const BYTE_ORDER_MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
const DASHES: &[u8] = b"-----BEGIN ";
/// The first byte of a DER sequence, which a PKCS#12 file is.
const SEQUENCE: u8 = 0x30;

/// How long before a client certificate ends the relay warns of it: a new one takes days to get.
const SOON: std::time::Duration = std::time::Duration::from_hours(30 * 24);
