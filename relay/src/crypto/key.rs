//! Random ids that only their holder knows, and the hashes that the store keeps of them: a reader of the store can use
//! none of them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::crypto::random::Random;

/// A random id of 256 bits, which its holder presents. A secret.
pub(crate) struct OpaqueId([u8; 32]);

impl OpaqueId {
    pub(crate) fn random(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// The id with these bytes, which must be unpredictable.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The id in `text`, in the one form that [`OpaqueId::text`] writes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// 43 letters of base64url (RFC 4648, section 5), safe in a cookie and in a URL.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The bytes, for the check of the mark.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The key with these bytes, for a store that reads it back.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes, for a store that writes it.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let bytes = URL_SAFE_NO_PAD.decode(String::deserialize(from)?).ok();
                let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
                bytes.map(Self).ok_or_else(|| D::Error::custom("a key has 32 bytes in base64url"))
            }
        }
    };
}

key!(
    /// The hash of a session cookie's value.
    SessionKey
);
key!(
    /// The hash of the `state` of a return (RFC 6749, section 4.1.1).
    StateKey
);
key!(
    /// The hash of a code that the platform was sent (RFC 6749, section 4.1.2).
    CodeKey
);

key!(
    /// The hash of a secret in text: the token of a link session, or a key of the back-end port.
    TokenKey
);

impl From<&OpaqueId> for SessionKey {
    fn from(id: &OpaqueId) -> Self {
        Self(id.hash())
    }
}

impl From<&OpaqueId> for StateKey {
    fn from(id: &OpaqueId) -> Self {
        Self(id.hash())
    }
}

impl CodeKey {
    /// The key of a code as the bank wrote it.
    pub(crate) fn of(code: &str) -> Self {
        Self(Sha256::digest(code).into())
    }
}

impl TokenKey {
    /// The key of a secret as its holder writes it.
    pub(crate) fn of(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// The hash of `bytes`.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn what_is_written_is_read_and_every_letter_counts() {
        let id = OpaqueId::random(&Sevens);
        let text = id.text();
        let key = |text: &str| OpaqueId::parse(text).map(|id| StateKey::from(&id));
        assert_eq!(key(&text), Some(StateKey::from(&id)));
        for index in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[index] = if other[index] == b'A' { b'E' } else { b'A' };
            assert_ne!(key(&String::from_utf8(other).unwrap()), key(&text), "{index}");
        }
        for bad in
            ["", &text[1..], &[&text, "A"].concat(), &[&text, "="].concat(), &[" ", &text].concat()]
        {
            assert_eq!(key(bad), None, "{bad}");
        }
    }
}
