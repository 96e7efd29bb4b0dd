//! An authorisation of a consent: the way in which the person signs, and how they returned from the bank's
//! page.

use protocol::id::{AuthorisationId, MethodId};
use protocol::wire::{Approach, Returned, ScaStatus};
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// An authorisation of a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorisation {
    /// Its name at the platform.
    pub id: AuthorisationId,
    /// When it started.
    pub started: Timestamp,
    /// The chosen method.
    pub method: Option<MethodId>,
    /// The SCA status that the platform named last.
    pub status: ScaStatus,
    /// The way in which the person signs.
    pub way: Way,
}

/// The way in which a person signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// The bank has not named it. An attacker may have composed the address of the bank's page and sent a
    /// person there.
    Unknown,
    /// Beside the page. The approach is the one that the bank named.
    Beside(Approach),
    /// On the bank's page.
    AtBank(Return),
}

/// How a person returned from the bank's page to the browser that began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Return {
    /// The person has not returned.
    Awaited,
    /// Without a code, which says nothing about their approval.
    Arrived {
        /// When.
        at: Timestamp,
    },
    /// Without a code, and then the bank reported an approval. It may be another person's.
    Confirmed {
        /// When they returned.
        at: Timestamp,
    },
    /// With a code that the relay is exchanging, or whose exchange had an unknown outcome.
    Exchanging,
    /// With a code that the platform accepted.
    Taken,
    /// The person, or the bank, said no.
    Declined,
    /// The bank named another error, or sent no code.
    Failed,
    /// Too late.
    Late,
    /// With a code that the platform refused.
    ExchangeFailed,
}

/// The outcome of a return in the browser that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// The person returned without a code.
    Arrived,
    /// The person returned without a code, and the bank has an approval.
    Confirmed,
    /// They brought a code, and the relay exchanges it now.
    Exchanging,
    /// The platform accepted the code.
    Taken,
    /// The person, or the bank, said no.
    Declined,
    /// The bank named another error, or sent no code.
    Failed,
    /// The person returned too late.
    Late,
    /// The platform refused the code.
    ExchangeFailed,
}

impl Authorisation {
    /// A new authorisation, whose way the bank has not named yet.
    pub const fn new(id: AuthorisationId, started: Timestamp, status: ScaStatus) -> Self {
        Self { id, started, method: None, status, way: Way::Unknown }
    }

    /// Takes a new status, unless it has a final one.
    pub(super) fn learn(&mut self, status: ScaStatus) {
        if !self.status.is_final() {
            self.status = status;
        }
    }
}

impl Way {
    /// The way that `approach` names.
    pub fn of(approach: Approach) -> Self {
        match approach {
            Approach::Redirect => Self::AtBank(Return::Awaited),
            beside => Self::Beside(beside),
        }
    }

    /// The approach, where the bank has named one.
    pub const fn approach(&self) -> Option<&Approach> {
        match self {
            Self::Unknown => None,
            Self::Beside(approach) => Some(approach),
            Self::AtBank(_) => Some(&Approach::Redirect),
        }
    }

    /// The way after the bank has named `approach`. A way through the bank's page never changes.
    pub(super) fn named(self, approach: Approach) -> Self {
        match self {
            Self::AtBank(back) => Self::AtBank(back),
            Self::Unknown | Self::Beside(_) => Self::of(approach),
        }
    }

    /// The way after a return: always one through the bank's page.
    pub(super) fn returned(self, back: Back, now: Timestamp) -> Self {
        let before = match self {
            Self::AtBank(before) => before,
            Self::Unknown | Self::Beside(_) => Return::Awaited,
        };
        Self::AtBank(before.then(back, now))
    }

    /// How the person returned, in the word that pages get.
    pub fn came_back(&self) -> Option<Returned> {
        let Self::AtBank(back) = self else { return None };
        match back {
            Return::Awaited => None,
            Return::Arrived { .. } | Return::Confirmed { .. } | Return::Taken => {
                Some(Returned::Completed)
            }
            Return::Exchanging => Some(Returned::Exchanging),
            Return::Declined => Some(Returned::Declined),
            Return::Failed => Some(Returned::Failed),
            Return::Late => Some(Returned::Late),
            Return::ExchangeFailed => Some(Returned::ExchangeFailed),
        }
    }

    /// When the person returned without a code.
    pub const fn arrived(&self) -> Option<Timestamp> {
        match self {
            Self::AtBank(Return::Arrived { at } | Return::Confirmed { at }) => Some(*at),
            _ => None,
        }
    }
}

impl Return {
    /// The return after `back`. A successful one does not change.
    fn then(self, back: Back, now: Timestamp) -> Self {
        match (self, back) {
            (end @ (Self::Taken | Self::Confirmed { .. }), _) => end,
            (Self::Awaited | Self::Arrived { .. }, Back::Arrived) => Self::Arrived { at: now },
            // Where a bank has two links for one authorisation, the relay keeps the first return.
            (known, Back::Arrived) => known,
            (Self::Arrived { at }, Back::Confirmed) => Self::Confirmed { at },
            (_, Back::Confirmed) => Self::Confirmed { at: now },
            (_, Back::Exchanging) => Self::Exchanging,
            (_, Back::Taken) => Self::Taken,
            (_, Back::Declined) => Self::Declined,
            (_, Back::Failed) => Self::Failed,
            (_, Back::Late) => Self::Late,
            (_, Back::ExchangeFailed) => Self::ExchangeFailed,
        }
    }
}

impl From<Back> for Returned {
    /// The word that pages get.
    fn from(back: Back) -> Self {
        match back {
            Back::Arrived | Back::Confirmed | Back::Taken => Self::Completed,
            Back::Exchanging => Self::Exchanging,
            Back::Declined => Self::Declined,
            Back::Failed => Self::Failed,
            Back::Late => Self::Late,
            Back::ExchangeFailed => Self::ExchangeFailed,
        }
    }
}
