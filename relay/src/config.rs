//! The configuration: a struct per section, read from variables and a file, checked as a whole.
//!
//! Nothing here reads the process's environment or the time: both come in as arguments. Bad values
//! stop the start, all of them at once, each with its name and what is expected, none with its value.

mod address;
mod backend;
mod careless;
mod certificate;
mod contexts;
mod files;
mod limits;
mod log;
mod network;
mod operation;
mod origin;
pub mod profiles;
mod quota;
mod reader;
mod redirect;
mod shown;
mod sources;
mod store;
mod variable;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use self::address::Address;
pub(crate) use self::address::{authority, is_safe};
pub use self::backend::{AccountData, Backend, LinkSessions, Place, Port, Webhook};
pub use self::careless::Careless;
pub use self::certificate::Tls;
use self::certificate::is_test;
pub use self::contexts::Contexts;
pub use self::limits::Limits;
pub use self::log::{Log, LogFormat, LogLevel};
pub use self::network::Network;
pub use self::operation::Operation;
pub use self::origin::Origin;
use self::profiles::Catalogue;
pub use self::quota::{Most, Quota};
use self::reader::Reader;
pub use self::reader::{ConfigError, Fault, Vars};
pub use self::redirect::{ForeignReturn, Redirect};
pub use self::shown::Shown;
pub use self::sources::{Reload, Reloads, Secrets, Sources};
pub use self::store::{Store, StoreKeys};
use self::variable::{
    ALLOWED_ORIGINS, API_URL, AUTH_URL, BUNDLE, CLIENT_ID, CLIENT_SECRET, CLIENT_SECRET_FILE,
    CONTEXT, LISTEN, LOGO_HOSTS, PAGES, PROFILES, PUBLIC_ORIGIN, TRUSTED_PROXIES,
};
pub use self::variable::{PREFIX, VARIABLES, Variable, help, unknown};
use crate::clock::Timestamp;
use crate::crypto::secret::Secret;
use crate::embedded::Embedded;

/// All that an operator decides. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// `AIS_RELAY_LISTEN`: where the relay takes connections.
    pub listen: SocketAddr,
    /// What those who run the relay decide.
    pub operation: Operation,
    /// The platform, and the relay's identity there.
    pub platform: Platform,
    /// Who may call the relay, and through what.
    pub access: Access,
    /// How often something may be done in an hour, and how many connections an address may have.
    pub quota: Quota,
    /// Which banks' pages persons may go to, and where they return.
    pub redirect: Redirect,
    /// The database of which session owns which consent.
    pub store: Store,
    /// The back-end port, and what the host's server decides.
    pub backend: Backend,
    /// What the relay serves besides calls.
    pub files: Files,
    /// `AIS_RELAY_PROFILES`: what is known of the banks.
    pub profiles: Catalogue,
    /// The log.
    pub log: Log,
    /// All variables, without secrets.
    pub shown: Shown,
    /// Settings that work, but expose something to others.
    pub careless: Vec<Careless>,
    /// Times, sizes and numbers that no variable changes.
    pub limits: Limits,
    /// Where it came from, so that its files can be read again.
    pub sources: Sources,
}

/// The platform, and the relay's identity there.
#[derive(Clone, Debug)]
pub struct Platform {
    /// `AIS_RELAY_AUTH_URL`: where tokens come from.
    pub auth: Address,
    /// `AIS_RELAY_API_URL`: where calls go.
    pub api: Address,
    /// `AIS_RELAY_CLIENT_ID`: the application's id from the developer portal.
    pub client_id: String,
    /// `AIS_RELAY_CLIENT_SECRET` or `AIS_RELAY_CLIENT_SECRET_FILE`: its secret.
    pub client_secret: Secret,
    /// `AIS_RELAY_CONTEXT`: whose accounts may be asked for.
    pub contexts: Contexts,
    /// `AIS_RELAY_CERTIFICATE_FILE` and `AIS_RELAY_CA_FILE`: the identities of both sides in TLS.
    pub tls: Tls,
    /// `AIS_RELAY_LOGO_HOSTS`: hosts besides the API's from which bank logos may come.
    pub logo_hosts: BTreeSet<String>,
}

/// Who may call the relay, and through what.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// `AIS_RELAY_PUBLIC_ORIGIN`: the relay's own origin as browsers see it; from `Host` where unset.
    pub public_origin: Option<Origin>,
    /// `AIS_RELAY_ALLOWED_ORIGINS`: other origins whose pages may call.
    pub allowed_origins: BTreeSet<Origin>,
    /// `AIS_RELAY_TRUSTED_PROXIES`: peers whose `Forwarded` and `X-Forwarded-For` the relay believes.
    pub trusted_proxies: Vec<Network>,
}

/// What the relay serves besides calls.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// `AIS_RELAY_BUNDLE`: the folder of the widget's bundle.
    pub bundle: Option<PathBuf>,
    /// The bundle for where no folder is set.
    pub embedded: Embedded,
    /// `AIS_RELAY_PAGES`: a folder of pages, served at `/`.
    pub pages: Option<PathBuf>,
}

impl Config {
    /// The configuration in `vars` and, for variables that are not set there, in the TOML text `file`. Reads the
    /// files that they name; a client certificate must be valid at the moment `now`.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn read(vars: &Vars, file: Option<&str>, now: Timestamp) -> Result<Self, ConfigError> {
        Self::of(Reader::new(vars, file)?, vars, file, now)
    }

    fn of(
        mut reader: Reader<'_>,
        vars: &Vars,
        file: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, ConfigError> {
        let listen = reader.one(&LISTEN, |text| text.parse().ok());
        let operation = Operation::read(&mut reader);
        let platform = Platform::read(&mut reader, now);
        let access = Access::read(&mut reader);
        let quota = Quota::read(&mut reader);
        let redirect = Redirect::read(&mut reader, &access);
        let store = Store::read(&mut reader);
        let has_key = store.as_ref().is_some_and(|store| !store.keys.is_empty());
        let backend = Backend::read(&mut reader, has_key);
        let files = Files {
            bundle: reader.optional(&BUNDLE, folder),
            embedded: Embedded::OWN,
            pages: reader.optional(&PAGES, folder),
        };
        let profiles = profiles(&mut reader);
        let is_test = platform.as_ref().is_some_and(|platform| is_test(&platform.api));
        let log = Log::read(&mut reader);
        let careless = careless::find(&reader, &access, store.as_ref(), &files);
        let shown = shown::of(&reader);
        let (faults, held) = reader.finish();
        let sources = Sources { vars: vars.clone(), file: file.map(str::to_owned), held };
        let whole = || {
            let profiles = profiles?;
            let profiles = if is_test { profiles } else { profiles.without_test_ids() };
            Some(Self {
                listen: listen?,
                operation: operation?,
                platform: platform?,
                access,
                quota: quota?,
                redirect: redirect?,
                store: store?,
                backend: backend?,
                files,
                profiles,
                log: log?,
                shown,
                careless,
                limits: Limits::default(),
                sources,
            })
        };
        if faults.is_empty() { whole() } else { None }.ok_or(ConfigError::Values(faults))
    }
}

impl Platform {
    fn read(reader: &mut Reader<'_>, now: Timestamp) -> Option<Self> {
        let auth = reader.one(&AUTH_URL, Address::parse);
        let api = reader.one(&API_URL, Address::parse);
        let client_id = reader.one(&CLIENT_ID, client_id);
        let client_secret = client_secret(reader);
        let contexts = reader.one(&CONTEXT, Contexts::parse);
        let hosts: Vec<_> = auth.iter().chain(&api).collect();
        let tls = Tls::read(reader, &hosts, now);
        let logo_hosts = reader.list(&LOGO_HOSTS, host).into_iter().collect();
        Some(Self {
            auth: auth?,
            api: api?,
            client_id: client_id?,
            client_secret: client_secret?,
            contexts: contexts?,
            tls,
            logo_hosts,
        })
    }
}

impl Access {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            public_origin: reader.optional(&PUBLIC_ORIGIN, Origin::parse),
            allowed_origins: reader.list(&ALLOWED_ORIGINS, Origin::parse).into_iter().collect(),
            trusted_proxies: reader.list(&TRUSTED_PROXIES, Network::parse),
        }
    }
}

/// What is known of the banks, with the operator's file over it.
fn profiles(reader: &mut Reader<'_>) -> Option<Catalogue> {
    let path = reader.raw(&PROFILES);
    let read = Catalogue::read(path.as_deref().map(Path::new));
    read.map_err(|error| reader.fault(&PROFILES, format!("{}; {error}", PROFILES.expected))).ok()
}

/// The secret, from one of its two variables.
fn client_secret(reader: &mut Reader<'_>) -> Option<Secret> {
    match (reader.raw(&CLIENT_SECRET), reader.raw(&CLIENT_SECRET_FILE)) {
        (Some(_), Some(_)) => {
            reader.fault(&CLIENT_SECRET_FILE, "left out where AIS_RELAY_CLIENT_SECRET is set");
            None
        }
        (None, Some(path)) => match Secret::of_file(reader.contents(path)) {
            Ok(secret) => Some(secret),
            Err(error) => {
                reader.fault(&CLIENT_SECRET_FILE, format!("the path of a secret's file; {error}"));
                None
            }
        },
        (_, None) => reader.one(&CLIENT_SECRET, |text| Secret::new(text).ok()),
    }
}

fn client_id(text: &str) -> Option<String> {
    let valid = text.len() <= 256 && text.bytes().all(|byte| byte.is_ascii_graphic());
    valid.then(|| text.to_owned())
}

fn folder(text: &str) -> Option<PathBuf> {
    Some(PathBuf::from(text)).filter(|path| path.is_dir())
}

/// A host's name in lower case, without a port.
fn host(text: &str) -> Option<String> {
    let valid = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    (text.len() <= 253 && text.bytes().all(valid)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
