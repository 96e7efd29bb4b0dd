//! One link: one consent, the browser session that owns it, and how far it is. All of it is pure: no IO, no
//! clock, no database. What happens is an [`Event`] that [`Link::apply`] takes; time is an argument.
//!
//! What is final stands here and nowhere else: a store keeps what these functions say.

mod authorisation;
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
pub use self::event::Event;
pub use self::hosted::{Data, Granted, Hosted};
pub use self::proof::Proof;
pub use self::returns::{ReturnKind, ReturnState, Use, Used};
use crate::clock::Timestamp;
use crate::crypto::key::SessionKey;
use crate::crypto::seal::Sealed;
use crate::link::return_page::KeptPage;

/// A consent, the browser session that owns it, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The consent's name at the platform.
    pub id: ConsentId,
    /// The session that created it.
    pub session: SessionKey,
    /// What it was created with. It never changes.
    pub terms: Terms,
    /// When it was created.
    pub created: Timestamp,
    /// The person's id at the bank, for as long as a step needs it.
    pub psu: Option<Sealed>,
    /// Whether a page has heard that it is linked.
    pub listed: Listed,
    /// Its authorisations, the oldest first.
    pub authorisations: Vec<Authorisation>,
    /// The last day that the bank granted, `yyyy-MM-dd`, once the platform has named it.
    #[serde(default)]
    pub valid_until: Option<String>,
    /// What it is for the host's own server; `None` where no such server can ask the relay.
    #[serde(default)]
    pub hosted: Option<Hosted>,
    /// How far it is.
    pub state: State,
}

/// What a consent was created with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The bank.
    pub bank: BicFi,
    /// The bank of its group, where it speaks for several.
    pub affiliated: Option<AffiliatedId>,
    /// The entry of the list of banks that was chosen.
    pub entry: Option<Entry>,
    /// Whose accounts it is for.
    pub context: Context,
    /// The `TPP-Redirect-Preferred` of all its calls.
    pub redirect_preferred: Option<bool>,
    /// The last day that was asked for, `yyyy-MM-dd`.
    pub valid_until: String,
    /// The page that the person is brought back to.
    pub return_page: Option<KeptPage>,
}

/// Whether the accounts were listed for a page: then its host has the consent's id, and may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listed {
    /// They were not.
    NotYet,
    /// They were.
    Once,
}

/// How far a link is. `status` is what the platform said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The consent was created. No authorisation was started yet.
    AwaitAuthorisation,
    /// The bank waits for the person's approval.
    AwaitApproval,
    /// The platform names a status that this version does not know, such as that one of several persons has
    /// approved.
    AwaitMore {
        /// The status.
        status: ConsentStatus,
    },
    /// The bank has an approval. Whose it is, [`Link::proof`] says.
    Approved {
        /// When the relay heard so first.
        since: Timestamp,
        /// Never a final one.
        status: ConsentStatus,
    },
    /// The platform says that the consent is over.
    Over {
        /// A final one.
        status: ConsentStatus,
        /// When the relay heard of an approval first, if there was one.
        approved: Option<Timestamp>,
    },
    /// The relay has ended it. The platform has yet to delete it.
    AwaitDeletion {
        /// Why it was ended.
        cause: Cause,
        /// The last status before that.
        status: ConsentStatus,
        /// How often the deletion has failed.
        failures: u32,
        /// When it is tried next. Zero for one that was never tried, which goes before the others.
        due: Timestamp,
    },
    /// The relay has ended it, and the platform has deleted it, or has refused that for a week. It is kept so that
    /// both browsers can be answered.
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
    /// Its own browser wanted it gone.
    Person,
    /// Its session ended, or no page went on with it.
    Abandoned,
    /// Somebody came back from the bank in another browser.
    Foreign {
        /// The authorisation that they came back for.
        authorisation: AuthorisationId,
    },
}

impl Link {
    /// The link of a consent that was just created.
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

    /// What the platform said last of the consent.
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

    /// Whether the relay has ended it for another reason than a return in another browser: then it is, for its
    /// browser, as if it had never been.
    pub fn is_gone(&self) -> bool {
        matches!(self.ended(), Some(Cause::Person | Cause::Abandoned))
    }

    /// When the relay heard first that the bank has an approval.
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

    /// How the person of an authorisation came back, as pages hear it. A person who came without a code is back;
    /// whether the bank has approved is for the status to say.
    pub fn came_back(&self, one: &Authorisation) -> Option<Returned> {
        match self.ended() {
            Some(Cause::Foreign { authorisation }) if *authorisation == one.id => {
                Some(Returned::Foreign)
            }
            _ => one.way.came_back(),
        }
    }

    /// How the return of an authorisation's person has ended, as their page hears it; `None` also for a person who
    /// arrived without a code, until the bank has an approval.
    pub fn outcome(&self, id: &AuthorisationId) -> Option<Returned> {
        let one = self.authorisation(id)?;
        let has_arrived = matches!(one.way, Way::AtBank(Return::Arrived { .. }));
        self.came_back(one).filter(|came| !has_arrived || *came == Returned::Foreign)
    }

    /// When something must be done about it that no call causes: a deletion, or the end of a time.
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
    /// The name of the state, by which a store finds the links that are in it.
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

    /// The state of what the relay has ended and nobody has tried to delete yet.
    pub const fn to_delete(cause: Cause, status: ConsentStatus) -> Self {
        Self::AwaitDeletion { cause, status, failures: 0, due: Timestamp::from_millis(0) }
    }
}

/// A consent without an authorisation is given up after this time, for widgets start one at once.
const UNUSED: Duration = Duration::from_mins(15);
/// Banks end what nobody goes on with within minutes. No id of a person is kept for longer.
const PSU_LIFE: Duration = Duration::from_hours(1);

#[cfg(test)]
pub(crate) mod tests;
