//! Reads the files of certificates, keys and secrets again while the relay runs, and uses what they hold once that is whole
//! and fits together.
//!
//! It compares contents every few seconds. The system's notices of changes (inotify) would be quicker, but do not come from
//! network file systems, and in Kubernetes they tell of a link that is exchanged, not of the file behind it. What is no
//! longer in use ends by itself: a call that has begun keeps its connection.

mod level;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::Signal;
use tokio::time::sleep;

use self::level::LevelFile;
use crate::backend::keys::Keys;
use crate::config::Sources;
use crate::log::{self, Level};
use crate::relay::Relay;
use crate::webhook::Webhooks;

/// The files of a relay, and what uses them.
pub struct Watch {
    relay: Relay,
    webhooks: Option<Webhooks>,
    keys: Option<Arc<Keys>>,
    level: Option<LevelFile>,
    /// What is in use.
    used: Sources,
    /// What the last look found.
    seen: Sources,
    /// The fault that the log has named, while it lasts.
    fault: Option<String>,
}

/// Why the files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Some seconds have passed.
    Time,
    /// The operator has asked for it.
    Asked,
}

impl Watch {
    /// Watches the files of `relay`, which sends its events with `webhooks` and knows its callers by `keys`.
    pub fn new(relay: Relay, webhooks: Option<Webhooks>, keys: Option<Arc<Keys>>) -> Self {
        let used = relay.config().sources.clone();
        Self { relay, webhooks, keys, level: None, seen: used.clone(), used, fault: None }
    }

    /// The same, which takes up the log's level from the configuration file, too, where that can be read more than once.
    #[must_use]
    pub fn with_level(mut self, file: Option<PathBuf>, level: Level) -> Self {
        let file = file.filter(|file| file.is_file());
        self.level = file.map(|file| LevelFile::new(file, level, self.relay.clone()));
        self
    }

    /// Looks at the files every few seconds and at each signal, until it is dropped.
    pub async fn run(mut self, mut asked: Signal) {
        loop {
            let why = tokio::select! {
                () = sleep(BETWEEN_LOOKS) => Why::Time,
                _ = asked.recv() => Why::Asked,
            };
            self.look(why).await;
        }
    }

    /// Looks at the files once. Contents that changed since the last look may be half of what they become, so they wait for
    /// the next one, unless the operator asks.
    pub async fn look(&mut self, why: Why) {
        let is_level_taken = match &mut self.level {
            Some(level) => level.look(why).await,
            None => false,
        };
        let used = self.used.clone();
        // A file on a network may take long.
        let Ok(found) = tokio::task::spawn_blocking(move || used.again()).await else { return };
        let is_settled = self.seen == found;
        self.seen = found.clone();
        if why == Why::Time && !is_settled {
            return;
        }
        let is_other = found != self.used;
        let taken = if is_other { self.take(found) } else { Ok(()) };
        let keys = self.keys.as_ref().and_then(|keys| keys.fault());
        let level = self.level.as_ref().and_then(|level| level.fault().cloned());
        let fault = taken.err().or(keys).or(level);
        self.relay.reloads().note(fault.is_none());
        if let Some(error) = &fault {
            if why == Why::Asked || self.fault.as_ref() != Some(error) {
                tracing::error!(
                    error,
                    "what a file holds stays out, and what was in use stays in use"
                );
            }
        } else if !is_other && !is_level_taken && (why == Why::Asked || self.fault.is_some()) {
            tracing::info!("the files hold what is in use");
        }
        self.fault = fault;
    }

    /// Uses what the files hold, or says why not.
    fn take(&mut self, found: Sources) -> Result<(), String> {
        let now = self.relay.now();
        // One line of the log: an error of the configuration has a line for each fault.
        let said = |error: &dyn std::fmt::Display| error.to_string().replace('\n', "; ");
        let secrets = found.read(now).map_err(|error| said(&error))?;
        self.relay.renew(&secrets).map_err(|error| said(&error))?;
        if let Some(webhooks) = &self.webhooks {
            webhooks.renew(&secrets.webhook).map_err(|error| said(&error))?;
        }
        let files: Vec<_> =
            self.used.changed(&found).iter().map(|path| path.display().to_string()).collect();
        tracing::info!(files = files.join(", "), "what these files hold is in use from now on");
        log::certificate(&secrets.tls, now);
        self.used = found;
        Ok(())
    }
}

/// Twice this time passes at most before a new certificate is in use.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);
