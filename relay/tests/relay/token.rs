//! Tokens: one fetch whatever the load, one second try, no stampede.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::header::RETRY_AFTER;
use axum::http::{Method, StatusCode};
use tokio::task::JoinSet;

use crate::support::{ASPSPS, Browser, CONSENTS, Log, World, code, finish, json};

/// Makes `count` calls at once. Returns their statuses.
async fn calls(world: &World, count: usize) -> Vec<StatusCode> {
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let call = finish(world.call(Method::GET, ASPSPS));
        calls.spawn(async { call.await.status() });
    }
    calls.join_all().await
}

#[tokio::test]
async fn two_hundred_calls_share_one_token() {
    let world = World::new().await;
    world.platform.delay(Duration::from_millis(50));
    assert!(calls(&world, 200).await.iter().all(StatusCode::is_success));
    assert_eq!(world.platform.tokens(), 1);
    assert_eq!(world.platform.calls().len(), 200);
}

#[tokio::test]
async fn each_scope_has_its_own_token() {
    let world = World::new().await;
    Browser::default().link(&world).await;
    assert_eq!(calls(&world, 1).await, [200]);
    let received = world.platform.received();
    let forms: Vec<_> = received.iter().filter(|received| received.is_token()).collect();
    let [consents, banks] = forms[..] else { panic!("{forms:?}") };
    assert!(String::from_utf8_lossy(&consents.body).contains("scope=accountinformation+private"));
    assert!(String::from_utf8_lossy(&banks.body).contains("scope=aspspinformation+private"));
    assert_eq!(banks.all("content-type"), ["application/x-www-form-urlencoded"]);
    assert!(String::from_utf8_lossy(&banks.body).contains("grant_type=client_credentials"));
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_for_a_hundred_calls() {
    let world = World::new().await;
    assert_eq!(calls(&world, 1).await, [200]);
    let revoked = world.platform.calls()[0].all("authorization")[0].clone();
    world.platform.delay(Duration::from_millis(20));
    world.platform.script(move |received| {
        let is_old = received.all("authorization") == [revoked.as_str()];
        is_old
            .then(|| json(401, r#"{"tppMessages":[{"category":"ERROR","code":"TOKEN_INVALID"}]}"#))
    });
    assert!(calls(&world, 100).await.iter().all(StatusCode::is_success));
    assert_eq!(world.platform.tokens(), 2);
    assert!(world.platform.calls().len() <= 1 + 200);
    let ids: std::collections::BTreeSet<_> =
        world.platform.calls().iter().map(|call| call.all("x-request-id")).collect();
    assert_eq!(ids.len(), world.platform.calls().len(), "each request has its own id");
}

#[tokio::test]
async fn a_401_is_tried_once_more_and_then_passed_on() {
    let world = World::new().await;
    let body = r#"{"tppMessages":[{"category":"ERROR","code":"TOKEN_UNKNOWN"}]}"#;
    world.platform.script(move |received| (!received.is_token()).then(|| json(401, body)));
    assert_eq!(calls(&world, 1).await, [401]);
    assert_eq!((world.platform.tokens(), world.platform.calls().len()), (2, 2));
}

#[tokio::test]
async fn a_401_that_a_new_token_does_not_cure_stops_renewing_for_a_while() {
    let world = World::new().await;
    let body = r#"{"tppMessages":[{"category":"ERROR","code":"TOKEN_UNKNOWN"}]}"#;
    world.platform.script(move |received| (!received.is_token()).then(|| json(401, body)));
    for _ in 0..17 {
        assert_eq!(calls(&world, 1).await, [401]);
        world.clock.advance(Duration::from_secs(2));
    }
    assert_eq!((world.platform.tokens(), world.platform.calls().len()), (2, 18));
    assert_eq!(calls(&world, 20).await, [401; 20]);
    assert_eq!((world.platform.tokens(), world.platform.calls().len()), (2, 38));
    // After the pause the relay tries one new token, and the platform accepts it.
    world.clock.advance(Duration::from_secs(30));
    world.platform.script(move |received| {
        let is_new = received.all("authorization").iter().any(|token| token.ends_with("-3"));
        (!received.is_token() && !is_new).then(|| json(401, body))
    });
    assert_eq!(calls(&world, 1).await, [200]);
    assert_eq!((world.platform.tokens(), world.platform.calls().len()), (3, 40));
    assert_eq!(calls(&world, 1).await, [200]);
    assert_eq!(world.platform.tokens(), 3);
}

#[tokio::test]
async fn a_token_endpoint_that_asks_for_a_pause_gets_no_request_during_it() {
    let until = "Tue, 14 Nov 2023 22:15:20 GMT";
    for (status, wait, seconds) in [
        (429, Some("60"), 60),
        (503, Some("60"), 60),
        // The tests' clock begins at 22:13:20.
        (503, Some(until), 120),
        (429, Some("999999"), 3600),
        (503, Some("0"), 2),
        (503, Some("soon"), 2),
        (503, None, 2),
    ] {
        let world = World::new().await;
        world.platform.script(move |received| {
            let mut answer = json(status, "<html>");
            answer.headers_mut().extend(wait.map(|wait| (RETRY_AFTER, wait.parse().unwrap())));
            received.is_token().then_some(answer)
        });
        let answer = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!(answer.status(), 503, "{wait:?}");
        assert_eq!(answer.headers()["retry-after"], (seconds + 1).to_string(), "{wait:?}");
        world.clock.advance(Duration::from_secs(seconds - 1));
        let again = finish(world.call(Method::GET, ASPSPS)).await;
        assert_eq!((again.status().as_u16(), world.platform.tokens()), (503, 1), "{wait:?}");
        assert_eq!(again.headers()["retry-after"], "2", "what is left of it");
        world.platform.script(|_| None);
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(calls(&world, 1).await, [200], "{wait:?}");
    }
}

#[tokio::test]
async fn a_token_without_a_lifetime_serves_and_is_renewed_soon() {
    for life in ["", r#""expires_in":null,"#, r#""expires_in":-1,"#, r#""expires_in":1e300,"#] {
        let world = World::new().await;
        let body = format!(r#"{{"access_token":"abc",{life}"token_type":"bearer"}}"#);
        world.platform.script(move |received| received.is_token().then(|| json(200, &body)));
        assert_eq!(calls(&world, 10).await, [200; 10], "{life}");
        assert_eq!(world.platform.tokens(), 1);
        world.clock.advance(Duration::from_mins(5));
        assert_eq!(calls(&world, 1).await, [200]);
        assert_eq!(world.platform.tokens(), 2, "{life}");
    }
}

#[tokio::test]
async fn each_refusal_of_a_token_reads_differently() {
    let log = Log::default();
    let _listening = log.listen();
    let mut reasons = std::collections::BTreeSet::new();
    for (status, body, words) in [
        (400, r#"{"error":"invalid_client","error_description":"canary"}"#, "invalid_client"),
        (401, r#"{"error":"invalid_client"}"#, "AIS_RELAY_CLIENT_ID"),
        (400, r#"{"error":"invalid_scope"}"#, "invalid_scope"),
        (400, r#"{"error":"unauthorized_client"}"#, "book it in the developer portal"),
        (403, "<html>canary</html>", "firewall"),
        (503, "<html>canary</html>", "maintenance"),
        (500, "", "the platform failed"),
        (429, "", "too many token requests"),
        (400, r#"{"error":"canary"}"#, "no word of the standard"),
    ] {
        let world = World::new().await;
        world.platform.script(move |received| received.is_token().then(|| json(status, body)));
        let before = log.text().len();
        assert_eq!(calls(&world, 3).await, [503; 3]);
        let text = log.text();
        let lines: Vec<_> =
            text[before..].lines().filter(|line| line.contains("no token scope")).collect();
        let [line] = lines[..] else { panic!("{lines:?}") };
        assert!(line.contains(words) && line.contains(&format!("status={status}")), "{line}");
        assert!(!text.contains("canary"), "{text}");
        reasons.insert(line.split("reason=").nth(1).unwrap().to_owned());
    }
    assert_eq!(reasons.len(), 7);
}

#[tokio::test]
async fn a_refused_call_is_one_line_with_status_and_the_standards_word() {
    let log = Log::default();
    let _listening = log.listen();
    let world = World::new().await;
    for (status, kind, body, words) in [
        (
            403,
            "application/json",
            r#"{"tppMessages":[{"category":"ERROR","code":"SERVICE_BLOCKED","text":"canary"}]}"#,
            r#"code="SERVICE_BLOCKED""#,
        ),
        (
            400,
            "application/problem+json",
            r#"{"title":"canary","code":"FORMAT_ERROR"}"#,
            r#"code="FORMAT_ERROR""#,
        ),
        (
            403,
            "application/json",
            r#"{"error":"insufficient_scope"}"#,
            r#"code="insufficient_scope""#,
        ),
        (403, "text/html", "<html>canary</html>", "firewall"),
        (503, "text/html", "<html>canary</html>", "HTML"),
        (
            400,
            "application/json",
            r#"{"tppMessages":[{"category":"ERROR","code":"CANARY"}]}"#,
            "status=400",
        ),
    ] {
        let before = log.text().len();
        world.platform.script(move |received| {
            let mut answer = json(status, body);
            answer.headers_mut().insert("content-type", kind.parse().unwrap());
            (!received.is_token()).then_some(answer)
        });
        finish(world.call(Method::GET, ASPSPS)).await;
        let text = log.text()[before..].to_owned();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains(words) && text.contains(&format!("status={status}")), "{text}");
        assert!(!text.to_lowercase().contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn a_401_about_the_consent_is_passed_on_at_once() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    let body = r#"{"tppMessages":[{"category":"ERROR","code":"CONSENT_EXPIRED"}]}"#;
    world.platform.script(move |received| (!received.is_token()).then(|| json(401, body)));
    let before = world.platform.received().len();
    let answer = browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
    assert_eq!((answer.status().as_u16(), code(&answer).as_str()), (401, "CONSENT_EXPIRED"));
    assert_eq!(world.platform.received().len(), before + 1);
}

#[tokio::test]
async fn without_a_token_calls_fail_at_once_and_the_platform_gets_none() {
    let world = World::new().await;
    let broken = Arc::new(AtomicBool::new(true));
    let is_broken = Arc::clone(&broken);
    world.platform.script(move |received| {
        let fails = received.is_token() && is_broken.load(Ordering::SeqCst);
        fails.then(|| json(400, r#"{"error":"invalid_client","error_description":"canary"}"#))
    });
    let answer = finish(world.call(Method::GET, ASPSPS)).await;
    assert_eq!((answer.status().as_u16(), code(&answer).as_str()), (503, "PLATFORM_FAILED"));
    assert!(answer.headers().contains_key("retry-after"));
    assert!(!String::from_utf8_lossy(answer.body()).contains("canary"));
    assert!(calls(&world, 50).await.iter().all(|status| *status == 503));
    assert_eq!(world.platform.tokens(), 1);
    broken.store(false, Ordering::SeqCst);
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(calls(&world, 1).await, [200]);
    assert_eq!(world.platform.tokens(), 2);
}

#[tokio::test]
async fn a_token_is_renewed_early_and_the_old_one_used_while_that_fails() {
    let world = World::new().await;
    assert_eq!(calls(&world, 1).await, [200]);
    world.clock.advance(Duration::from_mins(55));
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tries);
    world.platform.script(move |received| {
        received.is_token().then(|| {
            counted.fetch_add(1, Ordering::SeqCst);
            json(500, "{}")
        })
    });
    assert_eq!(calls(&world, 20).await, [200; 20]);
    assert_eq!(tries.load(Ordering::SeqCst), 1);
    world.clock.advance(Duration::from_mins(5));
    assert_eq!(calls(&world, 1).await, [503]);
}
