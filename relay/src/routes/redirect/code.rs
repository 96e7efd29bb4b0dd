//! A return with a code (`_links.scaOAuth`): the platform takes it, once. A code that it cannot have taken is
//! sent again, here or when the same browser brings it again, so that a link outlives a relay that was
//! stopped and a platform that was away. Where the relay does not hear that the platform took it, nothing is
//! read: the person begins again.

use std::time::Duration;

use protocol::wire::{Returned, ScaStatus};
use tokio::time::sleep;

use super::OwnReturn;
use crate::crypto::key::CodeKey;
use crate::http::error::RouteError;
use crate::link::{Back, Event, Use};
use crate::platform::exchange::{Exchange, Grant};
use crate::store::Hold;

impl OwnReturn<'_> {
    /// Has the platform take `code`, unless it did, or another return is at it for too long.
    pub(super) async fn with_code(&self, code: &str) -> Result<Option<Returned>, RouteError> {
        let Self { relay, key, .. } = *self;
        let Some(_turn) = self.turn().await? else {
            return Ok(Some(Returned::Exchanging));
        };
        let own = CodeKey::of(code);
        // Noted before anything is sent: should the relay stop in the middle, the link must not be lost.
        let is_first = relay.sessions().take_return(key, Use::Exchange(own)).await?;
        if is_first {
            return self.exchange(code).await.map(Some);
        }
        match self.left_open(own).await? {
            Left::Ended(returned) => Ok(returned),
            Left::Open => self.exchange(code).await.map(Some),
        }
    }

    /// The turn to send a code of this authorisation; `None` where another return has it for too long. A browser that heard
    /// nothing brings its return once more, while the first one is still at work. It must hear what that has come to: if it
    /// heard now that the relay is at it, it would forget the code, and a relay that is killed then could get it from nobody.
    async fn turn(&self) -> Result<Option<Hold>, RouteError> {
        let Self { relay, awaited, .. } = *self;
        // A hold, and nothing that the store keeps: that would outlive a relay that is killed, and then stand in the
        // way of the next one.
        let exchange = format!("exchange {} {}", awaited.consent, awaited.authorisation);
        let mut waited = Duration::ZERO;
        loop {
            let held = relay.sessions().store().hold(&exchange).await?;
            if held.is_some() || waited >= relay.config().limits.exchange {
                return Ok(held);
            }
            sleep(LOOK).await;
            waited += LOOK;
        }
    }

    /// What an earlier return has come to. It is left open where the relay was stopped, or the platform was
    /// silent; who brings that very code again may have it sent again, unless the platform has taken it.
    async fn left_open(&self, code: CodeKey) -> Result<Left, RouteError> {
        let Self { relay, key, awaited, .. } = *self;
        let store = relay.sessions().store();
        // What was read before this return's turn came may be old.
        let state = store.get_return(key).await?;
        let link = store.get(&awaited.consent, relay.now()).await?;
        let open = link.filter(|link| link.ended().is_none());
        let known = open.and_then(|link| link.outcome(&awaited.authorisation));
        let is_open = known == Some(Returned::Exchanging)
            && state.is_some_and(|state| state.code() == Some(code))
            // What failed at the bank is over. What is approved there is still without its proof.
            && self.look().await? != Some(ScaStatus::Failed);
        Ok(if is_open { Left::Open } else { Left::Ended(known) })
    }

    /// Sends the code until the platform has said something, and notes that.
    async fn exchange(&self, code: &str) -> Result<Returned, RouteError> {
        let Self { relay, awaited, link, .. } = *self;
        let back = match self.send(code).await {
            Exchange::Taken => Back::Taken,
            // Also where the platform may refuse it because it took it before: the relay cannot find out whether it
            // did, and the platform refuses an invented code in the same words.
            Exchange::Refused => Back::ExchangeFailed,
            // It is left open: the person may bring it again.
            Exchange::Unheard => return Ok(Returned::Exchanging),
            Exchange::NotYet(fault, _) => return Err(RouteError::Platform(fault)),
        };
        let event = Event::Back(awaited.authorisation.clone(), back);
        relay.sessions().apply(&link.id, [event]).await?;
        Ok(back.into())
    }

    /// Sends the code, again and again while it cannot have been taken; what came of the last time.
    async fn send(&self, code: &str) -> Exchange {
        let Self { relay, awaited, link, came, .. } = *self;
        let Some(redirect_uri) = &relay.config().redirect.uri else {
            return Exchange::Refused;
        };
        let (scope, authorisation) = (came.scope.as_deref(), &awaited.authorisation);
        let grant = Grant {
            code,
            redirect_uri,
            scope,
            bank: &link.terms.bank,
            context: link.terms.context,
            consent: &link.id,
            authorisation,
        };
        let (began, mut waited) = (relay.now(), Duration::ZERO);
        let mut pause = PAUSE;
        loop {
            let exchange = relay.platform().tokens.exchange(&grant).await;
            let Exchange::NotYet(_, wish) = exchange else { return exchange };
            let next = wish.unwrap_or_default().max(pause);
            if relay.now().since(began).max(waited) + next > relay.config().limits.exchange {
                return exchange;
            }
            sleep(next).await;
            waited += next;
            pause *= 2;
        }
    }
}

/// What an earlier return with a code has come to.
enum Left {
    /// To this.
    Ended(Option<Returned>),
    /// To nothing yet.
    Open,
}

/// Between two looks at whether another return has come to its end.
const LOOK: Duration = Duration::from_millis(100);
/// After a first try that did not come to anything. The pause doubles with each further one.
const PAUSE: Duration = Duration::from_millis(500);
