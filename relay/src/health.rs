//! Health, for whoever starts and stops relays. It tells nothing of the configuration.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::Scope;
use serde::Serialize;

use crate::Relay;

/// `GET /health/live`: the process answers.
pub(crate) async fn live() -> Response {
    Json(Health { status: "up" }).into_response()
}

/// `GET /health/ready`: a token is at hand, or can be had. The platform is asked no more often than
/// the tokens' pause after a failure allows.
pub(crate) async fn ready(State(relay): State<Relay>) -> Response {
    match relay.platform().tokens.get(Scope::AspspInformation).await {
        Ok(_) => Json(Health { status: "ready" }).into_response(),
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, Json(Health { status: "no token" })).into_response()
        }
    }
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}
