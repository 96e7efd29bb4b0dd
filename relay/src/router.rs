//! All routes on one page, and what wraps each of them.

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use protocol::own;
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::error::RouteError;
use crate::http::framing;
use crate::metrics::NO_CALL;
use crate::relay::Relay;
use crate::routes::psd2::Called;
use crate::routes::view_session::{self, below};
use crate::routes::{bundle, link_session, logos, profiles, psd2, redirect, session};
use crate::trace;

/// Everything that the relay serves. Each request must carry its [`Peer`](crate::Peer), which [`serve`](crate::serve::serve) adds.
pub fn router(relay: Relay) -> Router {
    let panics =
        || CatchPanicLayer::custom(|_| -> Response { RouteError::Internal.into_response() });
    let refuse_method = |allow| move || async move { RouteError::WrongMethod(allow) };
    Router::new()
        .route("/psd2", any(psd2::handle))
        .route("/psd2/", any(psd2::handle))
        .route("/psd2/{*call}", any(psd2::handle))
        .route(own::SESSION_CONSENTS, any(session::consents))
        .route(own::SESSION_LINK, any(link_session::handle))
        .route(own::SESSION_VIEW, any(view_session::claim))
        .route(&below("/connections"), any(view_session::connections))
        .route(&below("/connections/{id}"), any(view_session::end))
        .route(&below("/connections/{id}/accounts"), any(view_session::accounts))
        .route(&below("/connections/{id}/accounts/{account}/balances"), any(view_session::balances))
        .route(
            &below("/connections/{id}/accounts/{account}/transactions"),
            any(view_session::transactions),
        )
        .route(own::SESSION, any(session::forget))
        .route("/redirect.js", get(redirect::script).fallback(refuse_method("GET, HEAD")))
        .route("/redirect.css", get(redirect::style).fallback(refuse_method("GET, HEAD")))
        .route("/logos/{bic}", get(logos::handle).fallback(refuse_method("GET, HEAD")))
        .route(
            &[own::PROFILES, "{bic}"].concat(),
            get(profiles::handle).fallback(refuse_method("GET, HEAD")),
        )
        .route("/ais-link.js", any(bundle::bundle))
        .route("/ais-accounts.js", any(bundle::bundle))
        .route("/assets/{*file}", any(bundle::bundle))
        .fallback(bundle::pages)
        // From the inside out: a layer wraps those above it, and of several in one place the first wraps the others. Each
        // place costs every request some allocations, so that what belongs together stands in one.
        .layer((from_fn_with_state(relay.config().limits.target, framing::strict), panics()))
        // The return from the bank has a limit of its own, and a page for a request beyond it.
        .route(
            own::REDIRECT,
            any(redirect::handle)
                .layer((from_fn_with_state(relay.clone(), redirect::framed), panics())),
        )
        .layer((
            from_fn_with_state(relay.shared_random(), trace::follow),
            from_fn_with_state(relay.clone(), measured),
            map_response(with_default_headers),
        ))
        .with_state(relay)
}

/// Counts a request and measures its time.
async fn measured(State(relay): State<Relay>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let mut measuring = relay.metrics().request();
    let response = next.run(request).await;
    let call = match (path, response.extensions().get()) {
        (_, Some(Called(call))) => call,
        (Some(path), None) => operation(path.as_str()),
        (None, None) => "page",
    };
    let status = response.status();
    tracing::debug!(call, status = status.as_u16(), "request answered");
    measuring.answered(call, status);
    response
}

/// The name of a route in metrics.
fn operation(route: &str) -> &'static str {
    match route {
        own::SESSION => "session",
        own::SESSION_CONSENTS => "sessionConsents",
        own::SESSION_LINK => "sessionLink",
        own::SESSION_VIEW => "sessionView",
        own::REDIRECT => "redirect",
        "/redirect.js" | "/redirect.css" => "redirectFile",
        "/logos/{bic}" => "logo",
        "/ais-link.js" | "/assets/{*file}" => "bundle",
        route if route.starts_with(own::PROFILES) => "profile",
        route if route.starts_with(own::SESSION_VIEW) => viewed(route),
        _ => NO_CALL,
    }
}

/// The name of a route of a view session.
fn viewed(route: &str) -> &'static str {
    match route.rsplit('/').next() {
        Some("connections") => "viewConnections",
        Some("accounts") => "viewAccounts",
        Some("balances") => "viewBalances",
        Some("transactions") => "viewTransactions",
        _ => "viewEnd",
    }
}

/// Adds the headers that every answer has, unless its handler gave them other values, and marks an answer that must not be
/// stored with `Vary: *`. A service worker may cache an answer in spite of `no-store`, and would then answer each request
/// for a status with the first one. Its cache refuses an answer that varies by everything (Service Workers, `Cache.put`).
async fn with_default_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.reserve(DEFAULTS.len() + 1);
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if headers.get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store") {
        headers.append(header::VARY, HeaderValue::from_static("*"));
    }
    response
}

const DEFAULTS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
