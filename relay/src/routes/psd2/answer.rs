//! What of the platform's answers reaches the browser: status, body, and a few headers.

use axum::body::Body as Sent;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::wire::{Code, Problem};
use protocol::{Call, header as names};
use url::Url;

use super::location;
use crate::http::error::{Fault, RouteError};
use crate::http::flaw::Flaw;
use crate::http::retry_after;
use crate::platform::call::address;
use crate::platform::client::{Answer, LATER};
use crate::platform::json::Body;
use crate::platform::odd;
use crate::platform::refusal::Refusal;

/// What the browser gets of the platform's answer to `call`: status, body, and a few headers.
pub(super) fn pass_on(call: &Call, answer: &Answer, api: &Url) -> Result<Response, RouteError> {
    let mut response = with_body(answer)?;
    odd::tell(call, answer);
    // For the log.
    if let Some(refusal) = Refusal::of(answer) {
        response.extensions_mut().insert(refusal);
    }
    *response.status_mut() = answer.status;
    let (headers, passed) = (&answer.headers, response.headers_mut());
    if let Some(approach) = headers.get(names::ASPSP_SCA_APPROACH)
        && approach.to_str().is_ok_and(is_approach)
    {
        passed.insert(HeaderName::from_static(names::ASPSP_SCA_APPROACH), approach.clone());
    }
    if let Some(wait) = retry_after::passed(headers) {
        passed.insert(header::RETRY_AFTER, wait);
    }
    if let Some(path) = location::own_path(call, answer, &address(api, call)?) {
        let path = HeaderValue::try_from(path).map_err(|_| RouteError::Internal)?;
        passed.insert(header::LOCATION, path);
    }
    Ok(response)
}

/// A response with the body of `answer`.
fn with_body(answer: &Answer) -> Result<Response, RouteError> {
    let is_later = LATER.contains(&answer.status);
    let usable = match &answer.body {
        Body::Empty if is_later => Err(Flaw::Lacking),
        Body::Empty => return Ok(Response::new(Sent::empty())),
        Body::Json(json) => content_type(&answer.headers).map(|kind| (kind, json.text().clone())),
        // What could not be parsed is passed on to nobody.
        Body::Odd(flaw) => Err(*flaw),
    };
    match usable {
        Ok((kind, text)) => Ok(([(header::CONTENT_TYPE, kind)], text).into_response()),
        // The status alone says what the page must know: come again later. The words are ours.
        Err(_) if is_later => {
            let code = match answer.status {
                StatusCode::TOO_MANY_REQUESTS => Code::AccessExceeded,
                _ => Code::PlatformFailed,
            };
            let problem = Problem::new(code, "the platform asks to come again later");
            Ok(axum::Json(problem).into_response())
        }
        Err(flaw) => Err(RouteError::Platform(Fault::Failed(flaw, Some(answer.status)))),
    }
}

/// The answer's type in our own words, if it is one of the two that the platform has.
fn content_type(headers: &HeaderMap) -> Result<HeaderValue, Flaw> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    ["application/json", "application/problem+json"]
        .into_iter()
        .find(|known| essence.trim().eq_ignore_ascii_case(known))
        .map(HeaderValue::from_static)
        .ok_or(Flaw::ContentType)
}

/// A word such as `DECOUPLED` (OpenAPI header `ASPSP-SCA-Approach`).
fn is_approach(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}
