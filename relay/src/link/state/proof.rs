//! The one rule against consent fixation: how strongly a link shows that the person of its browser approved.
//! Nothing is read under a consent without a proof.
//!
//! A person who signed beside the page did so in front of it. A code that the platform took proves that the person
//! who brought it approved. A code of which the relay did not hear what became proves nothing, whatever the SCA
//! status says: while the token endpoint fails, anyone can bring any text as a code, and somebody else may have
//! approved. At a bank without codes, the person who began may have brought their own return right after somebody
//! else approved: that is likely only, and reading waits for a while in which the other person's return still ends
//! the consent.

use std::time::Duration;

use super::{Authorisation, Link, Return, Way};
use crate::clock::Timestamp;

/// How strongly a link shows that the person of its browser approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// They signed beside the page, or the platform took the code that they brought.
    Certain,
    /// They came back, and somebody approved.
    Likely {
        /// When the relay heard of the approval.
        since: Timestamp,
    },
}

impl Link {
    /// How strongly it shows that the person of its browser approved; `None` where it does not.
    pub fn proof(&self) -> Option<Proof> {
        let shown = || self.authorisations.iter().filter_map(|one| shown(one, self.approved()));
        let certain = || shown().find(|proof| *proof == Proof::Certain);
        if self.ended().is_some() { None } else { certain().or_else(|| shown().next()) }
    }
}

impl Proof {
    /// How long reading waits at `now`, where a proof that is only likely must be `hold` old.
    pub fn wait(self, hold: Duration, now: Timestamp) -> Duration {
        match self {
            Self::Certain => Duration::ZERO,
            // A clock that was set back makes the wait no longer.
            Self::Likely { since } => hold.saturating_sub(now.since(since)),
        }
    }
}

/// What an authorisation shows.
fn shown(one: &Authorisation, since: Option<Timestamp>) -> Option<Proof> {
    let is_approved = one.status.is_approved();
    match &one.way {
        Way::Beside(_) if is_approved => Some(Proof::Certain),
        Way::AtBank(Return::Taken) => Some(Proof::Certain),
        Way::AtBank(Return::Arrived { .. } | Return::Confirmed { .. }) if is_approved => {
            since.map(|since| Proof::Likely { since })
        }
        _ => None,
    }
}
