//! Kills a relay: at any moment, right after an answer to a browser, right after a step of the platform of
//! which the relay does not know yet, during the exchange of a code, or while the host's server takes an event. Between
//! two kills the persons always get on.

use std::sync::Arc;

use tokio::time::sleep;

use crate::host::Receiver;
use crate::platform::Platform;
use crate::process::{Home, Relay};
use crate::progress::Progress;
use crate::random::Random;

/// Kills relays, and starts them again.
pub(crate) struct Killer {
    pub home: Arc<Home>,
    pub relays: Vec<Relay>,
    pub platform: Platform,
    pub receiver: Receiver,
    pub progress: Progress,
    pub random: Random,
    pub kills: u32,
}

impl Killer {
    /// Lets the relays answer for a while, kills one, and starts it again.
    pub(crate) async fn strike(&mut self) {
        let life = 1 + self.random.below(LIFE);
        self.progress.answers(life).await;
        let which = self.random.below(6);
        let moment = async {
            match which {
                0 => {}
                1 => self.progress.answered().await,
                2 => self.platform.acted.notified().await,
                3 => self.receiver.came.notified().await,
                _ => self.platform.reached.notified().await,
            }
        };
        tokio::select! {
            () = moment => {}
            // Perhaps nobody comes to this moment now.
            () = self.progress.answers(PATIENCE) => {}
        }
        let one = self.random.below(self.relays.len() as u64);
        let relay = &mut self.relays[usize::try_from(one).unwrap()];
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

/// The most answers that browsers get before the killer waits for a moment.
const LIFE: u64 = 100;
/// After so many more it waits for that moment no longer.
const PATIENCE: u64 = 50;
/// The most milliseconds before the restart.
const DEATH: u64 = 60;
/// Milliseconds in which it starts.
const START: u64 = 60;
