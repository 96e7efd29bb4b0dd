//! The parts of the platform's answers that reach the browser: status, body, and a few headers.

use axum::body::Body as Sent;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::wire::{Code, Problem};
use protocol::{Call, header as names};
use url::Url;

use super::location;
use crate::http::error::{Fault, RouteError};
use crate::http::flaw::Flaw;
use crate::http::retry_after;
use crate::platform::client::{Answer, LATER};
use crate::platform::json::Body;
use crate::platform::odd;
use crate::platform::refusal::Refusal;

/// The parts of the platform's answer to `call` for the browser: status, body, and a few headers.
pub(super) fn pass_on(call: &Call, answer: &Answer, api: &Url) -> Result<Response, RouteError> {
    let mut response = with_body(answer)?;
    odd::log_left_out(call, answer);
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
    if let Some(path) = location::own_path(call, answer, api) {
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
        Body::Json(json) => content_type(answer).map(|kind| (kind, json.text().clone())),
        // The relay never passes on a body that it could not parse.
        Body::Odd(flaw) => Err(*flaw),
    };
    match usable {
        Ok((kind, text)) => Ok(([(header::CONTENT_TYPE, kind)], text).into_response()),
        // The status alone tells the page to try again later. The text is the relay's own.
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

/// The answer's content type in the relay's spelling: one of the two that the platform uses. Any other JSON type
/// counts as the first one (RFC 6839, section 3.1), and so does a good answer without a type.
fn content_type(answer: &Answer) -> Result<HeaderValue, Flaw> {
    let Some(value) = answer.headers.get(header::CONTENT_TYPE) else {
        return answer.status.is_success().then_some(JSON).ok_or(Flaw::ContentType);
    };
    let essence = value.to_str().ok().and_then(|value| value.split(';').next());
    match essence.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/problem+json" => Ok(PROBLEM),
        kind if kind.ends_with("/json") || kind.ends_with("+json") => Ok(JSON),
        _ => Err(Flaw::ContentType),
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A word such as `DECOUPLED` (OpenAPI header `ASPSP-SCA-Approach`).
fn is_approach(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}
