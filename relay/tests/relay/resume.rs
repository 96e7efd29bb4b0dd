//! A browser's open links: the relay shows them to that browser alone, in any tab, after any reload.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use relay::store::Store as _;
use serde_json::{Value, json as value};
use tokio::task::JoinSet;

use crate::database;
use crate::each::on_each_database;
use crate::support::{
    ACCOUNTS, Browser, CONSENT, CONSENTS, FROM_SHOP, SESSION_CONSENTS, World, code, field, finish,
    json, store,
};

on_each_database! {
    a_browser_hears_of_its_own_links_alone,
    a_page_hears_of_what_its_own_origin_began,
    each_tab_hears_which_entry_of_the_list_was_chosen,
    it_is_told_how_far_each_link_is,
    it_is_told_whether_a_page_has_heard_of_the_accounts,
    to_forget_takes_the_cookie_and_the_links,
    other_methods_and_foreign_pages_get_nothing,
    any_number_of_tabs_cause_one_question_and_a_final_answer_none,
    a_persons_id_is_said_once_kept_sealed_and_forgotten_at_the_end,
    a_step_is_not_made_without_the_id_that_cannot_be_read_any_more,
}

fn consents(answer: &Response<Bytes>) -> Value {
    assert_eq!(answer.status(), 200);
    let mut body: Value = serde_json::from_slice(answer.body()).unwrap();
    body["consents"].take()
}

async fn a_browser_hears_of_its_own_links_alone() {
    let world = World::new().await;
    let (mut first, mut second) = (Browser::default(), Browser::default());
    let (older, authorisation) = first.link(&world).await;
    world.clock.advance(Duration::from_secs(2));
    let newer = first.create_consent(&world).await;
    world.clock.advance(Duration::from_secs(1));
    let listed_consents = consents(&first.get(&world, SESSION_CONSENTS).await);
    let rest = |id: &str, age: u64| {
        value!({ "consentId": id, "bicFi": "ESSESESS", "consentStatus": "received",
                 "validUntil": "2027-01-31", "accountsListed": false, "ageMillis": age })
    };
    let mut with_authorisation = rest(&older, 3000);
    with_authorisation["authorisation"] = value!({
        "authorisationId": authorisation, "scaStatus": "received", "ageMillis": 3000 });
    assert_eq!(
        listed_consents,
        value!([rest(&newer, 1000), with_authorisation]),
        "the newest first"
    );
    assert_eq!(consents(&second.get(&world, SESSION_CONSENTS).await), value!([]));
    world.clock.advance(Duration::from_hours(24));
    assert_eq!(consents(&first.get(&world, SESSION_CONSENTS).await), value!([]));
}

async fn a_page_hears_of_what_its_own_origin_began() {
    let world = World::new().await;
    let mut browser = Browser::default();
    browser.create_consent(&world).await;
    let own = world.url("/a?b");
    for (page, from) in [(&*own, &[][..]), ("https://shop.example/c", &FROM_SHOP)] {
        world.clock.advance(Duration::from_secs(1));
        let extra = [&[("x-ais-link-return", page)], from].concat();
        let made = browser.call(&world, Method::POST, CONSENTS, &extra, Some(CONSENT)).await;
        assert_eq!(made.status(), 201);
        let listed_consents = browser.call(&world, Method::GET, SESSION_CONSENTS, from, None).await;
        let listed_consents = consents(&listed_consents);
        // Every page gets the one that named no page.
        assert_eq!(listed_consents.as_array().unwrap().len(), 2, "{page}");
        assert_eq!(listed_consents[0]["consentId"], field(&made, "consentId"));
    }
}

async fn each_tab_hears_which_entry_of_the_list_was_chosen() {
    let world = World::new().await;
    let mut browser = Browser::default();
    for (entry, expect) in [
        (Some("e2,Nordea%20F%C3%B6retag"), value!({ "id": "e2", "name": "Nordea Företag" })),
        (Some(",Nordea%20Privat"), value!({ "name": "Nordea Privat" })),
        (None, value!(null)),
    ] {
        let line: Vec<_> = entry.map(|entry| ("x-ais-link-entry", entry)).into_iter().collect();
        let made = browser.call(&world, Method::POST, CONSENTS, &line, Some(CONSENT)).await;
        assert_eq!(made.status(), 201);
        let sent = world.platform.calls().pop().unwrap();
        assert!(sent.all("x-ais-link-entry").is_empty(), "the platform hears nothing of it");
        let listed_consents = consents(&browser.get(&world, SESSION_CONSENTS).await);
        let id = value!(field(&made, "consentId"));
        let all = listed_consents.as_array().unwrap();
        let own = all.iter().find(|one| one["consentId"] == id).unwrap();
        assert_eq!(own["entry"], expect);
    }
}

async fn it_is_told_how_far_each_link_is() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(&world).await;
    let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
    world.platform.script(|received| match received.method {
        Method::PUT => Some(json(200, r#"{"scaStatus":"started"}"#)),
        _ if received.target.ends_with("/status") => {
            Some(json(200, r#"{"consentStatus":"valid"}"#))
        }
        Method::GET if received.target.contains("/authorisations/") => {
            Some(json(200, r#"{"scaStatus":"finalised"}"#))
        }
        _ => None,
    });
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    browser.call(&world, Method::PUT, &target, &[], method).await;
    let listed_consents = consents(&browser.get(&world, SESSION_CONSENTS).await);
    let seen = &listed_consents[0]["authorisation"];
    assert_eq!(
        (&seen["scaStatus"], &seen["scaApproach"]),
        (&value!("started"), &value!("DECOUPLED"))
    );
    assert_eq!(seen["authenticationMethodId"], "mbid");
    browser.get(&world, &target).await;
    browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
    let listed_consents = consents(&browser.get(&world, SESSION_CONSENTS).await);
    assert_eq!(listed_consents[0]["authorisation"]["scaStatus"], "finalised");
    assert_eq!(listed_consents[0]["consentStatus"], "valid");
}

async fn it_is_told_whether_a_page_has_heard_of_the_accounts() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.sign(&world).await;
    let named = [("consent-id", consent.as_str())];
    for (status, listed) in [(500, false), (200, true), (500, true)] {
        world.platform.script(move |received| {
            let accounts = received.target.ends_with("/accounts");
            accounts.then(|| json(status, r#"{"accounts":[]}"#))
        });
        browser.call(&world, Method::GET, ACCOUNTS, &named, None).await;
        let listed_consents = consents(&browser.get(&world, SESSION_CONSENTS).await);
        assert_eq!(listed_consents[0]["accountsListed"], listed, "{status}");
    }
}

async fn to_forget_takes_the_cookie_and_the_links() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.link(&world).await;
    let mut copy = browser.clone();
    let stranger = finish(world.bare(Method::DELETE, "/session")).await;
    assert_eq!(stranger.status(), 403, "a foreign page's form cannot");
    let answer = browser.call(&world, Method::DELETE, "/session", &[], None).await;
    assert_eq!(answer.status(), 204);
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("__Host-Http-ais-link=; Path=/; Max-Age=0;"), "{set}");
    assert_eq!(consents(&copy.get(&world, SESSION_CONSENTS).await), value!([]));
    let target = format!("{CONSENTS}/{consent}/status");
    assert_eq!(copy.get(&world, &target).await.status(), 404);
    let nothing = finish(world.call(Method::DELETE, "/session")).await;
    assert_eq!(nothing.status(), 204, "harmless where there is none");
}

async fn other_methods_and_foreign_pages_get_nothing() {
    let world = World::new().await;
    for (method, target, expect) in [
        (Method::POST, SESSION_CONSENTS, 405),
        (Method::DELETE, SESSION_CONSENTS, 405),
        (Method::GET, "/session", 405),
    ] {
        let answer = finish(world.call(method, target)).await;
        assert_eq!(answer.status(), expect);
        assert!(answer.headers().contains_key("allow"));
    }
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let asked = world.call(Method::GET, SESSION_CONSENTS).header(name, value);
        assert_eq!(finish(asked).await.status(), 403);
    }
    let allowed =
        world.call(Method::GET, SESSION_CONSENTS).header("origin", "https://shop.example");
    let answer = finish(allowed).await;
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://shop.example");
    assert_eq!(answer.headers()["access-control-allow-credentials"], "true");
}

async fn any_number_of_tabs_cause_one_question_and_a_final_answer_none() {
    let world = Arc::new(World::new().await);
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(&world).await;
    let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
    world.platform.delay(Duration::from_millis(50));
    world.platform.script(|_| Some(json(200, r#"{"scaStatus":"started"}"#)));
    let ask = async |count: usize| {
        let before = world.platform.calls().len();
        let mut tabs = JoinSet::new();
        for _ in 0..count {
            let (world, mut tab, target) = (Arc::clone(&world), browser.clone(), target.clone());
            tabs.spawn(async move { tab.get(&world, &target).await });
        }
        for answer in tabs.join_all().await {
            assert_eq!(answer.status(), 200);
        }
        world.platform.calls().len() - before
    };
    assert_eq!(ask(20).await, 1);
    assert_eq!(ask(20).await, 0, "within the same second");
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(ask(20).await, 1);
    world.clock.advance(Duration::from_secs(1));
    world.platform.script(|_| Some(json(200, r#"{"scaStatus":"failed","psuMessage":"x"}"#)));
    assert_eq!(ask(1).await, 1);
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(ask(20).await, 0, "what is final is remembered");
    let again = browser.get(&world, &target).await;
    assert_eq!(again.body(), r#"{"scaStatus":"failed"}"#);
}

async fn a_persons_id_is_said_once_kept_sealed_and_forgotten_at_the_end() {
    let store = store().await;
    let world = World::with_store(Arc::new(store.clone()), |_| {}).await;
    let mut browser = Browser::default();
    let person = [("psu-id", "198001019999")];
    let made = browser.call(&world, Method::POST, CONSENTS, &person, Some(CONSENT)).await;
    let consent = field(&made, "consentId");
    let target = format!("{CONSENTS}/{consent}/authorisations");
    let started = browser.call(&world, Method::POST, &target, &[], None).await;
    let sent = world.platform.calls().pop().unwrap();
    assert_eq!(sent.all("psu-id"), ["198001019999"], "filled in");
    assert!(sent.all("psu-corporate-id").is_empty());
    let id = consent.parse().unwrap();
    let kept = async || {
        let now = relay::Timestamp::from_millis(1_700_000_000_000);
        store.get(&id, now).await.unwrap().unwrap().psu.clone()
    };
    let sealed = kept().await.unwrap();
    assert!(!sealed.as_str().contains("19800101"));
    let target = format!("{target}/{}", field(&started, "authorisationId"));
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    browser.call(&world, Method::PUT, &target, &[], method).await;
    world.platform.script(|_| Some(json(200, r#"{"scaStatus":"finalised"}"#)));
    browser.get(&world, &target).await;
    assert_eq!(kept().await, Some(sealed), "the bank hears it with the list of accounts, too");
    world.platform.script(|_| None);
    let line = [("consent-id", &*consent)];
    let listed = browser.call(&world, Method::GET, ACCOUNTS, &line, None).await;
    assert_eq!((listed.status().as_u16(), kept().await), (200, None));
}

async fn a_step_is_not_made_without_the_id_that_cannot_be_read_any_more() {
    for named in ["psu-id", "psu-corporate-id"] {
        let store = store().await;
        let world = async || World::with_store(Arc::new(store.clone()), |_| {}).await;
        let before = world().await;
        let mut browser = Browser::default();
        let said = [(named, "198001019999")];
        let made = browser.call(&before, Method::POST, CONSENTS, &said, Some(CONSENT)).await;
        let one = format!("{CONSENTS}/{}", field(&made, "consentId"));
        let start = format!("{one}/authorisations");
        let started = browser.call(&before, Method::POST, &start, &[], None).await;
        let update = format!("{start}/{}", field(&started, "authorisationId"));
        // The relay restarts with another key.
        let after = world().await;
        let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
        for (verb, target, body) in [(Method::POST, &start, None), (Method::PUT, &update, method)] {
            let refused = browser.call(&after, verb.clone(), target, &[], body).await;
            let found = (refused.status().as_u16(), code(&refused));
            assert_eq!(found, (409, "PSU_ID_FORGOTTEN".to_owned()), "{verb}");
            assert!(!String::from_utf8_lossy(refused.body()).contains("19800101"));
        }
        assert!(after.platform.received().is_empty(), "nothing was sent");
        // A link in progress goes on: requests for statuses need no id.
        for target in [&update, &format!("{one}/status")] {
            assert_eq!(browser.get(&after, target).await.status(), 200);
        }
    }
}
