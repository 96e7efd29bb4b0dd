//! The admin port: whether the relay lives and is ready, and how it is configured. It is for those who run the relay,
//! asks for no key, and shows no secret and nothing personal.

mod health;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::phase::Phases;
use crate::relay::Relay;

/// What all handlers share.
#[derive(Clone)]
struct Admin {
    relay: Relay,
    phases: Phases,
}

/// All routes of the admin port.
pub fn router(relay: Relay, phases: Phases) -> Router {
    let no_store = header::HeaderValue::from_static("no-store");
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/debug/config", get(config))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, no_store))
        .with_state(Admin { relay, phases })
}

/// `GET /debug/config`: each variable with its value, without secrets.
async fn config(State(admin): State<Admin>) -> Response {
    Json(&admin.relay.config().shown).into_response()
}
