//! Who makes many consents is asked to wait, and the platform is left alone.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use relay::config::{Most, Network, Quota};

use crate::support::{ASPSPS, Browser, CONSENT, CONSENTS, World, code};

/// A world behind a proxy on loopback.
async fn world(per_session: u32, per_address: u32) -> World {
    World::with(|config| {
        let [per_session, per_address] = [per_session, per_address].map(most);
        config.quota = Quota { per_session, per_address };
        config.access.trusted_proxies = vec![Network::parse("127.0.0.0/8").unwrap()];
    })
    .await
}

fn most(number: u32) -> Most {
    Most::Number(NonZeroU32::new(number).unwrap())
}

async fn create(world: &World, browser: &mut Browser, address: &str) -> Response<Bytes> {
    let lines = [("x-forwarded-for", address)];
    browser.call(world, Method::POST, CONSENTS, &lines, Some(CONSENT)).await
}

/// Asserts that `answer` says to come again in so many seconds.
fn refuses(answer: &Response<Bytes>, seconds: &str) {
    assert_eq!((answer.status().as_u16(), &*code(answer)), (429, "RELAY_REFUSED"));
    assert_eq!(answer.headers()["retry-after"], seconds);
    assert!(!answer.headers().contains_key("set-cookie"));
}

#[tokio::test]
async fn a_browser_that_makes_too_many_consents_waits_and_the_others_do_not() {
    let world = world(3, 100).await;
    let (mut eager, mut calm) = (Browser::default(), Browser::default());
    // The first one of a browser is before it has a session.
    for _ in 0..4 {
        assert_eq!(create(&world, &mut eager, "192.0.2.1").await.status(), 201);
    }
    let before = world.platform.received().len();
    refuses(&create(&world, &mut eager, "192.0.2.1").await, "1201");
    refuses(&create(&world, &mut eager, "198.51.100.1").await, "1201");
    assert_eq!(world.platform.received().len(), before);
    assert_eq!(eager.get(&world, ASPSPS).await.status(), 200, "all else goes on");
    assert_eq!(create(&world, &mut calm, "192.0.2.1").await.status(), 201);
    world.clock.advance(Duration::from_mins(20));
    assert_eq!(create(&world, &mut eager, "192.0.2.1").await.status(), 201);
    refuses(&create(&world, &mut eager, "192.0.2.1").await, "1201");
}

#[tokio::test]
async fn an_address_is_the_one_that_the_trusted_proxy_names() {
    let world = world(100, 2).await;
    for forwarded in ["192.0.2.1", "6.6.6.6, 192.0.2.1"] {
        assert_eq!(create(&world, &mut Browser::default(), forwarded).await.status(), 201);
    }
    for forwarded in ["192.0.2.1", "7.7.7.7, 192.0.2.1, 127.0.0.1"] {
        refuses(&create(&world, &mut Browser::default(), forwarded).await, "1801");
    }
    assert_eq!(create(&world, &mut Browser::default(), "192.0.2.2").await.status(), 201);
}

#[tokio::test]
async fn without_a_trusted_proxy_nobody_chooses_another_address() {
    let quota = Quota { per_session: Most::Any, per_address: most(1) };
    let world = World::with(|config| config.quota = quota).await;
    assert_eq!(create(&world, &mut Browser::default(), "192.0.2.1").await.status(), 201);
    refuses(&create(&world, &mut Browser::default(), "192.0.2.2").await, "3601");
}

#[tokio::test]
async fn what_is_refused_for_another_reason_is_not_counted() {
    let world = world(1, 1).await;
    let mut browser = Browser::default();
    for body in ["{}", ""] {
        let answer = browser.call(&world, Method::POST, CONSENTS, &[], Some(body)).await;
        assert_eq!(answer.status(), 400);
    }
    assert_eq!(create(&world, &mut browser, "192.0.2.1").await.status(), 201);
}
