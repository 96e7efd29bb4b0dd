//! An authorisation of a consent: by which way the person signs, and how they came back from the bank's page.

use protocol::id::{AuthorisationId, MethodId};
use protocol::wire::{Approach, Returned, ScaStatus};
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// An authorisation of a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorisation {
    /// Its name at the platform.
    pub id: AuthorisationId,
    /// When it was started.
    pub started: Timestamp,
    /// The method that was chosen.
    pub method: Option<MethodId>,
    /// How far it was when the platform was asked last.
    pub status: ScaStatus,
    /// By which way the person signs.
    pub way: Way,
}

/// By which way a person signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// The bank has not named it. The bank's page may be reached by an address that somebody has put together.
    Unknown,
    /// Beside the page. The approach is the bank's word.
    Beside(Approach),
    /// On the bank's page.
    AtBank(Return),
}

/// How a person came back from the bank's page to the browser that began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Return {
    /// They have not.
    Awaited,
    /// Without a code, which says nothing of what they did at the bank.
    Arrived {
        /// When.
        at: Timestamp,
    },
    /// Without a code, and then the bank said that it has an approval. It may be another person's.
    Confirmed {
        /// When they came.
        at: Timestamp,
    },
    /// With a code that is on its way to the platform, or of which the relay did not hear what became.
    Exchanging,
    /// With a code that the platform has taken.
    Taken,
    /// The person, or the bank, said no.
    Declined,
    /// The bank named another error, or sent no code.
    Failed,
    /// Too late.
    Late,
    /// With a code that the platform has refused.
    ExchangeFailed,
}

/// What a return in the browser that began shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// The person is here, without a code.
    Arrived,
    /// They are, and the bank has an approval.
    Confirmed,
    /// They brought a code, which the platform gets now.
    Exchanging,
    /// The platform took it.
    Taken,
    /// The person, or the bank, said no.
    Declined,
    /// The bank named another error, or sent no code.
    Failed,
    /// The person came too late.
    Late,
    /// The platform refused the code.
    ExchangeFailed,
}

impl Authorisation {
    /// A new one, of which the bank has not named the way.
    pub const fn new(id: AuthorisationId, started: Timestamp, status: ScaStatus) -> Self {
        Self { id, started, method: None, status, way: Way::Unknown }
    }

    /// Notes how far it is. What is final stays.
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

    /// The way after the bank has named `approach`. Once it leads through the bank's page, it does.
    pub(super) fn named(self, approach: Approach) -> Self {
        match self {
            Self::AtBank(back) => Self::AtBank(back),
            Self::Unknown | Self::Beside(_) => Self::of(approach),
        }
    }

    /// The way after a return. It leads through the bank's page, whatever was known before.
    pub(super) fn returned(self, back: Back, now: Timestamp) -> Self {
        let before = match self {
            Self::AtBank(before) => before,
            Self::Unknown | Self::Beside(_) => Return::Awaited,
        };
        Self::AtBank(before.then(back, now))
    }

    /// How the person came back, as pages hear it.
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

    /// When the person came without a code.
    pub const fn arrived(&self) -> Option<Timestamp> {
        match self {
            Self::AtBank(Return::Arrived { at } | Return::Confirmed { at }) => Some(*at),
            _ => None,
        }
    }
}

impl Return {
    /// What is known after `back`. What ended well stays so.
    fn then(self, back: Back, now: Timestamp) -> Self {
        match (self, back) {
            (end @ (Self::Taken | Self::Confirmed { .. }), _) => end,
            (Self::Awaited | Self::Arrived { .. }, Back::Arrived) => Self::Arrived { at: now },
            // Where a bank has two links for one authorisation, the first return says more.
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
    /// As pages hear it.
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
