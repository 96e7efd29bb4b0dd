//! Waits until the proof of an approval ([`Link::proof`]) is good enough for something to be read.

use std::time::Duration;

use protocol::id::ConsentId;
use tokio::time::sleep;

use crate::http::error::RouteError;
use crate::link::Link;
use crate::link::links::Links;
use crate::link::sessions::Visitor;

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
