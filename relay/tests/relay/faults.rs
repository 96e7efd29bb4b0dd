//! A platform that is slow, broken or hostile.

mod disk;
mod failover;
mod peers;
mod server;
mod time;
mod wire;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Response};
use relay::Config;

use crate::support::raw::peer;
use crate::support::{ASPSPS, World, code, finish, json};

fn hurried(config: &mut Config) {
    config.limits.answer = Duration::from_millis(300);
    config.limits.whole_call = Duration::from_millis(600);
}

/// The status and the code that the relay gives for a call.
async fn outcome(world: &World) -> (u16, String) {
    let answer = finish(world.call(Method::GET, ASPSPS)).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.headers().contains_key("x-request-id"));
    (answer.status().as_u16(), code(&answer))
}

fn of(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// A world whose platform answers calls with these bytes, and requests for tokens as usual.
async fn answered_with(bytes: &'static [u8]) -> World {
    let url = peer(bytes).await;
    World::with(|config| {
        hurried(config);
        config.platform.api = relay::config::Address::parse(&url).unwrap();
    })
    .await
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let evil = World::new().await;
    let world = World::new().await;
    for status in [300, 301, 302, 303, 304, 307, 308] {
        let location = evil.platform.url.clone();
        world.platform.script(move |received| {
            (!received.is_token()).then(|| {
                let builder = Response::builder().status(status).header("location", &location);
                builder.body(Body::empty()).unwrap()
            })
        });
        assert_eq!(outcome(&world).await, of(502, "PLATFORM_FAILED"), "{status}");
    }
    assert!(evil.platform.received().is_empty());
}

#[tokio::test]
async fn a_redirected_token_request_is_not_followed() {
    let evil = World::new().await;
    let world = World::new().await;
    let location = evil.platform.url.clone();
    world.platform.script(move |_| {
        let builder = Response::builder().status(307).header("location", &location);
        Some(builder.body(Body::empty()).unwrap())
    });
    assert_eq!(outcome(&world).await, of(503, "PLATFORM_FAILED"));
    assert!(evil.platform.received().is_empty());
}

#[tokio::test]
async fn answers_that_are_no_json_are_not_passed_on() {
    let world = World::new().await;
    for (status, kind, body) in [
        (200, "text/html", "<script>alert(1)</script>"),
        (500, "text/html; charset=utf-8", "<html>"),
        (200, "", "{}"),
        (200, "application/json", "<html>"),
        (200, "application/json", r#"{"a":"#),
        (200, "application/json", "{} {}"),
        (200, "application/jsonp", "{}"),
        (200, "image/svg+xml", "<svg/>"),
    ] {
        world.platform.script(move |received| {
            (!received.is_token()).then(|| {
                let builder = Response::builder().status(status).header("content-type", kind);
                builder.body(Body::from(body)).unwrap()
            })
        });
        assert_eq!(outcome(&world).await, of(502, "PLATFORM_FAILED"), "{status} {kind} {body}");
    }
}

#[tokio::test]
async fn errors_of_the_platform_pass_in_both_forms() {
    let world = World::new().await;
    for (status, kind) in [
        (400, "application/json"),
        (404, "application/problem+json"),
        (429, "application/json;charset=UTF-8"),
        (500, "application/problem+json"),
    ] {
        let body = r#"{"code":"SERVICE_BLOCKED","title":"t"}"#;
        world.platform.script(move |received| {
            (!received.is_token()).then(|| {
                let builder = Response::builder().status(status).header("content-type", kind);
                builder.header("retry-after", "9").body(Body::from(body)).unwrap()
            })
        });
        let answer = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!((answer.status().as_u16(), &answer.body()[..]), (status, body.as_bytes()));
        assert_eq!(answer.headers()["content-type"], kind.split(';').next().unwrap());
        assert_eq!(answer.headers()["retry-after"], "9");
    }
}

#[tokio::test]
async fn a_new_resource_without_a_name_is_of_no_use() {
    let world = World::new().await;
    for body in ["{}", r#"{"consentId":"../x"}"#, r#"{"consentId":7}"#, "[]"] {
        world.platform.script(move |received| (!received.is_token()).then(|| json(201, body)));
        let mut browser = crate::support::Browser::default();
        let made = browser
            .call(
                &world,
                Method::POST,
                crate::support::CONSENTS,
                &[],
                Some(crate::support::CONSENT),
            )
            .await;
        assert_eq!((made.status().as_u16(), code(&made)), of(502, "PLATFORM_FAILED"), "{body}");
    }
}

/// Twelve bytes of JSON in two chunks.
const CHUNKS: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
    transfer-encoding: chunked\r\n\r\n6\r\n[1, 2,\r\n6\r\n 3, 4]\r\n0\r\n\r\n";

#[tokio::test]
async fn oversized_answers_are_cut_off() {
    let world = World::with(|config| config.limits.answer_body = 1000).await;
    for length in [1000_usize, 1001, 100_000] {
        let body = format!("\"{}\"", "x".repeat(length - 2));
        world.platform.script(move |received| (!received.is_token()).then(|| json(200, &body)));
        let answer = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!(answer.status(), if length == 1000 { 200 } else { 502 }, "{length}");
    }
    let world = answered_with(CHUNKS).await;
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.body(), "[1, 2, 3, 4]");
    let url = peer(CHUNKS).await;
    let world = World::with(|config| {
        config.limits.answer_body = 11;
        config.platform.api = relay::config::Address::parse(&url).unwrap();
    });
    assert_eq!(outcome(&world.await).await, of(502, "PLATFORM_FAILED"), "no length to go by");
    let chunks = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\
                   ffff\r\n1111111111111111111111111111111111111111111111111111111111111111111111111";
    let world = answered_with(chunks).await;
    assert_eq!(outcome(&world).await, of(502, "PLATFORM_FAILED"), "broken off");
}

#[tokio::test]
async fn a_platform_that_speaks_no_http_has_failed() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\ncontent-length: 11\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
    ] {
        let world = answered_with(bytes).await;
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(outcome(&world).await, of(502, "PLATFORM_FAILED"), "{text}");
    }
}

#[tokio::test]
async fn a_platform_that_does_not_answer_is_silent() {
    let world = answered_with(b"").await;
    assert_eq!(outcome(&world).await, of(504, "PLATFORM_SILENT"), "closed without an answer");

    let world = World::with(hurried).await;
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
    world.platform.delay(Duration::from_secs(5));
    assert_eq!(outcome(&world).await, of(504, "PLATFORM_SILENT"), "slow");

    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let address = relay::config::Address::parse(&closed).unwrap();
    let world = World::with(|config| config.platform.api = address.clone()).await;
    assert_eq!(outcome(&world).await, of(504, "PLATFORM_SILENT"), "no server is there");
    let world = World::with(|config| config.platform.auth = address).await;
    assert_eq!(outcome(&world).await, of(503, "PLATFORM_SILENT"), "no token");
}

#[tokio::test]
async fn calls_beyond_the_relays_limit_get_a_503_with_a_time() {
    let world = World::with(|config| config.limits.calls = 1).await;
    world.platform.delay(Duration::from_millis(300));
    let (one, other) = tokio::join!(
        finish(world.call(Method::GET, ASPSPS)),
        finish(world.call(Method::GET, ASPSPS))
    );
    let mut statuses = [one.status().as_u16(), other.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503]);
    let refused = if one.status() == 503 { one } else { other };
    assert_eq!(code(&refused), "RELAY_REFUSED");
    assert!(refused.headers().contains_key("retry-after"));
}
