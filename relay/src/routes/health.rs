//! Health, for whoever starts and stops relays. It tells nothing of the configuration.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::Scope;
use serde::Serialize;

use crate::relay::Relay;

/// `GET /health/live`: the process answers.
pub(crate) async fn live() -> Response {
    Json(Health { status: "up" }).into_response()
}

/// `GET /health/ready`: a token for each context is at hand, or can be had. The platform is asked no more often than
/// the tokens' pause after a failure allows.
pub(crate) async fn ready(State(relay): State<Relay>) -> Response {
    for context in relay.config().platform.contexts.all() {
        if relay.platform().tokens.get(Scope::AspspInformation, context).await.is_err() {
            let unready = Json(Health { status: "no token" });
            return (StatusCode::SERVICE_UNAVAILABLE, unready).into_response();
        }
    }
    Json(Health { status: "ready" }).into_response()
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}
