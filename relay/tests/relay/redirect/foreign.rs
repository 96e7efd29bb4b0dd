//! A return in another browser than the one that began.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;

use super::app::chosen;
use super::visit::{CONFLICT, PAGE, Visit, deletions, exchanges, location, redirecting, text};
use crate::database;
use crate::each::on_each_database;
use crate::support::{Browser, CONSENT, CONSENTS, Log, Received, World, code, field, json, store};

on_each_database! {
    a_return_in_another_browser_ends_the_consent_and_both_are_told,
    where_the_bankid_app_comes_back_the_session_decides,
    what_could_not_be_deleted_is_deleted_later,
    to_use_up_ones_own_return_beforehand_hides_nothing,
    an_address_out_of_the_history_ends_nothing_that_is_linked,
    nothing_of_the_consent_is_read_before_the_return,
    what_the_platform_did_not_hear_it_hears_after_a_restart,
}

async fn a_return_in_another_browser_ends_the_consent_and_both_are_told() {
    for (kind, rest) in [("scaOAuth", "&code=one"), ("scaRedirect", ""), ("scaOAuth", "&error=x")] {
        for has_session in [false, true] {
            let world = World::new().await;
            redirecting(&world, kind);
            let mut visit = Visit::begin(&world).await;
            let mut other = Browser::default();
            if has_session {
                other.create_consent(&world).await;
            }
            let form = format!("state={}{rest}", visit.state);
            let lured = world.come_back(other.cookie(), &form).await;
            assert_eq!((lured.status().as_u16(), location(&lured)), (403, None));
            assert!(text(&lured).contains("another browser"));
            assert!(exchanges(&world).is_empty());
            assert_eq!(deletions(&world), 1, "at the platform, too");
            // The browser that began gets the reason with each call.
            assert_eq!(visit.returned(&world).await.as_deref(), Some("foreign"));
            let accounts = visit.accounts(&world).await;
            assert_eq!((accounts.status().as_u16(), code(&accounts).as_str()), CONFLICT);
            let own = visit.back(&world, rest).await;
            assert_eq!((own.status().as_u16(), location(&own)), (303, Some(PAGE)));
            assert!(exchanges(&world).is_empty());
            let target = format!("{CONSENTS}/{}", visit.consent);
            let answer = visit.browser.get(&world, &target).await;
            assert_eq!((answer.status().as_u16(), code(&answer).as_str()), CONFLICT);
            // It may delete the consent, without another call to the platform.
            let forgotten = visit.browser.call(&world, Method::DELETE, &target, &[], None).await;
            assert_eq!(forgotten.status(), 204);
            assert_eq!(visit.browser.get(&world, &target).await.status(), 404);
            assert_eq!(deletions(&world), 1);
        }
    }
}

async fn where_the_bankid_app_comes_back_the_session_decides() {
    use relay::config::ForeignReturn;
    for foreign in [ForeignReturn::Refuse, ForeignReturn::Ignore] {
        let world = World::with(|config| config.redirect.foreign_return = foreign).await;
        let mut browser = Browser::default();
        let page = [("x-ais-link-return", PAGE)];
        let made = browser.call(&world, Method::POST, CONSENTS, &page, Some(CONSENT)).await;
        let consent = field(&made, "consentId");
        let target = format!("{CONSENTS}/{consent}/authorisations");
        let started = browser.call(&world, Method::POST, &target, &[], None).await;
        let target = format!("{target}/{}", field(&started, "authorisationId"));
        let method = Some(r#"{"authenticationMethodId":"mbid_same_device"}"#);
        let chosen = browser.call(&world, Method::PUT, &target, &[], method).await;
        let address = chosen.headers()["x-ais-link-return"].to_str().unwrap().to_owned();
        let (before, state) = address.split_once("?state=").unwrap();
        assert_eq!(before, "https://relay.example/redirect");
        let form = format!("state={state}");
        let stranger = world.come_back(None, &form).await;
        let own = world.come_back(browser.cookie(), &form).await;
        assert_eq!((own.status().as_u16(), location(&own)), (303, Some(PAGE)));
        let expect = match foreign {
            ForeignReturn::Refuse => (403, 1, 409),
            ForeignReturn::Ignore => (200, 0, 200),
        };
        let status = browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
        let found = (stranger.status().as_u16(), deletions(&world), status.status().as_u16());
        assert_eq!(found, expect, "{foreign:?}");
    }
}

async fn what_could_not_be_deleted_is_deleted_later() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    world.platform.script(|one| (one.method == Method::DELETE).then(|| json(503, "{}")));
    let form = format!("state={}&code=one", visit.state);
    assert_eq!(world.come_back(None, &form).await.status(), 403);
    assert_eq!(deletions(&world), 1);
    let accounts = visit.accounts(&world).await;
    assert_eq!((accounts.status().as_u16(), code(&accounts).as_str()), CONFLICT);
    // The one who began tries the same, and the platform takes it this time.
    world.platform.script(|_| None);
    let target = format!("{CONSENTS}/{}", visit.consent);
    let deleted = visit.browser.call(&world, Method::DELETE, &target, &[], None).await;
    assert_eq!(deleted.status(), 204);
    assert_eq!(deletions(&world), 2);
}

async fn to_use_up_ones_own_return_beforehand_hides_nothing() {
    for (kind, rest) in [("scaOAuth", "&code=junk"), ("scaOAuth", ""), ("scaRedirect", "")] {
        let world = World::new().await;
        redirecting(&world, kind);
        let mut starter = Visit::begin(&world).await;
        world.platform.script(|one| one.is_token().then(|| json(400, "{}")));
        assert_eq!(starter.back(&world, rest).await.status(), 303);
        assert_eq!(starter.accounts(&world).await.status(), 409, "{kind}{rest}");
        world.platform.script(|_| None);
        // Then somebody who was lured approves, and comes back.
        let form = format!("state={}&code=one", starter.state);
        assert_eq!(world.come_back(None, &form).await.status(), 403, "{kind}{rest}");
        assert_eq!(deletions(&world), 1, "{kind}{rest}");
        assert_eq!(starter.returned(&world).await.as_deref(), Some("foreign"), "{kind}{rest}");
        let accounts = starter.accounts(&world).await;
        assert_eq!((accounts.status().as_u16(), code(&accounts).as_str()), CONFLICT);
    }
}

async fn an_address_out_of_the_history_ends_nothing_that_is_linked() {
    for (first, rest, expect) in [
        // The very code that the right browser brought, and the platform took.
        (200, "&code=one", (400, 0, 200)),
        // Anything else may be somebody's who was lured there.
        (200, "&code=two", (403, 1, 409)),
        (200, "", (403, 1, 409)),
        (200, "&error=access_denied", (403, 1, 409)),
        (200, "&code=one&error=x", (403, 1, 409)),
        (400, "&code=one", (403, 1, 409)),
        (502, "&code=one", (403, 1, 409)),
    ] {
        let world = World::new().await;
        redirecting(&world, "scaOAuth");
        let mut visit = Visit::begin(&world).await;
        let is_exchange = |one: &Received| one.is_token() && !one.all("x-consentid").is_empty();
        world
            .platform
            .script(move |one| (is_exchange(one) && first != 200).then(|| json(first, "{}")));
        assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
        let form = format!("state={}{rest}", visit.state);
        let elsewhere = world.come_back(None, &form).await;
        assert_eq!(location(&elsewhere), None, "{first} {rest}");
        let accounts = visit.accounts(&world).await.status().as_u16();
        let seen = (elsewhere.status().as_u16(), deletions(&world), accounts);
        assert_eq!(seen, expect, "{first} {rest}");
        assert_eq!(exchanges(&world).len(), 1, "{first} {rest}");
    }
}

#[tokio::test]
async fn the_log_tells_of_every_return_in_another_browser_that_ends_a_consent() {
    for kind in ["scaOAuth", "scaRedirect", "app"] {
        let log = Log::default();
        let _here = log.listen();
        let world = World::new().await;
        let state = if kind == "app" {
            let (_, _, answer) = chosen(&world).await;
            let address = answer.headers()["x-ais-link-return"].to_str().unwrap().to_owned();
            address.split_once("?state=").unwrap().1.to_owned()
        } else {
            redirecting(&world, kind);
            Visit::begin(&world).await.state
        };
        assert!(!log.text().contains("foreign_completion"), "{kind}");
        let form = format!("state={state}&code=canary-code");
        assert_eq!(world.come_back(None, &form).await.status(), 403, "{kind}");
        let text = log.text();
        assert_eq!(text.matches("foreign_completion").count(), 1, "{kind}: {text}");
        assert!(text.contains("ESSESESS") && !text.contains(&state) && !text.contains("canary"));
    }
}

async fn nothing_of_the_consent_is_read_before_the_return() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let target = format!("{CONSENTS}/{}", visit.consent);
    let answer = visit.browser.get(&world, &target).await;
    assert_eq!((answer.status().as_u16(), code(&answer).as_str()), (409, "NOT_RETURNED"));
    // A second choice of a method that says otherwise changes nothing.
    world.platform.script(|one| {
        let mut answer = json(200, r#"{"scaStatus":"started"}"#);
        answer.headers_mut().insert("aspsp-sca-approach", "DECOUPLED".parse().unwrap());
        (one.method == Method::PUT).then_some(answer)
    });
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    let put = format!("{target}/authorisations/{}", visit.authorisation);
    let chosen = visit.browser.call(&world, Method::PUT, &put, &[], method).await;
    assert_eq!(chosen.status(), 200);
    assert_eq!(visit.accounts(&world).await.status(), 409);
}

async fn what_the_platform_did_not_hear_it_hears_after_a_restart() {
    let store = store().await;
    let first = World::with_store(Arc::new(store.clone()), |_| {}).await;
    redirecting(&first, "scaOAuth");
    let visit = Visit::begin(&first).await;
    first.platform.script(|one| (one.method == Method::DELETE).then(|| json(503, "{}")));
    let form = format!("state={}&code=one", visit.state);
    assert_eq!(first.come_back(None, &form).await.status(), 403);
    let second = World::with_store(Arc::new(store), |_| {}).await;
    second.relay.tend_once().await;
    assert_eq!(deletions(&second), 0, "the platform is left alone for a minute");
    second.clock.advance(Duration::from_mins(1));
    second.relay.tend_once().await;
    let deleted = second.platform.calls().pop().unwrap();
    assert_eq!(deleted.target, format!("{CONSENTS}/{}", visit.consent));
    assert_eq!(deleted.all("tpp-redirect-preferred"), ["false"]);
    assert!(deleted.all("psu-ip-address").is_empty(), "no person asked for it");
}
