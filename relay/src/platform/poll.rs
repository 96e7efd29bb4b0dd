//! Requests that many tabs share: any number of tabs, however often they ask, cause at most one call to the
//! platform a second for each authorisation and each consent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Table, PoisonError};
use std::time::Duration;

use protocol::Call;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::sleep;
use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::http::error::RouteError;
use crate::platform::call::{Outgoing, Platform};
use crate::platform::client::Answer;

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

/// An answer, and when it was asked for.
#[derive(Clone)]
struct Seen {
    asked: Timestamp,
    answer: Result<Answer, RouteError>,
    /// The platform's request id, which is the one that support asks for.
    id: Uuid,
}

impl Recent {
    fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, slots: Table::default() }
    }

    /// The answer to the request `target`: one that is less than a second old, or that of `ask`.
    /// `id` becomes the id of the request that was answered.
    async fn ask(
        &self,
        target: String,
        id: &mut Uuid,
        ask: impl AsyncFnOnce(&mut Uuid) -> Result<Answer, RouteError>,
    ) -> Result<Answer, RouteError> {
        let slot = self.slot(target);
        // A caller that comes while the request is in progress waits for its answer.
        let mut last = slot.last.lock().await;
        if let Some(seen) = &*last {
            let now = self.clock.now();
            let age = now.since(seen.asked);
            // A clock that was set back must not make an old answer young.
            if age < FRESH && now >= seen.asked {
                *id = seen.id;
                return seen.answer.clone();
            }
            // An animated code changes each second: better a moment later than a second too old.
            sleep(INTERVAL.saturating_sub(age)).await;
        }
        let asked = self.clock.now();
        let answer = ask(id).await;
        *last = Some(Seen { asked, answer: answer.clone(), id: *id });
        answer
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

    /// The platform's answer. All tabs share the requests for a status.
    pub(crate) async fn ask(
        &self,
        call: &Call,
        outgoing: &Outgoing,
        id: &mut Uuid,
    ) -> Result<Answer, RouteError> {
        let now = async |id: &mut Uuid| {
            // A tab that waits for another tab's request uses no permit.
            let _permit = self.calls.try_acquire().map_err(|_| RouteError::Busy)?;
            self.platform.call(call, outgoing, id).await
        };
        match call {
            Call::ReadScaStatus { .. } | Call::ReadConsentStatus { .. } => {
                self.recent.ask(call.target(), id, now).await
            }
            _ => now(id).await,
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
