//! `/v1/events`: the ledger. A host behind a firewall reads it and needs no webhook.

#![expect(unused_qualifications, reason = "the macro of the OpenAPI document writes one")]

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::IntoParams;

use super::connections::BAD_QUERY;
use super::idempotency::{Idempotency, Key, json};
use super::problem::{Fault, Problem};
use super::schema::{EventAnswer, Events};
use super::{Backend, Caller};
use crate::host::{BadTerm, EventKind, HostEvent};
use crate::id::EventId;
use crate::store::host::Delivery;

/// Which events are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wish {
    /// The id of the last event that is known, or `next_cursor` of an earlier answer. Without it, the ledger begins
    /// with its oldest event.
    #[param(pattern = "^ev_[A-Za-z0-9_-]{21}[AQgw]$")]
    after: Option<String>,
    /// How many at most, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Lists the events of the last 30 days, the oldest first.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", operation_id = "listEvents", params(Wish),
    responses(
        (status = 200, description = "a page of the ledger", body = Events),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn list(
    State(backend): State<Backend>,
    filter: Result<Query<Wish>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Events>, Fault> {
    let Query(filter) = filter.map_err(|_| BAD_QUERY)?;
    let most = filter.limit.unwrap_or(PAGE);
    if !(1..=PAGE).contains(&most) {
        return Err(BadTerm { member: "limit", expected: "a number from 1 to 100" }.into());
    }
    let store = backend.relay.sessions().store();
    let after = match &filter.after {
        None => 0,
        Some(id) => {
            let bad = Fault::Bad(BadTerm {
                member: "after",
                expected: "the id of an event of the last 30 days",
            });
            let id: EventId = id.parse().map_err(|_| bad.clone())?;
            store.get_event(&id).await?.ok_or(bad)?.number
        }
    };
    let mut found = store.events(after, most + 1).await?;
    let has_more = found.len() > most as usize;
    found.truncate(most as usize);
    let next_cursor = found.last().map(|last| last.event.id.to_string()).or(filter.after);
    let data = found.iter().map(EventAnswer::from).collect();
    Ok(Json(Events { data, next_cursor, has_more }))
}

/// Sends an event again, at once and then by the schedule.
#[utoipa::path(
    post, path = "/v1/events/{id}/redeliver", tag = "events", operation_id = "redeliverEvent",
    params(("id" = String, Path, pattern = "^ev_[A-Za-z0-9_-]{21}[AQgw]$")),
    responses(
        (status = 202, description = "the event, which is to be sent", body = EventAnswer),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn redeliver(
    State(backend): State<Backend>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<EventAnswer>), Fault> {
    let id: EventId = id.parse().map_err(|_| NO_EVENT)?;
    let store = backend.relay.sessions().store();
    store.get_event(&id).await?.ok_or(NO_EVENT)?;
    store.note_delivery(&id, 0, Delivery::Due(backend.relay.now())).await?;
    let entry = store.get_event(&id).await?.ok_or(NO_EVENT)?;
    Ok((StatusCode::ACCEPTED, Json(EventAnswer::from(&entry))))
}

/// Adds a test event, which is sent like any other.
#[utoipa::path(
    post, path = "/v1/webhooks/test", tag = "events", operation_id = "testWebhook",
    params(Idempotency),
    responses(
        (status = 202, description = "the event, which is to be sent", body = EventAnswer),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn test(
    State(backend): State<Backend>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let key = Key::of(&headers, &caller, "/v1/webhooks/test", b"")?;
    let store = backend.relay.sessions().store();
    if let Some(key) = key
        && let Some((status, body)) = key.earlier(&backend).await?
    {
        return Ok(json(status, body));
    }
    let subject = backend.relay.request_id().to_string();
    let event = HostEvent::new(EventKind::WebhookTest, &subject, backend.relay.now());
    let id = event.id.clone();
    store.add_event(event).await?;
    let entry = store.get_event(&id).await?.ok_or(Fault::Internal)?;
    let body = serde_json::to_string(&EventAnswer::from(&entry)).map_err(|_| Fault::Internal)?;
    if let Some(key) = key {
        store.keep_reply(key.keep(&backend, ACCEPTED, &body)?).await?;
    }
    Ok(json(ACCEPTED, body))
}

const NO_EVENT: Fault = Fault::NotFound("there is no such event, or it is older than 30 days");
const ACCEPTED: u16 = 202;
/// The most of one page.
const PAGE: u32 = 100;
