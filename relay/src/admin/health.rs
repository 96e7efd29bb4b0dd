//! Health, for the orchestrator that starts and stops relays. The answers reveal nothing of the configuration.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::Scope;
use serde::Serialize;

use super::Admin;
use crate::phase::Phase;

/// `GET /health/live`: the process answers.
pub(super) async fn live() -> Response {
    Json(Health { status: "up" }).into_response()
}

/// `GET /health/ready`: the relay does not stop, and has a token for each context or can get one. After a failure it
/// asks the platform only once the tokens' pause has passed.
pub(super) async fn ready(State(Admin { relay, phases, .. }): State<Admin>) -> Response {
    let unready =
        |status| (StatusCode::SERVICE_UNAVAILABLE, Json(Health { status })).into_response();
    if phases.now() > Phase::Serving {
        return unready("stopping");
    }
    for context in relay.config().platform.contexts.all() {
        if relay.platform().tokens.get(Scope::AspspInformation, context).await.is_err() {
            return unready("no token");
        }
    }
    Json(Health { status: "ready" }).into_response()
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}
