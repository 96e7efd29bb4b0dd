//! Whether anything may be read under a consent: the one rule against consent fixation. It is read only
//! under an authorisation that the person signed beside the page, or for which they have come back from
//! the bank's page to the browser that began; somebody else may have been lured to that page.
//!
//! A code that the platform took proves that it was they who approved. A code of which the relay did not hear
//! that the platform took it proves nothing, whatever the SCA status says: anybody can bring any text as a code
//! while the token endpoint fails, and somebody else may have approved. At a bank without codes, whoever began
//! may have brought their own return right after somebody else approved: so reading waits for a while in which
//! that other one's return still ends the consent.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::id::{AuthorisationId, ConsentId};
use protocol::wire::{Approach, Returned, ScaStatus};
use tokio::time::sleep;

use crate::http::error::RouteError;
use crate::link::sessions::Visitor;
use crate::relay::Relay;
use crate::store::{Authorisation, Consent};

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

/// How sure it is that the person of this browser approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// They signed beside the page, or the platform took the code that they brought.
    Certain,
    /// They came back, and somebody approved.
    Likely,
}

impl Consent {
    /// Whether one of its authorisations vouches for the person of its browser, by what is known of it.
    pub(crate) fn vouches(&self) -> bool {
        self.proof().is_some()
    }

    fn proof(&self) -> Option<Proof> {
        let proofs = || self.authorisations.iter().filter_map(proof);
        proofs().find(|proof| *proof == Proof::Certain).or_else(|| proofs().next())
    }
}

impl Relay {
    /// Waits until something may be read under `owned`, if that is to be.
    pub(crate) async fn await_reading(
        &self,
        visitor: Visitor,
        owned: &Consent,
    ) -> Result<(), RouteError> {
        let hold = self.config().limits.hold;
        let mut left = match owned.proof().ok_or(RouteError::NotReturned)? {
            Proof::Certain => Duration::ZERO,
            // A clock that was set back makes the wait no longer.
            Proof::Likely => hold.saturating_sub(
                owned.approved.map_or(Duration::ZERO, |approved| self.now().since(approved)),
            ),
        };
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

impl Authorisation {
    /// How the person came back, as a page is told. Whoever came without a code is back; whether the bank has
    /// approved is the status's to tell.
    pub(crate) fn came_back(&self) -> Option<Returned> {
        let arrived = self.arrived.map(|_| Returned::Completed);
        self.returned.clone().or(arrived)
    }

    /// Whether the bank says that it was approved.
    pub(crate) fn is_approved(&self) -> bool {
        matches!(self.status, ScaStatus::Finalised | ScaStatus::Exempted)
    }
}

/// What an authorisation shows. One whose approach is not known shows nothing: its page may be reached by an
/// address that somebody has put together.
fn proof(one: &Authorisation) -> Option<Proof> {
    let (approach, approved) = (one.approach.as_ref()?, one.is_approved());
    if *approach != Approach::Redirect {
        return approved.then_some(Proof::Certain);
    }
    match (&one.returned, one.arrived) {
        (Some(Returned::Completed), None) => Some(Proof::Certain),
        (Some(Returned::Completed) | None, Some(_)) => approved.then_some(Proof::Likely),
        // Also an exchange whose end was not heard, for the platform was silent or the relay was stopped.
        _ => None,
    }
}

/// Between two looks at whether a consent was ended, while reading waits.
const LOOK: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn one(
        approach: Option<Approach>,
        status: ScaStatus,
        returned: Option<Returned>,
    ) -> Authorisation {
        let (id, started) = ("a1".parse().unwrap(), Timestamp::from_millis(0));
        Authorisation { id, started, method: None, approach, status, returned, arrived: None }
    }

    #[test]
    fn only_who_came_back_or_signed_beside_the_page_vouches() {
        use Approach::{Decoupled, Redirect};
        use Proof::{Certain, Likely};
        use Returned::{Completed, Declined, ExchangeFailed, Exchanging, Foreign, Late};
        use ScaStatus::{Exempted, Failed, Finalised, Received, Started};
        let beside = |status| (Some(Decoupled), status, None);
        let by_page = |status, returned| (Some(Redirect), status, returned);
        for ((approach, status, returned), alone, arrived) in [
            (beside(Finalised), Some(Certain), Some(Certain)),
            (beside(Exempted), Some(Certain), Some(Certain)),
            (beside(Started), None, None),
            (beside(Failed), None, None),
            (
                (Some(Approach::from("NEW".to_owned())), Finalised, None),
                Some(Certain),
                Some(Certain),
            ),
            ((None, Received, None), None, None),
            ((None, Finalised, None), None, None),
            (by_page(Finalised, None), None, Some(Likely)),
            (by_page(Started, None), None, None),
            (by_page(Failed, None), None, None),
            (by_page(Received, Some(Completed)), Some(Certain), None),
            (by_page(Finalised, Some(Completed)), Some(Certain), Some(Likely)),
            (by_page(Started, Some(Exchanging)), None, None),
            (by_page(Finalised, Some(Exchanging)), None, None),
            (by_page(Exempted, Some(Exchanging)), None, None),
            (by_page(Failed, Some(Exchanging)), None, None),
            (by_page(Finalised, Some(ExchangeFailed)), None, None),
            (by_page(Finalised, Some(Declined)), None, None),
            (by_page(Finalised, Some(Late)), None, None),
            (by_page(Finalised, Some(Foreign)), None, None),
        ] {
            let mut authorisation = one(approach, status, returned);
            assert_eq!(proof(&authorisation), alone, "{authorisation:?}");
            authorisation.arrived = Some(Timestamp::from_millis(1));
            assert_eq!(proof(&authorisation), arrived, "{authorisation:?}");
        }
    }

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
