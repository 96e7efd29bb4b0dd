//! Requests that many tabs share: any number of tabs, however often they ask, cause at most one call to the
//! platform a second for each authorisation and each consent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Table, PoisonError};
use std::time::Duration;

use protocol::Call;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::sleep;

use crate::clock::{Clock, Timestamp};
use crate::http::error::RouteError;
use crate::metrics::Metrics;
use crate::platform::call::{Asked, Outgoing, Platform};

/// Calls for browsers. All tabs share the requests for a status.
pub(crate) struct Polls {
    platform: Arc<Platform>,
    calls: Arc<Semaphore>,
    recent: Recent,
}

/// The recent requests, by their target.
struct Recent {
    clock: Arc<dyn Clock>,
    slots: Table<HashMap<String, Slot>>,
}

#[derive(Clone)]
struct Slot {
    used: Timestamp,
    last: Arc<Mutex<Option<Seen>>>,
}

/// What came of a question, and when it was asked.
struct Seen {
    at: Timestamp,
    asked: Asked,
}

impl Recent {
    fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, slots: Table::default() }
    }

    /// What came of the question `target`: less than a second ago, or now by `ask`.
    async fn ask(&self, target: String, ask: impl AsyncFnOnce() -> Asked) -> Asked {
        let slot = self.slot(target);
        // A second caller waits for the answer that is on its way.
        let mut last = slot.last.lock().await;
        if let Some(seen) = &*last {
            let now = self.clock.now();
            let age = now.since(seen.at);
            // A clock that was set back makes no answer young.
            if age < FRESH && now >= seen.at {
                return seen.asked.clone();
            }
            // An animated code changes each second: better a moment later than a second too old.
            sleep(INTERVAL.saturating_sub(age)).await;
        }
        let at = self.clock.now();
        let asked = ask().await;
        *last = Some(Seen { at, asked: asked.clone() });
        asked
    }

    /// The slot of a request. This also drops the slots of requests that have stopped.
    fn slot(&self, target: String) -> Slot {
        let now = self.clock.now();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= SWEEP && !slots.contains_key(&target) {
            // A caller that holds a copy still waits for the answer, however old the request is.
            let is_awaited = |slot: &Slot| Arc::strong_count(&slot.last) > 1;
            slots.retain(|_, slot| is_awaited(slot) || now.since(slot.used) < KEEP);
        }
        let slot = slots.entry(target).or_insert_with(|| Slot { used: now, last: Arc::default() });
        slot.used = now;
        slot.clone()
    }
}

impl Polls {
    /// Calls to `platform`, as many at one time as `calls` has permits.
    pub(crate) fn new(
        platform: Arc<Platform>,
        calls: Arc<Semaphore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { platform, calls, recent: Recent::new(clock) }
    }

    /// What the relay counts.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        self.platform.metrics()
    }

    /// What the platform answers to `call`. All who ask for one status share its question.
    pub(crate) async fn ask(&self, call: &Call, outgoing: &Outgoing) -> Asked {
        let now = async || match self.calls.try_acquire() {
            // A tab that only waits for an answer that another tab asked for takes no permit.
            Ok(_permit) => self.platform.call(call, outgoing).await,
            Err(_) => Asked { answer: Err(RouteError::Busy), request_id: outgoing.request_id },
        };
        match call {
            Call::ReadScaStatus { .. } | Call::ReadConsentStatus { .. } => {
                self.recent.ask(call.target(), now).await
            }
            _ => now().await,
        }
    }
}

/// The shortest time between two calls to the platform for one target.
const INTERVAL: Duration = Duration::from_secs(1);
/// How old an answer may be to serve once more. A browser that asks each second, a little too early,
/// must not get every answer twice.
const FRESH: Duration = Duration::from_millis(750);
/// How long an answer is kept: a frame of a code must not stay in memory.
const KEEP: Duration = Duration::from_secs(5);
/// The number of requests from which on old ones are dropped.
const SWEEP: usize = 64;

#[cfg(test)]
mod tests;
