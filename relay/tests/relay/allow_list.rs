//! A request that is no call does not reach the platform, however it is spelt.

use axum::http::Method;
use protocol::Call;

use crate::support::raw::{exchange, request, status};
use crate::support::{ACCOUNTS, ASPSPS, Browser, CONSENT, CONSENTS, World, code, finish, json};

/// Targets that are no call.
const HOSTILE: &[&str] = &[
    "/psd2/paymentinitiation/v1/payments",
    "/connect/token",
    "/psd2",
    "/psd2/",
    "//psd2/aspspinformation/v1/aspsps",
    "/PSD2/aspspinformation/v1/aspsps",
    "/psd2/aspspinformation/v1/ASPSPS",
    "/psd2/aspspinformation/v1/aspsps/",
    "/psd2/aspspinformation/v1/aspsps;x=y",
    "/psd2/aspspinformation/v1//aspsps",
    "/psd2/aspspinformation/v1/./aspsps",
    "/psd2/aspspinformation/v1/aspsps%00",
    "/psd2/aspspinformation/v1/aspsps%0d%0aX:y",
    "/psd2/aspspinformation/v1/aspsps%23",
    "/psd2/aspspinformation/v1/asp%73ps",
    "/psd2/aspspinformation/v1/aspsps\u{fe}",
    "/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE&isoCountryCodes=NO",
    "/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE%26x=y",
    "/psd2/aspspinformation/v1/aspsps?x=/psd2/accountinformation/v1/accounts",
    "/psd2/aspspinformation/v1/aspsps?",
    "/psd2/aspspinformation/v1/aspsps/seb",
    "/x?/psd2/aspspinformation/v1/aspsps",
    "*",
    "localhost:80",
    "http://localhost/psd2/aspspinformation/v1/aspsps",
    "http://evil.example/psd2/aspspinformation/v1/aspsps",
    "psd2/aspspinformation/v1/aspsps",
];
/// Spellings of one step up, which lead to another path after decoding.
const STEPS: &[&str] = &[
    "..",
    "%2e%2e",
    "%2E%2e",
    ".%2e",
    "..%2f",
    "..%5c",
    "\\..",
    "%252e%252e",
    "..;",
    "%c0%ae%c0%ae",
];

#[tokio::test]
async fn hostile_paths_reach_no_other_path_of_the_platform() {
    let world = World::new().await;
    let consents = CONSENTS.trim_start_matches("/psd2");
    let mut targets: Vec<String> = HOSTILE.iter().map(|target| (*target).to_owned()).collect();
    for step in STEPS {
        for path in [ACCOUNTS, ASPSPS] {
            targets.push(format!("{path}/{step}/{step}/{step}{consents}"));
            targets.push(format!("{path}/{step}"));
        }
    }
    for target in targets {
        for method in ["GET", "POST"] {
            let answer = exchange(world.address, request(method, &target, "").as_bytes()).await;
            let status = status(&answer).unwrap_or_else(|| panic!("no answer to {target}"));
            assert!((400..500).contains(&status), "{method} {target}: {answer}");
        }
    }
    assert!(world.platform.received().is_empty(), "{:?}", world.platform.received());
}

/// All calls that only read, except those of accounts.
fn reads(consent: &str, authorisation: &str) -> [String; 10] {
    [
        "/psd2/aspspinformation/v1/countries".to_owned(),
        "/psd2/aspspinformation/v1/countries/SE".to_owned(),
        "/psd2/aspspinformation/v1/cities?isoCountryCodes=SE".to_owned(),
        "/psd2/aspspinformation/v1/cities/8a4b".to_owned(),
        format!("{ASPSPS}?isoCountryCodes=SE"),
        format!("{ASPSPS}/ESSESESS"),
        consent.to_owned(),
        format!("{consent}/status"),
        format!("{consent}/authorisations"),
        format!("{consent}/authorisations/{authorisation}"),
    ]
}

#[tokio::test]
async fn every_call_reaches_exactly_its_own_path() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(&world).await;
    let one = format!("{CONSENTS}/{consent}");
    let update = format!("{one}/authorisations/{authorisation}");
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    assert_eq!(browser.call(&world, Method::PUT, &update, &[], method).await.status(), 200);
    world.platform.script(|received| {
        let is_sca = received.method == Method::GET && received.target.contains("/authorisations/");
        is_sca.then(|| json(200, r#"{"scaStatus":"finalised"}"#))
    });
    let reads = reads(&one, &authorisation);
    for target in &reads {
        assert_eq!(browser.get(&world, target).await.status(), 200, "{target}");
    }
    let accounts = [
        "?withBalance=true",
        "/a1",
        "/a1/balances",
        "/a1/transactions?dateFrom=2025-01-01&bookingStatus=both",
        "/a1/transactions/t1",
    ]
    .map(|tail| format!("{ACCOUNTS}{tail}"));
    let extra = [("consent-id", consent.as_str())];
    for target in &accounts {
        let read = browser.call(&world, Method::GET, target, &extra, None).await;
        assert_eq!(read.status(), 200, "{target}");
    }
    assert_eq!(browser.call(&world, Method::DELETE, &one, &[], None).await.status(), 204);

    let calls = world.platform.calls();
    for call in &calls {
        let parsed = Call::parse(call.method.as_str(), &call.target).unwrap();
        assert_eq!(parsed.target(), call.target);
    }
    let mut seen: Vec<_> = calls.iter().map(|call| call.target.clone()).skip(2).collect();
    let mut expect: Vec<_> = reads.into();
    expect.extend(accounts.into_iter().chain([update, one]));
    seen.sort();
    expect.sort();
    assert_eq!(seen, expect);
}

#[tokio::test]
async fn other_methods_are_refused() {
    let world = World::new().await;
    for method in ["POST", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "PROPFIND", "get"] {
        let text = request(method, ASPSPS, "x-http-method-override: GET\r\n");
        let answer = exchange(world.address, text.as_bytes()).await;
        assert_eq!(status(&answer), Some(405), "{method}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("\r\nallow: "), "{method}: {answer}");
    }
    let answer = exchange(world.address, request("CONNECT", "localhost:80", "").as_bytes()).await;
    assert_eq!(status(&answer), Some(405), "{answer}");
    assert!(world.platform.received().is_empty());
}

#[tokio::test]
async fn odd_framing_is_refused() {
    let world = World::new().await;
    let line = format!("GET {ASPSPS} HTTP/1.1\r\n");
    let mark = "x-ais-link: 1\r\n";
    let long =
        format!("GET {ASPSPS}?{} HTTP/1.1\r\nhost: localhost\r\n{mark}\r\n", "x".repeat(8192));
    let of_length = |length: usize| {
        format!("GET /{} HTTP/1.1\r\nhost: a\r\n{mark}\r\n", "x".repeat(length - 1))
    };
    let lines = "x: y\r\n".repeat(100);
    let wide = format!("x: {}\r\n", "y".repeat(64 * 1024));
    for (text, expect) in [
        (format!("{line}{mark}\r\n"), 400),
        (format!("{line}host: a\r\nhost: a\r\n{mark}\r\n"), 400),
        (format!("{line}host: a\r\n{mark}transfer-encoding: chunked\r\n\r\n0\r\n\r\n"), 400),
        (
            format!(
                "{line}host: a\r\n{mark}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            400,
        ),
        (format!("{line}host: a\r\n{mark}content-length: 1\r\ncontent-length: 2\r\n\r\nab"), 400),
        (format!("{line}host: a\r\n{mark}content-length: 0\r\ncontent-length: 0\r\n\r\n"), 400),
        (format!("{line}host: a\r\n{mark}content-length: 0, 0\r\n\r\n"), 400),
        (
            format!(
                "POST {CONSENTS} HTTP/1.1\r\nhost: a\r\n{mark}Content-Length: 2\r\nx: y\r\n\
                 CONTENT-LENGTH: 2\r\n\r\n{{}}"
            ),
            400,
        ),
        (format!("GET {ASPSPS}# HTTP/1.1\r\nhost: a\r\n{mark}\r\n"), 400),
        (format!("GET {ASPSPS}#/../x HTTP/1.1\r\nhost: a\r\n{mark}\r\n"), 400),
        (format!("GET {ASPSPS}?isoCountryCodes=SE#x HTTP/1.1\r\nhost: a\r\n{mark}\r\n"), 400),
        (format!("GET /#{ASPSPS} HTTP/1.1\r\nhost: a\r\n{mark}\r\n"), 400),
        (format!("{line}host: a\r\n{mark}x y: z\r\n\r\n"), 400),
        (format!("{line}host: a\r\n x-ais-link: 1\r\n\r\n"), 400),
        (format!("GET {ASPSPS} HTTP/1.0\r\n{mark}\r\n"), 400),
        (format!("GET {ASPSPS} HTTP/2.0\r\nhost: a\r\n{mark}\r\n"), 400),
        (long, 414),
        (of_length(8193), 414),
        (of_length(8192), 404),
        (format!("{line}host: a\r\n{mark}{lines}\r\n"), 431),
        (format!("{line}host: a\r\n{mark}{wide}\r\n"), 431),
    ] {
        let answer = exchange(world.address, text.as_bytes()).await;
        assert_eq!(status(&answer), Some(expect), "{}: {answer}", &text[..text.len().min(200)]);
    }
    assert!(world.platform.received().is_empty(), "{:?}", world.platform.received());
}

#[tokio::test]
async fn a_refused_body_is_not_read_as_a_second_request() {
    let world = World::new().await;
    let hidden = request("GET", ASPSPS, "");
    let text = format!(
        "POST {CONSENTS} HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{hidden}",
        hidden.len()
    );
    let answer = exchange(world.address, text.as_bytes()).await;
    assert_eq!(status(&answer), Some(403), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    assert!(world.platform.received().is_empty());
}

#[tokio::test]
async fn bodies_are_what_the_call_takes_or_refused() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(&world).await;
    let one = format!("{CONSENTS}/{consent}");
    let update = format!("{one}/authorisations/{authorisation}");
    let start = format!("{one}/authorisations");
    let before = world.platform.received().len();
    let extra_field = CONSENT.replacen('{', r#"{"x":1,"#, 1);
    let big = format!(r#"{{"authenticationMethodId":"{}"}}"#, "m".repeat(17 * 1024));
    let deep = "[".repeat(10_000);
    for (method, target, body, expect) in [
        (Method::POST, CONSENTS, "", 400),
        (Method::POST, CONSENTS, "{}", 400),
        (Method::POST, CONSENTS, &extra_field, 400),
        (Method::POST, CONSENTS, &deep, 400),
        (Method::PUT, &update, r#"{"authenticationMethodId":"../x"}"#, 400),
        (
            Method::PUT,
            &update,
            r#"{"authenticationMethodId":"m","authenticationMethodId":"n"}"#,
            400,
        ),
        (Method::PUT, &update, &big, 413),
        (Method::POST, &start, r#"{"x":1}"#, 400),
        (Method::GET, ASPSPS, "{}", 400),
        (Method::DELETE, &one, "{}", 400),
    ] {
        let answer = browser.call(&world, method.clone(), target, &[], Some(body)).await;
        assert_eq!(answer.status(), expect, "{method} {target} {}", &body[..body.len().min(80)]);
        assert_eq!(code(&answer), "RELAY_REFUSED");
    }
    let plain = world.call(Method::POST, CONSENTS).header("x-bicfi", "ESSESESS").body(CONSENT);
    assert_eq!(finish(plain.header("content-type", "text/plain")).await.status(), 415);
    assert_eq!(world.platform.received().len(), before);
}

#[tokio::test]
async fn the_relay_writes_bodies_itself() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.link(&world).await;
    let start = format!("{CONSENTS}/{consent}/authorisations");
    let started = browser.call(&world, Method::POST, &start, &[], Some(" {} ")).await;
    assert_eq!(started.status(), 201);
    let calls = world.platform.calls();
    let expect = r#"{"access":{},"recurringIndicator":false,"validUntil":"2027-01-31","frequencyPerDay":1,"combinedServiceIndicator":false}"#;
    assert_eq!(calls[0].body, expect);
    for started in &calls[1..] {
        assert!(started.body.is_empty());
        assert_eq!(started.all("content-length"), ["0"]);
    }
}
