//! The back-end port: where the host's own server asks, who it is, and what it hears.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::is_safe;
use super::reader::Reader;
use super::variable::{
    ACCOUNT_DATA, BACKEND_KEYS_FILE, BACKEND_LISTEN, KEEP_ENDED_DAYS, LINK_SESSIONS, SERVICE_NAME,
    WEBHOOK_SECRET_FILE, WEBHOOK_URL,
};
use crate::crypto::secret::Secret;

/// The back-end port, and what the host's server decides.
#[derive(Clone, Debug)]
pub struct Backend {
    /// `AIS_RELAY_BACKEND_LISTEN` and `AIS_RELAY_BACKEND_KEYS_FILE`; `None` where there is no such port.
    pub port: Option<Port>,
    /// `AIS_RELAY_LINK_SESSIONS`: whether pages may link a bank by themselves.
    pub link_sessions: LinkSessions,
    /// `AIS_RELAY_ACCOUNT_DATA`: who reads.
    pub account_data: AccountData,
    /// `AIS_RELAY_SERVICE_NAME`: the name that persons know the host by.
    pub service_name: Option<String>,
    /// `AIS_RELAY_WEBHOOK_URL` and `AIS_RELAY_WEBHOOK_SECRET_FILE`: where events are posted to.
    pub webhook: Option<Webhook>,
    /// `AIS_RELAY_KEEP_ENDED_DAYS`: how long a connection that has ended is kept.
    pub keep_ended: Duration,
}

/// Where events are posted to.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The address.
    pub url: Url,
    /// What they are signed with: one secret, or two while they are changed.
    pub secrets: Vec<Secret>,
}

/// Where the host's server asks, and who may.
#[derive(Clone, Debug)]
pub struct Port {
    /// Where the relay takes its connections.
    pub listen: Place,
    /// The file with the hashes of its keys.
    pub keys: PathBuf,
}

/// A place that only this machine reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A loopback address.
    Loopback(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

/// Whether pages may link a bank by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkSessions {
    /// They may.
    Optional,
    /// Only with a token of a link session.
    Required,
}

/// Who reads account data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountData {
    /// The page, and the host's server.
    Page,
    /// The host's server alone.
    Backend,
}

impl Backend {
    /// `has_key`: whether the store has a key of its own.
    pub(super) fn read(reader: &mut Reader<'_>, has_key: bool) -> Option<Self> {
        let listen = reader.optional(&BACKEND_LISTEN, Place::parse);
        let is_wanted = reader.raw(&BACKEND_LISTEN).is_some();
        let keys = reader.raw(&BACKEND_KEYS_FILE).map(PathBuf::from);
        if is_wanted && keys.is_none() {
            reader.fault(&BACKEND_KEYS_FILE, BACKEND_KEYS_FILE.expected);
        }
        if is_wanted && !has_key {
            let needed = "set where AIS_RELAY_BACKEND_LISTEN is: ids of accounts are made with it";
            reader.fault(&super::variable::STORE_KEY_FILE, needed);
        }
        let link_sessions = reader.one(&LINK_SESSIONS, |text| match text {
            "optional" => Some(LinkSessions::Optional),
            "required" => Some(LinkSessions::Required),
            _ => None,
        });
        let account_data = reader.one(&ACCOUNT_DATA, |text| match text {
            "page" => Some(AccountData::Page),
            "backend" => Some(AccountData::Backend),
            _ => None,
        });
        let fits = |text: &&str| text.chars().count() <= 60 && !text.chars().any(char::is_control);
        let service_name =
            reader.optional(&SERVICE_NAME, |text| Some(text).filter(fits).map(str::to_owned));
        let days = reader.one(&KEEP_ENDED_DAYS, |text| {
            text.parse::<u64>().ok().filter(|days| (1..=36_500).contains(days))
        });
        let needs_port = account_data == Some(AccountData::Backend)
            || link_sessions == Some(LinkSessions::Required);
        if needs_port && !is_wanted {
            let needed =
                "set where link sessions are required, or account data is the back end's alone";
            reader.fault(&BACKEND_LISTEN, needed);
        }
        Some(Self {
            port: listen.zip(keys).map(|(listen, keys)| Port { listen, keys }),
            link_sessions: link_sessions?,
            account_data: account_data?,
            service_name,
            webhook: Webhook::read(reader),
            keep_ended: Duration::from_hours(24 * days?),
        })
    }
}

impl Default for Backend {
    /// No back-end port.
    fn default() -> Self {
        Self {
            port: None,
            link_sessions: LinkSessions::Optional,
            account_data: AccountData::Page,
            service_name: None,
            webhook: None,
            keep_ended: Duration::from_hours(24 * 730),
        }
    }
}

impl Webhook {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let url = reader.optional(&WEBHOOK_URL, |text| {
            let url = Url::parse(text).ok().filter(is_safe)?;
            url.fragment().is_none().then_some(url)
        });
        let path = reader.raw(&WEBHOOK_SECRET_FILE);
        let is_wanted = reader.raw(&WEBHOOK_URL).is_some();
        let text = path.as_ref().map(|path| reader.contents(path));
        let secrets = match text {
            None if is_wanted => {
                reader.fault(&WEBHOOK_SECRET_FILE, WEBHOOK_SECRET_FILE.expected);
                None
            }
            None => None,
            Some(Err(error)) => {
                reader.fault(
                    &WEBHOOK_SECRET_FILE,
                    format!("{}; {error}", WEBHOOK_SECRET_FILE.expected),
                );
                None
            }
            Some(Ok(text)) => {
                let secrets = str::from_utf8(&text).ok().and_then(secrets);
                if secrets.is_none() {
                    reader.fault(&WEBHOOK_SECRET_FILE, WEBHOOK_SECRET_FILE.expected);
                }
                secrets
            }
        };
        Some(Self { url: url?, secrets: secrets? })
    }
}

/// The secrets in a file, one a line (Standard Webhooks 1.0.0, "Secret").
fn secrets(text: &str) -> Option<Vec<Secret>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let secret = |line: &str| {
        let bytes = STANDARD.decode(line.strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Secret::new(line).ok())?
    };
    let secrets: Vec<_> = lines.map(secret).collect::<Option<_>>()?;
    matches!(secrets.len(), 1 | 2).then_some(secrets)
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("unix:") {
            return path.starts_with('/').then(|| Self::Unix(PathBuf::from(path)));
        }
        let address: SocketAddr = text.parse().ok()?;
        address.ip().is_loopback().then_some(Self::Loopback(address))
    }
}
