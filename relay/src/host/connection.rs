//! A connection: what the host's server may read of a person at a bank. It outlives renewals: each gives it a new
//! consent. Its accounts keep their ids.

use std::time::Duration;

use protocol::Day;
use protocol::id::ConsentId;
use protocol::wire::ConsentStatus;
use serde::{Deserialize, Serialize};

use super::event::{EventKind, HostEvent};
use crate::clock::Timestamp;
use crate::crypto::seal::Sealed;
use crate::id::{AccountId, ConnectionId, LinkSessionId};
use crate::link::state::{Granted, Terms};

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The host's own name for the person; `None` where a page linked the bank by itself.
    pub client_reference: Option<String>,
    /// The link session of the present consent.
    pub session: Option<LinkSessionId>,
    /// What the present consent was made with.
    pub terms: Terms,
    /// What it lets the host read.
    pub granted: Granted,
    /// What the host wants the data for, where its server said it.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Its consents, the present one last.
    pub consents: Vec<ConsentId>,
    /// When it was made.
    pub created: Timestamp,
    /// When it got its present consent.
    pub since: Timestamp,
    /// The last day of the present consent, `yyyy-MM-dd`.
    pub valid_until: String,
    /// For how many days left the host has heard that the end is near.
    pub warned: Option<u32>,
    /// Its accounts, as the bank listed them last.
    pub accounts: Vec<KeptAccount>,
    /// When it was read last.
    pub last_read: Option<Timestamp>,
    /// When the platform was asked last how the consent is.
    pub asked: Timestamp,
    /// How it is.
    pub state: ConnectionState,
}

/// An account of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAccount {
    /// Its id here.
    pub id: AccountId,
    /// What each of its numbers would be as an id, its own among them: a bank may name another number later.
    pub aliases: Vec<AccountId>,
    /// Its id at the platform under the present consent, sealed for the connection; `None` until the bank has listed it
    /// under this consent.
    pub resource: Option<Sealed>,
}

/// How a connection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionState {
    /// It can be read.
    Active,
    /// The bank refuses it, and does not say that it has ended.
    Broken,
    /// The time of its consent is over.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// Somebody ended it.
    Revoked {
        /// Who.
        by: Ender,
        /// When.
        at: Timestamp,
    },
}

/// Who ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ender {
    /// The person, here or at the bank.
    Person,
    /// The bank.
    Bank,
    /// The host.
    Host,
}

/// Something that happens to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// A person has approved a consent for it.
    Linked(Box<Linked>),
    /// The platform named the last day of a consent.
    ValidUntil(ConsentId, String),
    /// The platform named the status of a consent.
    Status(ConsentId, ConsentStatus),
    /// The bank refuses a consent (`CONSENT_INVALID` and its like).
    Refused(ConsentId),
    /// The bank has answered a read without the person.
    Read,
    /// The bank has answered a read by the person.
    Seen,
    /// The bank has listed the accounts.
    Accounts(Vec<KeptAccount>),
    /// The platform is asked now how the consent is.
    Asking,
    /// Somebody ends it here.
    Ended(Ender),
    /// Time has passed.
    Tick,
}

/// A consent that a person has approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    pub(super) consent: ConsentId,
    pub(super) client_reference: Option<String>,
    pub(super) session: Option<LinkSessionId>,
    pub(super) terms: Terms,
    pub(super) granted: Granted,
    pub(super) purpose: Option<String>,
}

impl Connection {
    /// The connection that begins with a consent that was just approved.
    pub fn new(id: ConnectionId, linked: Linked, now: Timestamp) -> Self {
        let valid_until = linked.terms.valid_until.clone();
        let mut new = Self {
            id,
            client_reference: linked.client_reference,
            session: linked.session,
            terms: without_page(linked.terms),
            granted: linked.granted,
            purpose: linked.purpose,
            consents: vec![linked.consent],
            created: now,
            since: now,
            valid_until,
            warned: None,
            accounts: Vec::new(),
            last_read: None,
            asked: now,
            state: ConnectionState::Active,
        };
        new.warned = new.near(now);
        new
    }

    /// The present consent.
    pub fn consent(&self) -> Option<&ConsentId> {
        self.consents.last()
    }

    /// Takes `event`, which the relay heard of at `now`. One that somebody has ended stays so; one whose time is over
    /// can be renewed.
    pub fn apply(&mut self, event: ConnectionEvent, now: Timestamp) {
        let is_present = |consent: &ConsentId| self.consent() == Some(consent);
        match event {
            ConnectionEvent::Linked(linked) => self.renew(*linked, now),
            ConnectionEvent::ValidUntil(consent, day)
                if is_present(&consent) && end_of(&day).is_some() && day != self.valid_until =>
            {
                self.valid_until = day;
                self.warned = self.near(now);
            }
            ConnectionEvent::Status(consent, status) if is_present(&consent) => {
                self.named(&status, now);
            }
            ConnectionEvent::Refused(consent)
                if is_present(&consent) && self.state == ConnectionState::Active =>
            {
                self.state = ConnectionState::Broken;
            }
            ConnectionEvent::Read => {
                self.last_read = Some(now);
                self.answered();
            }
            ConnectionEvent::Seen => self.answered(),
            ConnectionEvent::Accounts(accounts) if !self.state.is_over() => {
                self.accounts = accounts;
            }
            ConnectionEvent::Asking => self.asked = now,
            ConnectionEvent::Ended(by) if !self.state.is_over() => {
                self.end(ConnectionState::Revoked { by, at: now });
            }
            ConnectionEvent::Tick if !self.state.is_over() => {
                if end_of(&self.valid_until).is_some_and(|end| now >= end) {
                    self.end(ConnectionState::Expired { at: now });
                } else if let Some(near) = self.near(now) {
                    self.warned = Some(self.warned.map_or(near, |warned| warned.min(near)));
                }
            }
            _ => {}
        }
    }

    fn renew(&mut self, linked: Linked, now: Timestamp) {
        if self.consents.contains(&linked.consent) || self.state.is_revoked() {
            return;
        }
        self.client_reference = linked.client_reference.or(self.client_reference.take());
        self.session = linked.session;
        self.valid_until.clone_from(&linked.terms.valid_until);
        self.terms = without_page(linked.terms);
        self.granted = linked.granted;
        self.purpose = linked.purpose.or(self.purpose.take());
        self.consents.push(linked.consent);
        // The platform's ids belong to a consent.
        for account in &mut self.accounts {
            account.resource = None;
        }
        self.since = now;
        self.asked = now;
        self.state = ConnectionState::Active;
        self.warned = self.near(now);
    }

    /// A bank that answers does not refuse it any more.
    fn answered(&mut self) {
        if self.state == ConnectionState::Broken {
            self.state = ConnectionState::Active;
        }
    }

    fn named(&mut self, status: &ConsentStatus, now: Timestamp) {
        match status {
            ConsentStatus::Valid if self.state == ConnectionState::Broken => {
                self.state = ConnectionState::Active;
            }
            _ if self.state.is_over() => {}
            ConsentStatus::Expired => self.end(ConnectionState::Expired { at: now }),
            ConsentStatus::RevokedByPsu => {
                self.end(ConnectionState::Revoked { by: Ender::Person, at: now });
            }
            ConsentStatus::Rejected | ConsentStatus::TerminatedByTpp => {
                self.end(ConnectionState::Revoked { by: Ender::Bank, at: now });
            }
            _ => {}
        }
    }

    /// Ends it. What is left is the record of a permission, without account data.
    fn end(&mut self, state: ConnectionState) {
        self.state = state;
        self.accounts.clear();
    }

    /// The fewest days of [`WARNINGS`] that are not fewer than those left.
    fn near(&self, now: Timestamp) -> Option<u32> {
        let left = end_of(&self.valid_until)?.since(now);
        WARNINGS.into_iter().rfind(|days| left <= DAY * *days)
    }

    /// When something must be done about it that no call causes: the end of a time, or a question for its status.
    pub fn due(&self) -> Option<Timestamp> {
        if self.state.is_over() {
            return None;
        }
        let end = end_of(&self.valid_until);
        let warning = end.and_then(|end| {
            let next = WARNINGS
                .into_iter()
                .find(|days| self.warned.is_none_or(|warned| *days < warned))?;
            Some(end - DAY * next)
        });
        let asking = Some(self.asked + DAY);
        [end, warning, asking].into_iter().flatten().min()
    }

    /// Whether the platform is to be asked at `now` how the consent is: at most once a day, and not where a read has
    /// shown that it is well.
    pub fn is_to_be_asked(&self, now: Timestamp) -> bool {
        !self.state.is_over() && now >= self.asked + DAY
    }

    /// When it ended.
    pub const fn ended(&self) -> Option<Timestamp> {
        match self.state {
            ConnectionState::Expired { at } | ConnectionState::Revoked { at, .. } => Some(at),
            _ => None,
        }
    }

    /// What the host's server is to hear of what changed since `before`.
    pub fn events_since(&self, before: &Self, now: Timestamp) -> Vec<HostEvent> {
        let mut events = Vec::new();
        let mut tell = |kind| {
            let mut event = HostEvent::new(kind, self.id.as_str(), now);
            event.connection_id = Some(self.id.clone());
            event.client_reference.clone_from(&self.client_reference);
            event.status = Some(self.state.word().to_owned());
            event.valid_until = Some(self.valid_until.clone());
            if let ConnectionState::Revoked { by, .. } = self.state {
                event.by = Some(by);
            }
            event.days_left = self.warned.filter(|_| kind == EventKind::ConnectionExpiring);
            events.push(event);
        };
        if self.consents != before.consents {
            tell(EventKind::ConnectionRenewed);
            return events;
        }
        let is_nearer = match (before.warned, self.warned) {
            (None, Some(_)) => true,
            (Some(before), Some(now)) => now < before,
            _ => false,
        };
        if is_nearer && self.valid_until == before.valid_until && !self.state.is_over() {
            tell(EventKind::ConnectionExpiring);
        }
        match (&before.state, &self.state) {
            (before, now) if before == now => {}
            (_, ConnectionState::Expired { .. }) => tell(EventKind::ConnectionExpired),
            (_, ConnectionState::Revoked { .. }) => tell(EventKind::ConnectionRevoked),
            (_, ConnectionState::Broken) => tell(EventKind::ConnectionBroken),
            (ConnectionState::Broken, ConnectionState::Active) => {
                tell(EventKind::ConnectionRepaired);
            }
            _ => {}
        }
        events
    }
}

impl ConnectionState {
    /// The word for it in answers.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Broken => "broken",
            Self::Expired { .. } => "expired",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// Whether nothing can be read under it.
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Expired { .. } | Self::Revoked { .. })
    }

    /// Whether somebody ended it.
    pub const fn is_revoked(&self) -> bool {
        matches!(self, Self::Revoked { .. })
    }
}

/// The page that a person came back to is of no use later.
fn without_page(terms: Terms) -> Terms {
    Terms { return_page: None, ..terms }
}

/// The end of a day, `yyyy-MM-dd`, in UTC.
fn end_of(day: &str) -> Option<Timestamp> {
    Some(Timestamp::from_millis(Day::parse(day)?.plus(1).millis()))
}

/// How many days before the end the host hears of it, the most first.
const WARNINGS: [u32; 3] = [14, 7, 1];
const DAY: Duration = Duration::from_hours(24);
