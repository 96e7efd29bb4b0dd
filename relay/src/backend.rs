//! The back-end port: what the host's own server asks. It reaches no browser's route, no browser reaches it, and no
//! call made for it carries a PSU header.

mod accounts;
mod connections;
mod events;
mod idempotency;
pub mod keys;
mod link_sessions;
mod openapi;
mod operations;
mod problem;
mod schema;
mod view_sessions;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use protocol::header::X_REQUEST_ID;
use tower_http::catch_panic::CatchPanicLayer;

pub use self::openapi::document;

use self::keys::Keys;
use self::problem::Fault;
use crate::relay::Relay;
use crate::trace;

/// What all handlers share.
#[derive(Clone)]
pub(crate) struct Backend {
    relay: Relay,
    keys: Arc<Keys>,
}

/// The name of the key that a request was made with.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub String);

/// All routes of the back-end port.
pub fn router(relay: Relay, keys: impl Into<Arc<Keys>>) -> Router {
    let backend = Backend { relay, keys: keys.into() };
    let guarded = Router::new()
        .route("/v1/link-sessions", post(link_sessions::create).fallback(wrong_method))
        .route("/v1/link-sessions/{id}", get(link_sessions::read).fallback(wrong_method))
        .route("/v1/connections", get(connections::list).fallback(wrong_method))
        .route(
            "/v1/connections/{id}",
            get(connections::read).delete(connections::end).fallback(wrong_method),
        )
        .route("/v1/connections/{id}/renewals", post(link_sessions::renew).fallback(wrong_method))
        .route("/v1/connections/{id}/accounts", get(accounts::list).fallback(wrong_method))
        .route(
            "/v1/connections/{id}/accounts/{account}/balances",
            get(accounts::balances).fallback(wrong_method),
        )
        .route(
            "/v1/connections/{id}/accounts/{account}/transactions",
            get(accounts::transactions).fallback(wrong_method),
        )
        .route("/v1/view-sessions", post(view_sessions::create).fallback(wrong_method))
        .route("/v1/events", get(events::list).fallback(wrong_method))
        .route("/v1/events/{id}/redeliver", post(events::redeliver).fallback(wrong_method))
        .route("/v1/webhooks/test", post(events::test).fallback(wrong_method))
        .fallback(any(|| async { Fault::NotFound("no route has this path") }))
        .layer(from_fn_with_state(backend.clone(), authenticate));
    Router::new()
        .route("/openapi.json", get(openapi::serve).fallback(wrong_method))
        .merge(guarded)
        .layer(CatchPanicLayer::custom(|_| -> Response { Fault::Internal.into_response() }))
        .layer(from_fn_with_state(backend.clone(), identify))
        .layer(from_fn_with_state(backend.relay.shared_random(), trace::follow))
        .with_state(backend)
}

async fn wrong_method() -> Fault {
    Fault::WrongMethod
}

/// Gives each request an id, which its answer names, in a header and in a problem's body.
async fn identify(State(backend): State<Backend>, request: Request, next: Next) -> Response {
    let id = backend.relay.request_id();
    let (method, path) = (request.method().clone(), route(request.uri().path()));
    let call = operations::name(&method, request.extensions().get());
    let mut measuring = backend.relay.metrics().request();
    let mut response = problem::named(next.run(request).await, id);
    measuring.answered(call, response.status());
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        headers.insert(HeaderName::from_static(X_REQUEST_ID), value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let status = response.status().as_u16();
    tracing::info!(%method, path, status, request_id = %id, "back-end call");
    response
}

/// The route of a path, without the ids in it.
fn route(path: &str) -> String {
    let is_id = |part: &str| ["ls_", "cn_", "ac_", "ev_"].iter().any(|kind| part.starts_with(kind));
    let known = |part: &str| {
        part.is_empty()
            || matches!(
                part,
                "v1" | "link-sessions"
                    | "connections"
                    | "renewals"
                    | "accounts"
                    | "balances"
                    | "transactions"
                    | "events"
                    | "redeliver"
                    | "webhooks"
                    | "test"
                    | "view-sessions"
                    | "openapi.json"
            )
    };
    let parts = path.split('/').map(|part| match part {
        part if known(part) => part,
        part if is_id(part) => "{id}",
        _ => "{unknown}",
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Lets a request in that shows a key.
async fn authenticate(
    State(backend): State<Backend>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
    let shown = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    };
    let bearer = shown.and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key.trim_start())
    });
    match bearer.and_then(|key| backend.keys.name_of(key)) {
        Some(name) => {
            request.extensions_mut().insert(Caller(name));
            next.run(request).await
        }
        None => Fault::Unauthorised.into_response(),
    }
}
