//! The `state` of a return (RFC 6749, section 4.1.1): for one session and one authorisation, good for one use.

use protocol::id::{AuthorisationId, ConsentId};
use serde::{Deserialize, Serialize};

use super::{Back, Cause, Event, Link};
use crate::clock::Timestamp;
use crate::crypto::key::{CodeKey, SessionKey};

/// A return that is awaited, or was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnState {
    /// The session that is to come back.
    pub session: SessionKey,
    /// The consent that it is about.
    pub consent: ConsentId,
    /// The authorisation that it is about.
    pub authorisation: AuthorisationId,
    /// What the return brings.
    pub kind: ReturnKind,
    /// When it is too late.
    pub expires: Timestamp,
    /// Whether it came.
    pub used: Used,
}

/// What a return brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnKind {
    /// A code that is to be exchanged (guide, step 4b; `_links.scaOAuth`).
    Code,
    /// The person alone (`_links.scaRedirect`).
    Plain,
    /// The person, from the BankID app on the same device.
    App,
}

/// Whether a return came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Used {
    /// It did not.
    NotYet,
    /// It did, without a code that the platform was sent.
    Once,
    /// It did, with this code. The same code may be brought again, another one may not.
    WithCode(CodeKey),
}

/// What the use of a state means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The person is back in the browser that began; how, where that says something of the authorisation.
    Own(Option<Back>),
    /// The same, with a code that the platform gets now.
    Exchange(CodeKey),
    /// Somebody came back in another browser: the consent is ended.
    Foreign,
}

impl ReturnState {
    /// Notes at `link` that the return is awaited: but for the app's, the person goes to the bank's page.
    pub fn begin(&self, link: &mut Link) {
        if self.kind != ReturnKind::App {
            link.send(&self.authorisation);
        }
    }

    /// Uses the state, and notes at `link` what that means. Of all uses in the browser that began the first one
    /// counts. A use in another browser ends the link, if it is not ended: the person who began may have used the
    /// state up beforehand, so that nobody would notice.
    ///
    /// Whether this use counts.
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

    /// The code that it was used with.
    pub const fn code(&self) -> Option<CodeKey> {
        match self.used {
            Used::WithCode(code) => Some(code),
            Used::NotYet | Used::Once => None,
        }
    }
}
