//! Identifiers, parsed at the border. A value of one of these types is safe in a path, a header
//! and a log line by construction: it holds no separator, no percent sign, no dot and no control.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An identifier that does not have the form of its kind. The text is not repeated: it may be hostile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind} must be {expected}")]
pub struct InvalidId {
    /// The kind of identifier, by the name of its header or field.
    pub kind: &'static str,
    /// The form it should have, in words.
    pub expected: &'static str,
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $expected:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The identifier as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let valid: fn(&[u8]) -> bool = $valid;
                if valid(text.as_bytes()) {
                    Ok(Self(text.into()))
                } else {
                    Err(InvalidId { kind: $kind, expected: $expected })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
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
    };
}

identifier!(
    /// The BIC that names an ASPSP, such as `ESSESESS` (OpenAPI `aspsp.bicFi`, ISO 9362).
    BicFi, "X-BicFi", "8 or 11 capital letters and digits, such as ESSESESS", is_bic
);
identifier!(
    /// A consent (OpenAPI `consentId`).
    ConsentId, "Consent-ID", "1 to 128 letters, digits, - and _", is_token
);
identifier!(
    /// An authorisation of a consent (OpenAPI `authorisationId`).
    AuthorisationId, "authorisationId", "1 to 128 letters, digits, - and _", is_token
);
identifier!(
    /// A city in which ASPSPs are listed (OpenAPI `city.cityId`).
    CityId, "cityId", "1 to 128 letters, digits, - and _", is_token
);
identifier!(
    /// A bank of a group (OpenAPI `affiliatedAspspItem.id`), such as `08999`.
    AffiliatedId, "X-AffiliatedASPSP-ID", "1 to 128 letters, digits, - and _", is_token
);
identifier!(
    /// A country by ISO 3166-1 alpha-2, in capitals, such as `SE`.
    CountryCode, "isoCountryCode", "two capital letters, such as SE", |text| {
        text.len() == 2 && text.iter().all(u8::is_ascii_uppercase)
    }
);
identifier!(
    /// An SCA method of an authorisation (OpenAPI `authenticationMethodId`), such as `mbid`.
    MethodId, "authenticationMethodId", "1 to 35 letters, digits, - and _", |text| {
        text.len() <= 35 && is_token(text)
    }
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
