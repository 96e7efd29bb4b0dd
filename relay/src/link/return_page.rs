//! The page to which a person returns: one of the relay's own origin, or of an allowed one. Its query and
//! fragment may identify the person, so the store has them only encrypted.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue};
use protocol::id::ConsentId;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::{Access, Origin, is_safe};
use crate::crypto::random::Random;
use crate::crypto::seal::{Sealed, Sealer};
use crate::http::gate;

/// The address of a page, written as every browser reads it. The relay checks its origin when it gets the
/// address and again when it uses it, because the configuration may change between the two.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnPage(String);

impl ReturnPage {
    /// The address in `text`, if it is an https address (http on loopback) without credentials, spelled as
    /// browsers spell it. This refuses a text that two readers could read in two ways.
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if text.len() > MAX_LENGTH || !printable {
            return None;
        }
        let url = Url::parse(text).ok().filter(is_safe)?;
        (url.as_str() == text).then(|| Self(text.to_owned()))
    }

    /// Whether the relay may send the person there, after a request with `headers`.
    pub(crate) fn is_allowed(&self, headers: &HeaderMap, access: &Access) -> bool {
        let origin = Self::parse(&self.0).and_then(|page| page.origin());
        origin.is_some_and(|origin| gate::is_ours(&origin, headers, access))
    }

    /// Whether the configuration allows its origin.
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

/// A page as a store keeps it: its address up to the query, and the rest encrypted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct KeptPage {
    page: ReturnPage,
    rest: Option<Sealed>,
}

impl KeptPage {
    /// The page in a text from the store.
    pub(crate) fn kept(text: String) -> Self {
        match text.split_once(' ') {
            Some((page, rest)) => Self {
                page: ReturnPage(page.to_owned()),
                rest: Some(Sealed::kept(rest.to_owned())),
            },
            None => Self { page: ReturnPage(text), rest: None },
        }
    }

    /// `page` as the store keeps it with `consent`. Only the secret of the session can decrypt its rest.
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

    /// The page. Where `sealer` cannot decrypt the rest, the address is without it.
    pub(crate) fn open(&self, consent: &ConsentId, sealer: Option<&Sealer>) -> ReturnPage {
        let open = |rest| sealer?.open(rest, &owner(consent));
        let rest = self.rest.as_ref().and_then(open);
        ReturnPage([&*self.page.0, rest.as_deref().unwrap_or_default()].concat())
    }

    /// Whether the page that sent `headers` has the same origin.
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

/// The text for the store. No address contains a blank, so a blank separates the two parts.
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

/// The context of the encryption, so that no other encrypted text can take the place of a page's rest.
fn owner(consent: &ConsentId) -> String {
    ["return page of ", consent.as_str()].concat()
}

impl fmt::Debug for ReturnPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturnPage").finish_non_exhaustive()
    }
}

/// Bytes of an address that every browser and proxy accepts.
const MAX_LENGTH: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::OpaqueId;
    use crate::crypto::random::SystemRandom;

    #[test]
    fn the_store_has_the_query_and_the_fragment_of_a_page_only_encrypted() {
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
            // The sealer of another consent, another session, or none: the page comes without its rest.
            for page in
                [kept.open(&c2, Some(&own)), kept.open(&c1, Some(&other)), kept.open(&c1, None)]
            {
                assert_eq!(page.0, clear);
            }
        }
        // A text that an older relay stored.
        let old = KeptPage::kept("https://shop.example/link?a=b".to_owned());
        assert_eq!(old.open(&c1, Some(&own)).0, "https://shop.example/link?a=b");
    }
}
