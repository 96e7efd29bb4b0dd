//! Whether anything may be read under a consent: the one rule against consent fixation. It is read only
//! under an authorisation that the person signed beside the page, or for which they have come back from
//! the bank's page to the browser that began; somebody else may have been lured to that page.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::id::AuthorisationId;
use protocol::wire::{Approach, Returned, ScaStatus};

use crate::error::RouteError;
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

    fn has(&self, authorisation: &AuthorisationId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(authorisation)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Consent {
    /// Refuses to read under a consent of which no authorisation vouches for the person of this browser:
    /// they are still at the bank, or it was somebody else.
    pub(crate) fn has_returned(&self, exchanges: &Exchanges) -> Result<(), RouteError> {
        let vouches = |one: &Authorisation| vouches(one, exchanges.has(&one.id));
        if self.authorisations.iter().any(vouches) { Ok(()) } else { Err(RouteError::NotReturned) }
    }
}

/// Whether an authorisation shows that the person of this browser approved. One whose approach is not
/// known shows nothing: its page may be reached by an address that somebody has put together.
fn vouches(authorisation: &Authorisation, under_way: bool) -> bool {
    let is_final = matches!(authorisation.status, ScaStatus::Finalised | ScaStatus::Exempted);
    match (&authorisation.approach, &authorisation.returned) {
        (Some(Approach::Redirect), Some(Returned::Completed)) => true,
        // An exchange whose end was not heard, for the platform was silent or the relay was stopped.
        (Some(Approach::Redirect), Some(Returned::Exchanging)) => is_final && !under_way,
        (None | Some(Approach::Redirect), _) => false,
        (Some(_), _) => is_final,
    }
}

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
        Authorisation { id, started, method: None, approach, status, returned }
    }

    #[test]
    fn only_who_came_back_or_signed_beside_the_page_vouches() {
        use Approach::{Decoupled, Redirect};
        use ScaStatus::{Exempted, Failed, Finalised, Received, Started};
        for (approach, status, returned, under_way, expect) in [
            (Some(Decoupled), Finalised, None, false, true),
            (Some(Decoupled), Exempted, None, false, true),
            (Some(Decoupled), Started, None, false, false),
            (Some(Decoupled), Failed, None, false, false),
            (None, Received, None, false, false),
            (None, Finalised, None, false, false),
            (Some(Approach::from("NEW".to_owned())), Finalised, None, false, true),
            (Some(Redirect), Finalised, None, false, false),
            (Some(Redirect), Received, Some(Returned::Completed), false, true),
            (Some(Redirect), Started, Some(Returned::Exchanging), false, false),
            (Some(Redirect), Finalised, Some(Returned::Exchanging), true, false),
            (Some(Redirect), Finalised, Some(Returned::Exchanging), false, true),
            (Some(Redirect), Finalised, Some(Returned::ExchangeFailed), false, false),
            (Some(Redirect), Finalised, Some(Returned::Declined), false, false),
            (Some(Redirect), Finalised, Some(Returned::Late), false, false),
            (Some(Redirect), Finalised, Some(Returned::Foreign), false, false),
        ] {
            let authorisation = one(approach, status, returned);
            assert_eq!(vouches(&authorisation, under_way), expect, "{authorisation:?}");
        }
    }

    #[test]
    fn an_exchange_is_under_way_until_it_is_dropped() {
        let exchanges = Exchanges::default();
        let id = "a1".parse().unwrap();
        let under_way = exchanges.begin(&id);
        assert!(exchanges.has(&id));
        assert!(exchanges.begin(&id).is_none(), "one at a time");
        assert!(exchanges.has(&id));
        drop(under_way);
        assert!(!exchanges.has(&id));
    }
}
