//! Faults below HTTP: connections that are reset at any byte, that fall silent, that never finish their handshake, and a
//! platform without an address.

use std::time::Duration;

use axum::http::Method;
use relay::config::Address;
use tokio::net::TcpListener;

use super::{hurried, of, outcome};
use crate::support::proxy::{Fault, Proxy};
use crate::support::{ASPSPS, Browser, CONSENT, CONSENTS, Platform, World, code, finish};

/// A world with a proxy before the platform's API. The platform itself is at the second address.
async fn world() -> (World, Platform, Proxy) {
    let platform = Platform::start().await;
    let proxy = Proxy::before(&platform.url).await;
    let url = Address::parse(&proxy.url).unwrap();
    let world = World::with(|config| {
        hurried(config);
        config.platform.api = url;
    })
    .await;
    (world, platform, proxy)
}

#[tokio::test]
async fn an_answer_that_is_reset_at_any_byte_is_not_passed_on_and_the_next_one_is() {
    let (world, platform, proxy) = world().await;
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
    let whole = proxy.answered();
    assert!(whole > 40, "{whole}");
    for cut in (0..whole).step_by(7).chain([whole - 1]) {
        proxy.set(Fault::ResetAfter(cut));
        let (status, code) = outcome(&world).await;
        assert!(
            [502, 504].contains(&status) && code.starts_with("PLATFORM_"),
            "{cut}: {status} {code}"
        );
        proxy.set(Fault::None);
        assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200, "{cut}");
    }

    // A step that changes something at the bank is not repeated.
    let mut browser = Browser::default();
    let posts = || platform.calls().iter().filter(|call| call.method == Method::POST).count();
    browser.create_consent(&world).await;
    let whole = proxy.answered();
    for cut in (0..whole).step_by(29).chain([whole - 1]) {
        let before = posts();
        proxy.set(Fault::ResetAfter(cut));
        let made = browser.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
        assert!([502, 504].contains(&made.status().as_u16()), "{cut}: {}", made.status());
        assert_eq!(posts() - before, 1, "{cut}");
        proxy.set(Fault::None);
        browser.create_consent(&world).await;
    }
}

#[tokio::test]
async fn a_token_whose_answer_is_reset_is_requested_again_after_the_pause() {
    let platform = Platform::start().await;
    let proxy = Proxy::before(&platform.url).await;
    let url = Address::parse(&proxy.url).unwrap();
    let world = World::with(|config| {
        hurried(config);
        config.platform.auth = url;
    })
    .await;
    for cut in [0, 9, 60, 120] {
        proxy.set(Fault::ResetAfter(cut));
        assert_eq!(outcome(&world).await.0, 503, "{cut}");
        proxy.set(Fault::None);
        world.clock.advance(Duration::from_secs(5));
        assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200, "{cut}");
        world.clock.advance(Duration::from_hours(2));
    }
}

#[tokio::test]
async fn a_connection_that_falls_silent_costs_one_call() {
    let (world, _platform, proxy) = world().await;
    for bytes in [0, 20, 60] {
        assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
        proxy.set(Fault::SilentAfter(bytes));
        assert_eq!(outcome(&world).await, of(504, "PLATFORM_SILENT"), "{bytes}");
        proxy.set(Fault::None);
        // The relay does not use the silent connection once more.
        assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200, "{bytes}");
    }
}

#[tokio::test]
async fn a_platform_that_stalls_in_the_handshake_or_has_no_address_is_silent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stalls = format!("https://{}", listener.local_addr().unwrap());
    // RFC 6761, section 6.4: this name never has an address.
    for url in [&*stalls, "https://platform.invalid"] {
        let url = Address::parse(url).unwrap();
        let world = World::with(|config| {
            hurried(config);
            config.limits.connect = Duration::from_millis(200);
            config.platform.api = url;
        })
        .await;
        assert_eq!(outcome(&world).await, of(504, "PLATFORM_SILENT"));
        let made =
            Browser::default().call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
        assert_eq!((made.status().as_u16(), &*code(&made)), (504, "PLATFORM_SILENT"));
    }
}
