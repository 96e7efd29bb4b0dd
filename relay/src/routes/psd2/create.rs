//! A new consent: the relay binds it to the browser's session, or has the platform delete it. Only the
//! platform's answer has its id, so the relay stores an intent before it sends the request.

use axum::http::HeaderValue;
use axum::response::Response;
use protocol::Call;
use protocol::id::{BicFi, ConsentId};
use protocol::wire::ConsentCreated;
use url::Url;
use uuid::Uuid;

use super::bank_link::withdraw;
use super::headers::Chosen;
use super::{Outcome, answer, learn, location};
use crate::http::body::Sent;
use crate::http::error::{Fault, RouteError};
use crate::http::flaw::Flaw;
use crate::http::psu::Psu;
use crate::link::deletion::unheard;
use crate::link::sessions::Session;
use crate::link::{Hosted, Link};
use crate::platform::call::{Asked, Outgoing};
use crate::platform::client::Answer;
use crate::relay::Relay;
use crate::store::Intent;

/// A consent to request.
pub(super) struct Wanted {
    pub sent: Option<Sent>,
    pub chosen: Chosen,
    pub outgoing: Outgoing,
    pub psu: Psu,
    pub session: Session,
    /// The link's data for the host's own server.
    pub hosted: Option<Hosted>,
}

/// A new consent, and the cookie of its session.
pub(super) struct Made {
    pub link: Link,
    pub set_cookie: Option<HeaderValue>,
}

impl Wanted {
    /// Asks the platform for the consent, and binds it to the session.
    pub(super) async fn create(self, relay: &Relay) -> Outcome {
        if let Err(error) = self.intend(relay).await {
            return Err(error).into();
        }
        let Asked { answer, request_id } = relay.ask(&Call::CreateConsent, &self.outgoing).await;
        let (result, made) = match Box::pin(self.bind(relay, answer, request_id)).await {
            Ok((response, made)) => (Ok(response), made),
            Err(error) => (Err(error), None),
        };
        Outcome { result, request_id: Some(request_id), made }
    }

    /// Stores the intent. A store that fails here would not take the consent either.
    async fn intend(&self, relay: &Relay) -> Result<(), RouteError> {
        let sessions = relay.sessions();
        let Outgoing { request_id: request, context, .. } = self.outgoing;
        let bank = self.chosen.bank.clone().ok_or(RouteError::Internal)?;
        sessions.make_room(relay.config().quota.consents_in_store).await?;
        sessions.intend(Intent { request, bank, context, begun: relay.now() }).await
    }

    /// The part of the answer to the request `id` for the browser. This binds the consent in it to its session,
    /// or asks the platform to delete it.
    async fn bind(
        self,
        relay: &Relay,
        answer: Result<Answer, RouteError>,
        id: Uuid,
    ) -> Result<(Response, Option<Made>), RouteError> {
        let (call, sessions) = (Call::CreateConsent, relay.sessions());
        let bank = self.chosen.bank.clone().ok_or(RouteError::Internal)?;
        let (request, context) = (self.outgoing.request_id, self.outgoing.context);
        let answer = match answer {
            Ok(answer) if answer.status.is_success() => answer,
            other => {
                let is_known = match &other {
                    Ok(answer) => !matches!(answer.status.as_u16(), 500 | 502 | 504..),
                    Err(error) => !matches!(
                        error,
                        RouteError::Platform(fault) if !matches!(fault, Fault::Unreached | Fault::Untrusted)
                    ),
                };
                if !is_known {
                    unheard(&bank, id);
                }
                // If this fails, the relay reports the consent once more.
                let _ = sessions.forget_intent(request).await;
                let api = relay.config().platform.api.url();
                return other
                    .and_then(|answer| pass_on(&call, answer, api))
                    .map(|passed| (passed, None));
            }
        };
        let (key, sent, chosen) = (self.session.key, self.sent.as_ref(), &self.chosen);
        let created = learn::created(relay, key, sent, chosen, context, &answer);
        let link = match created {
            Ok(mut link) if link.id.fits() => {
                let keep = |page| sessions.keep_page(&self.session, page, &link.id);
                link.terms.return_page = chosen.page.as_ref().map(keep);
                link.hosted = self.hosted.clone().map(|own| Hosted { request: Some(id), ..own });
                link
            }
            other => {
                let refusal = other.as_ref().err().copied().unwrap_or(Flaw::Lacking.into());
                let link = other.ok().or_else(|| self.found(relay, &answer));
                self.refuse(relay, link, &bank, id).await;
                let _ = sessions.forget_intent(request).await;
                return Err(refusal);
            }
        };
        if let Err(error) = sessions.keep(link.clone(), request).await {
            self.refuse(relay, Some(link), &bank, id).await;
            return Err(error);
        }
        match pass_on(&call, answer, relay.config().platform.api.url()) {
            Ok(passed) => {
                let made = Made { link, set_cookie: self.session.set_cookie };
                Ok((passed, Some(made)))
            }
            Err(refusal) => {
                relay.end_unheard(&link).await;
                Err(refusal)
            }
        }
    }

    /// The link of the consent in an unusable answer, if the answer still shows that the platform created one.
    fn found(&self, relay: &Relay, answer: &Answer) -> Option<Link> {
        let named = answer.body.read::<ConsentCreated>().ok().map(|named| named.consent_id);
        let id = named.or_else(|| located(answer, relay.config().platform.api.url()))?;
        let (key, sent, context) = (self.session.key, self.sent.as_ref(), self.outgoing.context);
        learn::link(relay, key, sent, &self.chosen, context, id).ok()
    }

    /// Has the platform delete a consent that no browser gets, if the relay knows its id.
    async fn refuse(&self, relay: &Relay, link: Option<Link>, bank: &BicFi, id: Uuid) {
        match link {
            Some(link) => relay.disown(link, Some(&self.psu)).await,
            None => unheard(bank, id),
        }
    }
}

/// The answer for the browser, without links to the bank's page.
fn pass_on(call: &Call, mut answer: Answer, api: &Url) -> Result<Response, RouteError> {
    withdraw(&mut answer.body);
    answer::pass_on(call, &answer, api)
}

/// The consent that `Location` names.
fn located(answer: &Answer, api: &Url) -> Option<ConsentId> {
    let path = location::own_path(&Call::CreateConsent, answer, api)?;
    match Call::parse("GET", &path).ok()? {
        Call::ReadConsent { consent } => Some(consent),
        _ => None,
    }
}
