//! `/v1/view-sessions`: one browser may see and end a person's connections.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::idempotency::{Idempotency, Key, created};
use super::link_sessions::{LONGEST, parsed};
use super::problem::{Fault, Problem};
use super::schema::NewViewSession;
use super::{Backend, Caller};
use crate::host::{ViewSession, ViewStage, check_reference, written};
use crate::http::body::collect;
use crate::id::{VIEW_TOKEN, ViewSessionId, token};

/// Whose connections.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ViewSessionRequest)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    /// The host's own name for the person.
    #[schema(min_length = 1, max_length = 128, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$")]
    client_reference: String,
}

/// Makes a view session: a token with which one browser may see and end a person's connections for an hour.
#[utoipa::path(
    post, path = "/v1/view-sessions", tag = "view sessions", operation_id = "createViewSession",
    request_body = Request, params(Idempotency),
    responses(
        (status = 201, description = "the new view session, with its token", body = NewViewSession),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn create(
    State(backend): State<Backend>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let bytes = collect(body, LONGEST).await?;
    let Request { client_reference } = parsed(&headers, &bytes)?;
    let key = Key::of(&headers, &caller, "/v1/view-sessions", &bytes)?;
    check_reference(&client_reference)?;
    let (token, hash) = token(VIEW_TOKEN, backend.relay.random());
    let session = ViewSession {
        id: ViewSessionId::random(backend.relay.random()),
        token: hash,
        client_reference,
        created: backend.relay.now(),
        stage: ViewStage::Created,
    };
    let expires_at = written(session.expires());
    let answer = NewViewSession { id: session.id.to_string(), token, expires_at };
    let store = backend.relay.sessions().store();
    created(&backend, key, &answer, |reply| store.insert_view_session(session, reply)).await
}
