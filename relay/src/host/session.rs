//! A link session: the host's server asks for one link with its own terms, and one browser may make it.

use std::time::Duration;

use protocol::id::ConsentId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{EventKind, HostEvent};
use super::terms::LinkTerms;
use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, TokenKey};
use crate::id::{ConnectionId, LinkSessionId};

/// A link session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkSession {
    /// Its id.
    pub id: LinkSessionId,
    /// The hash of its token.
    pub token: TokenKey,
    /// What the host's server asked for.
    pub terms: LinkTerms,
    /// The connection that a link becomes: a new one, or the one that is renewed.
    pub connection: ConnectionId,
    /// When it was made.
    pub created: Timestamp,
    /// How far it is.
    pub stage: Stage,
    /// Why the latest attempt at a bank did not end well.
    pub setback: Option<Reason>,
    /// The id of the latest request to the platform, which its support can find.
    pub support_code: Option<Uuid>,
}

/// How far a link session is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// No browser has shown its token.
    Created,
    /// One browser has it.
    Opened {
        /// The browser.
        browser: SessionKey,
    },
    /// A consent was made, and the person is to approve it.
    Authorising {
        /// The browser.
        browser: SessionKey,
        /// The consent.
        consent: ConsentId,
    },
    /// The bank is linked.
    Succeeded {
        /// The browser.
        browser: SessionKey,
    },
    /// It cannot be completed.
    Failed {
        /// Why.
        reason: Reason,
    },
    /// The person did not want to go on.
    Cancelled,
    /// Its time was over before it was completed.
    Expired,
}

/// Why an attempt, or a link session, did not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Another browser than the first one showed the token.
    OpenedElsewhere,
    /// Somebody came back from the bank in another browser.
    ReturnedElsewhere,
    /// The person or the bank declined.
    Declined,
    /// The bank or the platform ended it for another cause.
    BankFailed,
}

/// Something that happens to a link session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// A browser shows the token.
    Claimed(SessionKey),
    /// The platform has made a consent, by the request with this id.
    Begun(ConsentId, Option<Uuid>),
    /// The consent is over, and not linked.
    Over(ConsentId, Option<Reason>),
    /// The bank is linked.
    Linked,
    /// The person does not want to go on.
    Cancelled,
    /// Time has passed.
    Tick,
}

impl LinkSession {
    /// Takes `event`, which the relay heard of at `now`. What is final does not change.
    pub fn apply(&mut self, event: SessionEvent, now: Timestamp) {
        if self.stage.is_final() {
            return;
        }
        let browser = self.stage.browser();
        match (event, browser) {
            (SessionEvent::Claimed(one), None) => self.stage = Stage::Opened { browser: one },
            (SessionEvent::Claimed(one), Some(first)) if one != first => {
                self.stage = Stage::Failed { reason: Reason::OpenedElsewhere };
            }
            (SessionEvent::Begun(consent, request), Some(browser)) => {
                self.support_code = request.or(self.support_code);
                self.stage = Stage::Authorising { browser, consent };
            }
            (SessionEvent::Over(consent, reason), Some(browser)) if self.is_about(&consent) => {
                self.setback = reason.or(self.setback);
                self.stage = match reason {
                    Some(reason @ Reason::ReturnedElsewhere) => Stage::Failed { reason },
                    _ => Stage::Opened { browser },
                };
            }
            (SessionEvent::Linked, Some(browser)) => {
                self.stage = Stage::Succeeded { browser };
            }
            (SessionEvent::Cancelled, _) => self.stage = Stage::Cancelled,
            (SessionEvent::Tick, _) if now >= self.ends() => {
                self.stage = match self.setback {
                    Some(reason) => Stage::Failed { reason },
                    None => Stage::Expired,
                };
            }
            _ => {}
        }
    }

    /// Until when a browser may show the token first.
    pub fn expires(&self) -> Timestamp {
        self.created + TOKEN_LIFE
    }

    /// When it is over, completed or not. A person who is at the bank has some more time than the token.
    fn ends(&self) -> Timestamp {
        match self.stage {
            Stage::Authorising { .. } => self.created + TOKEN_LIFE + AT_THE_BANK,
            _ => self.expires(),
        }
    }

    /// When something must be done about it that no call causes.
    pub fn due(&self) -> Timestamp {
        if self.stage.is_final() { self.created + KEPT } else { self.ends() }
    }

    /// Whether it is to be forgotten at `now`.
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.stage.is_final() && now >= self.created + KEPT
    }

    fn is_about(&self, consent: &ConsentId) -> bool {
        matches!(&self.stage, Stage::Authorising { consent: own, .. } if own == consent)
    }

    /// What the host's server is to hear of what changed since `before`.
    pub fn event_since(&self, before: &Self, now: Timestamp) -> Option<HostEvent> {
        let kind = match self.stage {
            Stage::Succeeded { .. } => EventKind::LinkSucceeded,
            Stage::Failed { .. } => EventKind::LinkFailed,
            Stage::Cancelled => EventKind::LinkCancelled,
            Stage::Expired => EventKind::LinkExpired,
            _ => return None,
        };
        if before.stage.is_final() {
            return None;
        }
        let mut event = HostEvent::new(kind, self.id.as_str(), now);
        event.link_session_id = Some(self.id.clone());
        event.client_reference = Some(self.terms.client_reference.clone());
        event.status = Some(self.stage.word().to_owned());
        event.connection_id = self.stage.is_linked().then(|| self.connection.clone());
        event.reason = self.stage.reason();
        Some(event)
    }
}

impl Stage {
    /// The word for it in answers.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Opened { .. } => "opened",
            Self::Authorising { .. } => "authorising",
            Self::Succeeded { .. } => "succeeded",
            Self::Failed { .. } => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether it stays as it is.
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Created | Self::Opened { .. } | Self::Authorising { .. })
    }

    /// Whether the bank is linked.
    pub const fn is_linked(&self) -> bool {
        matches!(self, Self::Succeeded { .. })
    }

    /// The browser that has it.
    pub const fn browser(&self) -> Option<SessionKey> {
        match self {
            Self::Opened { browser }
            | Self::Authorising { browser, .. }
            | Self::Succeeded { browser } => Some(*browser),
            _ => None,
        }
    }

    /// Why it failed.
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Failed { reason } => Some(*reason),
            _ => None,
        }
    }
}

/// How long the token waits for its browser.
const TOKEN_LIFE: Duration = Duration::from_mins(30);
/// How much longer a person may be at the bank.
const AT_THE_BANK: Duration = Duration::from_mins(30);
/// How long it is kept.
const KEPT: Duration = Duration::from_hours(30 * 24);
