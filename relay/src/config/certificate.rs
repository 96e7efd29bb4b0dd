//! The client certificate and the authorities in the configuration: which files hold them, whether a certificate is
//! required, and which variable is at fault. The module `certificate` checks the contents of the files.

use super::address::{Address, is_loopback};
use super::reader::Reader;
use super::variable::{
    CA_FILE, CERTIFICATE, CERTIFICATE_FILE, CERTIFICATE_KEY_FILE, CERTIFICATE_PASSWORD_FILE,
    Variable,
};
use crate::certificate::{Authorities, Certificate, CertificateError, Form, Readers};
use crate::clock::Timestamp;
use crate::crypto::secret::{Secret, SecretError};

/// How relay and platform authenticate each other in TLS. Logo hosts see none of it.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// `AIS_RELAY_CERTIFICATE_FILE` with the file of its key or its password: the relay's identity.
    pub certificate: Option<Certificate>,
    /// `AIS_RELAY_CA_FILE`: the authorities that the relay trusts instead of the system's.
    pub authorities: Option<Authorities>,
}

/// Whether a client certificate is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// In production, by the platform's hosts.
    Auto,
    /// Always.
    Required,
    /// Never.
    Optional,
}

impl Tls {
    /// Reads the variables, for a platform at `hosts`, at the moment `now`.
    pub(super) fn read(reader: &mut Reader<'_>, hosts: &[&Address], now: Timestamp) -> Self {
        let need = reader.one(&CERTIFICATE, Need::parse);
        let is_set = reader.raw(&CERTIFICATE_FILE).is_some();
        let certificate = certificate(reader, now);
        match need {
            Some(Need::Required) if !is_set => reader.fault(&CERTIFICATE_FILE, REQUIRED),
            Some(Need::Auto) if !is_set && hosts.iter().any(|host| is_production(host)) => {
                reader.fault(&CERTIFICATE_FILE, PRODUCTION);
            }
            _ => {}
        }
        Self { certificate, authorities: authorities(reader) }
    }
}

impl Need {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(Self::Auto),
            "required" => Some(Self::Required),
            "optional" => Some(Self::Optional),
            _ => None,
        }
    }
}

/// The certificate, from its file and the one that belongs to it.
fn certificate(reader: &mut Reader<'_>, now: Timestamp) -> Option<Certificate> {
    let Some(path) = reader.raw(&CERTIFICATE_FILE) else {
        for variable in [&CERTIFICATE_KEY_FILE, &CERTIFICATE_PASSWORD_FILE] {
            leave_out(reader, variable, "where AIS_RELAY_CERTIFICATE_FILE is not set");
        }
        return None;
    };
    let file = contents(reader, &CERTIFICATE_FILE, &path)?;
    let certificate = match Form::of(&file) {
        Err(error) => Err(error),
        Ok(Form::Pem) => {
            leave_out(reader, &CERTIFICATE_PASSWORD_FILE, "where the certificate is PEM");
            let path = beside(reader, &CERTIFICATE_KEY_FILE)?;
            let key = contents(reader, &CERTIFICATE_KEY_FILE, &path)?;
            if let Err(error @ CertificateError::ByteOrderMark) = Form::of(&key) {
                refuse(reader, &CERTIFICATE_KEY_FILE, &error);
                return None;
            }
            Certificate::from_pem(&file, &key, readers(&path), now)
        }
        Ok(Form::Pkcs12) => {
            leave_out(reader, &CERTIFICATE_KEY_FILE, "where the certificate is PKCS#12");
            password(reader).and_then(|word| {
                Certificate::from_pkcs12(&file, word.as_ref(), readers(&path), now)
            })
        }
    };
    certificate.map_err(|error| refuse(reader, place(&error), &error)).ok()
}

/// The password of a PKCS#12 file; none where its file is empty or not named.
fn password(reader: &mut Reader<'_>) -> Result<Option<Secret>, CertificateError> {
    let Some(path) = reader.raw(&CERTIFICATE_PASSWORD_FILE) else { return Ok(None) };
    match Secret::of_file(reader.contents(path)) {
        Ok(word) => Ok(Some(word)),
        Err(SecretError::Empty) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn authorities(reader: &mut Reader<'_>) -> Option<Authorities> {
    let path = reader.raw(&CA_FILE)?;
    let file = contents(reader, &CA_FILE, &path)?;
    let authorities = match Form::of(&file) {
        Err(error @ CertificateError::ByteOrderMark) => Err(error),
        _ => Authorities::from_pem(&file),
    };
    authorities.map_err(|error| refuse(reader, &CA_FILE, &error)).ok()
}

/// The variable whose value an error is about.
fn place(error: &CertificateError) -> &'static Variable {
    match error {
        CertificateError::NoKey
        | CertificateError::EncryptedKey
        | CertificateError::UnknownKey
        | CertificateError::OtherKey => &CERTIFICATE_KEY_FILE,
        CertificateError::Password(_) | CertificateError::WrongPassword => {
            &CERTIFICATE_PASSWORD_FILE
        }
        _ => &CERTIFICATE_FILE,
    }
}

fn refuse(reader: &mut Reader<'_>, variable: &Variable, error: &CertificateError) {
    reader.fault(variable, format!("{}; {error}", variable.expected));
}

/// The bytes of the file that `variable` names.
fn contents(reader: &mut Reader<'_>, variable: &Variable, path: &str) -> Option<Vec<u8>> {
    let read = reader.contents(path);
    read.map_err(|error| refuse(reader, variable, &error.into())).ok()
}

/// The path that the certificate's own path needs beside it.
fn beside(reader: &mut Reader<'_>, variable: &Variable) -> Option<String> {
    let path = reader.raw(variable);
    if path.is_none() {
        reader.fault(variable, variable.expected);
    }
    path
}

fn leave_out(reader: &mut Reader<'_>, variable: &Variable, why: &str) {
    if reader.raw(variable).is_some() {
        reader.fault(variable, format!("left out {why}"));
    }
}

#[cfg(unix)]
pub(super) fn readers(path: &str) -> Readers {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
    if mode & OTHERS_READ == 0 { Readers::Owner } else { Readers::Everybody }
}

/// Other systems have no such bits.
#[cfg(not(unix))]
pub(super) fn readers(_: &str) -> Readers {
    Readers::Owner
}

/// Whether a host is the platform's own and not its sandbox, which asks for no certificate.
fn is_production(host: &Address) -> bool {
    let name = host.url().host_str().unwrap_or_default().trim_end_matches('.');
    is_under(name, PLATFORM) && !is_under(name, PLATFORMS_SANDBOX)
}

/// Whether a host is the platform's sandbox, or a stand-in on this machine: their companies are not real.
pub(super) fn is_test(host: &Address) -> bool {
    let url = host.url();
    let name = url.host_str().unwrap_or_default().trim_end_matches('.');
    is_under(name, PLATFORMS_SANDBOX) || url.host().is_some_and(|host| is_loopback(&host))
}

fn is_under(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

const PLATFORM: &str = "openbankingplatform.com";
const PLATFORMS_SANDBOX: &str = "sandbox.openbankingplatform.com";
/// The bit of a file's mode by which everybody may read it.
#[cfg(unix)]
const OTHERS_READ: u32 = 0o004;
const REQUIRED: &str = "set, since AIS_RELAY_CERTIFICATE is required";
const PRODUCTION: &str = "set: the platform demands a client certificate in production, which the \
                          developer portal gives out (AIS_RELAY_CERTIFICATE=optional starts \
                          without one)";
