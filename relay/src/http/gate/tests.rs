//! Which requests the gate accepts, as a table of headers.

use axum::http::{HeaderName, HeaderValue};

use super::*;

type Lines<'a> = &'a [(&'static str, &'a str)];

fn headers(lines: Lines<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        headers.append(HeaderName::from_static(name), value);
    }
    headers
}

fn access(public: Option<&str>) -> Access {
    Access {
        public_origin: public.map(|origin| Origin::parse(origin).unwrap()),
        allowed_origins: [Origin::parse("https://shop.example").unwrap()].into(),
        trusted_proxies: Vec::new(),
    }
}

fn passes(lines: Lines<'_>) -> bool {
    let mut all = vec![("x-ais-link", "1"), ("host", "relay.example")];
    all.extend_from_slice(lines);
    page(&headers(&all), &access(None)).is_ok()
}

#[test]
fn pages_of_ours_pass() {
    for lines in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://relay.example")],
        &[("origin", "https://relay.example"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://shop.example")],
        &[("origin", "https://shop.example"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://shop.example"), ("sec-fetch-site", "same-site")],
    ] {
        assert!(passes(lines), "{lines:?}");
    }
}

#[test]
fn other_pages_do_not_pass() {
    for lines in [
        &[("origin", "null")][..],
        &[("origin", "")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://relay.example")],
        &[("origin", "https://relay.example:8443")],
        &[("origin", "https://relay.example.evil.example")],
        &[("origin", "https://shop.example/")],
        &[("origin", "https://SHOP.example")],
        &[("origin", "https://shop.example"), ("origin", "https://shop.example")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "something-new")],
        &[("sec-fetch-site", "none"), ("sec-fetch-site", "none")],
        &[("origin", "https://relay.example"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
    ] {
        assert!(!passes(lines), "{lines:?}");
    }
}

#[test]
fn only_the_relays_own_form_passes() {
    let check = |lines: Lines<'_>, listed: &[&str]| {
        let mut all = vec![("host", "relay.example")];
        all.extend_from_slice(lines);
        let mut access = access(None);
        access.allowed_origins.extend(listed.iter().filter_map(|origin| Origin::parse(origin)));
        own_form(&headers(&all), &access).is_ok()
    };
    let (own, behind) = (("origin", "https://relay.example"), ("origin", "https://link.example"));
    let (shop, same) = (("origin", "https://shop.example"), ("sec-fetch-site", "same-origin"));
    for listed in
        [&[][..], &["https://relay.example"], &["https://relay.example", "https://a.example"]]
    {
        for good in [&[][..], &[own], &[own, same], &[same], &[("origin", "null")]] {
            assert!(check(good, listed), "{good:?} {listed:?}");
        }
        for bad in [
            &[shop][..],
            &[behind, same],
            &[shop, same],
            &[("origin", "https://evil.example"), same],
            &[own, ("sec-fetch-site", "same-site")],
            &[own, ("sec-fetch-site", "cross-site")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[own, own],
        ] {
            assert!(!check(bad, listed), "{bad:?} {listed:?}");
        }
    }
}

#[test]
fn the_own_origin_needs_no_permission_where_it_is_listed_too() {
    let lines = [("host", "relay.example"), ("origin", "https://relay.example")];
    let mut access = access(None);
    access.allowed_origins.insert(Origin::parse("https://relay.example").unwrap());
    assert_eq!(who("https://relay.example", &headers(&lines), &access), Page::Own);
    assert_eq!(who("https://shop.example", &headers(&lines), &access), Page::Allowed);
}

#[test]
fn the_mark_must_be_there_once() {
    let check = |lines: Lines<'_>| page(&headers(lines), &access(None)).is_ok();
    assert!(check(&[("x-ais-link", "1")]));
    assert!(!check(&[]));
    assert!(!check(&[("x-ais-link", "")]));
    assert!(!check(&[("x-ais-link", "2")]));
    assert!(!check(&[("x-ais-link", "1, 1")]));
    assert!(!check(&[("x-ais-link", "1"), ("x-ais-link", "1")]));
}

#[test]
fn plain_http_is_own_on_loopback_only() {
    let check = |host: &str, origin: &str| {
        let headers = headers(&[("x-ais-link", "1"), ("host", host), ("origin", origin)]);
        page(&headers, &access(None)).is_ok()
    };
    assert!(check("localhost:8080", "http://localhost:8080"));
    assert!(check("127.0.0.1:8080", "http://127.0.0.1:8080"));
    assert!(check("[::1]:8080", "http://[::1]:8080"));
    assert!(!check("localhost:8080", "http://localhost:9100"));
    assert!(!check("rebound.example:8080", "http://rebound.example:8080"));
    assert!(!check("relay.example/", "https://relay.example"), "not a host");
    assert!(!check("user@relay.example", "https://relay.example"), "not a host");
}

#[test]
fn a_named_public_origin_is_the_only_own_one() {
    let check = |origin: &str| {
        let lines = [("x-ais-link", "1"), ("host", "10.0.0.5"), ("origin", origin)];
        page(&headers(&lines), &access(Some("https://link.example"))).is_ok()
    };
    assert!(check("https://link.example"));
    assert!(!check("https://10.0.0.5"));
}
