//! Whether a call may still be made about a consent. Deny by default: what was ended here is refused, and
//! nothing is read under a consent until it is known that the person of this browser approved it.

use protocol::{Call, Scope};

use crate::config::AccountData;
use crate::http::error::{Lacking, RouteError};
use crate::http::psu::Psu;
use crate::link::sca;
use crate::link::sessions::Visitor;
use crate::link::{Authorisation, Link, Way};
use crate::relay::Relay;

/// Refuses a call that may not be made about `owned` any more, or not yet. Reading may have to wait a while.
pub(super) async fn permit(
    relay: &Relay,
    visitor: Visitor,
    call: &Call,
    owned: &Link,
    psu: &Psu,
) -> Result<(), RouteError> {
    owned.is_open()?;
    if !reads(call) {
        return Ok(());
    }
    let is_backends = relay.config().backend.account_data == AccountData::Backend;
    if is_backends && !matches!(call, Call::ReadConsent { .. }) {
        return Err(RouteError::LinkSession(Lacking::BackendOnly));
    }
    if owned.proof().is_none() && is_approved(relay, owned, psu).await? {
        let owned = relay.sessions().owned(visitor, &owned.id).await?;
        return relay.await_reading(visitor, &owned).await;
    }
    relay.await_reading(visitor, owned).await
}

/// Whether a call reads what a person has permitted. The consent itself names the accounts that it is for.
pub(super) fn reads(call: &Call) -> bool {
    matches!(call, Call::ReadConsent { .. })
        || (call.consent().is_none() && call.scope() == Scope::AccountInformation)
}

/// Whether the platform says that one of the authorisations is approved for which this browser's person may
/// have done that. A page that asks for the status of the consent alone leaves it to the relay to find out
/// by which of them it became valid.
async fn is_approved(relay: &Relay, owned: &Link, psu: &Psu) -> Result<bool, RouteError> {
    let headers = sca::headers(relay, owned, psu)?;
    let open = owned.authorisations.iter().rev().filter(|one| may_be_approved(one));
    for Authorisation { id, .. } in open.take(MOST) {
        let Some(status) = relay.read_sca(owned, id, &headers).await? else { continue };
        relay.note_sca(&owned.id, id, &status).await?;
        if status.is_approved() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the platform may yet say that the person signed beside the page, or did so at the bank before they
/// came back.
fn may_be_approved(one: &Authorisation) -> bool {
    let is_beside = matches!(one.way, Way::Beside(_));
    (is_beside || one.way.arrived().is_some()) && !one.status.is_final()
}

/// Authorisations that are asked about for one call, the newest first: nobody signs for an older one.
const MOST: usize = 4;
