//! Any lines of `Forwarded` and `X-Forwarded-For`: what a client writes before the trusted proxy's words never makes
//! another address of the person's.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue, Request, request};
use relay::Peer;
use relay::config::Network;
use relay::fuzzing::address;

/// Checks the text `data`: lines of `Forwarded` where they begin with an F, else of `X-Forwarded-For`.
pub(crate) fn check(data: &[u8]) {
    let mut lines = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(20) {
        let (name, value) = match line.split_first() {
            Some((b'F', value)) => (STANDARD, value),
            _ => (CUSTOMARY, line),
        };
        let Ok(value) = HeaderValue::from_bytes(value) else { return };
        lines.append(name, value);
    }
    let trusted = ["10.0.0.0/8", "::1"].map(|text| Network::parse(text).expect("a network"));
    assert_eq!(address(&request(STRANGER, &lines), &trusted), Some(STRANGER), "not trusted");

    let Some(found) = address(&request(PROXY, &lines), &trusted) else { return };
    if trusted.iter().any(|network| network.contains(found)) {
        return;
    }
    for (name, lie) in
        [(STANDARD, "for=203.0.113.99"), (CUSTOMARY, "203.0.113.99"), (STANDARD, "\"")]
    {
        let mut more = HeaderMap::new();
        let before = lines.get_all(name).iter().cloned();
        for line in [HeaderValue::from_static(lie)].into_iter().chain(before) {
            more.append(name, line);
        }
        let other = if name == STANDARD { CUSTOMARY } else { STANDARD };
        for line in lines.get_all(other) {
            more.append(other, line.clone());
        }
        let after = address(&request(PROXY, &more), &trusted);
        assert!(after.is_none_or(|after| after == found), "{more:?}: {after:?}, not {found}");
    }
}

fn request(peer: IpAddr, headers: &HeaderMap) -> request::Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    head.headers = headers.clone();
    head.extensions.insert(Peer(SocketAddr::new(peer, 4711)));
    head
}

const STANDARD: &str = "forwarded";
const CUSTOMARY: &str = "x-forwarded-for";
const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9));
