//! The page that a person is brought back to: one of the relay's own origin, or of an allowed one. A page's
//! query and fragment may say who the person is, so they are kept sealed only.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue};
use protocol::id::ConsentId;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::{Access, Origin, is_safe};
use crate::crypto::random::Random;
use crate::crypto::seal::{Sealed, Sealer};
use crate::http::gate;

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

    /// Whether the person may be sent there by a relay that was asked with `headers`.
    pub(crate) fn is_allowed(&self, headers: &HeaderMap, access: &Access) -> bool {
        let origin = Self::parse(&self.0).and_then(|page| page.origin());
        origin.is_some_and(|origin| gate::is_ours(&origin, headers, access))
    }

    /// Whether its origin stands in the configuration.
    pub(crate) fn is_configured(&self, access: &Access) -> bool {
        self.origin().is_some_and(|origin| {
            access.public_origin.as_ref() == Some(&origin)
                || access.allowed_origins.contains(&origin)
        })
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

/// A page as a store keeps it: its address up to the query, and the rest sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct KeptPage {
    page: ReturnPage,
    rest: Option<Sealed>,
}

impl KeptPage {
    /// What a store has kept.
    pub(crate) fn kept(text: String) -> Self {
        match text.split_once(' ') {
            Some((page, rest)) => Self {
                page: ReturnPage(page.to_owned()),
                rest: Some(Sealed::kept(rest.to_owned())),
            },
            None => Self { page: ReturnPage(text), rest: None },
        }
    }

    /// `page` as the store keeps it with `consent`: its rest opens with the secret of the session alone.
    pub(crate) fn seal(
        page: &ReturnPage,
        consent: &ConsentId,
        sealer: &Sealer,
        random: &dyn Random,
    ) -> Self {
        let end = page.0.find(['?', '#']).unwrap_or(page.0.len());
        let (address, rest) = page.0.split_at(end);
        let sealed = || sealer.seal(rest, &owner(consent), random);
        let rest = if rest.is_empty() { None } else { sealed() };
        Self { page: ReturnPage(address.to_owned()), rest }
    }

    /// The page. Where its rest cannot be read, the person comes to the page without it.
    pub(crate) fn open(&self, consent: &ConsentId, sealer: Option<&Sealer>) -> ReturnPage {
        let open = |rest| sealer?.open(rest, &owner(consent));
        let rest = self.rest.as_ref().and_then(open);
        ReturnPage([&*self.page.0, rest.as_deref().unwrap_or_default()].concat())
    }

    /// Whether the page that asks with `headers` is one of its origin.
    pub(crate) fn is_asking(&self, headers: &HeaderMap, access: &Access) -> bool {
        self.page.origin().is_some_and(|origin| gate::is_asking(&origin, headers, access))
    }
}

impl From<String> for KeptPage {
    fn from(text: String) -> Self {
        Self::kept(text)
    }
}

impl From<KeptPage> for String {
    fn from(page: KeptPage) -> Self {
        page.to_string()
    }
}

/// The text that a store keeps. No address has a blank.
impl fmt::Display for KeptPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.page.0)?;
        self.rest.as_ref().map_or(Ok(()), |rest| write!(f, " {}", rest.as_str()))
    }
}

impl fmt::Debug for KeptPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptPage").finish_non_exhaustive()
    }
}

/// What a page's rest is sealed for. Nothing else that is sealed can take its place.
fn owner(consent: &ConsentId) -> String {
    ["return page of ", consent.as_str()].concat()
}

impl fmt::Debug for ReturnPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturnPage").finish_non_exhaustive()
    }
}

/// Bytes of an address that every browser and proxy takes.
const MAX_LENGTH: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::OpaqueId;
    use crate::crypto::random::SystemRandom;

    #[test]
    fn of_a_page_that_is_kept_the_query_and_the_fragment_are_sealed() {
        let bearer = OpaqueId::random(&SystemRandom);
        let own = Sealer::of_session(&bearer);
        let other = Sealer::of_session(&OpaqueId::random(&SystemRandom));
        let (c1, c2) = ("c1".parse().unwrap(), "c2".parse().unwrap());
        for (text, clear) in [
            ("https://shop.example/link", "https://shop.example/link"),
            ("https://shop.example/link?user=elsa", "https://shop.example/link"),
            ("https://shop.example/?a=b#c", "https://shop.example/"),
            ("https://shop.example/#user=elsa?x", "https://shop.example/"),
        ] {
            let page = ReturnPage::parse(text).unwrap();
            let written = KeptPage::seal(&page, &c1, &own, &SystemRandom).to_string();
            assert_eq!(written.split(' ').next(), Some(clear));
            assert!(!written.contains("elsa") && !written.contains('?'), "{written}");
            let kept = KeptPage::kept(written);
            assert_eq!(kept.open(&c1, Some(&own)).0, text);
            assert_eq!(kept.open(&c1, Some(&Sealer::of_session(&bearer))).0, text);
            // Another consent's, another session's, or none: the page without it.
            for page in
                [kept.open(&c2, Some(&own)), kept.open(&c1, Some(&other)), kept.open(&c1, None)]
            {
                assert_eq!(page.0, clear);
            }
        }
        // What an older relay has kept.
        let old = KeptPage::kept("https://shop.example/link?a=b".to_owned());
        assert_eq!(old.open(&c1, Some(&own)).0, "https://shop.example/link?a=b");
    }
}
