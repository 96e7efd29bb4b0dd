//! Deletions by a browser: the consent is gone for the browser at once, and at the platform in the end, whatever
//! happens in between.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use relay::State;
use relay::store::{SqlStore, Store as _};
use relay::{Clock as _, Timestamp};
use serde_json::{Value, json as value};
use tokio::time::{sleep, timeout};

use crate::database;
use crate::each::on_each_database;
use crate::support::{ACCOUNTS, Browser, CONSENTS, SESSION_CONSENTS, World, code, json, store};

on_each_database! {
    what_the_platform_does_not_delete_is_gone_for_the_browser_all_the_same,
    the_platform_hears_of_it_in_the_end,
    it_is_ended_before_anything_is_sent,
    a_relay_with_too_much_to_do_ends_it_too,
}

const MINUTE: Duration = Duration::from_mins(1);

/// A world in which nothing can be deleted yet, and its store.
async fn stubborn() -> (World, SqlStore) {
    let store = store().await;
    let world = World::with_store(Arc::new(store.clone()), |_| {}).await;
    world.platform.script(|one| (one.method == Method::DELETE).then(|| json(503, "{}")));
    (world, store)
}

async fn delete(world: &World, browser: &mut Browser, consent: &str) -> Response<Bytes> {
    browser.call(world, Method::DELETE, &format!("{CONSENTS}/{consent}"), &[], None).await
}

fn deletions(world: &World) -> usize {
    world.platform.calls().iter().filter(|call| call.method == Method::DELETE).count()
}

async fn open_consents(world: &World, browser: &mut Browser) -> Value {
    let answer = browser.get(world, SESSION_CONSENTS).await;
    let mut body: Value = serde_json::from_slice(answer.body()).unwrap();
    body["consents"].take()
}

async fn waiting(store: &SqlStore, now: Timestamp) -> usize {
    store.due(now + Duration::from_hours(2)).await.unwrap().len()
}

async fn what_the_platform_does_not_delete_is_gone_for_the_browser_all_the_same() {
    let (world, store) = stubborn().await;
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(&world).await;
    assert_eq!(delete(&world, &mut browser, &consent).await.status(), 204);
    assert_eq!(deletions(&world), 1);
    assert_eq!(open_consents(&world, &mut browser).await, value!([]), "no page goes on with it");
    let before = world.platform.calls().len();
    let one = format!("{CONSENTS}/{consent}");
    let id = [("consent-id", consent.as_str())];
    for (method, target) in [
        (Method::GET, format!("{one}/status")),
        (Method::GET, format!("{one}/authorisations/{authorisation}")),
        (Method::POST, format!("{one}/authorisations")),
        (Method::GET, one),
        (Method::GET, ACCOUNTS.to_owned()),
    ] {
        let extra = if target == ACCOUNTS { &id[..] } else { &[] };
        let answer = browser.call(&world, method, &target, extra, None).await;
        let found = (answer.status().as_u16(), code(&answer));
        assert_eq!(found, (404, "SESSION_UNKNOWN".to_owned()), "{target}");
    }
    assert_eq!(world.platform.calls().len(), before, "nothing was sent");
    // A second deletion gets the same answer, and the relay asks the platform again.
    assert_eq!(delete(&world, &mut browser, &consent).await.status(), 204);
    assert_eq!((deletions(&world), waiting(&store, world.clock.now()).await), (2, 1));
}

async fn the_platform_hears_of_it_in_the_end() {
    let (world, store) = stubborn().await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    delete(&world, &mut browser, &consent).await;
    world.platform.script(|_| None);
    world.relay.tend_once().await;
    assert_eq!(deletions(&world), 1, "it is left alone for a minute");
    world.clock.advance(MINUTE);
    world.relay.tend_once().await;
    assert_eq!(deletions(&world), 2);
    let last = world.platform.calls().pop().unwrap();
    assert_eq!((last.method, last.target), (Method::DELETE, format!("{CONSENTS}/{consent}")));
    assert_eq!(waiting(&store, world.clock.now()).await, 0);
    assert_eq!(delete(&world, &mut browser, &consent).await.status(), 204);
    assert_eq!(deletions(&world), 2, "it is deleted: nothing more is sent");
}

async fn it_is_ended_before_anything_is_sent() {
    let (world, store) = stubborn().await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    world.platform.delay(Duration::from_secs(5));
    let mut tab = browser.clone();
    let impatient = timeout(Duration::from_millis(300), delete(&world, &mut tab, &consent));
    assert!(impatient.await.is_err(), "the tab is closed before the platform answers");
    let id = consent.parse().unwrap();
    let now = world.clock.now();
    let known = store.get(&id, now).await.unwrap().unwrap();
    let is_here = matches!(known.state, State::AwaitDeletion { .. });
    assert!(is_here, "a relay that is killed now goes on with it when it starts");
    assert_eq!(open_consents(&world, &mut browser).await, value!([]));
}

async fn a_relay_with_too_much_to_do_ends_it_too() {
    let store = store().await;
    let one_call = |config: &mut relay::Config| config.limits.calls = 1;
    let world = World::with_store(Arc::new(store.clone()), one_call).await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    world.platform.delay(Duration::from_secs(5));
    let mut other = browser.clone();
    let held = other.get(&world, "/psd2/aspspinformation/v1/countries");
    let deleted = async {
        while !world.platform.calls().iter().any(|call| call.target.ends_with("/countries")) {
            sleep(Duration::from_millis(5)).await;
        }
        delete(&world, &mut browser, &consent).await.status()
    };
    tokio::select! {
        answer = held => panic!("it answered first: {answer:?}"),
        status = deleted => assert_eq!(status, 204),
    }
    assert_eq!((deletions(&world), waiting(&store, world.clock.now()).await), (0, 1));
}
