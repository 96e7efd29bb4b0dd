//! A new consent: what the platform makes is the browser's, or it is deleted there again. The id is known from
//! the platform's answer alone, so the intent is written down before anything is sent.

use axum::http::HeaderValue;
use axum::response::Response;
use protocol::Call;
use protocol::id::{BicFi, ConsentId};
use protocol::profile::Context;
use protocol::wire::ConsentCreated;
use url::Url;
use uuid::Uuid;

use super::bank_link::withdraw;
use super::headers::Chosen;
use super::{answer, learn, location};
use crate::http::body::Sent;
use crate::http::error::{Fault, RouteError};
use crate::http::psu::Psu;
use crate::link::Link;
use crate::link::deletion::unheard;
use crate::link::sessions::Session;
use crate::platform::call::{Outgoing, address};
use crate::platform::client::Answer;
use crate::platform::flaw::Flaw;
use crate::relay::Relay;
use crate::store::Intent;

/// A consent that is asked for.
pub(super) struct Wanted<'a> {
    pub sent: Option<&'a Sent>,
    pub chosen: &'a Chosen,
    pub context: Context,
    pub outgoing: &'a Outgoing,
    pub psu: &'a Psu,
    pub session: Session,
}

/// A consent that was made, and the cookie of the session that has it.
pub(super) struct Made {
    pub link: Link,
    pub set_cookie: Option<HeaderValue>,
}

impl Wanted<'_> {
    /// Asks the platform for the consent. `id` becomes the id of the request that was sent last; `made` is
    /// there once the consent is bound to its session.
    pub(super) async fn create(
        self,
        relay: &Relay,
        id: &mut Uuid,
        made: &mut Option<Made>,
    ) -> Result<Response, RouteError> {
        let (call, sessions) = (Call::CreateConsent, relay.sessions());
        let bank = self.chosen.bank.clone().ok_or(RouteError::Internal)?;
        let (request, context, begun) = (*id, self.context, relay.now());
        sessions.make_room(relay.config().quota.consents_in_store).await?;
        // A store that keeps nothing now would not keep the consent either.
        sessions.intend(Intent { request, bank: bank.clone(), context, begun }).await?;
        let asked = relay.ask(&call, self.outgoing, id).await;
        let answer = match asked {
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
                    unheard(&bank, *id);
                }
                // Should this fail, it is reported once more.
                let _ = sessions.forget_intent(request).await;
                let api = relay.config().platform.api.url();
                return other.and_then(|answer| pass_on(&call, answer, api));
            }
        };
        let (key, chosen) = (self.session.key, self.chosen);
        let created = learn::created(relay, key, self.sent, chosen, self.context, &answer);
        let link = match created {
            Ok(mut link) if link.id.fits() => {
                let keep = |page| sessions.keep_page(&self.session, page, &link.id);
                link.terms.return_page = chosen.page.as_ref().map(keep);
                link
            }
            other => {
                let refusal = other.as_ref().err().copied().unwrap_or(Flaw::Lacking.into());
                let link = other.ok().or_else(|| self.found(relay, &answer));
                self.refuse(relay, link, &bank, *id).await;
                let _ = sessions.forget_intent(request).await;
                return Err(refusal);
            }
        };
        if let Err(error) = sessions.keep(link.clone(), request).await {
            self.refuse(relay, Some(link), &bank, *id).await;
            return Err(error);
        }
        match pass_on(&call, answer, relay.config().platform.api.url()) {
            Ok(passed) => {
                *made = Some(Made { link, set_cookie: self.session.set_cookie });
                Ok(passed)
            }
            Err(refusal) => {
                relay.end_unheard(&link).await;
                Err(refusal)
            }
        }
    }

    /// The link of a consent that an answer has made which is of no use otherwise, as far as it can be told.
    fn found(&self, relay: &Relay, answer: &Answer) -> Option<Link> {
        let named = answer.body.read::<ConsentCreated>().ok().map(|named| named.consent_id);
        let id = named.or_else(|| located(answer, relay.config().platform.api.url()))?;
        let (key, chosen) = (self.session.key, self.chosen);
        learn::link(relay, key, self.sent, chosen, self.context, id).ok()
    }

    /// Has the platform delete what no browser gets, where its id is known.
    async fn refuse(&self, relay: &Relay, link: Option<Link>, bank: &BicFi, id: Uuid) {
        match link {
            Some(link) => relay.disown(link, Some(self.psu)).await,
            None => unheard(bank, id),
        }
    }
}

/// The answer as the browser gets it. A link to the bank's page has no place in it.
fn pass_on(call: &Call, mut answer: Answer, api: &Url) -> Result<Response, RouteError> {
    withdraw(&mut answer.body);
    answer::pass_on(call, &answer, api)
}

/// The consent that `Location` names.
fn located(answer: &Answer, api: &Url) -> Option<ConsentId> {
    let asked = address(api, &Call::CreateConsent).ok()?;
    let path = location::own_path(&Call::CreateConsent, answer, &asked)?;
    match Call::parse("GET", &path).ok()? {
        Call::ReadConsent { consent } => Some(consent),
        _ => None,
    }
}
