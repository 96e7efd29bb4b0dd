//! Faults that tests asked for, and the list of requests.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::exchange::Shown;
use super::form;
use crate::control::{Fault, SeenRequest};
use crate::sandbox::Sandbox;

/// Marks an answer that the server must not send: it closes the connection instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropped;

/// Marks an answer that a test asked for, in place of the platform's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoiled;

/// Lists the call, and spoils its answer if a test asked for that.
pub(super) async fn spoil(
    State(sandbox): State<Sandbox>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let (fault, cleared) = {
        let mut control = sandbox.control();
        if REMEMBERED.iter().any(|prefix| path.starts_with(prefix)) {
            control.remember(seen(&request));
        }
        (control.take_fault(request.method().as_str(), path), control.cleared())
    };
    let mut answer = match fault {
        None => return next.run(request).await,
        Some(Fault::Slow { millis }) => {
            // Whichever comes first.
            let _ = timeout(Duration::from_millis(millis), cleared).await;
            return next.run(request).await;
        }
        Some(Fault::Status { status, retry_after }) => failure(status, retry_after),
        Some(Fault::Garbage) => {
            ([(header::CONTENT_TYPE, "application/json")], GARBAGE).into_response()
        }
        Some(Fault::Drop) => {
            let mut answer = StatusCode::BAD_GATEWAY.into_response();
            answer.extensions_mut().insert(Dropped);
            answer
        }
        Some(Fault::Answer { status, headers, body }) => {
            let mut answer = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
            *answer.status_mut() = code(status);
            replace(answer.headers_mut(), &headers);
            answer
        }
        Some(Fault::Edited { status, headers, merge }) => {
            let answer = next.run(request).await;
            edited(answer, status, &headers, &merge).await
        }
    };
    answer.extensions_mut().insert(Spoiled);
    answer
}

/// The answer with another status, other headers and other parts of its body.
async fn edited(
    answer: Response,
    status: Option<u16>,
    headers: &[(String, String)],
    merge: &Value,
) -> Response {
    let (mut parts, body) = answer.into_parts();
    if let Some(status) = status {
        parts.status = code(status);
    }
    replace(&mut parts.headers, headers);
    if merge.is_null() {
        return Response::from_parts(parts, body);
    }
    let whole = to_bytes(body, LARGEST_ANSWER).await.unwrap_or_default();
    let mut body = serde_json::from_slice(&whole).unwrap_or_default();
    form::merge(&mut body, merge);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body.to_string()))
}

/// Replaces headers by `wanted`; values of the same name are all sent.
fn replace(headers: &mut HeaderMap, wanted: &[(String, String)]) {
    let named = || wanted.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value)));
    named().for_each(|(name, _): (HeaderName, _)| drop(headers.remove(name)));
    for (name, value) in named().filter(|(_, value)| !value.is_empty()) {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append::<HeaderName>(name, value);
        }
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn failure(status: u16, retry_after: Option<u64>) -> Response {
    let mut answer = (code(status), Body::empty()).into_response();
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn seen(request: &Request) -> SeenRequest {
    SeenRequest {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(ToOwned::to_owned),
        headers: readable(request.headers()),
        certificate: request.extensions().get::<Shown>().map(|shown| shown.0.to_string()),
    }
}

fn readable(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = if name == header::AUTHORIZATION { masked(&value) } else { value.into_owned() };
        (name.to_string(), value)
    };
    headers.iter().map(text).collect()
}

/// The scheme, and eight digits that distinguish one credential from another.
fn masked(value: &str) -> String {
    let (scheme, credential) = value.split_once(' ').unwrap_or(("", value));
    let digest = Sha256::digest(credential);
    let [a, b, c, d, ..] = digest[..] else { return scheme.to_owned() };
    format!("{scheme} sha256:{a:02x}{b:02x}{c:02x}{d:02x}")
}

/// The paths of the platform's side.
const REMEMBERED: [&str; 3] = ["/connect/", "/psd2/", "/logos/"];
/// Bytes; the longest answer is a bank's list of accounts.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// No JSON, and no UTF-8 either.
const GARBAGE: &[u8] = b"{\"consentStatus\": \xff\xfe <html>";
