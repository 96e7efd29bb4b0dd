//! How a link ended, as it looks to the person who began it.

use protocol::wire::{ConsentStatus, Returned, ScaStatus};

use super::{Cause, Link, State};

/// How a link ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The consent is valid, and its person has approved it.
    Linked,
    /// The person or the bank said no.
    Declined,
    /// It failed at the bank.
    Failed,
    /// The person turned back before the bank said anything.
    Cancelled,
    /// The page went away.
    Abandoned,
    /// Somebody returned in another browser.
    Elsewhere,
}

impl Ending {
    /// The word for metrics.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Abandoned => "abandoned",
            Self::Elsewhere => "elsewhere",
        }
    }
}

impl Link {
    /// How it ended; `None` while it is under way. A link that was made and is ended later is [`Ending::Linked`] before, so
    /// that its first end is the one that counts.
    pub(crate) fn ending(&self) -> Option<Ending> {
        match (&self.state, self.ended()) {
            (_, Some(Cause::Foreign { .. })) => Some(Ending::Elsewhere),
            (_, Some(Cause::Abandoned)) => Some(Ending::Abandoned),
            (_, Some(Cause::Person)) => Some(self.turned_back()),
            (State::Over { status: ConsentStatus::Rejected, .. }, None) => Some(Ending::Declined),
            (State::Over { .. }, None) => Some(Ending::Failed),
            (State::Approved { .. }, None) => self.linking().is_some().then_some(Ending::Linked),
            _ => None,
        }
    }

    /// A page ends a consent also after its authorisation has failed.
    fn turned_back(&self) -> Ending {
        let Some(last) = self.authorisations.last() else { return Ending::Cancelled };
        match last.way.came_back() {
            Some(Returned::Declined) => Ending::Declined,
            Some(Returned::Failed | Returned::Late | Returned::ExchangeFailed) => Ending::Failed,
            _ if last.status == ScaStatus::Failed => Ending::Failed,
            _ => Ending::Cancelled,
        }
    }
}
