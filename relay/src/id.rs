//! The ids that the host's own server sees, and the token that opens a link session. An id is a word of two letters, a
//! line, and 128 bits in base64url (RFC 4648, section 5). It says nothing; knowing one opens nothing.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::crypto::key::TokenKey;
use crate::crypto::random::Random;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NoId;

            fn from_str(text: &str) -> Result<Self, NoId> {
                let bits = text.strip_prefix($prefix).and_then(|bits| URL_SAFE_NO_PAD.decode(bits).ok());
                match bits {
                    Some(bits) if bits.len() == 16 => Ok(Self(text.into())),
                    _ => Err(NoId),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NoId;

            fn try_from(text: String) -> Result<Self, NoId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )* };
}

ids! {
    /// A link session's.
    LinkSessionId = "ls_";
    /// A connection's.
    ConnectionId = "cn_";
    /// An account's: the same after a renewal.
    AccountId = "ac_";
    /// An event's.
    EventId = "ev_";
    /// A view session's.
    ViewSessionId = "vs_";
}

/// The text is no id of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NoId;

impl EventId {
    /// The id of what happens to `subject` at one moment: another one for each `what`.
    pub(crate) fn about(subject: &str, what: &str, millis: u64) -> Self {
        let digest = Sha256::digest(format!("{subject} {what} {millis}"));
        let mut bits = [0; 16];
        bits.copy_from_slice(&digest[..16]);
        Self(written("ev_", bits))
    }
}

impl LinkSessionId {
    /// A new one.
    pub(crate) fn random(random: &dyn Random) -> Self {
        Self(written("ls_", bits(random)))
    }
}

impl ViewSessionId {
    /// A new one.
    pub(crate) fn random(random: &dyn Random) -> Self {
        Self(written("vs_", bits(random)))
    }
}

impl AccountId {
    /// The one with these bits.
    pub(crate) fn of(bits: [u8; 16]) -> Self {
        Self(written("ac_", bits))
    }
}

impl ConnectionId {
    /// A new one.
    pub(crate) fn random(random: &dyn Random) -> Self {
        Self(written("cn_", bits(random)))
    }
}

fn written(kind: &str, bits: [u8; 16]) -> Box<str> {
    [kind, &URL_SAFE_NO_PAD.encode(bits)].concat().into()
}

fn bits(random: &dyn Random) -> [u8; 16] {
    let mut bits = [0; 16];
    random.fill(&mut bits);
    bits
}

/// A new token and its hash. The token is a secret: it opens a session for the browser that shows it first. `kind` is
/// how it begins.
pub(crate) fn token(kind: &str, random: &dyn Random) -> (String, TokenKey) {
    let mut bits = [0; 32];
    random.fill(&mut bits);
    let text = [kind, &URL_SAFE_NO_PAD.encode(bits)].concat();
    let key = TokenKey::of(&text);
    (text, key)
}

/// How the token of a link session begins.
pub(crate) const LINK_TOKEN: &str = "lt_";
/// How the token of a view session begins.
pub(crate) const VIEW_TOKEN: &str = "vt_";
