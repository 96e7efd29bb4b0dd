//! The SCA methods of a bank: which one is for which device, and what it shows.

use serde::{Deserialize, Serialize};

use super::word::words;
use super::{Approach, Profile};
use crate::id::MethodId;

/// An SCA method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Its name on the wire (OpenAPI `authenticationMethodId`).
    pub id: MethodId,
    /// Where the person's app is.
    pub device: MethodDevice,
    /// What the person must act on.
    pub challenge: Challenge,
}

words! {
    /// Where the app is, seen from the page.
    MethodDevice {
        /// On the page's own device: the bank wants a start by link.
        This = "this",
        /// On another one: the bank wants a start by QR code.
        Other = "other",
        /// On either.
        Any = "any",
    }
}

words! {
    /// What the person must act on.
    #[derive(PartialOrd, Ord)]
    Challenge {
        /// A start token, for a link or for a QR code that stands still.
        Token = "token",
        /// The text of a QR code, new each second.
        Text = "text",
        /// The picture of a QR code, new each second.
        Picture = "picture",
        /// Nothing here: the bank's own page asks.
        Page = "page",
    }
}

impl Method {
    /// The approach that it belongs to.
    pub fn approach(&self) -> Approach {
        match self.challenge {
            Challenge::Page => Approach::Redirect,
            Challenge::Token | Challenge::Text | Challenge::Picture => Approach::Decoupled,
        }
    }
}

impl Profile {
    /// The methods of an approach, the best first.
    pub fn methods_of(&self, approach: Approach) -> impl Iterator<Item = &Method> {
        self.methods.iter().filter(move |method| method.approach() == approach)
    }
}
