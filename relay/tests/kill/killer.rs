//! Kills the relay: at any moment, right after an answer to a browser, right after a step of the platform of
//! which the relay does not know yet, or during the exchange of a code.

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
            // There may be no request at this moment.
            let _ = timeout(PATIENCE, moment).await;
        }
        self.relay.kill().await;
        self.kills += 1;
        sleep(self.random.time(DEATH)).await;
        self.relay.spawn_again();
        if self.random.below(4) == 0 {
            // Also while it starts and migrates its tables.
            sleep(self.random.time(START)).await;
            self.relay.kill().await;
            self.kills += 1;
            self.relay.spawn_again();
        }
        self.relay.listens().await;
    }

    /// The number of kills.
    pub(crate) fn kills(&self) -> u32 {
        self.kills
    }

    /// The number of consents that the relay has requested without an answer.
    pub(crate) async fn intents(&self) -> usize {
        self.relay.intents().await
    }

    /// The log of all runs of the relay.
    pub(crate) fn log(&self) -> String {
        self.relay.log()
    }
}

/// The most milliseconds that a relay runs before the killer waits for a moment.
const LIFE: u64 = 500;
/// The most milliseconds before the restart.
const DEATH: u64 = 60;
/// Milliseconds in which it starts.
const START: u64 = 60;
const PATIENCE: Duration = Duration::from_millis(500);
