//! Header fields whose values are identifiers, in both directions. A browser's values are encoded as in a path, because
//! it can send no other letters; the platform gets the letters that it chose.

use std::str::FromStr;

use axum::http::HeaderValue;
use protocol::id::{AffiliatedId, ConsentId, InvalidId};

use crate::http::error::RouteError;

/// The value that carries `id` to the platform, letter by letter. Letters beyond ASCII are UTF-8 (RFC 9110,
/// section 5.5: `obs-text`).
pub(crate) fn value(id: &str) -> Result<HeaderValue, RouteError> {
    HeaderValue::from_bytes(id.as_bytes()).map_err(|_| RouteError::Internal)
}

/// An identifier as a browser sends it.
pub(crate) struct FromBrowser<T>(pub T);

macro_rules! from_browser {
    ($($name:ident),*) => {
        $(impl FromStr for FromBrowser<$name> {
            type Err = InvalidId;

            /// Without a percent sign the letters are the identifier's own, whether or not a path would
            /// have to encode them.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let id = if text.contains('%') { $name::decoded(text) } else { text.parse() };
                id.map(Self)
            }
        })*
    };
}

from_browser!(ConsentId, AffiliatedId);
