//! Kills a relay: at any moment, right after an answer to a browser, right after a step of the platform of
//! which the relay does not know yet, during the exchange of a code, or while the host's server takes an event.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::host::Receiver;
use crate::platform::Platform;
use crate::process::{Home, Relay};
use crate::random::Random;

/// Kills relays, and starts them again.
pub(crate) struct Killer {
    pub home: Arc<Home>,
    pub relays: Vec<Relay>,
    pub platform: Platform,
    pub receiver: Receiver,
    pub answered: Arc<Notify>,
    pub random: Random,
    pub kills: u32,
}

impl Killer {
    /// Lets the relays work for a while, kills one, and starts it again.
    pub(crate) async fn strike(&mut self) {
        sleep(self.random.time(LIFE)).await;
        let moment = match self.random.below(6) {
            0 => None,
            1 => Some(self.answered.notified()),
            2 => Some(self.platform.acted.notified()),
            3 => Some(self.receiver.came.notified()),
            _ => Some(self.platform.reached.notified()),
        };
        let one = self.random.below(self.relays.len() as u64);
        let relay = &mut self.relays[usize::try_from(one).unwrap()];
        if let Some(moment) = moment {
            // There may be no request at this moment.
            let _ = timeout(PATIENCE, moment).await;
        }
        relay.kill().await;
        self.kills += 1;
        sleep(self.random.time(DEATH)).await;
        relay.spawn_again();
        if self.random.below(4) == 0 {
            // Also while it starts and migrates its tables.
            sleep(self.random.time(START)).await;
            relay.kill().await;
            self.kills += 1;
            relay.spawn_again();
        }
        relay.listens().await;
    }
}

/// The most milliseconds that a relay runs before the killer waits for a moment.
const LIFE: u64 = 500;
/// The most milliseconds before the restart.
const DEATH: u64 = 60;
/// Milliseconds in which it starts.
const START: u64 = 60;
const PATIENCE: Duration = Duration::from_millis(500);
