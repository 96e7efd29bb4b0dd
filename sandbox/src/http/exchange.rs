//! One call, and the context that its answer needs.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use protocol::Scope;
use protocol::wire::Link;

use super::headers::Headers;
use crate::platform::{Caller, Holder, Refusal};
use crate::sandbox::Sandbox;
use crate::settings::{Forms, LinkForm, LocationForm};

/// How a call arrived. The server leaves it in the request's extensions; without it, the call came without
/// TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// The SHA-256 of the certificate that the client showed. The server leaves it beside the scheme.
#[derive(Clone, Debug)]
pub(crate) struct Shown(pub(crate) Arc<str>);

/// A call that waits for its answer.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    pub(super) sandbox: &'a Sandbox,
    pub(super) parts: &'a Parts,
    pub(super) body: &'a [u8],
}

impl<'a> Exchange<'a> {
    pub(super) const fn headers(self) -> Headers<'a> {
        Headers(&self.parts.headers)
    }

    /// The holder of the token, after the checks that all calls share: token, product, request id.
    pub(super) fn holder(self, scope: Scope) -> Result<Holder, Refusal> {
        let token = self.headers().bearer()?;
        let holder = self
            .sandbox
            .with_platform(|platform, _, now| platform.holder(token, scope, now).cloned())?;
        self.headers().request_id()?;
        Ok(holder)
    }

    /// The caller of an operation about a consent, or under one.
    pub(super) fn caller(self, holder: Holder) -> Result<Caller, Refusal> {
        let headers = self.headers();
        Ok(Caller { holder, bank: headers.bank()?, preference: headers.preference()? })
    }

    /// How answers are written now.
    pub(super) fn forms(self) -> Forms {
        self.sandbox.forms()
    }

    /// A link to a path of the platform, in the form that tests have set.
    pub(super) fn href(self, path: &str) -> String {
        match self.forms().links {
            LinkForm::Relative => path.to_owned(),
            LinkForm::Absolute => self.absolute(path),
        }
    }

    /// The header that leads to a new resource at `path`, where it is sent.
    pub(super) fn location(self, path: &str) -> Option<[(HeaderName, String); 1]> {
        match self.forms().locations {
            LocationForm::Sent => Some([(header::LOCATION, self.href(path))]),
            LocationForm::Missing => None,
        }
    }

    pub(super) fn link(self, path: &str) -> Link {
        Link { href: self.href(path) }
    }

    /// An address on this sandbox, at the host that the caller named.
    pub(super) fn absolute(self, path: &str) -> String {
        let scheme = self.parts.extensions.get().copied().unwrap_or(Scheme::Http);
        [scheme.prefix(), self.headers().host(), path].concat()
    }

    /// The address of a page for browsers. Without a setting it is at the host that the caller named,
    /// without TLS, since browsers have no client certificate.
    pub(super) fn page(self, path: &str) -> String {
        match self.sandbox.pages_url() {
            Some(base) => [base, path].concat(),
            None => [Scheme::Http.prefix(), self.headers().host(), path].concat(),
        }
    }
}

impl Scheme {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }
}
