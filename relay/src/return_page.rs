//! The page that a person is brought back to: one of the relay's own origin, or of an allowed one.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue};
use url::Url;

use crate::config::{Access, Origin, is_safe};
use crate::gate;

/// The address of a page, written as every browser reads it. Whether its origin is allowed is asked
/// when it is given and again when it is used, for a configuration may change between the two.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnPage(String);

impl ReturnPage {
    /// The address in `text`, if it is one of https (http on loopback), without credentials, and
    /// spelled as browsers spell it: what could be read in two ways is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if text.len() > MAX_LENGTH || !printable {
            return None;
        }
        let url = Url::parse(text).ok().filter(is_safe)?;
        (url.as_str() == text).then(|| Self(text.to_owned()))
    }

    /// The address that a store has kept; it was parsed before.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }

    /// Whether the person may be sent there by a relay that was asked with `headers`.
    pub(crate) fn is_allowed(&self, headers: &HeaderMap, access: &Access) -> bool {
        let origin = Self::parse(&self.0).and_then(|page| page.origin());
        origin.is_some_and(|origin| gate::is_ours(&origin, headers, access))
    }

    /// Whether the page that asks with `headers` is one of its origin.
    pub(crate) fn is_asking(&self, headers: &HeaderMap, access: &Access) -> bool {
        self.origin().is_some_and(|origin| gate::is_asking(&origin, headers, access))
    }

    fn origin(&self) -> Option<Origin> {
        let url = Url::parse(&self.0).ok()?;
        Origin::parse(&url.origin().ascii_serialization())
    }

    /// The value of a `Location` header.
    pub(crate) fn location(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl fmt::Display for ReturnPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ReturnPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturnPage").finish_non_exhaustive()
    }
}

/// Bytes of an address that every browser and proxy takes.
const MAX_LENGTH: usize = 2048;
