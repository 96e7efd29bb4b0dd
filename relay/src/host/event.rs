//! What the host's server hears: one row of the ledger, and one webhook. Never account data.

use serde::{Deserialize, Serialize};

use super::connection::Ender;
use super::session::Reason;
use crate::clock::Timestamp;
use crate::id::{ConnectionId, EventId, LinkSessionId};

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostEvent {
    /// Its id, which is also `webhook-id`.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// The link session that it is about.
    pub link_session_id: Option<LinkSessionId>,
    /// The connection that it is about.
    pub connection_id: Option<ConnectionId>,
    /// The host's own name for the person.
    pub client_reference: Option<String>,
    /// What the link session or the connection is now.
    pub status: Option<String>,
    /// Why.
    pub reason: Option<Reason>,
    /// Who ended a connection.
    pub by: Option<Ender>,
    /// The last day of the consent, `yyyy-MM-dd`.
    pub valid_until: Option<String>,
    /// How many days are left.
    pub days_left: Option<u32>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventKind {
    /// A bank was linked in a link session.
    #[serde(rename = "link.succeeded")]
    LinkSucceeded,
    /// A link session cannot be completed.
    #[serde(rename = "link.failed")]
    LinkFailed,
    /// The person did not want to go on.
    #[serde(rename = "link.cancelled")]
    LinkCancelled,
    /// The time of a link session was over.
    #[serde(rename = "link.expired")]
    LinkExpired,
    /// A connection ends in 14 days, 7 days or 1 day.
    #[serde(rename = "connection.expiring")]
    ConnectionExpiring,
    /// The time of a connection is over.
    #[serde(rename = "connection.expired")]
    ConnectionExpired,
    /// Somebody ended a connection.
    #[serde(rename = "connection.revoked")]
    ConnectionRevoked,
    /// A connection has a new consent.
    #[serde(rename = "connection.renewed")]
    ConnectionRenewed,
    /// The bank refuses a connection, and does not say that it has ended.
    #[serde(rename = "connection.broken")]
    ConnectionBroken,
    /// A broken connection can be read again.
    #[serde(rename = "connection.repaired")]
    ConnectionRepaired,
    /// A test.
    #[serde(rename = "webhook.test")]
    WebhookTest,
}

impl HostEvent {
    /// What happens to `subject` at `at`.
    pub fn new(kind: EventKind, subject: &str, at: Timestamp) -> Self {
        Self {
            id: EventId::about(subject, kind.word(), at.as_millis()),
            kind,
            at,
            link_session_id: None,
            connection_id: None,
            client_reference: None,
            status: None,
            reason: None,
            by: None,
            valid_until: None,
            days_left: None,
        }
    }
}

impl EventKind {
    /// The type, as it stands in the body.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LinkSucceeded => "link.succeeded",
            Self::LinkFailed => "link.failed",
            Self::LinkCancelled => "link.cancelled",
            Self::LinkExpired => "link.expired",
            Self::ConnectionExpiring => "connection.expiring",
            Self::ConnectionExpired => "connection.expired",
            Self::ConnectionRevoked => "connection.revoked",
            Self::ConnectionRenewed => "connection.renewed",
            Self::ConnectionBroken => "connection.broken",
            Self::ConnectionRepaired => "connection.repaired",
            Self::WebhookTest => "webhook.test",
        }
    }
}
