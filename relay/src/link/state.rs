//! One link: one consent, the browser session that owns it, and its state. This module is pure: no IO, no
//! clock, no database. [`Link::apply`] takes an [`Event`] and the time.
//!
//! Only this module decides which states are final; a store keeps the states without judging them.

mod authorisation;
mod ending;
mod event;
mod hosted;
mod proof;
mod returns;

use std::time::Duration;

use protocol::id::{AffiliatedId, AuthorisationId, BicFi, ConsentId};
use protocol::profile::Context;
use protocol::wire::{ConsentStatus, Entry, Returned};
use serde::{Deserialize, Serialize};

pub use self::authorisation::{Authorisation, Back, Return, Way};
pub(crate) use self::ending::Ending;
pub use self::event::Event;
pub(crate) use self::hosted::MOST_A_DAY;
pub use self::hosted::{Data, Granted, Hosted};
pub use self::proof::Proof;
pub use self::returns::{ReturnKind, ReturnState, Use, Used};
use crate::clock::Timestamp;
use crate::crypto::key::SessionKey;
use crate::crypto::seal::Sealed;
use crate::link::return_page::KeptPage;

/// A consent, the browser session that owns it, and its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The consent's name at the platform.
    pub id: ConsentId,
    /// The session that created it.
    pub session: SessionKey,
    /// The terms with which it was created. They never change.
    pub terms: Terms,
    /// When it was created.
    pub created: Timestamp,
    /// The person's id at the bank, for as long as a step needs it.
    pub psu: Option<Sealed>,
    /// Whether the relay has listed its accounts for a page.
    pub listed: Listed,
    /// Its authorisations, the oldest first.
    pub authorisations: Vec<Authorisation>,
    /// The last day that the bank granted, `yyyy-MM-dd`, once the platform has named it.
    #[serde(default)]
    pub valid_until: Option<String>,
    /// Its data for the host's own server; `None` where no such server can call the relay.
    #[serde(default)]
    pub hosted: Option<Hosted>,
    /// How far it is.
    pub state: State,
}

/// The terms with which a consent was created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The bank.
    pub bank: BicFi,
    /// The member of its group of banks, where the bank stands for several.
    pub affiliated: Option<AffiliatedId>,
    /// The entry that the person chose in the list of banks.
    pub entry: Option<Entry>,
    /// Whose accounts it covers.
    pub context: Context,
    /// The `TPP-Redirect-Preferred` of all its calls.
    pub redirect_preferred: Option<bool>,
    /// The last day that the relay asked for, `yyyy-MM-dd`.
    pub valid_until: String,
    /// The page to which the person returns.
    pub return_page: Option<KeptPage>,
}

/// Whether the relay has listed the accounts for a page. Then the page's host has the consent's id, and may use
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listed {
    /// It has not.
    NotYet,
    /// It has.
    Once,
}

/// The state of a link. `status` is the last one that the platform named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The consent exists, and has no authorisation yet.
    AwaitAuthorisation,
    /// The bank waits for the person's approval.
    AwaitApproval,
    /// The platform names a status that this version does not know, such as that one of several persons has
    /// approved.
    AwaitMore {
        /// The status.
        status: ConsentStatus,
    },
    /// The bank has an approval. [`Link::proof`] says whether it comes from the person of this browser.
    Approved {
        /// When the relay first learned of it.
        since: Timestamp,
        /// Never a final one.
        status: ConsentStatus,
    },
    /// The platform says that the consent has ended.
    Over {
        /// A final one.
        status: ConsentStatus,
        /// When the relay first learned of an approval, if there was one.
        approved: Option<Timestamp>,
    },
    /// The relay has ended it. The platform has not deleted it yet.
    AwaitDeletion {
        /// Why it was ended.
        cause: Cause,
        /// The last status before that.
        status: ConsentStatus,
        /// How often the deletion has failed.
        failures: u32,
        /// When the relay tries next. Zero before the first try, so that it comes before the others.
        due: Timestamp,
    },
    /// The relay has ended it, and the platform has deleted it, or has refused to for a week. The store keeps
    /// it so that the relay can answer both browsers.
    Deleted {
        /// Why it was ended.
        cause: Cause,
        /// The last status before that.
        status: ConsentStatus,
    },
}

/// Why the relay has ended a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// Its own browser asked the relay to end it.
    Person,
    /// Its session ended, or no page continued it.
    Abandoned,
    /// A person returned from the bank in another browser.
    Foreign {
        /// The authorisation of that return.
        authorisation: AuthorisationId,
    },
}

impl Link {
    /// The link of a new consent.
    pub const fn new(id: ConsentId, session: SessionKey, terms: Terms, created: Timestamp) -> Self {
        Self {
            id,
            session,
            terms,
            created,
            psu: None,
            listed: Listed::NotYet,
            authorisations: Vec::new(),
            valid_until: None,
            hosted: None,
            state: State::AwaitAuthorisation,
        }
    }

    /// The status of the consent that the platform named last.
    pub fn status(&self) -> &ConsentStatus {
        match &self.state {
            State::AwaitAuthorisation | State::AwaitApproval => &ConsentStatus::Received,
            State::AwaitMore { status }
            | State::Approved { status, .. }
            | State::Over { status, .. }
            | State::AwaitDeletion { status, .. }
            | State::Deleted { status, .. } => status,
        }
    }

    /// Why the relay has ended it; `None` where it has not.
    pub fn ended(&self) -> Option<&Cause> {
        match &self.state {
            State::AwaitDeletion { cause, .. } | State::Deleted { cause, .. } => Some(cause),
            _ => None,
        }
    }

    /// Whether the relay has ended it for another reason than a return in another browser. Then its browser
    /// gets the same answers as if it had never existed.
    pub fn is_gone(&self) -> bool {
        matches!(self.ended(), Some(Cause::Person | Cause::Abandoned))
    }

    /// When the relay first learned that the bank has an approval.
    pub fn approved(&self) -> Option<Timestamp> {
        match &self.state {
            State::Approved { since, .. } => Some(*since),
            State::Over { approved, .. } => *approved,
            _ => None,
        }
    }

    /// One of its authorisations.
    pub fn authorisation(&self, id: &AuthorisationId) -> Option<&Authorisation> {
        self.authorisations.iter().find(|one| one.id == *id)
    }

    /// How the person of an authorisation returned, in the word that pages get. A return without a code counts
    /// as a return; whether the person approved, only the status shows.
    pub fn came_back(&self, one: &Authorisation) -> Option<Returned> {
        match self.ended() {
            Some(Cause::Foreign { authorisation }) if *authorisation == one.id => {
                Some(Returned::Foreign)
            }
            _ => one.way.came_back(),
        }
    }

    /// How the return of an authorisation's person ended, in the word that their page gets. `None` also for a
    /// person who arrived without a code, until the bank has an approval.
    pub fn outcome(&self, id: &AuthorisationId) -> Option<Returned> {
        let one = self.authorisation(id)?;
        let has_arrived = matches!(one.way, Way::AtBank(Return::Arrived { .. }));
        self.came_back(one).filter(|came| !has_arrived || *came == Returned::Foreign)
    }

    /// When the relay must act on it without a call: a deletion, or the end of a time limit.
    pub fn due(&self) -> Option<Timestamp> {
        let psu = self.psu.is_some().then(|| self.created + PSU_LIFE);
        let state = match &self.state {
            State::AwaitDeletion { due, .. } => Some(*due),
            State::AwaitAuthorisation => Some(self.created + UNUSED),
            _ => None,
        };
        let linked = self.due_to_link();
        [psu, state, linked].into_iter().flatten().min()
    }
}

impl State {
    /// The names of all states.
    pub const WORDS: [&str; 7] = [
        "awaitAuthorisation",
        "awaitApproval",
        "awaitMore",
        "approved",
        "over",
        "awaitDeletion",
        "deleted",
    ];

    /// The name of the state, by which a store finds the links in this state.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::AwaitAuthorisation => "awaitAuthorisation",
            Self::AwaitApproval => "awaitApproval",
            Self::AwaitMore { .. } => "awaitMore",
            Self::Approved { .. } => "approved",
            Self::Over { .. } => "over",
            Self::AwaitDeletion { .. } => "awaitDeletion",
            Self::Deleted { .. } => "deleted",
        }
    }

    /// The state of a link that the relay has just ended: no deletion has been tried.
    pub const fn to_delete(cause: Cause, status: ConsentStatus) -> Self {
        Self::AwaitDeletion { cause, status, failures: 0, due: Timestamp::from_millis(0) }
    }
}

/// The relay abandons a consent without an authorisation after this time, because widgets start one at once.
const UNUSED: Duration = Duration::from_mins(15);
/// How long the relay keeps a person's id, at most. Banks end an idle authorisation within minutes.
const PSU_LIFE: Duration = Duration::from_hours(1);

#[cfg(test)]
pub(crate) mod tests;
