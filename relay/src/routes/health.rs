//! Health, for the orchestrator that starts and stops relays. The answers reveal nothing of the configuration.

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

/// `GET /health/ready`: the relay has a token for each context, or can get one. After a failure it asks the
/// platform only once the tokens' pause has passed.
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
