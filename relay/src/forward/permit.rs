//! Whether a call may still be made about a consent. Deny by default: what was ended here is refused, and
//! nothing is read under a consent until it is known that the person of this browser approved it.

use protocol::wire::{Approach, ScaStatus, UpdatePsuDataResult};
use protocol::{Call, Scope};

use crate::Relay;
use crate::ended::consent_headers;
use crate::error::RouteError;
use crate::platform::Cargo;
use crate::psu::Psu;
use crate::store::{Authorisation, Consent, Fact};

/// Refuses a call that may not be made about `owned` any more, or not yet.
pub(super) async fn permit(
    relay: &Relay,
    call: &Call,
    owned: &Consent,
    psu: &Psu,
) -> Result<(), RouteError> {
    owned.is_open()?;
    // The consent itself names the accounts that it is for.
    let reads = matches!(call, Call::ReadConsent { .. })
        || (call.consent().is_none() && call.scope() == Scope::AccountInformation);
    if !reads
        || owned.has_returned(relay.exchanges()).is_ok()
        || is_signed(relay, owned, psu).await?
    {
        return Ok(());
    }
    Err(RouteError::NotReturned)
}

/// Whether the platform says that the person signed beside the page. A page that asks for the status of
/// the consent alone leaves it to the relay to find out by which authorisation it became valid.
async fn is_signed(relay: &Relay, owned: &Consent, psu: &Psu) -> Result<bool, RouteError> {
    let headers = consent_headers(owned, Some(psu)).ok_or(RouteError::Internal)?;
    let cargo = Cargo { context: owned.context, headers, body: None };
    let open = owned.authorisations.iter().rev().filter(|one| is_open_beside_the_page(one));
    for Authorisation { id, .. } in open.take(MOST) {
        let (consent, authorisation) = (owned.id.clone(), id.clone());
        let call = Call::ReadScaStatus { consent, authorisation };
        let answer = relay.ask(&call, &cargo, &mut relay.request_id()).await?;
        let told = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status.is_success());
        let Some(UpdatePsuDataResult { sca_status: status, .. }) = told else { continue };
        if status.is_final() {
            let is_good = status != ScaStatus::Failed;
            relay.sessions().learn(&owned.id, Fact::Sca(id.clone(), status)).await?;
            if is_good {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn is_open_beside_the_page(one: &Authorisation) -> bool {
    let beside = one.approach.as_ref().is_some_and(|approach| *approach != Approach::Redirect);
    beside && !one.status.is_final()
}

/// Authorisations that are asked about for one call, the newest first: nobody signs for an older one.
const MOST: usize = 4;
