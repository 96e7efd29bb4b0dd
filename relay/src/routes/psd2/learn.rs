//! What the relay notes of the platform's answers, before the browser hears of them: whose a consent
//! is, and how far it has come. What is final is remembered, and never asked for again.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use protocol::id::{AuthorisationId, ConsentId};
use protocol::profile::{Context, IdsUntil};
use protocol::wire::{
    Approach, AuthorisationList, AuthorisationStarted, ConsentCreated, ConsentState, ConsentStatus,
    ScaStatus, UpdatePsuDataResult,
};
use protocol::{Call, header as names};

use super::bank_link::Offer;
use super::headers::Chosen;
use crate::clock::Timestamp;
use crate::crypto::key::SessionKey;
use crate::crypto::seal::Sealed;
use crate::http::body::Sent;
use crate::http::error::RouteError;
use crate::platform::client::Answer;
use crate::platform::flaw::Flaw;
use crate::platform::json::Body;
use crate::relay::Relay;
use crate::store::{Authorisation, Consent, Ended, Fact};

/// What the answer to `call` teaches is noted. `owned` is what was known of its consent.
pub(super) async fn learn(
    relay: &Relay,
    call: &Call,
    sent: Option<&Sent>,
    owned: Option<&Consent>,
    answer: &Answer,
) -> Result<(), RouteError> {
    let sessions = relay.sessions();
    if !answer.status.is_success() {
        return Ok(());
    }
    match call {
        Call::StartAuthorisation { consent } => {
            sessions.add(consent, started(relay, answer)?).await
        }
        Call::ListAuthorisations { consent } => listed(relay, consent, owned, answer).await,
        Call::UpdatePsuData { consent, authorisation } => {
            let result: UpdatePsuDataResult = answer.body.read()?;
            let known = owned.and_then(|owned| owned.authorisation(authorisation));
            let fact = chosen(authorisation, known, sent, answer);
            sessions.learn(consent, fact).await?;
            match progress(authorisation, known, result) {
                Some(fact) => sessions.learn(consent, fact).await,
                None => Ok(()),
            }
        }
        Call::ReadScaStatus { consent, authorisation } => {
            let known = owned.and_then(|owned| owned.authorisation(authorisation));
            match progress(authorisation, known, answer.body.read()?) {
                Some(fact) => sessions.learn(consent, fact).await,
                None => Ok(()),
            }
        }
        Call::ReadConsentStatus { consent } | Call::ReadConsent { consent } => {
            let Ok(ConsentState { consent_status: status }) = answer.body.read() else {
                return Ok(());
            };
            // All begin as received, so that one who says so late says nothing new.
            let is_news = status != ConsentStatus::Received
                && owned.is_none_or(|owned| owned.status != status);
            if is_news { sessions.learn(consent, Fact::Status(status)).await } else { Ok(()) }
        }
        Call::ListAccounts { .. } => match owned.filter(|owned| !owned.listed) {
            Some(owned) => sessions.learn(&owned.id, Fact::Listed).await,
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The authorisation that `answer` made.
fn started(relay: &Relay, answer: &Answer) -> Result<Authorisation, RouteError> {
    let new: AuthorisationStarted = answer.body.read()?;
    if !new.authorisation_id.fits() {
        return Err(Flaw::Lacking.into());
    }
    let status = if new.sca_status.is_known() { new.sca_status } else { ScaStatus::Received };
    // Where the bank goes on by itself, and not to a page, no later answer names the approach.
    let says = status != ScaStatus::Received
        || new.chosen_sca_method.is_some()
        || new.challenge_data.is_some()
        || new.psu_message.is_some();
    let goes_on = says && new.sca_methods.is_empty();
    let beside = || goes_on.then_some(Approach::Decoupled);
    let approach = approach(answer).or_else(beside);
    let method = new.chosen_sca_method.map(|chosen| chosen.authentication_method_id);
    Ok(Authorisation { method, approach, ..fresh(new.authorisation_id, relay.now(), status) })
}

/// Notes the authorisations that the platform lists. When one began that is not known is not told; it
/// must not seem newer than those that are.
async fn listed(
    relay: &Relay,
    consent: &ConsentId,
    owned: Option<&Consent>,
    answer: &Answer,
) -> Result<(), RouteError> {
    let list: AuthorisationList = answer.body.read()?;
    let began = owned.map_or_else(|| relay.now(), |owned| owned.created);
    let known = owned.map_or(0, |owned| owned.authorisations.len());
    let room = relay.config().limits.authorisations.saturating_sub(known);
    let is_new = |id: &AuthorisationId| owned.is_none_or(|it| it.authorisation(id).is_none());
    for id in list.authorisation_ids.into_iter().filter(is_new).take(room) {
        relay.sessions().add(consent, fresh(id, began, ScaStatus::Received)).await?;
    }
    Ok(())
}

/// What the answer to the choice of a method says of the way. Decoupled is what a bank means that has
/// never named an approach and has no page.
fn chosen(
    id: &AuthorisationId,
    known: Option<&Authorisation>,
    sent: Option<&Sent>,
    answer: &Answer,
) -> Fact {
    let method = match sent {
        Some(Sent::PsuData(data)) => Some(data.authentication_method_id.clone()),
        _ => None,
    };
    let approach = approach(answer).or_else(|| known?.approach.clone());
    Fact::Method(id.clone(), method, approach.unwrap_or(Approach::Decoupled))
}

/// How far an authorisation is, where that is news.
fn progress(
    id: &AuthorisationId,
    known: Option<&Authorisation>,
    sca: UpdatePsuDataResult,
) -> Option<Fact> {
    let status = sca.sca_status;
    let is_news = status.is_known() && known.is_none_or(|known| known.status != status);
    is_news.then(|| Fact::Sca(id.clone(), status))
}

/// The ids of person and company, sealed for as long as the bank wants to hear them.
fn person(relay: &Relay, chosen: &Chosen, consent: &ConsentId) -> Option<Sealed> {
    let sealed = relay.seal(&chosen.person()?, consent)?;
    let profile = relay.config().profiles.of(chosen.bank.as_ref()?);
    Some(match profile.ids_until {
        IdsUntil::Authorisation => sealed,
        IdsUntil::Accounts => sealed.for_accounts(),
    })
}

/// The record of the consent that `answer` made.
pub(super) fn created(
    relay: &Relay,
    session: SessionKey,
    sent: Option<&Sent>,
    chosen: &Chosen,
    context: Context,
    answer: &Answer,
) -> Result<Consent, RouteError> {
    let new: ConsentCreated = answer.body.read()?;
    let made = record(relay, session, sent, chosen, context, new.consent_id)?;
    Ok(Consent { status: new.consent_status, ..made })
}

/// The record of a new consent with this id.
pub(super) fn record(
    relay: &Relay,
    session: SessionKey,
    sent: Option<&Sent>,
    chosen: &Chosen,
    context: Context,
    id: ConsentId,
) -> Result<Consent, RouteError> {
    let Some(Sent::Consent(request)) = sent else {
        return Err(RouteError::Internal);
    };
    Ok(Consent {
        psu: person(relay, chosen, &id),
        id,
        session,
        bank: chosen.bank.clone().ok_or(RouteError::Internal)?,
        affiliated: chosen.affiliated.clone(),
        entry: chosen.entry.as_ref().map(|chosen| chosen.0.clone()),
        context,
        redirect_preferred: chosen.redirect_preferred,
        status: ConsentStatus::Received,
        valid_until: request.valid_until.clone(),
        created: relay.now(),
        return_page: None,
        ended: Ended::No,
        approved: None,
        listed: false,
        authorisations: Vec::new(),
    })
}

/// The answer to `call` that needs no platform, for what is asked is final.
pub(super) fn remembered(call: &Call, owned: &Consent) -> Option<Answer> {
    let body = match call {
        Call::ReadScaStatus { authorisation, .. } => {
            let known = owned.authorisation(authorisation)?;
            known.status.is_final().then(|| field("scaStatus", known.status.as_str()))
        }
        Call::ReadConsentStatus { .. } => {
            is_final(&owned.status).then(|| field("consentStatus", owned.status.as_str()))
        }
        _ => None,
    }?;
    let json = HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
    Some(Answer { status: StatusCode::OK, headers, body })
}

/// Whether a consent will not change again. One that is valid may still be taken back.
fn is_final(status: &ConsentStatus) -> bool {
    !matches!(status, ConsentStatus::Received | ConsentStatus::Valid | ConsentStatus::Unknown(_))
}

fn field(name: &str, word: &str) -> Body {
    Body::written(serde_json::json!({ name: word }))
}

fn fresh(id: AuthorisationId, started: Timestamp, status: ScaStatus) -> Authorisation {
    let (method, approach, returned, arrived) = (None, None, None, None);
    Authorisation { id, started, method, approach, status, returned, arrived }
}

/// The approach in an answer. A page of the bank tells it too, whatever the header says: whether
/// accounts are shown before the person is back depends on it.
fn approach(answer: &Answer) -> Option<Approach> {
    if Offer::of(&answer.body).is_some() {
        return Some(Approach::Redirect);
    }
    let value = answer.headers.get(names::ASPSP_SCA_APPROACH)?.to_str().ok()?;
    Some(Approach::from(value.to_owned()))
}

impl Consent {
    /// What is known of one of its authorisations.
    pub(crate) fn authorisation(&self, id: &AuthorisationId) -> Option<&Authorisation> {
        self.authorisations.iter().find(|authorisation| authorisation.id == *id)
    }
}
