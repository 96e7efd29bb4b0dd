//! A return in a browser that did not begin the link. It completes nothing and ends the consent: an attacker
//! may have lured the person into approving the attacker's consent.

use protocol::id::BicFi;

use super::form::Return;
use super::page::End;
use crate::config::ForeignReturn;
use crate::crypto::key::{CodeKey, StateKey};
use crate::http::error::RouteError;
use crate::http::psu::Psu;
use crate::link::{Link, Return as Came, ReturnKind, ReturnState, Use, Way};
use crate::log::Record;
use crate::relay::Relay;

/// Ends the link of the return here at once, and its consent at the platform as soon as possible. Returns the
/// page for the person.
pub(super) async fn foreign(
    relay: &Relay,
    psu: &Psu,
    came: &Return,
    awaited: &ReturnState,
    record: &mut Record,
) -> Result<End, RouteError> {
    let store = relay.sessions().store();
    let ignores = relay.config().redirect.foreign_return == ForeignReturn::Ignore;
    if awaited.kind == ReturnKind::App && ignores {
        return Ok(End::Elsewhere);
    }
    // An expired return ends nothing: the address may come from a browser's history.
    if relay.now() >= awaited.expires {
        return Ok(End::Late);
    }
    let known = store.get(&awaited.consent, relay.now()).await?;
    record.bank = known.as_ref().map(|known| known.terms.bank.clone());
    let bank = record.bank.as_ref().map_or("none", BicFi::as_str);
    if known.as_ref().is_some_and(|known| is_history(known, awaited, came)) {
        tracing::warn!(bank, request_id = %record.request_id, "an already exchanged code was replayed in another browser");
        return Ok(End::Unknown);
    }
    if !relay.sessions().take_return(StateKey::from(&came.state), Use::Foreign).await? {
        return Ok(End::Foreign);
    }
    // The relay has ended the link. It asks the platform to delete the consent now, or later in the background.
    tracing::warn!(bank, request_id = %record.request_id, "foreign_completion");
    if let Some(known) = known {
        relay.end(&known, Some(psu)).await;
    }
    Ok(End::Foreign)
}

/// Whether the browser that began has brought this code before, and the platform accepted it. Then no person
/// was lured: somebody has opened the person's own return address again in another browser.
fn is_history(known: &Link, awaited: &ReturnState, came: &Return) -> bool {
    let taken = known
        .authorisation(&awaited.authorisation)
        .is_some_and(|one| one.way == Way::AtBank(Came::Taken) && awaited.kind == ReturnKind::Code);
    let code = came.code.as_deref().filter(|_| came.error.is_none()).map(CodeKey::of);
    taken && known.ended().is_none() && code.is_some() && code == awaited.code()
}
