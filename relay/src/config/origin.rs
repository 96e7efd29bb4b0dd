//! Origins of pages, compared letter by letter.

use std::fmt;

use url::Url;

use super::address::is_safe;

/// The origin of a page in its shortest form, as browsers send it: `scheme://host[:port]`,
/// https, or http on loopback.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin(String);

impl Origin {
    /// The origin in `text`, if it is one in its shortest form.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, host) = text.split_once("://")?;
        Self::of_host(scheme, host).filter(|origin| origin.0 == text)
    }

    /// The origin of pages that a browser gets from `host` (a `Host` header's value): `scheme` is
    /// the browser's, which a relay behind a TLS proxy cannot see.
    pub fn of_host(scheme: &str, host: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        let text = host.bytes().all(plain).then(|| [scheme, "://", host].concat())?;
        let url = Url::parse(&text).ok().filter(is_safe)?;
        Some(Self(url.origin().ascii_serialization()))
    }

    /// The text, as an `Origin` header has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
