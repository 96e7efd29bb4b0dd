//! One line for each call. It names the call, but no ids, no headers beyond the bank and the request id,
//! and no body.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

use super::headers::Headers;
use crate::clock::Stopwatch;

/// The name of a call in the log. Its handler leaves it in the answer's extensions.
#[derive(Clone, Copy)]
pub(super) struct CallName(pub(super) &'static str);

pub(super) async fn write(request: Request, next: Next) -> Response {
    let started = Stopwatch::start();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let headers = Headers(request.headers());
    let request_id = headers.request_id().ok();
    let bank = headers.bank().ok().map(|bank| bank.bic.as_str());
    let answer = next.run(request).await;
    let route = route.as_ref().map_or("unknown", MatchedPath::as_str);
    let call = answer.extensions().get::<CallName>().map_or(route, |name| name.0);
    let status = answer.status().as_u16();
    let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let request_id = request_id.map(tracing::field::display);
    // The BankID page and tests poll; their calls would hide the others.
    if route.starts_with("/bankid") || route.starts_with("/control") {
        tracing::debug!(%method, call, status, millis, "call answered");
    } else {
        tracing::info!(%method, call, bank, status, millis, request_id, "call answered");
    }
    answer
}
