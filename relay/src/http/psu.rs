//! The person behind a call, as the relay describes them to the bank: address, browser, language.
//!
//! The address is the connection's, or the one that a trusted proxy names. The page cannot
//! choose it: `PSU-IP-Address` states by law that this person asked for this call.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header, request};
use protocol::header as names;
use protocol::profile::{Ipv6, Profile};

use crate::config::Network;
use crate::http::error::RouteError;
use crate::http::{field, forwarded};

/// The address of the peer of a connection; the server puts it into each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The person behind a call. Personal data: never logged.
pub(crate) struct Psu {
    /// The address of the person's device.
    address: IpAddr,
    /// The browser's `User-Agent`, in printable ASCII.
    agent: Option<String>,
    /// The browser's `Accept-Language`, in printable ASCII.
    language: Option<String>,
}

impl Psu {
    /// The person behind the request with the head `head`.
    ///
    /// # Errors
    /// A trusted proxy's header is unreadable. To send no address, or the proxy's, would be
    /// a false statement.
    pub(crate) fn of(head: &request::Parts, trusted: &[Network]) -> Result<Self, RouteError> {
        let Peer(peer) = head.extensions.get().ok_or(RouteError::Internal)?;
        Ok(Self {
            address: address(peer.ip().to_canonical(), &head.headers, trusted)?,
            agent: printable(&head.headers, header::USER_AGENT, MAX_AGENT),
            language: printable(&head.headers, header::ACCEPT_LANGUAGE, MAX_LANGUAGE),
        })
    }

    /// The address of the person's device.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }

    /// Writes the `PSU-*` headers for the bank of this profile.
    pub(crate) fn write(&self, bank: &Profile, headers: &mut HeaderMap) -> Result<(), RouteError> {
        // Another address in its place would be a false statement.
        let is_known = self.address.is_ipv4() || bank.ipv6 == Ipv6::Sent;
        let address = is_known.then(|| self.address.to_string());
        let lines = [
            (names::PSU_IP_ADDRESS, address.as_deref()),
            (names::PSU_USER_AGENT, self.agent.as_deref()),
            (names::PSU_ACCEPT_LANGUAGE, self.language.as_deref()),
        ];
        for (name, value) in lines {
            if let Some(value) = value {
                let value = HeaderValue::from_str(value).map_err(|_| RouteError::Internal)?;
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        Ok(())
    }
}

/// Writes the ids that are kept of a person, a line each, for a call that the relay makes itself.
pub(crate) fn write_person(person: &str, headers: &mut HeaderMap) -> Result<(), RouteError> {
    let ids = [names::PSU_ID, names::PSU_CORPORATE_ID].into_iter().zip(person.split('\n'));
    for (name, id) in ids.filter(|(_, id)| !id.is_empty()) {
        headers.insert(HeaderName::from_static(name), field::value(id)?);
    }
    Ok(())
}

fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Result<IpAddr, RouteError> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return Ok(peer);
    }
    let standard = forwarded::standard(headers, is_trusted)?;
    let customary = forwarded::customary(headers, is_trusted)?;
    match (standard, customary) {
        // A proxy that writes one of the headers passes on the other as the browser sent it. Where
        // they disagree, one of them is forged.
        (Some(one), Some(other)) if one != other => Err(RouteError::BadHeader {
            name: "forwarded",
            problem: "names another address than x-forwarded-for",
        }),
        (Some(address), _) | (None, Some(address)) => Ok(address),
        // The proxy's machine itself is the device.
        (None, None) => Ok(peer),
    }
}

/// The printable ASCII of a header's first value, at most `max` bytes; `None` where nothing is left.
fn printable(headers: &HeaderMap, name: HeaderName, max: usize) -> Option<String> {
    let value = headers.get(name)?.as_bytes();
    let printable = value.iter().filter(|byte| matches!(byte, b' '..=b'~')).take(max);
    let text: String = printable.map(|byte| char::from(*byte)).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Bytes of a `User-Agent` that a bank can use.
const MAX_AGENT: usize = 256;
/// Bytes of a list of languages; a browser's has fewer than a hundred.
const MAX_LANGUAGE: usize = 128;

#[cfg(test)]
mod tests;
