//! The return from the BankID app: a reloaded page gets the same address, and the return still counts.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{Method, Response, StatusCode};
use relay::config::StoreKeys;
use relay::store::SqlStore;
use serde_json::Value;

use super::visit::{PAGE, deletions, location};
use crate::support::{Browser, CONSENT, CONSENTS, FROM_SHOP, SESSION_CONSENTS, World, field, json};

/// A browser whose person has chosen the app, the authorisation's target, and the answer.
pub(super) async fn chosen(world: &World) -> (Browser, String, Response<Bytes>) {
    let mut browser = Browser::default();
    let page = [("x-ais-link-return", PAGE)];
    let made = browser.call(world, Method::POST, CONSENTS, &page, Some(CONSENT)).await;
    let target = format!("{CONSENTS}/{}/authorisations", field(&made, "consentId"));
    let started = browser.call(world, Method::POST, &target, &[], None).await;
    let target = format!("{target}/{}", field(&started, "authorisationId"));
    let method = Some(r#"{"authenticationMethodId":"mbid_same_device"}"#);
    let answer = browser.call(world, Method::PUT, &target, &[], method).await;
    (browser, target, answer)
}

/// The app's return address in the answer to a page that loads now.
async fn app_return(world: &World, browser: &mut Browser) -> Option<String> {
    let answer = browser.call(world, Method::GET, SESSION_CONSENTS, &FROM_SHOP, None).await;
    let kept: Value = serde_json::from_slice(answer.body()).unwrap();
    kept["consents"][0]["authorisation"]["appReturn"].as_str().map(str::to_owned)
}

async fn comes_back(world: &World, browser: &Browser, address: &str) -> (StatusCode, bool) {
    let (_, state) = address.split_once('?').unwrap();
    let answer = world.come_back(browser.cookie(), state).await;
    (answer.status(), location(&answer) == Some(PAGE))
}

#[tokio::test]
async fn a_reloaded_page_gets_the_same_address_until_the_end() {
    let world = World::new().await;
    let (mut browser, target, answer) = chosen(&world).await;
    let first = answer.headers()["x-ais-link-return"].to_str().unwrap().to_owned();
    for _ in 0..3 {
        assert_eq!(app_return(&world, &mut browser).await.as_deref(), Some(&*first));
    }
    let mut other = Browser::default();
    assert_eq!(app_return(&world, &mut other).await, None, "only this browser gets it");
    assert_eq!(comes_back(&world, &browser, &first).await, (StatusCode::SEE_OTHER, true));
    world.platform.script(|_| Some(json(200, r#"{"scaStatus":"finalised"}"#)));
    browser.get(&world, &target).await;
    assert_eq!(app_return(&world, &mut browser).await, None);
}

#[tokio::test]
async fn after_a_restart_the_return_counts_too() {
    for [before, after] in
        [[&[][..], &[]], [&[[7; 32]], &[[7; 32]]], [&[[7; 32]], &[[8; 32], [7; 32]]]]
    {
        let store = SqlStore::open("sqlite::memory:").await.unwrap();
        let world = async |keys: &[[u8; 32]]| {
            let keys = StoreKeys::new(keys);
            World::with_store(Arc::new(store.clone()), |config| config.store.keys = keys).await
        };
        let is_kept = !after.is_empty();
        let before = world(before).await;
        let (mut browser, _, answer) = chosen(&before).await;
        let first = answer.headers()["x-ais-link-return"].to_str().unwrap().to_owned();
        let after = world(after).await;
        let again = app_return(&after, &mut browser).await.unwrap();
        assert_eq!(again == first, is_kept, "a key from a file makes the same state");
        for address in [&first, &again] {
            assert_eq!(comes_back(&after, &browser, address).await, (StatusCode::SEE_OTHER, true));
        }
        let stranger = comes_back(&after, &Browser::default(), &again).await;
        assert_eq!(stranger, (StatusCode::FORBIDDEN, false));
        assert_eq!(deletions(&after), 1);
    }
}

#[tokio::test]
async fn without_a_return_from_the_app_there_is_no_address() {
    // No method is chosen yet.
    let world = World::new().await;
    let mut browser = Browser::default();
    browser.link(&world).await;
    assert_eq!(app_return(&world, &mut browser).await, None);
    // The relay does not know its own address.
    let world = World::with(|config| config.redirect.uri = None).await;
    let (mut browser, _, answer) = chosen(&world).await;
    assert!(!answer.headers().contains_key("x-ais-link-return"));
    assert_eq!(app_return(&world, &mut browser).await, None);
    // The bank has a page.
    let world = World::new().await;
    super::redirecting(&world, "scaOAuth");
    let (mut browser, _, answer) = chosen(&world).await;
    assert!(!answer.headers().contains_key("x-ais-link-return"));
    assert_eq!(app_return(&world, &mut browser).await, None);
}
