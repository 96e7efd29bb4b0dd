//! The body of a webhook, which the ledger shows too.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::connection::Ender;
use super::event::HostEvent;
use super::session::Reason;
use crate::clock::Timestamp;

/// A moment as text (RFC 3339), in whole milliseconds.
pub fn written(moment: Timestamp) -> String {
    let nanos = i128::from(moment.as_millis()) * 1_000_000;
    let moment = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok();
    moment.and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}

/// The body of a webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventBody {
    /// What happened, such as `link.succeeded`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// When.
    timestamp: String,
    /// What it is about. Never account data.
    data: EventData,
}

/// What an event is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct EventData {
    #[serde(skip_serializing_if = "Option::is_none")]
    link_session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_id: Option<String>,
    client_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    by: Option<Ender>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_left: Option<u32>,
}

impl From<&HostEvent> for EventBody {
    fn from(event: &HostEvent) -> Self {
        Self {
            kind: event.kind.word(),
            timestamp: written(event.at),
            data: EventData {
                link_session_id: event.link_session_id.as_ref().map(ToString::to_string),
                connection_id: event.connection_id.as_ref().map(ToString::to_string),
                client_reference: event.client_reference.clone(),
                status: event.status.clone(),
                reason: event.reason,
                by: event.by,
                valid_until: event.valid_until.clone(),
                days_left: event.days_left,
            },
        }
    }
}
