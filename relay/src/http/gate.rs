//! The gate: which requests the relay accepts at all, before it creates a session or sends anything.
//!
//! Each request must be framed as browsers and honest proxies frame it ([`framing`](super::framing)). Each call
//! must come from an allowed page: it carries a header that forms, images and scripts of foreign pages cannot
//! send, and its origin, as the browser names it, must be an allowed one ([`page`]).

use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, header};
use protocol::header::{X_AIS_LINK, X_AIS_LINK_CONTEXT, X_AIS_LINK_VALUE};
use protocol::profile::Context;

use crate::config::{Access, Origin};
pub(crate) use crate::http::cors::{allow_files, allow_page, preflight};
use crate::http::error::RouteError;

/// Whether a call comes from a page that may make it.
pub(crate) fn page(headers: &HeaderMap, access: &Access) -> Result<(), RouteError> {
    let foreign = RouteError::Foreign;
    let mark = one(headers, &HeaderName::from_static(X_AIS_LINK))
        .map_err(|Repeated| foreign("x-ais-link must be there once"))?;
    if mark != Some(X_AIS_LINK_VALUE) {
        return Err(foreign("x-ais-link must be 1"));
    }
    let origin = one(headers, &header::ORIGIN)
        .map_err(|Repeated| foreign("there must be one Origin at most"))?;
    let known = origin.map(|origin| who(origin, headers, access));
    if known == Some(Page::Foreign) {
        return Err(foreign("pages of this origin may not call"));
    }
    let site = one(headers, &SEC_FETCH_SITE)
        .map_err(|Repeated| foreign("there must be one Sec-Fetch-Site at most"))?;
    match site {
        None | Some("same-origin" | "none") => Ok(()),
        Some("same-site" | "cross-site") if known == Some(Page::Allowed) => Ok(()),
        Some(_) => Err(foreign("pages of this site may not call")),
    }
}

/// Whether the calling page is of another site than the relay, as far as the browser says. From there no
/// browser sends or keeps a cookie that is `SameSite=Strict`.
pub(crate) fn is_of_other_site(headers: &HeaderMap) -> bool {
    matches!(one(headers, &SEC_FETCH_SITE), Ok(Some("cross-site")))
}

/// What a page is to the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// It has the relay's own origin.
    Own,
    /// Its origin is one of `AIS_RELAY_ALLOWED_ORIGINS`.
    Allowed,
    Foreign,
}

/// Whether `origin` is the relay's own or an allowed one.
pub(crate) fn is_ours(origin: &Origin, headers: &HeaderMap, access: &Access) -> bool {
    who_is(origin, headers, access) != Page::Foreign
}

/// Whether the calling page has `origin`. Browsers name the origin of every page but the relay's own.
pub(crate) fn is_asking(origin: &Origin, headers: &HeaderMap, access: &Access) -> bool {
    match one(headers, &header::ORIGIN) {
        Ok(Some(asking)) => asking == origin.as_str(),
        Ok(None) => who_is(origin, headers, access) == Page::Own,
        Err(Repeated) => false,
    }
}

/// Whether a form was sent by the relay's own page. A form of a page without a referrer has the origin
/// `null`, so that only the browser's `Sec-Fetch-Site` counts, where there is one.
pub(crate) fn own_form(headers: &HeaderMap, access: &Access) -> Result<(), RouteError> {
    let foreign = RouteError::Foreign("only the relay's own page may send this");
    let site = one(headers, &SEC_FETCH_SITE).map_err(|Repeated| foreign)?;
    let origin = one(headers, &header::ORIGIN).map_err(|Repeated| foreign)?;
    let is_own = |origin| who(origin, headers, access) == Page::Own;
    let fits = matches!(site, None | Some("same-origin"))
        && origin.is_none_or(|origin| origin == "null" || is_own(origin));
    if fits { Ok(()) } else { Err(foreign) }
}

pub(super) fn who(origin: &str, headers: &HeaderMap, access: &Access) -> Page {
    match Origin::parse(origin) {
        Some(origin) => who_is(&origin, headers, access),
        None => Page::Foreign,
    }
}

fn who_is(origin: &Origin, headers: &HeaderMap, access: &Access) -> Page {
    let host = one(headers, &header::HOST).ok().flatten();
    let is_own = match (&access.public_origin, host) {
        (Some(own), _) => own == origin,
        // TLS ends before the relay, so that it cannot see the scheme; http counts on loopback only.
        (None, Some(host)) => ["https", "http"]
            .into_iter()
            .any(|scheme| Origin::of_host(scheme, host).as_ref() == Some(origin)),
        (None, None) => false,
    };
    // The relay's own origin stays its own where it is in the list too.
    if is_own {
        Page::Own
    } else if access.allowed_origins.contains(origin) {
        Page::Allowed
    } else {
        Page::Foreign
    }
}

/// A header that may appear once appears more than once, or is not printable ASCII.
pub(crate) struct Repeated;

/// The value of a header that may appear once.
pub(crate) fn one<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a str>, Repeated> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Repeated),
        (Some(_), Some(_)) => Err(Repeated),
    }
}

/// A header that may appear once, as its type.
pub(crate) fn parsed<T: FromStr>(
    headers: &HeaderMap,
    name: &'static str,
    problem: &'static str,
) -> Result<Option<T>, RouteError> {
    let bad = RouteError::BadHeader { name, problem };
    let text = one(headers, &HeaderName::from_static(name)).map_err(|Repeated| bad)?;
    text.map(|text| text.parse().map_err(|_| bad)).transpose()
}

/// The context that the page names, if it names one.
pub(crate) fn context(headers: &HeaderMap) -> Result<Option<Context>, RouteError> {
    parsed(headers, X_AIS_LINK_CONTEXT, "must be private or corporate, once")
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

#[cfg(test)]
mod tests;
