//! Headers in both directions: the relay passes its own and those that the widget may choose, and no others.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderName, Method, Response};
use relay::config::Network;

use crate::support::raw::{exchange, status};
use crate::support::{
    ACCOUNTS, ASPSPS, Browser, CONSENT, CONSENTS, Log, Received, World, code, finish, json,
};

/// The allowed names in a call to the platform.
const KNOWN: &[&str] = &[
    "accept",
    "authorization",
    "content-length",
    "content-type",
    "host",
    "traceparent",
    "x-request-id",
];
/// The headers about the person's device, for calls about a person.
const DEVICE: &[(&str, &str)] = &[
    ("psu-ip-address", "127.0.0.1"),
    ("psu-user-agent", "Test/1.0"),
    ("psu-accept-language", "sv, en;q=0.5"),
];

fn names(received: &Received) -> BTreeSet<String> {
    received.headers.keys().map(|name| name.as_str().to_owned()).collect()
}

#[tokio::test]
async fn a_call_carries_our_headers_and_no_others() {
    let world = World::new().await;
    let call = world
        .call(Method::GET, ASPSPS)
        .header("user-agent", "Test/1.0")
        .header("accept-language", "sv, en;q=0.5")
        .header("cookie", "other=1")
        .header("referer", "https://relay.example/secret-page")
        .header("x-custom", "1")
        .header("x-bicfi", "ESSESESS");
    let answer = finish(call).await;
    assert_eq!(answer.status(), 200);
    let call = &world.platform.calls()[0];
    assert!(
        names(call).is_subset(&KNOWN.iter().map(|name| (*name).to_owned()).collect()),
        "{call:?}"
    );
    assert_eq!(call.all("accept"), ["application/json"]);
    assert_eq!(call.all("x-request-id"), [answer.headers()["x-request-id"].to_str().unwrap()]);
    assert!(call.all("authorization")[0].starts_with("Bearer canary-token-"));
}

#[tokio::test]
async fn calls_about_a_person_name_the_device_and_lists_do_not() {
    let world = World::new().await;
    for target in [
        ASPSPS,
        "/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE",
        "/psd2/aspspinformation/v1/aspsps/ESSESESS",
        "/psd2/aspspinformation/v1/countries",
        "/psd2/aspspinformation/v1/countries/SE",
        "/psd2/aspspinformation/v1/cities",
    ] {
        let call = world.call(Method::GET, target).header("x-bicfi", "ESSESESS");
        let call = call.header("psu-id", "PSU-1").header("psu-corporate-id", "5560000001");
        assert_eq!(finish(call.header("user-agent", "Test/1.0")).await.status(), 200, "{target}");
        let sent = world.platform.calls().pop().unwrap();
        let psu = |name: &&String| name.starts_with("psu-");
        assert_eq!(names(&sent).iter().find(psu), None, "{target}");
    }
    let device = [("user-agent", "Test/1.0"), ("accept-language", "sv, en;q=0.5")];
    let mut browser = Browser::default();
    let made = browser.call(&world, Method::POST, CONSENTS, &device, Some(CONSENT)).await;
    assert_eq!(made.status(), 201);
    let sent = world.platform.calls().pop().unwrap();
    for (name, value) in DEVICE {
        assert_eq!(sent.all(name), [*value]);
    }
}

/// Names that a client must not be able to give a value.
const OURS: &[&str] = &[
    "Authorization",
    "X-Request-ID",
    "PSU-IP-Address",
    "PSU-User-Agent",
    "PSU-Accept-Language",
    "Forwarded",
    "X-Forwarded-For",
    "X-Real-IP",
    "Digest",
    "Signature",
    "TPP-Signature-Certificate",
    "Host-Override",
    "Accept",
    "Consent_ID",
    "PSU-Geo-Location",
];

#[tokio::test]
async fn headers_that_are_ours_cannot_be_spoofed_in_any_spelling() {
    let world = World::new().await;
    for name in OURS {
        let (upper, lower) = (name.to_ascii_uppercase(), name.to_ascii_lowercase());
        let score = name.replace('-', "_");
        let length = CONSENT.len();
        let text = format!(
            "POST {CONSENTS} HTTP/1.1\r\nhost: localhost\r\nx-ais-link: 1\r\nuser-agent: Test/1.0\r\n\
             x-bicfi: ESSESESS\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
             {name}: 6.6.6.6\r\n{upper}: 6.6.6.6\r\n{lower}: 6.6.6.6\r\n{score}: 6.6.6.6\r\n\
             connection: close, {lower}, authorization, psu-ip-address, x-request-id\r\n\
             te: trailers\r\nupgrade: h2c\r\n\r\n{CONSENT}"
        );
        let answer = exchange(world.address, text.as_bytes()).await;
        assert_eq!(status(&answer), Some(201), "{name}: {answer}");
        let call = world.platform.calls().pop().unwrap();
        assert!(!format!("{:?}", call.headers).contains("6.6.6.6"), "{name}: {call:?}");
        for ours in ["authorization", "x-request-id", "psu-ip-address", "psu-user-agent"] {
            assert_eq!(call.all(ours).len(), 1, "{name}: {ours}");
        }
        for hop in ["te", "upgrade", "connection", "keep-alive"] {
            assert!(call.all(hop).is_empty(), "{name}: {hop}");
        }
    }
    let nul = format!(
        "GET {ASPSPS} HTTP/1.1\r\nhost: a\r\nx-ais-link: 1\r\nPSU-IP-Address\x00: 6.6.6.6\r\n\r\n"
    );
    assert_eq!(status(&exchange(world.address, nul.as_bytes()).await), Some(400));
}

/// The headers that the widget may choose, with a good value and bad ones.
const CHOSEN: &[(&str, &str, &[&str])] = &[
    ("x-bicfi", "ESSESESS", &["", "seb", "ESSESESS,SWEDSESS", "ESSESES\u{c5}"]),
    ("x-ais-link-context", "private", &["", "Private", "both", "private,corporate"]),
    ("consent-id", "c1", &["", "../c1", "c1\tx"]),
    ("tpp-redirect-preferred", "false", &["", "no", "False", "true,false"]),
    ("x-affiliatedaspsp-id", "08999", &["", "0\t8999"]),
    ("x-ais-link-entry", "e1,Nordea", &["", "e1", ",", "e1,a,b", "e1,\u{f6}", "e1,%0A", "%65,b"]),
    ("psu-id", "PSU-1234", &["", "\u{f6}"]),
    ("psu-corporate-id", "5560000000", &["", LONG]),
];
/// One letter more than a person's id may have.
const LONG: &str = "12345678901234567890123456789012345678901234567890123456789012345";

#[tokio::test]
async fn each_header_of_the_widget_is_parsed_and_may_come_once() {
    let world = World::new().await;
    for (name, good, bad) in CHOSEN {
        let call = |values: &[&str]| {
            let mut request = world.call(Method::POST, CONSENTS).body(CONSENT);
            request = request.header("content-type", "application/json");
            if *name != "x-bicfi" {
                request = request.header("x-bicfi", "ESSESESS");
            }
            for value in values {
                request = request.header(*name, value.as_bytes());
            }
            finish(request)
        };
        let twice = call(&[good, good]).await;
        assert_eq!(
            (twice.status().as_u16(), code(&twice).as_str()),
            (400, "RELAY_REFUSED"),
            "{name}"
        );
        for value in *bad {
            let answer = call(&[value]).await;
            assert_eq!(answer.status(), 400, "{name}: {value:?}");
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            assert!(text.contains(&format!(r#""path":"{name}""#)), "{text}");
            assert!(value.len() < 4 || !text.contains(value), "{text}");
        }
    }
    assert!(world.platform.received().is_empty());
}

#[tokio::test]
async fn the_headers_of_the_widget_reach_the_platform() {
    let world = World::new().await;
    let chosen = world
        .call(Method::POST, CONSENTS)
        .header("content-type", "application/json; charset=utf-8")
        .header("x-bicfi", "SWEDSESS")
        .header("tpp-redirect-preferred", "false")
        .header("x-affiliatedaspsp-id", "08999")
        .header("psu-id", "PSU 1234")
        .header("psu-corporate-id", "5560000000")
        .body(CONSENT);
    assert_eq!(finish(chosen).await.status(), 201);
    let call = world.platform.calls().pop().unwrap();
    for (name, value) in [
        ("x-bicfi", "SWEDSESS"),
        ("tpp-redirect-preferred", "false"),
        ("x-affiliatedaspsp-id", "08999"),
        ("psu-id", "PSU 1234"),
        ("psu-corporate-id", "5560000000"),
    ] {
        assert_eq!(call.all(name), [value]);
    }
}

#[tokio::test]
async fn bank_and_consent_must_be_named_where_the_call_needs_them() {
    let world = World::new().await;
    for (method, target) in [(Method::GET, ACCOUNTS), (Method::POST, CONSENTS)] {
        let answer = finish(world.call(method, target)).await;
        assert_eq!(answer.status(), 400);
        assert!(String::from_utf8_lossy(answer.body()).contains("x-bicfi is missing"));
    }
    let answer = finish(world.call(Method::GET, ACCOUNTS).header("x-bicfi", "ESSESESS")).await;
    assert!(String::from_utf8_lossy(answer.body()).contains("consent-id is missing"));
    assert!(world.platform.received().is_empty());
}

#[tokio::test]
async fn the_address_behind_a_trusted_proxy_is_the_proxys_word() {
    let trust = |config: &mut relay::Config| {
        config.access.trusted_proxies =
            ["127.0.0.0/8", "10.0.0.0/8"].map(|text| Network::parse(text).unwrap()).into();
    };
    let world = World::with(trust).await;
    for (name, value, expect) in [
        ("x-forwarded-for", "6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        ("x-forwarded-for", "::ffff:198.51.100.7", "198.51.100.7"),
        ("forwarded", "for=6.6.6.6, for=\"[2001:db8::7]:99\", for=10.0.0.1", "2001:db8::7"),
        // What is in quotes separates nothing.
        ("forwarded", "for=198.51.100.7;by=\"_a, for=6.6.6.6;\"", "198.51.100.7"),
    ] {
        let mut browser = Browser::default();
        let line = [(name, value)];
        let answer = browser.call(&world, Method::POST, CONSENTS, &line, Some(CONSENT)).await;
        assert_eq!(answer.status(), 201);
        let call = world.platform.calls().pop().unwrap();
        assert_eq!(call.all("psu-ip-address"), [expect], "{value}");
    }
    let before = world.platform.calls().len();
    for (name, value) in [
        ("x-forwarded-for", "unknown"),
        ("x-forwarded-for", ""),
        ("x-forwarded-for", "[fe80::1%3]:80"),
        ("forwarded", "for=_x"),
        ("forwarded", "for=198.51.100.7;by=\"\\a\""),
        ("forwarded", "for=198.51.100.7;by=\""),
        ("forwarded", "for=198.51.100.7;for=198.51.100.7"),
    ] {
        let answer = finish(world.call(Method::GET, ASPSPS).header(name, value)).await;
        assert_eq!(answer.status(), 400, "{value}");
    }
    assert_eq!(world.platform.calls().len(), before);
}

/// The headers of a platform's answer, most of which the relay leaves out.
const ANSWERED: &[(&str, &str)] = &[
    ("set-cookie", "evil=1"),
    ("server", "platform"),
    ("access-control-allow-origin", "*"),
    ("link", "<https://evil.example>; rel=preload"),
    ("content-security-policy", "default-src *"),
    ("x-accel-redirect", "/etc/passwd"),
    ("x-request-id", "platforms-own"),
    ("cache-control", "public, max-age=999"),
    ("refresh", "0; url=https://evil.example"),
    ("aspsp-sca-approach", "DECOUPLED"),
    ("retry-after", "7"),
];

#[tokio::test]
async fn only_the_known_headers_of_an_answer_pass() {
    let world = World::new().await;
    world.platform.script(|received| {
        (!received.is_token()).then(|| {
            let mut response = json(200, "{}");
            for (name, value) in ANSWERED {
                response.headers_mut().insert(*name, value.parse().unwrap());
            }
            Some(response)
        })?
    });
    let answer = finish(world.call(Method::GET, ASPSPS)).await;
    let mut names: Vec<_> = answer.headers().keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    let expect = [
        "aspsp-sca-approach",
        "cache-control",
        "content-length",
        "content-security-policy",
        "content-type",
        "cross-origin-resource-policy",
        "date",
        "referrer-policy",
        "retry-after",
        "vary",
        "x-content-type-options",
        "x-frame-options",
        "x-request-id",
    ];
    assert_eq!(names, expect);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_ne!(answer.headers()["x-request-id"], "platforms-own");
}

#[tokio::test]
async fn malformed_headers_of_an_answer_are_left_out() {
    let world = World::new().await;
    world.platform.script(|received| {
        if received.is_token() {
            return None;
        }
        let mut response = json(429, r#"{"tppMessages":[]}"#);
        response.headers_mut().insert("retry-after", "soon".parse().unwrap());
        response.headers_mut().insert("aspsp-sca-approach", "<b>".parse().unwrap());
        Some(response)
    });
    let answer = finish(world.call(Method::GET, ASPSPS)).await;
    assert_eq!(answer.status(), 429);
    assert!(!answer.headers().contains_key("retry-after"));
    assert!(!answer.headers().contains_key("aspsp-sca-approach"));
}

#[tokio::test]
async fn every_location_becomes_the_relays_own_path() {
    let (world, elsewhere) = (World::new().await, World::new().await);
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    let start = format!("{CONSENTS}/{consent}/authorisations");
    let here = format!("{start}/a1");
    let url = world.platform.url.clone();
    let log = Log::default();
    let _listening = log.listen();
    for (location, kind) in [
        (here.clone(), None),
        (format!("{url}{here}"), None),
        ("authorisations/a1".to_owned(), None),
        (format!("https://evil.example{here}"), Some("another scheme")),
        ("http://internal.example/consent/v1/canary".to_owned(), Some("another host or port")),
        (format!("{}{here}", elsewhere.platform.url), Some("another host or port")),
        (format!("{here}?canary=1"), Some("a query or a fragment")),
        (format!("{here}#canary"), Some("a query or a fragment")),
        (format!("{CONSENTS}/canary/authorisations/a1"), Some("another consent")),
        (format!("{start}/canary"), Some("something else than what was made")),
        ("/connect/canary".to_owned(), Some("a path that no call has")),
        ("http://[canary".to_owned(), Some("no address")),
    ] {
        let (sent, before) = (location.clone(), log.text().len());
        world.platform.script(move |received| {
            (!received.is_token()).then(|| {
                Response::builder()
                    .status(201)
                    .header("content-type", "application/json")
                    .header("location", sent.as_str())
                    .body(Body::from(r#"{"authorisationId":"a1","scaStatus":"received"}"#))
                    .unwrap()
            })
        });
        let answer = browser.call(&world, Method::POST, &start, &[], None).await;
        assert_eq!(answer.status(), 201, "{location}");
        assert_eq!(answer.headers()["location"], here, "{location}");
        let logged = &log.text()[before..];
        assert_eq!(logged.contains("Location cannot be used"), kind.is_some(), "{logged}");
        assert!(kind.is_none_or(|kind| logged.contains(kind)), "{location}: {logged}");
        assert!(!logged.contains("canary") && !logged.contains("example"), "{logged}");
    }
    assert!(elsewhere.platform.received().is_empty());
}

#[tokio::test]
async fn an_authorisation_with_its_id_only_in_location_continues() {
    for body in
        ["{}", r#"{"authorisationId":7}"#, r#"{"authorisationId":null,"scaStatus":"started"}"#]
    {
        let world = World::new().await;
        let mut browser = Browser::default();
        let consent = browser.create_consent(&world).await;
        let start = format!("{CONSENTS}/{consent}/authorisations");
        let here = format!("{start}/a%201");
        let sent = format!("{}{here}", world.platform.url);
        world.platform.script(move |received| {
            let is_start = received.method == Method::POST && !received.is_token();
            is_start.then(|| {
                let answer = Response::builder().status(201).header("location", sent.as_str());
                let answer = answer.header("content-type", "application/json");
                answer.body(Body::from(body)).unwrap()
            })
        });
        let answer = browser.call(&world, Method::POST, &start, &[], None).await;
        assert_eq!(answer.status(), 201, "{body}");
        assert_eq!(answer.headers()["location"], here, "{body}");
        let read: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(read["authorisationId"], "a 1", "{body}");
        assert_eq!(browser.get(&world, &here).await.status(), 200, "{body}");
    }
}
