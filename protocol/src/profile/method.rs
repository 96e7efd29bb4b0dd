//! The SCA methods of a bank: the device of each, and the kind of its challenge.

use serde::{Deserialize, Serialize};

use super::word::words;
use super::{Approach, Profile};
use crate::id::MethodId;

/// An SCA method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Its id (OpenAPI `authenticationMethodId`).
    pub id: MethodId,
    /// Where the person's app is.
    pub device: MethodDevice,
    /// The kind of its challenge.
    pub challenge: Challenge,
}

words! {
    /// The device of the app, relative to the page.
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
    /// The kind of a challenge.
    #[derive(PartialOrd, Ord)]
    Challenge {
        /// A start token, for a link or for a static QR code.
        Token = "token",
        /// The text of a QR code, new each second.
        Text = "text",
        /// The picture of a QR code, new each second.
        Picture = "picture",
        /// None here: the bank's own page asks.
        Page = "page",
    }
}

impl Method {
    /// The approach of the method.
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
