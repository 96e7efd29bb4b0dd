//! Kills the relay: at any moment, right after an answer to a browser, right after the platform
//! has done something that the relay does not know yet, or while a code is on its way.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::platform::Platform;
use crate::process::Relay;
use crate::random::Random;

/// Kills a relay, and starts it again.
pub(crate) struct Killer {
    relay: Relay,
    platform: Platform,
    answered: Arc<Notify>,
    random: Random,
    kills: u32,
}

impl Killer {
    pub(crate) fn new(
        relay: Relay,
        platform: Platform,
        answered: Arc<Notify>,
        random: Random,
    ) -> Self {
        Self { relay, platform, answered, random, kills: 0 }
    }

    /// Lets the relay work for a while, kills it, and starts it again.
    pub(crate) async fn strike(&mut self) {
        sleep(self.random.time(LIFE)).await;
        let moment = match self.random.below(5) {
            0 => None,
            1 => Some(self.answered.notified()),
            2 => Some(self.platform.acted.notified()),
            _ => Some(self.platform.reached.notified()),
        };
        if let Some(moment) = moment {
            // There may be no request just now.
            let _ = timeout(PATIENCE, moment).await;
        }
        self.relay.kill().await;
        self.kills += 1;
        sleep(self.random.time(DEATH)).await;
        self.relay.spawn_again();
        if self.random.below(4) == 0 {
            // Also while it starts, and brings its tables up to date.
            sleep(self.random.time(START)).await;
            self.relay.kill().await;
            self.kills += 1;
            self.relay.spawn_again();
        }
        self.relay.listens().await;
    }

    /// How often it has killed.
    pub(crate) fn kills(&self) -> u32 {
        self.kills
    }

    /// How many consents the relay has requested without an answer.
    pub(crate) async fn intents(&self) -> usize {
        self.relay.intents().await
    }

    /// What the relay has logged in all its lives.
    pub(crate) fn log(&self) -> String {
        self.relay.log()
    }
}

/// Milliseconds that a relay lives, at most, before a moment is looked for.
const LIFE: u64 = 500;
/// Milliseconds that it stays dead, at most.
const DEATH: u64 = 60;
/// Milliseconds in which it starts.
const START: u64 = 60;
const PATIENCE: Duration = Duration::from_millis(500);
