//! The `state` of a return (RFC 6749, section 4.1.1): for one session and one authorisation, good for one use.

use protocol::id::{AuthorisationId, ConsentId};
use serde::{Deserialize, Serialize};

use super::{Back, Cause, Event, Link};
use crate::clock::Timestamp;
use crate::crypto::key::{CodeKey, SessionKey};

/// A return that the relay awaits or has awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnState {
    /// The session whose browser must bring it.
    pub session: SessionKey,
    /// The consent that it is about.
    pub consent: ConsentId,
    /// The authorisation that it is about.
    pub authorisation: AuthorisationId,
    /// What the return brings.
    pub kind: ReturnKind,
    /// When it expires.
    pub expires: Timestamp,
    /// Whether it has been used.
    pub used: Used,
}

/// What a return brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnKind {
    /// A code that the relay exchanges (guide, step 4b; `_links.scaOAuth`).
    Code,
    /// Only the person (`_links.scaRedirect`).
    Plain,
    /// The person, from the BankID app on the same device.
    App,
}

/// Whether a state has been used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Used {
    /// It has not.
    NotYet,
    /// It has, and the relay sent no code to the platform.
    Once,
    /// It has, with this code. The browser may bring the same code again, and no other one.
    WithCode(CodeKey),
}

/// A use of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The person returned in the browser that began; with the outcome, where it says something about the
    /// authorisation.
    Own(Option<Back>),
    /// The same, with a code that the relay exchanges now.
    Exchange(CodeKey),
    /// A person returned in another browser, which ends the consent.
    Foreign,
}

impl ReturnState {
    /// Notes at `link` that the person goes to the bank's page now, unless the return comes from the app.
    pub fn begin(&self, link: &mut Link) {
        if self.kind != ReturnKind::App {
            link.send(&self.authorisation);
        }
    }

    /// Uses the state, and applies the result to `link`. Of the uses in the browser that began, only the first
    /// one counts. A use in another browser ends the link if it is open, even after a first use: an attacker
    /// could otherwise use the state first and so hide the other person's return.
    ///
    /// Returns whether this use counts.
    pub fn take(&mut self, link: &mut Link, how: Use, now: Timestamp) -> bool {
        let authorisation = self.authorisation.clone();
        let is_first = match how {
            Use::Own(_) | Use::Exchange(_) => self.used == Used::NotYet,
            Use::Foreign => link.ended().is_none(),
        };
        if !is_first {
            return false;
        }
        let event = match how {
            Use::Own(back) => back.map(|back| Event::Back(authorisation, back)),
            Use::Exchange(_) => Some(Event::Back(authorisation, Back::Exchanging)),
            Use::Foreign => Some(Event::End(Cause::Foreign { authorisation })),
        };
        if let Some(event) = event {
            link.apply(event, now);
        }
        self.used = match (how, self.used) {
            (Use::Exchange(code), _) => Used::WithCode(code),
            (_, Used::NotYet) => Used::Once,
            (_, used) => used,
        };
        true
    }

    /// The code with which it was used.
    pub const fn code(&self) -> Option<CodeKey> {
        match self.used {
            Used::WithCode(code) => Some(code),
            Used::NotYet | Used::Once => None,
        }
    }
}
