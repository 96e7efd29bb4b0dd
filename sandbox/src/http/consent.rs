//! Consents and their authorisations (OpenAPI, Consent Service).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::id::{AuthorisationId, ConsentId, MethodId};
use protocol::profile;
use protocol::wire::{
    AuthorisationList, AuthorisationStarted, ChallengeData, Consent as ConsentBody, ConsentCreated,
    ConsentState, Links, ScaMethod, ScaStatus, UpdatePsuData, UpdatePsuDataResult,
};
use serde_json::{Value, json};
use time::{Date, UtcDateTime};

use super::exchange::Exchange;
use super::operation::Operation;
use super::{form, link};
use crate::bank::{Approach, Occasion, PageMethod, method_kind, method_name};
use crate::platform::{
    Authorisation, Caller, Challenge, Consent, Course, Holder, Presence, Refusal, Terms,
};
use crate::qr;
use crate::settings::ChallengeForm;

pub(super) fn answer(
    operation: &Operation,
    holder: Holder,
    exchange: Exchange<'_>,
) -> Result<Response, Refusal> {
    let caller = exchange.caller(holder)?;
    let headers = exchange.headers();
    let presence = headers.presence(caller.bank, exchange.forms().addresses)?;
    let occasions: &[Occasion] = match operation {
        Operation::CreateConsent => &[Occasion::Consents, Occasion::Create],
        Operation::UpdateConsentsPsuData(..) => &[Occasion::Consents, Occasion::Update],
        // A deletion that no person asked for carries no headers about a person's device.
        Operation::DeleteConsent(_) if presence == Presence::Absent => &[],
        _ => &[Occasion::Consents],
    };
    headers.suit(caller.bank, occasions)?;
    // The steps that begin something at the bank carry the headers about the person.
    if matches!(
        operation,
        Operation::CreateConsent
            | Operation::StartConsentAuthorisation(_)
            | Operation::UpdateConsentsPsuData(..)
    ) {
        let year = exchange.sandbox.now().year();
        headers.person(caller.bank, caller.holder.context, year)?;
    }
    let call = ConsentCall { caller, exchange };
    match operation {
        Operation::CreateConsent => call.create(),
        Operation::GetConsentInformation(consent) => call.read(consent),
        Operation::DeleteConsent(consent) => call.delete(consent),
        Operation::GetConsentStatus(consent) => call.status(consent),
        Operation::StartConsentAuthorisation(consent) => call.start(consent),
        Operation::GetConsentAuthorisation(consent) => call.authorisations(consent),
        Operation::UpdateConsentsPsuData(consent, authorisation) => {
            call.update(consent, authorisation)
        }
        Operation::GetConsentScaStatus(consent, authorisation) => {
            call.sca_status(consent, authorisation)
        }
        _ => Err(Refusal::UnknownPath),
    }
}

/// A call about a consent, with its caller.
struct ConsentCall<'a> {
    caller: Caller,
    exchange: Exchange<'a>,
}

impl ConsentCall<'_> {
    fn create(self) -> Result<Response, Refusal> {
        self.exchange.headers().json()?;
        self.exchange.headers().affiliated(self.caller.bank)?;
        let path = self.exchange.parts.uri.path();
        self.exchange.sandbox.with_platform(|platform, random, now| {
            let terms = Terms::read(self.exchange.body, &self.caller.bank.profile, now)?;
            let consent = platform.create_consent(&self.caller, terms, random, now);
            let path = [path, "/", consent.id.as_str()].concat();
            let body = ConsentCreated {
                consent_id: consent.id.clone(),
                consent_status: consent.status.clone(),
                links: Links {
                    itself: Some(self.exchange.link(&path)),
                    status: Some(self.exchange.link(&[&path, "/status"].concat())),
                    start_authorisation: Some(
                        self.exchange.link(&[&path, "/authorisations"].concat()),
                    ),
                    ..Links::default()
                },
            };
            let location = self.exchange.location(&path);
            let word = match consent.approach() {
                Approach::Decoupled(_) => "DECOUPLED",
                Approach::Redirect(_) => "REDIRECT",
            };
            let body = form::with(&body, &json!({ "scaMethods": offered(consent.approach()) }));
            Ok((StatusCode::CREATED, location, approach(word), Json(body)).into_response())
        })
    }

    fn read(self, id: &ConsentId) -> Result<Response, Refusal> {
        let exchange = self.exchange;
        self.about(id, |consent, _| {
            let terms = &consent.terms;
            let consent = ConsentBody {
                recurring_indicator: terms.recurring,
                valid_until: day(terms.valid_until),
                frequency_per_day: terms.frequency_per_day,
                last_action_date: day(consent.last_action),
                consent_status: consent.status.clone(),
                connection_id: None,
            };
            let account = exchange.link(ACCOUNTS);
            let more = json!({ "consentId": id, "access": terms.access, "_links": { "account": account } });
            Json(form::with(&consent, &more)).into_response()
        })
    }

    fn status(self, id: &ConsentId) -> Result<Response, Refusal> {
        self.about(id, |consent, _| {
            Json(ConsentState { consent_status: consent.status.clone() }).into_response()
        })
    }

    fn delete(self, id: &ConsentId) -> Result<Response, Refusal> {
        self.exchange
            .sandbox
            .with_platform(|platform, _, now| platform.delete_consent(&self.caller, id, now))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    fn authorisations(self, id: &ConsentId) -> Result<Response, Refusal> {
        self.about(id, |consent, _| {
            let authorisation_ids = consent.authorisations.iter().map(|it| it.id.clone()).collect();
            Json(AuthorisationList { authorisation_ids }).into_response()
        })
    }

    fn start(self, id: &ConsentId) -> Result<Response, Refusal> {
        let path = self.exchange.parts.uri.path();
        self.exchange.sandbox.with_platform(|platform, random, now| {
            let authorisation = platform.start_authorisation(&self.caller, id, random, now)?;
            let path = [path, "/", authorisation.id.as_str()].concat();
            let link = Some(self.exchange.link(&path));
            let body = AuthorisationStarted {
                sca_status: authorisation.status(now),
                authorisation_id: authorisation.id.clone(),
                sca_methods: offered(authorisation.rules()),
                chosen_sca_method: None,
                challenge_data: None,
                links: Links { sca_status: link.clone(), ..Links::default() },
                psu_message: Some(START_MESSAGE.to_owned()),
            };
            let location = self.exchange.location(&path);
            let approach = approach(authorisation.approach());
            let more = json!({ "_links": { "selectAuthenticationMethod": link } });
            let body = form::with(&body, &more);
            Ok((StatusCode::CREATED, location, approach, Json(body)).into_response())
        })
    }

    fn update(self, consent: &ConsentId, id: &AuthorisationId) -> Result<Response, Refusal> {
        self.exchange.headers().json()?;
        let method = chosen_method(self.exchange.body)?;
        let form = self.exchange.forms().challenges;
        self.exchange.sandbox.with_platform(|platform, random, now| {
            let chosen =
                platform.choose_method(&self.caller, (consent, id), &method, form, random, now)?;
            let mut body = self.progress(chosen, now);
            if form == ChallengeForm::Asked && body.challenge_data.take().is_some() {
                body.sca_status = ScaStatus::Received;
            }
            if let Course::Visit(visit) = &chosen.course {
                let Caller { bank, holder, .. } = &self.caller;
                let page = link::Page { bank, holder, consent, authorisation: id };
                page.add_to(&mut body.links, visit.rules.kind, self.exchange);
            }
            body.psu_message.clone_from(&self.caller.bank.message);
            let approach = approach(chosen.approach());
            Ok((approach, Json(self.progress_body(&body, chosen))).into_response())
        })
    }

    fn sca_status(self, consent: &ConsentId, id: &AuthorisationId) -> Result<Response, Refusal> {
        self.exchange.sandbox.with_platform(|platform, _, now| {
            let authorisation = platform.authorisation(&self.caller, consent, id, now)?;
            let body = self.progress(authorisation, now);
            Ok(Json(self.progress_body(&body, authorisation)).into_response())
        })
    }

    /// `body` with the chosen method, and its challenge in the form that tests have set.
    fn progress_body(&self, body: &UpdatePsuDataResult, authorisation: &Authorisation) -> Value {
        let methods = offered(authorisation.rules());
        let chosen = authorisation.method();
        let chosen = methods.iter().find(|it| Some(&it.authentication_method_id) == chosen);
        let more = chosen.map_or_else(|| json!({}), |chosen| json!({ "chosenScaMethod": chosen }));
        let mut body = form::with(body, &more);
        form::challenge(&mut body, self.exchange.forms());
        body
    }

    fn progress(&self, authorisation: &Authorisation, now: UtcDateTime) -> UpdatePsuDataResult {
        let link = Some(self.exchange.link(self.exchange.parts.uri.path()));
        UpdatePsuDataResult {
            sca_status: authorisation.status(now),
            challenge_data: authorisation.challenge(now).map(challenge_data),
            links: Links { sca_status: link, ..Links::default() },
            psu_message: None,
        }
    }

    fn about(
        self,
        id: &ConsentId,
        answer: impl FnOnce(&Consent, UtcDateTime) -> Response,
    ) -> Result<Response, Refusal> {
        self.exchange.sandbox.with_platform(|platform, _, now| {
            let consent = platform.consent(&self.caller, id, now)?;
            Ok(answer(consent, now))
        })
    }
}

fn chosen_method(body: &[u8]) -> Result<MethodId, Refusal> {
    let (path, expected) = (Some("authenticationMethodId"), "one method of scaMethods");
    serde_json::from_slice(body)
        .map(|UpdatePsuData { authentication_method_id }| authentication_method_id)
        .map_err(|_| Refusal::Body { path, expected })
}

fn offered(approach: Approach<'_>) -> Vec<ScaMethod> {
    match approach {
        Approach::Decoupled(rules) => rules.methods.iter().map(app_method).collect(),
        Approach::Redirect(rules) => rules.methods.iter().map(page_method).collect(),
    }
}

fn app_method(method: &profile::Method) -> ScaMethod {
    ScaMethod {
        authentication_method_id: method.id.clone(),
        authentication_type: method_kind(method).to_owned(),
        name: Some(method_name(method).to_owned()),
        explanation: None,
    }
}

fn page_method(method: &PageMethod) -> ScaMethod {
    ScaMethod {
        authentication_method_id: method.id.clone(),
        authentication_type: method.kind.clone(),
        name: Some(method.name.clone()),
        explanation: None,
    }
}

fn challenge_data(challenge: Challenge) -> ChallengeData {
    let (data, image) = match challenge {
        Challenge::StartToken(token) => (vec![token.to_string()], None),
        Challenge::FrameText(frame) => (vec![frame], None),
        Challenge::FrameImage(frame) => (Vec::new(), Some(qr::data_url(&frame))),
    };
    ChallengeData { data, image, additional_information: None }
}

const fn approach(word: &'static str) -> [(&'static str, &'static str); 1] {
    [("ASPSP-SCA-Approach", word)]
}

fn day(date: Date) -> String {
    date.to_string()
}

const ACCOUNTS: &str = "/psd2/accountinformation/v1/accounts";
/// What every bank shows the person at the start (OpenAPI `psuMessage`).
const START_MESSAGE: &str = "Choose how to approve.";
