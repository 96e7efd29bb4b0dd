//! What the relay learns from the platform's answers, and stores before it replies to the browser: the owner
//! and the status of a consent. It never asks again for a final status.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use protocol::id::{AuthorisationId, ConsentId};
use protocol::profile::{Context, IdsUntil};
use protocol::wire::{
    Approach, AuthorisationList, AuthorisationStarted, Consent, ConsentCreated, ConsentState,
    ConsentStatus, ScaStatus, UpdatePsuDataResult,
};
use protocol::{Call, header as names};

use super::bank_link::Offer;
use super::headers::Chosen;
use super::permit::is_backends;
use crate::crypto::key::SessionKey;
use crate::crypto::seal::Sealed;
use crate::http::body::Sent;
use crate::http::error::RouteError;
use crate::http::flaw::Flaw;
use crate::link::{Authorisation, Event, Link, Listed, Terms, Way};
use crate::platform::client::Answer;
use crate::platform::json::Body;
use crate::relay::Relay;

/// Stores the events in the answer to `call`, in one transaction. `owned` is its link before them.
pub(super) async fn learn(
    relay: &Relay,
    call: &Call,
    sent: Option<&Sent>,
    owned: Option<&Link>,
    answer: &Answer,
) -> Result<(), RouteError> {
    let Some(owned) = owned.filter(|_| answer.status.is_success()) else { return Ok(()) };
    let events = events(relay, call, sent, owned, answer)?;
    relay.sessions().apply(&owned.id, events).await
}

/// The events that the answer to `call` reports and the link does not have yet.
fn events(
    relay: &Relay,
    call: &Call,
    sent: Option<&Sent>,
    owned: &Link,
    answer: &Answer,
) -> Result<Vec<Event>, RouteError> {
    Ok(match call {
        Call::StartAuthorisation { .. } => vec![Event::Started(started(relay, answer)?)],
        Call::ListAuthorisations { .. } => listed(relay, owned, answer)?,
        Call::UpdatePsuData { authorisation, .. } => {
            let result: UpdatePsuDataResult = answer.body.read()?;
            let known = owned.authorisation(authorisation);
            let chosen = chosen(authorisation, known, sent, answer);
            [chosen].into_iter().chain(progress(authorisation, known, result)).collect()
        }
        Call::ReadScaStatus { authorisation, .. } => {
            let known = owned.authorisation(authorisation);
            progress(authorisation, known, answer.body.read()?).into_iter().collect()
        }
        Call::ReadConsent { .. } => {
            let read: Consent = answer.body.read()?;
            let is_news = *owned.status() != read.consent_status
                && read.consent_status != ConsentStatus::Received;
            let until =
                read.granted_until().filter(|day| owned.valid_until.as_deref() != Some(day));
            let until = until.map(str::to_owned);
            // Where pages list no accounts, the page shows the link as linked with this answer.
            let shown = is_backends(relay)
                && owned.listed == Listed::NotYet
                && [owned.status(), &read.consent_status].contains(&&ConsentStatus::Valid);
            let listed = shown.then_some(Event::Listed);
            let status = is_news.then_some(Event::Status(read.consent_status));
            until.map(Event::ValidUntil).into_iter().chain(status).chain(listed).collect()
        }
        Call::ReadConsentStatus { .. } => {
            match answer.body.read() {
                // Every consent begins as received, so a late answer with that status is no news.
                Ok(ConsentState { consent_status: status })
                    if status != ConsentStatus::Received && status != *owned.status() =>
                {
                    vec![Event::Status(status)]
                }
                _ => Vec::new(),
            }
        }
        Call::ListAccounts { .. } if owned.listed == Listed::NotYet => vec![Event::Listed],
        _ => Vec::new(),
    })
}

/// The authorisation that `answer` reports as created.
fn started(relay: &Relay, answer: &Answer) -> Result<Authorisation, RouteError> {
    let new: AuthorisationStarted = answer.body.read()?;
    if !new.authorisation_id.fits() {
        return Err(Flaw::Lacking.into());
    }
    let status = if new.sca_status.is_known() { new.sca_status } else { ScaStatus::Received };
    // Where the bank continues without a choice of method and without a page, no later answer names the
    // approach.
    let says = status != ScaStatus::Received
        || new.chosen_sca_method.is_some()
        || new.challenge_data.is_some()
        || new.psu_message.is_some();
    let goes_on = says && new.sca_methods.is_empty();
    let beside = || goes_on.then_some(Approach::Decoupled);
    let way = approach(answer).or_else(beside).map_or(Way::Unknown, Way::of);
    let method = new.chosen_sca_method.map(|chosen| chosen.authentication_method_id);
    Ok(Authorisation {
        method,
        way,
        ..Authorisation::new(new.authorisation_id, relay.now(), status)
    })
}

/// The authorisations that the platform lists. The list does not say when they began. An unknown one must not
/// seem newer than the known ones.
fn listed(relay: &Relay, owned: &Link, answer: &Answer) -> Result<Vec<Event>, RouteError> {
    let list: AuthorisationList = answer.body.read()?;
    let room = relay.config().limits.authorisations.saturating_sub(owned.authorisations.len());
    let is_new = |id: &AuthorisationId| owned.authorisation(id).is_none();
    let new = |id| Event::Started(Authorisation::new(id, owned.created, ScaStatus::Received));
    Ok(list.authorisation_ids.into_iter().filter(is_new).take(room).map(new).collect())
}

/// The event of a chosen method. A bank that has never named an approach and has no page uses the decoupled
/// one.
fn chosen(
    id: &AuthorisationId,
    known: Option<&Authorisation>,
    sent: Option<&Sent>,
    answer: &Answer,
) -> Event {
    let method = match sent {
        Some(Sent::PsuData(data)) => Some(data.authentication_method_id.clone()),
        _ => None,
    };
    let approach = approach(answer).or_else(|| known?.way.approach().cloned());
    Event::Chosen(id.clone(), method, approach.unwrap_or(Approach::Decoupled))
}

/// The SCA status in an answer, where it is news.
fn progress(
    id: &AuthorisationId,
    known: Option<&Authorisation>,
    sca: UpdatePsuDataResult,
) -> Option<Event> {
    let status = sca.sca_status;
    let is_news = status.is_known() && known.is_none_or(|known| known.status != status);
    is_news.then(|| Event::Sca(id.clone(), status))
}

/// The ids of the person and the company, encrypted, for as long as the bank requires them.
fn person(relay: &Relay, chosen: &Chosen, consent: &ConsentId) -> Option<Sealed> {
    let sealed = relay.seal(&chosen.person()?, consent)?;
    let profile = relay.config().profiles.of(chosen.bank.as_ref()?);
    Some(match profile.ids_until {
        IdsUntil::Authorisation => sealed,
        IdsUntil::Accounts => sealed.for_accounts(),
    })
}

/// The link of the consent that `answer` reports as created.
pub(super) fn created(
    relay: &Relay,
    session: SessionKey,
    sent: Option<&Sent>,
    chosen: &Chosen,
    context: Context,
    answer: &Answer,
) -> Result<Link, RouteError> {
    let new: ConsentCreated = answer.body.read()?;
    let mut made = link(relay, session, sent, chosen, context, new.consent_id)?;
    made.apply(Event::Status(new.consent_status), relay.now());
    Ok(made)
}

/// The link of a new consent with this id.
pub(super) fn link(
    relay: &Relay,
    session: SessionKey,
    sent: Option<&Sent>,
    chosen: &Chosen,
    context: Context,
    id: ConsentId,
) -> Result<Link, RouteError> {
    let Some(Sent::Consent(request)) = sent else {
        return Err(RouteError::Internal);
    };
    let terms = Terms {
        bank: chosen.bank.clone().ok_or(RouteError::Internal)?,
        affiliated: chosen.affiliated.clone(),
        entry: chosen.entry.as_ref().map(|chosen| chosen.0.clone()),
        context,
        redirect_preferred: chosen.redirect_preferred,
        valid_until: request.valid_until.clone(),
        return_page: None,
    };
    let psu = person(relay, chosen, &id);
    Ok(Link { psu, ..Link::new(id, session, terms, relay.now()) })
}

/// The answer to `call` without the platform, where the requested status is final.
pub(super) fn remembered(call: &Call, owned: &Link) -> Option<Answer> {
    let body = match call {
        Call::ReadScaStatus { authorisation, .. } => {
            let known = owned.authorisation(authorisation)?;
            known.status.is_final().then(|| field("scaStatus", known.status.as_str()))
        }
        Call::ReadConsentStatus { .. } => {
            let status = owned.status();
            status.is_final().then(|| field("consentStatus", status.as_str()))
        }
        _ => None,
    }?;
    let json = HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
    Some(Answer { status: StatusCode::OK, headers, body })
}

fn field(name: &str, word: &str) -> Body {
    Body::written(serde_json::json!({ name: word }))
}

/// The approach in an answer. A link to the bank's page means redirect, whatever the header says, because then
/// the relay shows accounts only after the person has returned.
fn approach(answer: &Answer) -> Option<Approach> {
    if Offer::of(&answer.body).is_some() {
        return Some(Approach::Redirect);
    }
    let value = answer.headers.get(names::ASPSP_SCA_APPROACH)?.to_str().ok()?;
    Some(Approach::from(value.to_owned()))
}
