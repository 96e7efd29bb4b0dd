//! Answers to pages of other origins (the Fetch standard's CORS protocol): those of
//! `AIS_RELAY_ALLOWED_ORIGINS` and no others, never `*`.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::gate::{Page, one, who};
use crate::config::Access;
use crate::http::error::RouteError;

/// The answer to a preflight request.
pub(crate) fn preflight(asked: &HeaderMap, access: &Access) -> Response {
    let mut response = match allowed(asked, access) {
        Some(origin) => permission(origin),
        None if asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) => {
            RouteError::Foreign("pages of this origin may not call").into_response()
        }
        None => RouteError::WrongMethod(METHODS).into_response(),
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    response
}

fn permission(origin: HeaderValue) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    grant(headers, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
    response
}

/// Lets an allowed page read the answer to its call, refusals included.
pub(crate) fn allow_page(asked: &HeaderMap, access: &Access, answer: &mut HeaderMap) {
    answer.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed(asked, access) {
        grant(answer, origin);
        answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}

/// Lets an allowed page load the bundle as modules, without cookies.
pub(crate) fn allow_files(asked: &HeaderMap, access: &Access, answer: &mut HeaderMap) {
    answer.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed(asked, access) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}

fn grant(answer: &mut HeaderMap, origin: HeaderValue) {
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
}

/// The `Origin` of the request, if it is one of the allowed ones.
fn allowed(headers: &HeaderMap, access: &Access) -> Option<HeaderValue> {
    let origin = one(headers, &header::ORIGIN).ok()??;
    let is_allowed = who(origin, headers, access) == Page::Allowed;
    is_allowed.then(|| headers.get(header::ORIGIN).cloned()).flatten()
}

const METHODS: &str = "GET, POST, PUT, DELETE";
/// The headers that the widget may choose, the one that marks its calls, and those of a trace, which a page's own
/// instrumentation adds to each call.
const HEADERS: &str = "x-ais-link, x-ais-link-context, x-ais-link-return, x-ais-link-entry, x-ais-link-session, content-type, x-bicfi, \
                       consent-id, tpp-redirect-preferred, x-affiliatedaspsp-id, psu-id, \
                       psu-corporate-id, traceparent, tracestate";
/// The headers of an answer that scripts may read, besides its type.
const EXPOSED: &str = "x-request-id, aspsp-sca-approach, location, retry-after, date, \
                       x-ais-link-return, x-ais-link-bank";
/// Seconds that a browser may remember the permission: a change of configuration counts soon.
const MAX_AGE: &str = "600";
