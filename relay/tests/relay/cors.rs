//! Which pages may call, and what pages of other origins may read.

use axum::body::Bytes;
use axum::http::{Method, Response};

use crate::support::{ASPSPS, World, code, finish};

async fn ask(world: &World, method: Method, lines: &[(&str, &str)]) -> Response<Bytes> {
    let mut request = world.bare(method, ASPSPS);
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    finish(request).await
}

#[tokio::test]
async fn calls_of_foreign_pages_are_refused_and_nothing_is_sent() {
    let world = World::new().await;
    let mark = ("x-ais-link", "1");
    for lines in [
        &[][..],
        &[("x-ais-link", "2")],
        &[mark, mark],
        &[mark, ("origin", "https://evil.example")],
        &[mark, ("origin", "null")],
        &[mark, ("sec-fetch-site", "cross-site")],
        &[mark, ("sec-fetch-site", "same-site")],
        &[mark, ("origin", "https://shop.example.evil.example"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://shop.example"), ("sec-fetch-site", "same-site")],
    ] {
        let answer = ask(&world, Method::GET, lines).await;
        assert_eq!(
            (answer.status().as_u16(), code(&answer).as_str()),
            (403, "RELAY_REFUSED"),
            "{lines:?}"
        );
        assert!(!answer.headers().contains_key("set-cookie"), "{lines:?}");
    }
    assert!(world.platform.received().is_empty());
}

#[tokio::test]
async fn own_and_allowed_pages_may_call() {
    let world = World::new().await;
    let own = format!("http://{}", world.address);
    let mark = ("x-ais-link", "1");
    for lines in [
        &[mark, ("origin", own.as_str()), ("sec-fetch-site", "same-origin")][..],
        &[mark, ("sec-fetch-site", "same-origin")],
        &[mark, ("origin", "https://shop.example"), ("sec-fetch-site", "cross-site")],
    ] {
        assert_eq!(ask(&world, Method::GET, lines).await.status(), 200, "{lines:?}");
    }
}

#[tokio::test]
async fn only_allowed_pages_may_read_answers() {
    let world = World::new().await;
    let own = format!("http://{}", world.address);
    for (origin, expect) in [
        (None, None),
        (Some("https://shop.example"), Some("https://shop.example")),
        (Some(own.as_str()), None),
        (Some("https://evil.example"), None),
    ] {
        let mut lines = vec![("x-ais-link", "1")];
        lines.extend(origin.map(|origin| ("origin", origin)));
        let answer = ask(&world, Method::GET, &lines).await;
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("access-control-allow-origin"), expect);
        assert_eq!(header("access-control-allow-credentials"), expect.map(|_| "true"));
        assert_eq!(
            header("access-control-expose-headers"),
            expect.map(
                |_| "x-request-id, aspsp-sca-approach, location, retry-after, date, x-ais-link-return, x-ais-link-bank"
            )
        );
        assert_eq!(header("vary"), Some("origin"));
    }
}

#[tokio::test]
async fn refusals_can_be_read_by_allowed_pages_too() {
    let world = World::new().await;
    let lines = [("origin", "https://shop.example"), ("x-ais-link", "1"), ("x-bicfi", "?")];
    let answer = ask(&world, Method::GET, &lines).await;
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://shop.example");
}

#[tokio::test]
async fn preflights_are_answered_for_allowed_pages_only() {
    let world = World::new().await;
    let wish = ("access-control-request-method", "PUT");
    for (lines, expect) in [
        (&[("origin", "https://shop.example"), wish][..], 204),
        (&[("origin", "https://evil.example"), wish], 403),
        (&[("origin", "null"), wish], 403),
        (&[wish], 403),
        (&[("origin", "https://shop.example"), ("origin", "https://shop.example"), wish], 403),
        (&[], 405),
    ] {
        let answer = ask(&world, Method::OPTIONS, lines).await;
        assert_eq!(answer.status(), expect, "{lines:?}");
        let is_granted = answer.headers().contains_key("access-control-allow-origin");
        assert_eq!(is_granted, expect == 204, "{lines:?}");
        assert_eq!(answer.headers()["vary"], "origin");
    }
    let lines = [("origin", "https://shop.example"), wish];
    let answer = ask(&world, Method::OPTIONS, &lines).await;
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://shop.example");
    assert_eq!(answer.headers()["access-control-allow-credentials"], "true");
    assert_eq!(answer.headers()["access-control-allow-methods"], "GET, POST, PUT, DELETE");
    let allowed = answer.headers()["access-control-allow-headers"].to_str().unwrap();
    for name in [
        "x-ais-link",
        "x-ais-link-context",
        "x-ais-link-entry",
        "content-type",
        "x-bicfi",
        "consent-id",
        "tpp-redirect-preferred",
        // A page's own instrumentation adds these to each call.
        "traceparent",
        "tracestate",
    ] {
        assert!(allowed.split(", ").any(|allowed| allowed == name), "{name}");
    }
    assert!(world.platform.received().is_empty());
}
