//! Where a configuration came from, and the part of it that is read again while the relay runs: the identities of both
//! sides in TLS, the client's secret, the keys of the store, and the secrets of webhooks.

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::backend::Webhook;
use super::certificate::Tls;
use super::files::Held;
use super::reader::{ConfigError, Reader, Vars};
use super::store::store_keys;
use super::variable::LOG_LEVEL;
use super::{Config, LogLevel, Platform, Shown, StoreKeys};
use crate::certificate::Certificate;
use crate::clock::Timestamp;
use crate::crypto::secret::Secret;

/// The variables, and what the files held that they name. Its `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sources {
    pub(super) vars: Vars,
    pub(super) file: Option<String>,
    pub(super) held: Held,
}

/// What may change while the relay runs.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The relay's identity in TLS, and the authorities that it trusts.
    pub tls: Tls,
    /// The client's secret.
    pub client_secret: Secret,
    /// The keys of the store.
    pub store_keys: StoreKeys,
    /// What events are signed with.
    pub webhook: Vec<Secret>,
}

impl Sources {
    /// The same, with what the files hold now.
    #[must_use]
    pub fn again(&self) -> Self {
        let Self { vars, file, held } = self;
        Self { vars: vars.clone(), file: file.clone(), held: held.again() }
    }

    /// The text of the configuration file.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The log's level of a start at the moment `now` with these variables and a configuration file of this `text`.
    ///
    /// # Errors
    /// Every fault of that start at once.
    pub fn level(&self, text: &str, now: Timestamp) -> Result<LogLevel, ConfigError> {
        let reader = Reader::new(&self.vars, Some(text))?.with(self.held.again());
        Config::of(reader, &self.vars, Some(text), now).map(|config| config.log.level)
    }

    /// The files that hold something else in `other`.
    pub fn changed(&self, other: &Self) -> Vec<&Path> {
        self.held.changed(&other.held)
    }

    /// What the files say; a client certificate must be valid at the moment `now`.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn read(&self, now: Timestamp) -> Result<Secrets, ConfigError> {
        let mut reader = Reader::new(&self.vars, self.file.as_deref())?.with(self.held.clone());
        let platform = Platform::read(&mut reader, now);
        let store_keys = store_keys(&mut reader);
        let webhook = Webhook::read(&mut reader);
        let (faults, _) = reader.finish();
        match platform {
            Some(Platform { tls, client_secret, .. }) if faults.is_empty() => {
                let webhook = webhook.map(|webhook| webhook.secrets).unwrap_or_default();
                Ok(Secrets { tls, client_secret, store_keys, webhook })
            }
            _ => Err(ConfigError::Values(faults)),
        }
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").finish_non_exhaustive()
    }
}

/// How the last reading of the files ended, for those who watch the relay.
#[derive(Debug)]
pub struct Reloads(Mutex<Reload>);

/// How a reading of the files ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reload {
    /// Whether what the files hold is in use.
    pub is_successful: bool,
    /// When what is in use was taken up.
    pub succeeded: Timestamp,
    /// The last moment of the client certificate in use.
    pub certificate_until: Option<Timestamp>,
    /// The log's level in use.
    pub log_level: LogLevel,
}

impl Reloads {
    /// What the start at `now` read.
    pub(crate) fn new(config: &Config, now: Timestamp) -> Self {
        Self(Mutex::new(Reload {
            is_successful: true,
            succeeded: now,
            certificate_until: end(&config.platform.tls),
            log_level: config.log.level,
        }))
    }

    /// How the last one ended.
    pub fn last(&self) -> Reload {
        *self.lock()
    }

    pub(crate) fn note_success(&self, tls: &Tls, now: Timestamp) {
        let mut last = self.lock();
        (last.is_successful, last.succeeded) = (true, now);
        last.certificate_until = end(tls);
    }

    /// Notes that the log has this level from now on.
    pub(crate) fn note_level(&self, level: LogLevel) {
        self.lock().log_level = level;
    }

    /// `shown`, which the start read, with what has changed since.
    pub(crate) fn shown(&self, shown: &Shown) -> Shown {
        let mut shown = shown.clone();
        shown.insert(LOG_LEVEL.file_name(), Some(self.last().log_level.as_str().to_owned()));
        shown
    }

    /// Notes that what the files hold is not, or is again, what is in use.
    pub(crate) fn note(&self, is_successful: bool) {
        self.lock().is_successful = is_successful;
    }

    fn lock(&self) -> MutexGuard<'_, Reload> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last moment of the client certificate.
fn end(tls: &Tls) -> Option<Timestamp> {
    tls.certificate.as_ref().map(Certificate::until)
}
