//! Where a request comes from, by the headers of proxies: `Forwarded` (RFC 7239) and `X-Forwarded-For`.
//!
//! The relay reads lists from the right, where the trusted proxies write, up to the first address that is
//! not theirs. The sender may have written anything further left, so the relay does not parse that.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::ToStrError;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::http::error::RouteError;

/// The right-most address in `Forwarded` that is not trusted; the left-most one where all are.
pub(super) fn standard(
    headers: &HeaderMap,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> Result<Option<IpAddr>, RouteError> {
    let Some(list) = joined(headers, &header::FORWARDED) else {
        return Ok(None);
    };
    let hops = list.as_deref().ok().and_then(|list| split(list, ','));
    let nearest = hops.and_then(|hops| nearest(hops.into_iter().map(node), is_trusted));
    nearest.map(Some).ok_or(RouteError::BadHeader { name: "forwarded", problem: UNREADABLE })
}

/// The right-most address in `X-Forwarded-For` that is not trusted; the left-most one where all are.
pub(super) fn customary(
    headers: &HeaderMap,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> Result<Option<IpAddr>, RouteError> {
    let Some(list) = joined(headers, &X_FORWARDED_FOR) else {
        return Ok(None);
    };
    let nearest = list.ok().and_then(|list| nearest(list.split(',').map(hop), is_trusted));
    nearest.map(Some).ok_or(RouteError::BadHeader { name: "x-forwarded-for", problem: UNREADABLE })
}

/// The address that counts; `None` if one that must be read is unreadable.
fn nearest(
    hops: impl DoubleEndedIterator<Item = Option<IpAddr>>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> Option<IpAddr> {
    let mut nearest = None;
    for address in hops.rev() {
        nearest = Some(address?);
        if !nearest.is_some_and(&is_trusted) {
            break;
        }
    }
    nearest
}

/// All values of a header as one list, as RFC 9110, section 5.3, joins them; `None` if there is none.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<Result<String, ToStrError>> {
    let values = headers.get_all(name).iter().map(HeaderValue::to_str);
    let values: Result<Vec<_>, _> = values.collect();
    headers.contains_key(name).then(|| values.map(|values| values.join(",")))
}

/// The parts of `text` between `separator`s that are not in quotes.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (index, letter) in text.char_indices() {
        match letter {
            // No address has an escape in it.
            '\\' => return None,
            '"' => quoted = !quoted,
            _ if letter == separator && !quoted => {
                parts.push(&text[start..index]);
                start = index + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (!quoted).then_some(parts)
}

/// The address in the `for` of one element of `Forwarded`, which must have exactly one.
fn node(element: &str) -> Option<IpAddr> {
    let pairs = split(element, ';')?;
    let mut values = pairs.into_iter().filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then_some(value)
    });
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    match value.strip_prefix('"') {
        Some(quoted) => hop(quoted.strip_suffix('"')?),
        None => hop(value),
    }
}

/// An address, perhaps with a port, perhaps in brackets. Names, zones and empty text are no addresses.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().filter(no_zone).map(|socket| socket.ip());
    let address = text.parse().ok().or_else(bracketed).or_else(with_port)?;
    Some(address.to_canonical())
}

/// `[fe80::1%3]:80` parses as a socket address; a zone means nothing on another machine.
fn no_zone(socket: &SocketAddr) -> bool {
    matches!(socket, SocketAddr::V4(_))
        || matches!(socket, SocketAddr::V6(v6) if v6.scope_id() == 0)
}

const UNREADABLE: &str = "cannot be read, though a trusted proxy sent it";
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
