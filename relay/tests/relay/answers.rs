//! Answers of real platforms: odd but usable forms, answers that two readers could read in two ways, and
//! refusals without JSON.

use axum::body::Body;
use axum::http::{Method, Response};
use relay::Config;

use crate::support::raw::peer;
use crate::support::{ACCOUNTS, ASPSPS, Browser, CONSENTS, Log, World, code, finish, json};

/// An answer with these headers and bytes.
fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Response<Body> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Body::from(body.to_owned())).unwrap()
}

/// Names with their values.
type Headers = &'static [(&'static str, &'static str)];

const JSON: (&str, &str) = ("content-type", "application/json");

/// Scripts the platform's answer to each call.
fn script(world: &World, status: u16, headers: Headers, body: &'static [u8]) {
    world
        .platform
        .script(move |received| (!received.is_token()).then(|| answer(status, headers, body)));
}

/// A relay whose platform answers each connection with these bytes.
async fn behind(bytes: &'static [u8]) -> World {
    let url = peer(bytes).await;
    let at = |config: &mut Config| {
        config.platform.api = relay::config::Address::parse(&url).unwrap();
    };
    World::with(at).await
}

#[tokio::test]
async fn a_byte_order_mark_an_identity_encoding_and_a_type_of_other_json_cost_nothing() {
    let world = World::new().await;
    let list = br#"{"aspsps":[]}"#;
    for (headers, body) in [
        (&[JSON][..], &b"\xef\xbb\xbf{\"aspsps\":[]}"[..]),
        (&[JSON, ("content-encoding", "identity")], list),
        (&[JSON, ("content-encoding", "Identity")], list),
        (&[JSON, ("content-encoding", "")], list),
        (&[("content-type", "application/json; charset=utf-8")], b"\xef\xbb\xbf{\"aspsps\":[]}"),
        (&[], list),
        (&[("content-type", "Application/JSON ;charset=\"utf-8\"")], list),
        (&[("content-type", "application/hal+json")], list),
        (&[("content-type", "text/json")], list),
    ] {
        script(&world, 200, headers, body);
        let got = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!((got.status().as_u16(), &got.body()[..]), (200, &list[..]), "{headers:?}");
        assert_eq!(got.headers()["content-type"], "application/json", "{headers:?}");
    }
    world.platform.script(|received| {
        let grant = br#"{"access_token":"canary","expires_in":60,"token_type":"bearer"}"#;
        received.is_token().then(|| answer(200, &[JSON], &[b"\xef\xbb\xbf", &grant[..]].concat()))
    });
    world.clock.advance(std::time::Duration::from_hours(2));
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200, "a token's too");
}

#[tokio::test]
async fn a_senseless_part_of_an_answer_is_passed_on_and_logged_once_by_kind() {
    let world = World::new().await;
    let log = Log::default();
    let _listening = log.listen();
    let list =
        br#"{"aspsps":[{"bicFi":"ESSESESS","name":"SEB","logoUrl":7},{"bicFi":"X","name":"canary"},
        {"name":"canary"},{"bicFi":"HANDSESS","name":null},"canary"]}"#;
    script(&world, 200, &[JSON], list);
    for _ in 0..2 {
        let got = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!((got.status().as_u16(), &got.body()[..]), (200, &list[..]));
        let text = log.text();
        assert_eq!(text.matches("a part of an answer makes no sense").count(), 1, "{text}");
        assert!(text.contains("left_out=1 text, 3 Aspsp") && !text.contains("canary"), "{text}");
    }
}

/// `[[[…]]]`, with so many levels.
fn nested(levels: usize) -> Vec<u8> {
    ["[".repeat(levels), "]".repeat(levels)].concat().into_bytes()
}

#[tokio::test]
async fn an_ambiguous_answer_is_refused_with_its_reason_in_the_log() {
    let world = World::new().await;
    let log = Log::default();
    let _listening = log.listen();
    for (headers, body, reason) in [
        (&[JSON][..], &b"{\"name\":\"L\xf6n\"}"[..], "not UTF-8"),
        (&[("content-type", "application/json; charset=iso-8859-1")], b"\"\xe5\"", "not UTF-8"),
        (&[JSON], br#"{"a":1,"b":2,"a":1}"#, "a key twice"),
        (&[JSON], br#"{"x":[{"scaStatus":"started","scaStatus":"failed"}]}"#, "a key twice"),
        (&[JSON], &nested(65), "deeper than 64"),
        (&[JSON], &nested(5000), "deeper than 64"),
        (&[JSON, ("content-encoding", "gzip")], b"{}", "encoded"),
        (&[JSON, ("content-encoding", "identity, br")], b"{}", "encoded"),
        (&[JSON], b"<html>canary</html>", "HTML"),
        (&[JSON], b"{} canary", "not JSON"),
        (&[("content-type", "text/plain")], b"{}", "Content-Type"),
        (&[("content-type", "application/jsonp")], b"{}", "Content-Type"),
        (&[("content-type", "")], b"{}", "Content-Type"),
    ] {
        let (body, before) = (body.to_owned(), log.text().len());
        world
            .platform
            .script(move |received| (!received.is_token()).then(|| answer(200, headers, &body)));
        let got = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!((got.status().as_u16(), code(&got)), (502, "PLATFORM_FAILED".to_owned()));
        let logged = &log.text()[before..];
        assert!(logged.contains(reason), "{reason}: {logged}");
        assert!(logged.contains("platform_status=200"), "{logged}");
        assert!(!logged.contains("canary"), "{logged}");
        assert!(!String::from_utf8_lossy(got.body()).contains(reason), "for the log alone");
    }
    script(&world, 200, &[JSON], b"[[[[[[[[[[1]]]]]]]]]]");
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
}

#[tokio::test]
async fn ambiguous_heads_are_refused_by_name() {
    for (bytes, reason) in [
        (
            &b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"[..],
            "1xx",
        ),
        (
            b"HTTP/1.1 101 ok\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
            "1xx",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
              transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "both Content-Length and Transfer-Encoding",
        ),
        (
            b"HTTP/1.1 102 Processing\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
            "1xx",
        ),
        (b"HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n<html><p>no HTTP</p></html>", "1xx"),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
              content-length: 2\r\n\r\n{}",
            "Content-Length twice",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2, 2\r\n\r\n{}",
            "Content-Length twice",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
              content-length: 3\r\n\r\n{} ",
            "Content-Length twice",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: -2\r\n\r\n{}",
            "no length",
        ),
        (
            b"HTTP/1.1 700 ok\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
            "status",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
              transfer-encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "encoded",
        ),
    ] {
        let world = behind(bytes).await;
        let log = Log::default();
        let _listening = log.listen();
        let got = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!((got.status().as_u16(), code(&got)), (502, "PLATFORM_FAILED".to_owned()));
        assert!(log.text().contains(reason), "{reason}: {}", log.text());
    }
    // For an interim answer alone the client reports only that there was no final one.
    for status in [&b"HTTP/1.1 102 Processing\r\n\r\n"[..], b"HTTP/1.1 103 Early Hints\r\n\r\n"] {
        let world = behind(status).await;
        let log = Log::default();
        let _listening = log.listen();
        let got = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!((got.status().as_u16(), code(&got)), (504, "PLATFORM_SILENT".to_owned()));
        assert!(log.text().contains("1xx"), "{}", log.text());
    }
    let early = b"HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\nHTTP/1.1 200 OK\r\n\
                  content-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let world = behind(early).await;
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200, "before a final one");
}

/// Answers without JSON that ask to try again later, each with the status.
const LATER: &[(Headers, &[u8])] = &[
    (&[("content-type", "text/html")], b"<html>slow down canary</html>"),
    (&[("content-type", "text/html; charset=utf-8")], b""),
    (&[], b""),
    (&[], b"{}"),
    (&[], b"canary"),
    (&[JSON], b""),
    (&[JSON], b"<html>canary</html>"),
    (&[("content-type", "application/json; charset=iso-8859-1")], b"{\"text\":\"L\xe5ngsammare\"}"),
    (&[("content-type", "text/plain; charset=utf-16")], b"\xff\xfe{\0}\0"),
];

#[tokio::test]
async fn an_answer_to_come_again_later_keeps_its_status_and_its_time() {
    let world = World::new().await;
    let date = "Sun, 06 Nov 2033 08:49:37 GMT";
    for (status, expect) in [(429, "ACCESS_EXCEEDED"), (503, "PLATFORM_FAILED")] {
        for (wait, passed) in [
            ("120", Some("120")),
            (date, Some(date)),
            ("Sunday, 06-Nov-33 08:49:37 GMT", Some(date)),
            ("soon", None),
        ] {
            for (headers, body) in LATER {
                world.platform.script(move |received| {
                    let headers = [headers, &[("retry-after", wait)][..]].concat();
                    (!received.is_token()).then(|| answer(status, &headers, body))
                });
                let got = finish(world.call(Method::GET, ASPSPS)).await;
                assert_eq!((got.status().as_u16(), code(&got).as_str()), (status, expect));
                let wait = got.headers().get("retry-after").map(|wait| wait.to_str().unwrap());
                assert_eq!(wait, passed, "{headers:?}");
                assert_eq!(got.headers()["content-type"], "application/json");
                assert!(!String::from_utf8_lossy(got.body()).contains("canary"));
            }
        }
    }
    for (headers, body) in [
        (&[JSON, ("content-encoding", "gzip")][..], &b"\x1f\x8b\x08"[..]),
        (&[("content-encoding", "br"), ("content-type", "text/html")], b"canary"),
        (&[JSON], &*vec![b'9'; 9_000_000].leak()),
    ] {
        for (status, expect) in [(429, "ACCESS_EXCEEDED"), (503, "PLATFORM_FAILED")] {
            world.platform.script(move |received| {
                let headers = [headers, &[("retry-after", "7")][..]].concat();
                (!received.is_token()).then(|| answer(status, &headers, body))
            });
            let got = finish(world.call(Method::GET, ASPSPS)).await;
            assert_eq!((got.status().as_u16(), code(&got).as_str()), (status, expect));
            assert_eq!(got.headers()["retry-after"], "7", "{headers:?}");
        }
    }
    script(&world, 500, &[("content-type", "text/html"), ("retry-after", "9")], b"<html>");
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 502, "any other status");
}

#[tokio::test]
async fn a_refusal_of_too_many_account_reads_says_so() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.sign(&world).await;
    script(&world, 429, &[("content-type", "text/html"), ("retry-after", "120")], b"<html>");
    let got = browser.call(&world, Method::GET, ACCOUNTS, &[("consent-id", &consent)], None).await;
    assert_eq!((got.status().as_u16(), code(&got)), (429, "ACCESS_EXCEEDED".to_owned()));
    assert_eq!(got.headers()["retry-after"], "120");
}

#[tokio::test]
async fn deep_json_beside_a_link_reaches_no_browser() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(&world).await;
    let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
    for levels in [64, 100, 130, 1000] {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        let body = format!(
            r#"{{"scaStatus":"started","x":{open}{close},
                "_links":{{"scaRedirect":{{"href":"https://evil.example/"}}}}}}"#
        );
        world.platform.script(move |received| (!received.is_token()).then(|| json(200, &body)));
        let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
        let got = browser.call(&world, Method::PUT, &target, &[], method).await;
        assert_eq!(got.status(), 502, "{levels}");
        assert!(!String::from_utf8_lossy(got.body()).contains("evil.example"));
    }
}
