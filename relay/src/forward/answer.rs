//! What of the platform's answers reaches the browser: status, body, and a few headers.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use protocol::{Call, header as names};
use serde::de::{DeserializeOwned, IgnoredAny};
use url::Url;

use super::location;
use crate::error::{Fault, RouteError};
use crate::platform::address;
use crate::upstream::Answer;

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

/// The body of a good answer, as far as the relay must know it. An answer that does not name what it
/// made is of no use: nobody could go on with it.
pub(super) fn body<T: DeserializeOwned>(answer: &Answer) -> Result<T, RouteError> {
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
