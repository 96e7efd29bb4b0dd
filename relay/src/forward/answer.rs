//! The platform's answers: what new resource they name, and what of them reaches the browser.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use protocol::id::{AuthorisationId, ConsentId};
use protocol::wire::AuthorisationList;
use protocol::{Call, header as names};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use url::Url;

use super::chosen::Chosen;
use super::location;
use crate::error::{Fault, RouteError};
use crate::platform::address;
use crate::session::{Session, Sessions};
use crate::upstream::Answer;

/// What an answer made, which later calls will name.
pub(super) enum Made {
    Nothing,
    Consent(ConsentId),
    Authorisations(ConsentId, Vec<AuthorisationId>),
}

/// Reads of a good answer what must be bound. An answer that does not name what it made is of no
/// use: nobody could go on with it.
pub(super) fn made(call: &Call, answer: &Answer) -> Result<Made, RouteError> {
    if !answer.status.is_success() {
        return Ok(Made::Nothing);
    }
    match call {
        Call::CreateConsent => Ok(Made::Consent(body::<NewConsent>(answer)?.consent_id)),
        Call::StartAuthorisation { consent } => {
            let new: NewAuthorisation = body(answer)?;
            Ok(Made::Authorisations(consent.clone(), vec![new.authorisation_id]))
        }
        Call::ListAuthorisations { consent } => {
            let list: AuthorisationList = body(answer)?;
            Ok(Made::Authorisations(consent.clone(), list.authorisation_ids))
        }
        _ => Ok(Made::Nothing),
    }
}

impl Made {
    /// Binds it to the session, before the browser hears of it.
    pub(super) async fn bind(
        self,
        sessions: &Sessions,
        session: &Session,
        chosen: &Chosen,
    ) -> Result<(), RouteError> {
        match self {
            Self::Nothing => {}
            Self::Consent(consent) => {
                let bank = chosen.bank.as_ref().ok_or(RouteError::Internal)?;
                sessions.bind(session, &consent, bank, chosen.redirect_preferred).await?;
            }
            Self::Authorisations(consent, authorisations) => {
                for authorisation in authorisations {
                    sessions.add(&consent, authorisation).await?;
                }
            }
        }
        Ok(())
    }
}

/// What the browser gets of the platform's answer to `call`: status, body, and a few headers.
pub(super) fn pass_on(call: &Call, answer: Answer, api: &Url) -> Result<Response, RouteError> {
    let Answer { status, headers, body } = answer;
    let mut passed = HeaderMap::new();
    if !body.is_empty() {
        passed.insert(header::CONTENT_TYPE, content_type(&headers)?);
        let well_formed: Result<IgnoredAny, _> = serde_json::from_slice(&body);
        well_formed.map_err(|_| RouteError::Platform(Fault::Failed))?;
    }
    let mut copy = |name: &'static str, valid: fn(&str) -> bool| {
        if let Some(value) = headers.get(name)
            && value.to_str().is_ok_and(valid)
        {
            passed.insert(HeaderName::from_static(name), value.clone());
        }
    };
    copy(names::ASPSP_SCA_APPROACH, is_approach);
    copy(names::RETRY_AFTER, is_delay);
    let asked = address(api, call)?;
    if let Some(location) = headers.get(header::LOCATION) {
        let text = location.to_str().ok();
        match text.and_then(|text| location::rewritten(text, call, &asked)) {
            Some(path) => {
                let path = HeaderValue::try_from(path).map_err(|_| RouteError::Internal)?;
                passed.insert(header::LOCATION, path);
            }
            // The next step would go there (guide, consent API step 2): outside the consent, nobody goes on.
            None if matches!(call, Call::StartAuthorisation { .. }) => {
                return Err(RouteError::Platform(Fault::Failed));
            }
            None => {}
        }
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = passed;
    Ok(response)
}

/// The answer's type in our own words, if it is one of the two that the platform has.
fn content_type(headers: &HeaderMap) -> Result<HeaderValue, RouteError> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    ["application/json", "application/problem+json"]
        .into_iter()
        .find(|known| essence.trim().eq_ignore_ascii_case(known))
        .map(HeaderValue::from_static)
        .ok_or(RouteError::Platform(Fault::Failed))
}

fn body<T: DeserializeOwned>(answer: &Answer) -> Result<T, RouteError> {
    serde_json::from_slice(&answer.body).map_err(|_| RouteError::Platform(Fault::Failed))
}

/// A word such as `DECOUPLED` (OpenAPI header `ASPSP-SCA-Approach`).
fn is_approach(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Seconds, or a date such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 10.2.3).
fn is_delay(text: &str) -> bool {
    let seconds = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = text.len() == 29
        && text.ends_with(" GMT")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ,:".contains(&byte));
    seconds || date
}

/// The one field of a new consent that the relay must know (OpenAPI `consentsResponse`).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewConsent {
    consent_id: ConsentId,
}

/// The one field of a new authorisation that the relay must know (OpenAPI `startScaprocessResponse`).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewAuthorisation {
    authorisation_id: AuthorisationId,
}
