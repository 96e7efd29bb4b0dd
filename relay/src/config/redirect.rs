//! The bank's page: to which hosts the relay may send persons, and where they return.

use std::collections::BTreeSet;

use protocol::own::REDIRECT;
use url::Url;

use super::address::{authority, is_safe};
use super::reader::Reader;
use super::variable::{FOREIGN_RETURN, REDIRECT_HOSTS, REDIRECT_URI};
use super::{Access, Origin};

/// To which hosts persons may go, and where they return.
#[derive(Clone, Debug, Default)]
pub struct Redirect {
    /// `AIS_RELAY_REDIRECT_URI`: the address to which the bank sends the person back, letter by letter as the
    /// platform has whitelisted it. Without it, banks with a page of their own cannot be used.
    pub uri: Option<String>,
    /// `AIS_RELAY_REDIRECT_HOSTS`: hosts besides the platform's that a person may be sent to, with the
    /// port where it is not the scheme's own.
    pub hosts: BTreeSet<String>,
    /// `AIS_RELAY_FOREIGN_RETURN`: what happens when the BankID app comes back in another browser.
    pub foreign_return: ForeignReturn,
}

/// What happens when the BankID app comes back in another browser than the one that began. A return
/// from the bank's page is always refused there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForeignReturn {
    /// The relay ends the consent, because somebody may have been lured into signing.
    #[default]
    Refuse,
    /// Nothing; the browser that began goes on by itself.
    Ignore,
}

impl Redirect {
    pub(super) fn read(reader: &mut Reader<'_>, access: &Access) -> Option<Self> {
        let uri = reader.optional(&REDIRECT_URI, uri);
        let hosts = reader.list(&REDIRECT_HOSTS, host).into_iter().collect();
        let foreign_return = reader.one(&FOREIGN_RETURN, ForeignReturn::parse)?;
        let is_own = |uri: &String, origin: &Origin| {
            Url::parse(uri).is_ok_and(|uri| uri.origin().ascii_serialization() == origin.as_str())
        };
        if let (Some(uri), Some(origin)) = (&uri, &access.public_origin)
            && !is_own(uri, origin)
        {
            // The session's cookie would not come along, and each return would seem foreign.
            reader.fault(&REDIRECT_URI, "an address of AIS_RELAY_PUBLIC_ORIGIN");
        }
        // The public origin gives this address too.
        let own = |origin: &Origin| [origin.as_str(), REDIRECT].concat();
        let uri = uri.or_else(|| access.public_origin.as_ref().map(own));
        Some(Self { uri, hosts, foreign_return })
    }
}

impl ForeignReturn {
    /// The word in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Ignore => "ignore",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Refuse, Self::Ignore].into_iter().find(|known| known.as_str() == text)
    }
}

/// An address that ends in the relay's path, perhaps under a proxy's path, without query and fragment.
fn uri(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(is_safe)?;
    let bare = url.query().is_none() && url.fragment().is_none() && url.as_str() == text;
    (bare && url.path().ends_with(REDIRECT)).then(|| text.to_owned())
}

/// A host in lower case, with a port where it is not 443.
fn host(text: &str) -> Option<String> {
    let url = Url::parse(&["https://", text].concat()).ok()?;
    authority(&url).filter(|written| written == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_is_an_address_of_the_relays_path() {
        for good in [
            "https://relay.example/redirect",
            "https://shop.example:8443/bank/redirect",
            "http://localhost:8080/redirect",
        ] {
            assert_eq!(uri(good).as_deref(), Some(good));
        }
        for bad in [
            "http://relay.example/redirect",
            "https://relay.example/",
            "https://relay.example/redirect?x=1",
            "https://relay.example/redirect#x",
            "https://relay.example/redirect/",
            "https://user@relay.example/redirect",
            "https://RELAY.example/redirect",
            "https:relay.example/redirect",
            "/redirect",
        ] {
            assert_eq!(uri(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_host_may_have_a_port() {
        for good in ["bank.example", "127.0.0.1:9101", "bank.example:8443", "[::1]:9101"] {
            assert_eq!(host(good).as_deref(), Some(good));
        }
        for bad in ["https://bank.example", "bank.example/", "Bank.example", "a b", "user@x", ""] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }
}
