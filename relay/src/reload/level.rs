//! The configuration file, of which one setting may change while the relay runs: the log's level. The file is judged as a whole, as at
//! a start; all else in it counts from the next one.

use std::fs;
use std::path::PathBuf;

use super::Why;
use crate::config::LogLevel;
use crate::log::Level;
use crate::relay::Relay;

/// The file, and what follows it.
pub(super) struct LevelFile {
    path: PathBuf,
    level: Level,
    relay: Relay,
    /// What the file held when the level in use was read.
    used: String,
    /// What the last look found, or why it could not be read.
    seen: Result<String, String>,
    /// Why the file cannot be used.
    fault: Option<String>,
}

impl LevelFile {
    pub(super) fn new(path: PathBuf, level: Level, relay: Relay) -> Self {
        let used = relay.config().sources.file().unwrap_or_default().to_owned();
        Self { path, level, relay, seen: Ok(used.clone()), used, fault: None }
    }

    /// Looks at the file once; whether something else in it is in use from now on.
    pub(super) async fn look(&mut self, why: Why) -> bool {
        let path = self.path.clone();
        let reading = tokio::task::spawn_blocking(move || fs::read_to_string(path));
        let Ok(found) = reading.await else { return false };
        let found = found.map_err(|error| format!("AIS_RELAY_CONFIG cannot be read; {error}"));
        let is_settled = self.seen == found;
        self.seen.clone_from(&found);
        if why == Why::Time && !is_settled {
            return false;
        }
        let taken = match found {
            Ok(text) if text == self.used => Ok(false),
            Ok(text) => self.take(text).await.map(|()| true),
            Err(error) => Err(error),
        };
        let is_taken = taken == Ok(true);
        self.fault = taken.err();
        is_taken
    }

    /// Why the file cannot be used, as the last look found.
    pub(super) fn fault(&self) -> Option<&String> {
        self.fault.as_ref()
    }

    async fn take(&mut self, text: String) -> Result<(), String> {
        let (sources, now) = (self.relay.config().sources.clone(), self.relay.now());
        let reading = tokio::task::spawn_blocking(move || (sources.level(&text, now), text));
        let (level, text) = reading.await.map_err(|error| error.to_string())?;
        let level = level.map_err(|error| error.to_string().replace('\n', "; "))?;
        // The line is in the log on the lower of both levels.
        let before = self.relay.reloads().last().log_level;
        if level > before {
            self.set(level);
        }
        tracing::info!(
            log_level = level.as_str(),
            "the configuration file has changed: this level of the log is in use, and all else counts from \
             the next start"
        );
        self.set(level);
        self.used = text;
        Ok(())
    }

    fn set(&self, level: LogLevel) {
        self.level.set(level);
        self.relay.reloads().note_level(level);
    }
}
