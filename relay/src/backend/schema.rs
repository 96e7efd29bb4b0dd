//! What the back-end port answers.

use protocol::profile::Context;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::host::{Connection, ConnectionState, Ender, EventBody, LinkSession, Reason, written};
use crate::link::Data;
use crate::store::host::{Delivery, Entry};

/// The body of a renewal, for the OpenAPI document. It is read as that of a link session, whose other members may be
/// those of the connection, or left out.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a renewal is read as a link session")]
pub(super) struct RenewalRequest {
    /// What the host wants the data for, in its person's language.
    #[schema(min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$")]
    purpose: Option<String>,
    /// For how many days.
    #[schema(minimum = 1, maximum = 180)]
    validity_days: Option<u32>,
    /// The page that the person is brought back to.
    return_url: Option<String>,
    /// What the host wants to find again.
    metadata: Option<std::collections::BTreeMap<String, String>>,
}

/// A new link session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NewLinkSession {
    /// Its id: `ls_` and 22 letters.
    pub id: String,
    /// The token for `<ais-link token>`: good for one browser and 30 minutes. It is shown once.
    pub token: String,
    /// Until when a browser may show it first.
    pub expires_at: String,
}

/// A new view session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NewViewSession {
    /// Its id: `vs_` and 22 letters.
    pub id: String,
    /// The token for the page: good for one browser, until the end. It is shown once.
    pub token: String,
    /// Until when it may be used: an hour.
    pub expires_at: String,
}

/// A link session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LinkSessionAnswer {
    /// Its id.
    id: String,
    /// `created`, `opened`, `authorising`, `succeeded`, `failed`, `cancelled` or `expired`.
    status: &'static str,
    /// Why it failed, or why the latest attempt did.
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    /// What the platform's support can find the latest request by.
    #[schema(value_type = Option<String>)]
    support_code: Option<Uuid>,
    /// The connection that it became.
    connection_id: Option<String>,
    /// The host's own name for the person.
    client_reference: String,
    /// The host's own texts.
    metadata: std::collections::BTreeMap<String, String>,
    /// When it was made.
    created_at: String,
    /// Until when a browser may show the token first.
    expires_at: String,
}

impl From<&LinkSession> for LinkSessionAnswer {
    fn from(session: &LinkSession) -> Self {
        let linked = session.stage.is_linked();
        Self {
            id: session.id.to_string(),
            status: session.stage.word(),
            reason: session.stage.reason().or(session.setback.filter(|_| !linked)),
            support_code: session.support_code,
            connection_id: linked.then(|| session.connection.to_string()),
            client_reference: session.terms.client_reference.clone(),
            metadata: session.terms.metadata.clone(),
            created_at: written(session.created),
            expires_at: written(session.expires()),
        }
    }
}

/// A connection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ConnectionAnswer {
    /// Its id: `cn_` and 22 letters. It outlives renewals.
    id: String,
    /// The host's own name for the person; null where a page linked the bank by itself.
    client_reference: Option<String>,
    /// The bank's BIC.
    bank: String,
    /// `private` or `corporate`.
    #[schema(value_type = String)]
    context: Context,
    /// `active`, `expired`, `revoked` or `broken`.
    status: &'static str,
    /// Who ended it: `person`, `bank` or `host`.
    #[schema(value_type = Option<String>)]
    ended_by: Option<Ender>,
    /// What may be read.
    granted: GrantedAnswer,
    /// What the host wants the data for, as its link session said.
    purpose: Option<String>,
    /// The last day, `yyyy-MM-dd`.
    valid_until: String,
    /// When it was made.
    created_at: String,
    /// When it got its present consent.
    renewed_at: Option<String>,
    /// The ids of its accounts, `ac_` and 22 letters each, once they were listed.
    accounts: Vec<String>,
    /// When it was read last without the person.
    last_read: Option<String>,
}

/// What may be read.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct GrantedAnswer {
    /// `balances`, `transactions`.
    data: Vec<Data>,
    /// Whether it may be read more than once.
    recurring: bool,
    /// Reads a day without the person.
    frequency_per_day: u32,
}

impl From<&Connection> for ConnectionAnswer {
    fn from(it: &Connection) -> Self {
        let by = match it.state {
            ConnectionState::Revoked { by, .. } => Some(by),
            _ => None,
        };
        Self {
            id: it.id.to_string(),
            client_reference: it.client_reference.clone(),
            bank: it.terms.bank.as_str().to_owned(),
            context: it.terms.context,
            status: it.state.word(),
            ended_by: by,
            granted: GrantedAnswer {
                data: it.granted.data.iter().copied().collect(),
                recurring: it.granted.recurring,
                frequency_per_day: it.granted.frequency_per_day,
            },
            purpose: it.purpose.clone(),
            valid_until: it.valid_until.clone(),
            created_at: written(it.created),
            renewed_at: (it.consents.len() > 1).then(|| written(it.since)),
            accounts: it.accounts.iter().map(|account| account.id.to_string()).collect(),
            last_read: it.last_read.map(written),
        }
    }
}

/// Connections, the oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Connections {
    /// The connections.
    pub data: Vec<ConnectionAnswer>,
    /// For the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// An event of the ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct EventAnswer {
    /// Its id, which is also `webhook-id`.
    id: String,
    /// How its delivery stands: `pending`, `delivered` or `failed`.
    delivery: &'static str,
    /// How often its delivery was tried.
    attempts: u32,
    /// The body of its webhook.
    #[serde(flatten)]
    body: EventBody,
}

impl From<&Entry> for EventAnswer {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.event.id.to_string(),
            delivery: match entry.delivery {
                Delivery::Due(_) => "pending",
                Delivery::Delivered => "delivered",
                Delivery::Failed => "failed",
            },
            attempts: entry.attempts,
            body: EventBody::from(&entry.event),
        }
    }
}

/// Events, the oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Events {
    /// The events.
    pub data: Vec<EventAnswer>,
    /// For the next question, `after`; null where there are none yet.
    pub next_cursor: Option<String>,
    /// Whether there are more already.
    pub has_more: bool,
}
