//! What a link is for the host's own server.

use std::collections::BTreeSet;
use std::time::Duration;

use protocol::wire::ConsentStatus;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Link, Listed, Proof, State};
use crate::clock::Timestamp;
use crate::id::{ConnectionId, LinkSessionId};

/// What a link is for the host's own server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosted {
    /// The link session that created it; `None` where a page created it without one.
    pub session: Option<LinkSessionId>,
    /// The connection that it creates or renews.
    pub connection: ConnectionId,
    /// The host's own name for the person.
    pub client_reference: Option<String>,
    /// The data that the host asked for.
    pub granted: Granted,
    /// What the host wants the data for.
    #[serde(default)]
    pub purpose: Option<String>,
    /// The id of the request that created the consent.
    pub request: Option<Uuid>,
    /// When it became part of the connection.
    pub linked: Option<Timestamp>,
}

/// The data that a consent lets the host read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// What may be read besides the accounts.
    pub data: BTreeSet<Data>,
    /// Whether the host may read more than once.
    pub recurring: bool,
    /// Reads a day without the person, 1 to 4.
    pub frequency_per_day: u32,
}

/// What may be read besides the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Data {
    /// Balances.
    Balances,
    /// Transactions.
    Transactions,
}

impl Granted {
    /// How often each account may be read in a day without the person: what was asked for, within the law's limit.
    pub fn reads_a_day(&self) -> u32 {
        self.frequency_per_day.clamp(1, MOST_A_DAY)
    }
}

impl Link {
    /// Whether it is part of a connection.
    pub fn is_of_connection(&self) -> bool {
        self.hosted.as_ref().is_some_and(|hosted| hosted.linked.is_some())
    }

    /// Whether the person of its browser has approved it and the platform says that it is valid. Where the
    /// proof is only likely and no page reads, the relay waits, so that another person's return can still end
    /// it.
    pub fn is_linked(&self, now: Timestamp) -> bool {
        self.linking().is_some_and(|wait| self.listed == Listed::Once || wait(now).is_zero())
    }

    /// When a likely proof suffices, where no page reads and the link is not part of its connection yet.
    pub(super) fn due_to_link(&self) -> Option<Timestamp> {
        let waits = self.hosted.is_some() && !self.is_of_connection();
        match self.proof().filter(|_| waits && self.linking().is_some())? {
            Proof::Likely { since } => Some(since + HOLD),
            Proof::Certain => None,
        }
    }

    /// How long a valid and approved link waits.
    pub(super) fn linking(&self) -> Option<impl Fn(Timestamp) -> Duration> {
        let is_valid = matches!(&self.state, State::Approved { status: ConsentStatus::Valid, .. });
        let proof = self.proof().filter(|_| is_valid)?;
        Some(move |now| proof.wait(HOLD, now))
    }
}

/// Reads a day without the person (Commission Delegated Regulation 2018/389, article 36).
pub(crate) const MOST_A_DAY: u32 = 4;
/// How long the relay waits with a likely proof where no page reads.
const HOLD: Duration = Duration::from_mins(1);
