//! Where the person goes next: to the bank's page, or to the BankID app and back.

use protocol::wire::AuthorisationStarted;
use protocol::{Call, header as names};

use super::bank_link::{Offer, withdraw};
use crate::http::error::RouteError;
use crate::link::app_return::STATE_LIFE;
use crate::link::{Link, ReturnState, Used};
use crate::platform::client::Answer;
use crate::relay::Relay;

/// Awaits the person's return, where the answer sends them away. Fills in the link to the bank's page and
/// returns the header that confirms its origin, or returns the header with the return address for the BankID
/// app.
pub(super) async fn returns(
    relay: &Relay,
    call: &Call,
    owned: &Link,
    answer: &mut Answer,
) -> Result<Option<(&'static str, String)>, RouteError> {
    let (authorisation, starts_app) = match call {
        Call::UpdatePsuData { authorisation, .. } => (Some(authorisation.clone()), true),
        Call::StartAuthorisation { .. } if answer.status.is_success() => {
            let started: AuthorisationStarted = answer.body.read()?;
            (Some(started.authorisation_id), started.challenge_data.is_some())
        }
        _ => (None, false),
    };
    let Some(authorisation) = authorisation.filter(|_| answer.status.is_success()) else {
        // A link in this answer would avoid all checks below.
        withdraw(&mut answer.body);
        return Ok(None);
    };
    if let Some(offer) = Offer::of(&answer.body) {
        let (kind, expires) = (offer.kind, relay.now() + STATE_LIFE);
        let (session, consent) = (owned.session, owned.id.clone());
        let used = Used::NotYet;
        let awaited = ReturnState { session, consent, authorisation, kind, expires, used };
        let state = relay.sessions().await_return(awaited).await?;
        let (body, origin) = offer.fill(relay.config(), &state)?;
        answer.body = body;
        return Ok(Some((names::X_AIS_LINK_BANK, origin)));
    }
    withdraw(&mut answer.body);
    let app_return = if starts_app { relay.app_return(owned, &authorisation).await? } else { None };
    Ok(app_return.map(|uri| (names::X_AIS_LINK_RETURN, uri)))
}
