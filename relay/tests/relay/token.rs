//! Tokens: one fetch whatever the load, one second try, no stampede.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use tokio::task::JoinSet;

use crate::support::{ASPSPS, Browser, CONSENTS, World, code, finish, json};

/// Makes `count` calls at once; their statuses.
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
async fn without_a_token_calls_fail_at_once_and_the_platform_is_left_alone() {
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
