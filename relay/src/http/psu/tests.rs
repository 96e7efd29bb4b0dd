//! Where an address comes from, as a table of peers and headers.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, header};

use super::{MAX_AGENT, address, printable};
use crate::config::Network;

fn resolve(peer: &str, lines: &[(&'static str, &str)]) -> Result<String, &'static str> {
    let trusted = ["10.0.0.0/8", "fd00::/8"].map(|text| Network::parse(text).unwrap());
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let peer: IpAddr = peer.parse().unwrap();
    match address(peer.to_canonical(), &headers, &trusted) {
        Ok(address) => Ok(address.to_string()),
        Err(_) => Err("refused"),
    }
}

#[test]
fn an_untrusted_peer_speaks_for_itself_alone() {
    let lies = [("x-forwarded-for", "6.6.6.6"), ("forwarded", "for=6.6.6.6")];
    assert_eq!(resolve("203.0.113.9", &lies).as_deref(), Ok("203.0.113.9"));
    assert_eq!(resolve("::ffff:203.0.113.9", &lies).as_deref(), Ok("203.0.113.9"));
    assert_eq!(resolve("2001:db8::1", &[("forwarded", "garbage")]).as_deref(), Ok("2001:db8::1"));
}

#[test]
fn a_trusted_peer_is_believed_up_to_the_first_address_that_is_not_trusted() {
    let hops = format!("{}198.51.100.7, 10.1.1.1", "6.6.6.6,".repeat(200));
    let table: &[(&str, &str, &str)] = &[
        ("x-forwarded-for", "198.51.100.7", "198.51.100.7"),
        ("x-forwarded-for", "6.6.6.6, 198.51.100.7, 10.1.1.1", "198.51.100.7"),
        ("x-forwarded-for", "not an address, 198.51.100.7", "198.51.100.7"),
        ("x-forwarded-for", &hops, "198.51.100.7"),
        ("x-forwarded-for", "198.51.100.7:4711", "198.51.100.7"),
        ("x-forwarded-for", "::ffff:198.51.100.7", "198.51.100.7"),
        ("x-forwarded-for", "2001:db8::7", "2001:db8::7"),
        ("x-forwarded-for", "[2001:db8::7]:443", "2001:db8::7"),
        ("x-forwarded-for", "10.9.9.9, 10.1.1.1", "10.9.9.9"),
        ("forwarded", "for=198.51.100.7", "198.51.100.7"),
        ("forwarded", "FOR=\"[2001:db8::7]:4711\";proto=https", "2001:db8::7"),
        ("forwarded", "for=6.6.6.6, for=198.51.100.7;by=10.1.1.1, for=10.1.1.1", "198.51.100.7"),
        ("forwarded", "for=\"6.6.6.6, for=7.7.7.7\", for=198.51.100.7", "198.51.100.7"),
    ];
    for (name, value, expect) in table {
        assert_eq!(
            resolve("10.0.0.2", &[(name, value)]).as_deref(),
            Ok(*expect),
            "{name}: {value}"
        );
    }
    assert_eq!(resolve("fd00::1", &[("x-forwarded-for", "1.2.3.4")]).as_deref(), Ok("1.2.3.4"));
    assert_eq!(resolve("10.0.0.2", &[]).as_deref(), Ok("10.0.0.2"));
}

#[test]
fn several_lines_of_a_header_are_one_list() {
    let lines = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "198.51.100.7")];
    assert_eq!(resolve("10.0.0.2", &lines).as_deref(), Ok("198.51.100.7"));
}

#[test]
fn what_a_trusted_peer_sends_and_nobody_can_read_is_refused() {
    for value in
        ["unknown", "", " ", "1.2.3.4,", "fe80::1%eth0", "[fe80::1%3]:80", "1.2.3", "\u{e5}"]
    {
        let lines = [("x-forwarded-for", value)];
        assert_eq!(resolve("10.0.0.2", &lines), Err("refused"), "{value:?}");
    }
    for value in [
        "",
        "for=unknown",
        "for=_hidden",
        "for=",
        "proto=https",
        "for=1.2.3.4;for=5.6.7.8",
        "for=\"1.2.3.4",
        "for=\"1.2.3.4\\\"",
        "for=1.2.3.4,",
        "for=\"[fe80::1%eth0]\"",
    ] {
        assert_eq!(resolve("10.0.0.2", &[("forwarded", value)]), Err("refused"), "{value}");
    }
}

#[test]
fn two_headers_that_disagree_are_refused() {
    let made_up = [("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "198.51.100.7")];
    assert_eq!(resolve("10.0.0.2", &made_up), Err("refused"));
    let agreed = [("forwarded", "for=198.51.100.7"), ("x-forwarded-for", "198.51.100.7")];
    assert_eq!(resolve("10.0.0.2", &agreed).as_deref(), Ok("198.51.100.7"));
}

#[test]
fn the_browsers_name_is_cut_to_printable_text() {
    let check = |value: &[u8], expect: Option<&str>| {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_bytes(value).unwrap());
        let agent = printable(&headers, header::USER_AGENT, MAX_AGENT);
        assert_eq!(agent.as_deref(), expect, "{value:?}");
    };
    check(b"Mozilla/5.0 (X11)", Some("Mozilla/5.0 (X11)"));
    check("M\u{f6}zilla\t5".as_bytes(), Some("Mzilla5"));
    check(b"\xff\xfe", None);
    check(&[b'a'; 8192], Some(&"a".repeat(MAX_AGENT)));
}
