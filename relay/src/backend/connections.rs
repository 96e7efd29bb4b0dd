//! `/v1/connections`: what the host may read of whom.

#![expect(unused_qualifications, reason = "the macro of the OpenAPI document writes one")]

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Backend;
use super::link_sessions::NO_CONNECTION;
use super::problem::{Fault, Problem};
use super::schema::{ConnectionAnswer, Connections};
use crate::clock::Timestamp;
use crate::host::{BadTerm, Ender, check_reference};
use crate::id::ConnectionId;
use crate::store::host::Wanted;

/// Which connections are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wish {
    /// The host's own name for the person.
    #[param(min_length = 1, max_length = 128)]
    client_reference: Option<String>,
    /// `active`, `expired`, `revoked` or `broken`.
    #[param(pattern = "^(active|expired|revoked|broken)$")]
    status: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Lists connections, the oldest first.
#[utoipa::path(
    get, path = "/v1/connections", tag = "connections", operation_id = "listConnections", params(Wish),
    responses(
        (status = 200, description = "a page of connections", body = Connections),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn list(
    State(backend): State<Backend>,
    filter: Result<Query<Wish>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Connections>, Fault> {
    let Query(filter) = filter.map_err(|_| BAD_QUERY)?;
    let status = filter.status;
    if status
        .as_deref()
        .is_some_and(|word| !matches!(word, "active" | "expired" | "revoked" | "broken"))
    {
        return Err(
            BadTerm { member: "status", expected: "active, expired, revoked or broken" }.into()
        );
    }
    if let Some(reference) = &filter.client_reference {
        check_reference(reference)?;
    }
    let most = filter.limit.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&most) {
        return Err(BadTerm { member: "limit", expected: "a number from 1 to 100" }.into());
    }
    let bad = || BadTerm { member: "cursor", expected: "next_cursor of an earlier answer" };
    let after = filter.cursor.map(|text| place(&text).ok_or_else(bad)).transpose()?;
    let wanted =
        Wanted { client_reference: filter.client_reference, status, after, most: most + 1 };
    let mut found = backend.relay.sessions().store().list_connections(wanted).await?;
    let has_more = found.len() > most as usize;
    found.truncate(most as usize);
    let last = found.last().filter(|_| has_more);
    let next_cursor = last.map(|last| cursor(last.created, &last.id));
    Ok(Json(Connections { data: found.iter().map(ConnectionAnswer::from).collect(), next_cursor }))
}

/// Says how a connection is.
#[utoipa::path(
    get, path = "/v1/connections/{id}", tag = "connections", operation_id = "getConnection",
    params(("id" = String, Path, pattern = "^cn_[A-Za-z0-9_-]{21}[AQgw]$")),
    responses(
        (status = 200, description = "the connection", body = ConnectionAnswer),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn read(
    State(backend): State<Backend>,
    Path(id): Path<String>,
) -> Result<Json<ConnectionAnswer>, Fault> {
    let id: ConnectionId = id.parse().map_err(|_| NO_CONNECTION)?;
    let found = backend.relay.sessions().store().get_connection(&id).await?;
    found.map(|connection| Json(ConnectionAnswer::from(&connection))).ok_or(NO_CONNECTION)
}

/// Ends a connection: here at once, and its consent at the platform as soon as that answers.
#[utoipa::path(
    delete, path = "/v1/connections/{id}", tag = "connections", operation_id = "endConnection",
    params(("id" = String, Path, pattern = "^cn_[A-Za-z0-9_-]{21}[AQgw]$")),
    responses(
        (status = 204, description = "it has ended here"),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn end(
    State(backend): State<Backend>,
    Path(id): Path<String>,
) -> Result<StatusCode, Fault> {
    let id: ConnectionId = id.parse().map_err(|_| NO_CONNECTION)?;
    match backend.relay.end_connection(&id, Ender::Host).await? {
        Some(_) => Ok(StatusCode::NO_CONTENT),
        None => Err(NO_CONNECTION),
    }
}

/// The place behind a connection, as text that says nothing.
fn cursor(created: Timestamp, id: &ConnectionId) -> String {
    URL_SAFE_NO_PAD.encode(format!("{} {id}", created.as_millis()))
}

fn place(cursor: &str) -> Option<(Timestamp, ConnectionId)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (created, id) = text.split_once(' ')?;
    Some((Timestamp::from_millis(created.parse().ok()?), id.parse().ok()?))
}

pub(super) const BAD_QUERY: Fault = Fault::Bad(BadTerm {
    member: "query",
    expected: "made of parameters that this route has, each once",
});
/// The most of one page.
const PAGE: u32 = 100;
