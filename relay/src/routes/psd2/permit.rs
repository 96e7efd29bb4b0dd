//! Whether the relay allows a call about a consent. Deny by default: it refuses a consent that it has ended,
//! and reads nothing under a consent until it knows that the person of this browser approved it.

use protocol::{Call, Scope};

use crate::config::AccountData;
use crate::http::error::{Lacking, RouteError};
use crate::http::psu::Psu;
use crate::link::sca;
use crate::link::sessions::Visitor;
use crate::link::{Authorisation, Link, Way};
use crate::relay::Relay;

/// Refuses a call about `owned` that comes too late or too early. A read may have to wait.
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
    if is_backends(relay) && !matches!(call, Call::ReadConsent { .. }) {
        return Err(RouteError::LinkSession(Lacking::BackendOnly));
    }
    if owned.proof().is_none() && is_approved(relay, owned, psu).await? {
        let owned = relay.sessions().owned(visitor, &owned.id).await?;
        return relay.await_reading(visitor, &owned).await;
    }
    relay.await_reading(visitor, owned).await
}

/// Whether account data is for the back-end port alone.
pub(super) fn is_backends(relay: &Relay) -> bool {
    relay.config().backend.account_data == AccountData::Backend
}

/// Whether a call reads data that the person's consent covers. The consent itself is such data, because it
/// names the accounts.
pub(super) fn reads(call: &Call) -> bool {
    matches!(call, Call::ReadConsent { .. })
        || (call.consent().is_none() && call.scope() == Scope::AccountInformation)
}

/// Whether the platform reports one of the authorisations as approved that this browser's person may have
/// approved. A page that asks only for the status of the consent does not show the relay by which authorisation
/// it became valid.
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

/// Whether the platform may still report that the person signed beside the page, or approved at the bank before
/// they returned.
fn may_be_approved(one: &Authorisation) -> bool {
    let is_beside = matches!(one.way, Way::Beside(_));
    (is_beside || one.way.arrived().is_some()) && !one.status.is_final()
}

/// The most authorisations that the relay asks about for one call, the newest first: a person does not sign for
/// an older one.
const MOST: usize = 4;
