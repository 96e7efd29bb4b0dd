//! Identifiers, parsed at the border. The short kinds consist of letters and digits. Those of a platform
//! may be any text (OpenAPI: plain strings): paths and headers carry them [`percent_encoded`], and a text
//! that would climb a path after one decoding too many is no identifier.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use crate::text::{hex_digit, percent_decoded, percent_encoded};
use crate::wire::lenient::{Loose, OfLoose};

/// A text that does not have the form of its kind. It is not repeated, since it may be hostile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} must be {expected}")]
pub struct InvalidId {
    /// The kind of identifier, by the name of its header or field.
    pub kind: &'static str,
    /// The form it should have, in words.
    pub expected: &'static str,
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $expected:expr, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The identifier in `text`. Where there is none, nothing is said of what is expected.
            fn of(text: &str) -> Option<Self> {
                let valid: fn(&[u8]) -> bool = $valid;
                valid(text.as_bytes()).then(|| Self(text.into()))
            }

            /// The identifier as sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::of(text).ok_or(InvalidId { kind: $kind, expected: $expected })
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let id = Self::of_loose(Loose::deserialize(from)?);
                let invalid = || InvalidId { kind: $kind, expected: $expected };
                id.ok_or_else(|| D::Error::custom(invalid()))
            }
        }

        impl OfLoose for $name {
            fn of_loose(loose: Loose) -> Option<Self> {
                Self::of(&String::of_loose(loose)?)
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
    };
}

/// Identifiers of a platform, for paths and headers.
macro_rules! encoded {
    ($($name:ident),*) => {
        $(impl $name {
            /// The identifier in a path, or in a header of the relay's own contract.
            #[must_use]
            pub fn encoded(&self) -> String {
                percent_encoded(&self.0)
            }

            /// The identifier that [`encoded`](Self::encoded) writes in this way. Each has one spelling.
            ///
            /// # Errors
            /// For every other spelling, and for texts that are no identifier.
            pub fn decoded(text: &str) -> Result<Self, InvalidId> {
                // An encoding error is as bad as an empty text.
                percent_decoded(text).unwrap_or_default().parse()
            }

            /// Whether a request can carry it: in a path beside a second one, and as the value of a header,
            /// which loses blanks at its ends.
            #[must_use]
            pub fn fits(&self) -> bool {
                self.encoded().len() <= LONGEST_ENCODED && self.0.trim_matches(' ').len() == self.0.len()
            }
        })*
    };
}

encoded!(ConsentId, AuthorisationId, AffiliatedId, AccountId, TransactionId, EntryReference);

identifier!(
    /// The BIC that names an ASPSP, such as `ESSESESS` (OpenAPI `aspsp.bicFi`, ISO 9362).
    BicFi, "X-BicFi", "8 or 11 capital letters and digits, such as ESSESESS", is_bic
);
identifier!(
    /// A consent (OpenAPI `consentId`).
    ConsentId, "Consent-ID", TEXT, is_text
);
identifier!(
    /// An authorisation of a consent (OpenAPI `authorisationId`).
    AuthorisationId, "authorisationId", TEXT, is_text
);
identifier!(
    /// An account under a consent (OpenAPI `accountDetails.resourceId`); the next consent may have another id for it.
    AccountId, "account-id", TEXT, is_text
);
identifier!(
    /// A transaction of an account (OpenAPI `transactionDetails.transactionId`).
    TransactionId, "transactionId", TEXT, is_text
);
identifier!(
    /// A transaction by its name in the bank's books (OpenAPI `transactionDetails.entryReference`).
    EntryReference, "entryReferenceFrom", TEXT, is_text
);
identifier!(
    /// A city in which ASPSPs are listed (OpenAPI `city.cityId`).
    CityId, "cityId", "1 to 128 letters, digits, - and _", is_token
);
identifier!(
    /// A bank of a group (OpenAPI `affiliatedAspspItem.id`), such as `08999`.
    AffiliatedId, "X-AffiliatedASPSP-ID", TEXT, is_text
);
identifier!(
    /// A country by ISO 3166-1 alpha-2, in capitals, such as `SE`.
    CountryCode, "isoCountryCode", "two capital letters, such as SE", |text| {
        text.len() == 2 && text.iter().all(u8::is_ascii_uppercase)
    }
);
identifier!(
    /// An SCA method of an authorisation (OpenAPI `authenticationMethodId`), such as `mbid`.
    MethodId, "authenticationMethodId", TEXT, is_text
);
identifier!(
    /// A BankID start token, which starts the app on this device or, as a QR code, on another.
    StartToken, "autoStartToken", "8 to 128 letters, digits and -", |text| {
        (8..=128).contains(&text.len())
            && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    }
);

/// ISO 9362: four letters or digits, a country, a location and perhaps a branch.
fn is_bic(text: &[u8]) -> bool {
    matches!(text.len(), 8 | 11)
        && text.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text[4..6].iter().all(u8::is_ascii_uppercase)
}

fn is_token(text: &[u8]) -> bool {
    (1..=128).contains(&text.len())
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Any text that is harmless in a path.
fn is_text(text: &[u8]) -> bool {
    // The bytes come from a `str`.
    let Ok(text) = str::from_utf8(text) else { return false };
    (1..=LONGEST).contains(&text.len()) && !text.chars().any(char::is_control) && !climbs(text)
}

/// Whether `text` has a segment of dots, or a control character, for a server that decodes it once more
/// than it was encoded, as a gateway may.
fn climbs(text: &str) -> bool {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..DECODINGS {
        let mut segments = bytes.split(|byte| matches!(byte, b'/' | b'\\'));
        // Some servers cut a segment at its first semicolon.
        let is_dots = |segment: &[u8]| {
            let name = segment.split(|byte| *byte == b';').next();
            matches!(name, Some(b"." | b".."))
        };
        if bytes.iter().any(u8::is_ascii_control) || segments.any(is_dots) {
            return true;
        }
        let decoded = unescaped(&bytes);
        if decoded.len() == bytes.len() {
            return false;
        }
        bytes = decoded;
    }
    true
}

/// The bytes with each escape decoded, once. Other bytes stay.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let digit = |place: usize| bytes.get(at + place).copied().and_then(hex_digit);
        if let (b'%', Some(high), Some(low)) = (byte, digit(1), digit(2)) {
            plain.push(high << 4 | low);
            at += 3;
        } else {
            plain.push(*byte);
            at += 1;
        }
    }
    plain
}

const TEXT: &str = "text without control characters and without segments of dots";
/// Bytes of an identifier: longer than any bank's.
const LONGEST: usize = 4096;
/// Letters of an encoded identifier; a request carries two in a target of 8 KiB.
const LONGEST_ENCODED: usize = 4000;
/// How many decodings are checked: deeper nesting is no identifier.
const DECODINGS: usize = 4;
