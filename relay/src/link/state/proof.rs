//! The one rule against consent fixation: how strongly a link shows that the person of its browser approved.
//! The relay reads nothing under a consent without a proof.
//!
//! A person who signed beside the page did so in front of it. A code that the platform accepted proves that the
//! person who brought it approved. A code whose exchange had an unknown outcome proves nothing, whatever the
//! SCA status says: while the token endpoint fails, anyone can bring any text as a code, and another person may
//! have approved. At a bank without codes, the person who began may have brought their own return right after
//! another person approved. Such a proof is only likely: the relay waits before it reads, and meanwhile the
//! other person's return still ends the consent.

use std::time::Duration;

use super::{Authorisation, Link, Return, Way};
use crate::clock::Timestamp;

/// How strongly a link shows that the person of its browser approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// They signed beside the page, or the platform accepted their code.
    Certain,
    /// They returned, and somebody approved.
    Likely {
        /// When the relay learned of the approval.
        since: Timestamp,
    },
}

impl Link {
    /// How strongly it shows that the person of its browser approved; `None` where nothing shows it.
    pub fn proof(&self) -> Option<Proof> {
        let shown = || self.authorisations.iter().filter_map(|one| shown(one, self.approved()));
        let certain = || shown().find(|proof| *proof == Proof::Certain);
        if self.ended().is_some() { None } else { certain().or_else(|| shown().next()) }
    }
}

impl Proof {
    /// How long the relay waits before it reads at `now`, where a likely proof must be `hold` old.
    pub fn wait(self, hold: Duration, now: Timestamp) -> Duration {
        match self {
            Self::Certain => Duration::ZERO,
            // Setting the clock back must not lengthen the wait.
            Self::Likely { since } => hold.saturating_sub(now.since(since)),
        }
    }
}

/// The proof of one authorisation.
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
