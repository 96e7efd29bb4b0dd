//! Waits until the proof of an approval ([`Link::proof`]) is good enough for something to be read. An exchange of a
//! code that this process has under way is kept here, and not with the link: it ends with its task, however that
//! ends, while what a store keeps would outlive a relay that is killed, and then stand in the way of the next one.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::id::{AuthorisationId, ConsentId};
use tokio::time::sleep;

use crate::http::error::RouteError;
use crate::link::Link;
use crate::link::links::Links;
use crate::link::sessions::Visitor;

/// The authorisations whose codes are being exchanged by this process.
#[derive(Clone, Default)]
pub(crate) struct Exchanges(Arc<Mutex<HashSet<AuthorisationId>>>);

/// An exchange that is under way. It is over when this is dropped.
pub(crate) struct UnderWay(Exchanges, AuthorisationId);

impl Exchanges {
    /// Notes that the code of `authorisation` is being exchanged; `None` where one is already.
    pub(crate) fn begin(&self, authorisation: &AuthorisationId) -> Option<UnderWay> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = all.insert(authorisation.clone());
        is_first.then(|| UnderWay(self.clone(), authorisation.clone()))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Links {
    /// Waits until something may be read under `owned`, if that is to be.
    pub(crate) async fn await_reading(
        &self,
        visitor: Visitor,
        owned: &Link,
    ) -> Result<(), RouteError> {
        let proof = owned.proof().ok_or(RouteError::NotReturned)?;
        let mut left = proof.wait(self.config().limits.hold, self.now());
        while !left.is_zero() {
            let step = left.min(LOOK);
            sleep(step).await;
            left = left.saturating_sub(step);
            self.still_readable(visitor, &owned.id).await?;
        }
        Ok(())
    }

    /// Refuses what has been ended since, or was forgotten. What was read meanwhile is not passed on then.
    pub(crate) async fn still_readable(
        &self,
        visitor: Visitor,
        consent: &ConsentId,
    ) -> Result<(), RouteError> {
        let owned = self.sessions().owned(visitor, consent).await?;
        owned.is_open()?;
        owned.proof().map(drop).ok_or(RouteError::NotReturned)
    }
}

/// Between two looks at whether a consent was ended, while reading waits.
const LOOK: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_under_way_until_it_is_dropped() {
        let exchanges = Exchanges::default();
        let id = "a1".parse().unwrap();
        let under_way = exchanges.begin(&id);
        assert!(under_way.is_some());
        assert!(exchanges.begin(&id).is_none(), "one at a time");
        drop(under_way);
        assert!(exchanges.begin(&id).is_some());
    }
}
