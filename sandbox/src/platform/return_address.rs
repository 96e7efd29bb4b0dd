//! The return from a bank's page: the client's registered address, and the parameters that the bank adds
//! (RFC 6749, sections 4.1.2 and 4.1.2.1).

use url::form_urlencoded::Serializer;
use url::{Host, Url};

/// Where a person returns to: an address that the client has registered, unchanged.
#[derive(Clone)]
pub(crate) struct ReturnAddress {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    pub(super) state: String,
    pub(super) scope: Option<String>,
}

impl ReturnAddress {
    /// The address after an approval; with `code` where the client must exchange one.
    pub(super) fn approved(&self, code: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(code) = code {
            query.append_pair("code", code);
            query.append_pair("scope", self.scope.as_deref().unwrap_or_default());
        }
        self.with(query)
    }

    /// The address after any other end, with its description. RFC 6749 has no error of its own for a time-out.
    pub(super) fn refused(&self, description: &str) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("error", "access_denied");
        query.append_pair("error_description", description);
        self.with(query)
    }

    /// The place in a content security policy: its origin, or its scheme where that grammar cannot write
    /// the host.
    pub(crate) fn source(&self) -> String {
        let Ok(url) = Url::parse(&self.redirect_uri) else { return String::new() };
        match url.host() {
            Some(Host::Domain(_) | Host::Ipv4(_)) => url.origin().ascii_serialization(),
            _ => [url.scheme(), ":"].concat(),
        }
    }

    fn with(&self, mut query: Serializer<'_, String>) -> String {
        let query = query.append_pair("state", &self.state).finish();
        let sign = if self.redirect_uri.contains('?') { "&" } else { "?" };
        [&self.redirect_uri, sign, &query].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::ReturnAddress;

    #[test]
    fn a_policy_names_the_origin_or_the_scheme_alone() {
        for (uri, source) in [
            ("http://localhost:8080/redirect?a=b", "http://localhost:8080"),
            ("https://shop.example/back", "https://shop.example"),
            ("http://[::1]:8080/redirect", "http:"),
            ("shop-app:back", "shop-app:"),
            ("no address", ""),
        ] {
            let back = ReturnAddress {
                client: String::new(),
                redirect_uri: uri.to_owned(),
                state: String::new(),
                scope: None,
            };
            assert_eq!(back.source(), source);
        }
    }
}
