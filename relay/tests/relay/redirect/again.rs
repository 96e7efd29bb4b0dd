//! A code that the platform did not take at once: the relay sends it again where the platform cannot have taken it, now
//! or when the same browser brings it again. It is never lost, and never taken twice.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use relay::config::Config;

use super::visit::{PAGE, Visit, exchanges, location, redirecting, text};
use crate::database;
use crate::each::on_each_database;
use crate::support::{Browser, Door, FROM_SHOP, Received, SESSION_CONSENTS, World, json, store};

on_each_database! {
    a_platform_that_is_busy_for_a_moment_takes_the_code_in_the_end,
    who_is_asked_to_load_the_page_again_completes_the_link_by_it,
    a_platform_that_refuses_connections_gets_the_code_when_it_is_back,
    after_a_restart_the_code_that_is_brought_again_is_sent_unless_it_failed_at_the_bank,
    a_code_that_is_refused_may_have_been_taken_before_and_proves_nothing,
    an_exchange_of_which_nobody_heard_the_end_does_not_vouch_for_the_person,
    a_code_that_is_left_open_is_nobody_elses,
    who_brings_a_code_again_hears_what_the_first_time_has_come_to,
}

/// Whether `one` is the exchange of a code.
fn is_exchange(one: &Received) -> bool {
    one.is_token() && !one.all("x-consentid").is_empty()
}

/// A relay that waits only briefly.
fn impatient(config: &mut Config) {
    config.limits.exchange = Duration::ZERO;
}

/// Answers exchanges with the statuses in turn, and then as usual.
fn busy(world: &World, statuses: &'static [(u16, &'static str)]) {
    let left = std::sync::Mutex::new(statuses.iter());
    world.platform.script(move |one| {
        let (status, after) = is_exchange(one).then(|| left.lock().unwrap().next())??;
        let mut answer = json(*status, "{}");
        answer.headers_mut().insert("retry-after", after.parse().unwrap());
        Some(answer)
    });
}

async fn a_platform_that_is_busy_for_a_moment_takes_the_code_in_the_end() {
    for statuses in [&[(503, "0")][..], &[(429, "1")], &[(503, "x"), (429, "0")]] {
        let world = World::new().await;
        redirecting(&world, "scaOAuth");
        let mut visit = Visit::begin(&world).await;
        busy(&world, statuses);
        let answer = visit.back(&world, "&code=one").await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)));
        assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"), "{statuses:?}");
        assert_eq!(exchanges(&world).len(), statuses.len() + 1);
    }
}

async fn who_is_asked_to_load_the_page_again_completes_the_link_by_it() {
    for (busy_with, expected) in [(503, 503), (429, 503)] {
        let world = World::with(impatient).await;
        redirecting(&world, "scaOAuth");
        let mut visit = Visit::begin(&world).await;
        world.platform.script(move |one| is_exchange(one).then(|| json(busy_with, "{}")));
        for _ in 0..2 {
            let answer = visit.back(&world, "&code=one").await;
            assert_eq!((answer.status().as_u16(), location(&answer)), (expected, None));
            assert!(text(&answer).contains("Nothing was lost"));
            // A window that the widget opened must stay, for it alone has the code.
            assert!(text(&answer).contains("data-page=\"trouble\""));
            assert_eq!(visit.returned(&world).await.as_deref(), Some("exchanging"));
            assert_eq!(visit.accounts(&world).await.status(), 409);
        }
        world.platform.script(|_| None);
        // Another code is none of theirs.
        assert_eq!(visit.back(&world, "&code=two").await.status(), 303);
        assert_eq!(exchanges(&world).len(), 2);
        let answer = visit.back(&world, "&code=one").await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)));
        assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
        assert!(visit.accounts(&world).await.status().is_success());
        visit.back(&world, "&code=one").await;
        assert_eq!(exchanges(&world).len(), 3, "it was taken");
    }
}

async fn a_platform_that_refuses_connections_gets_the_code_when_it_is_back() {
    // Within the request, and when it is brought again.
    for patience in [Duration::from_mins(1), Duration::ZERO] {
        let mut door = None;
        let store = Arc::new(store().await);
        let away = World::with_store(Arc::clone(&store) as _, |_| {}).await;
        redirecting(&away, "scaOAuth");
        let mut visit = Visit::begin(&away).await;
        let front = door.insert(Door::before(&away.platform.url).await);
        let url = format!("http://{}", front.address);
        let world = World::with_store(store, |config| {
            *config = crate::support::config(&url);
            config.limits.exchange = patience;
        })
        .await;
        front.shut().await;
        if patience.is_zero() {
            let answer = visit.back(&world, "&code=one").await;
            assert_eq!((answer.status().as_u16(), location(&answer)), (503, None));
            assert_eq!(visit.returned(&world).await.as_deref(), Some("exchanging"));
            front.open().await;
            assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
        } else {
            let opens = async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                front.open().await;
            };
            let (answer, ()) = tokio::join!(visit.back(&world, "&code=one"), opens);
            assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)));
        }
        assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
        assert_eq!(exchanges(&away).len(), 1, "it was sent once");
    }
}

async fn after_a_restart_the_code_that_is_brought_again_is_sent_unless_it_failed_at_the_bank() {
    for (sca, sent, accounts) in [("started", 1, 200), ("finalised", 1, 200), ("failed", 0, 409)] {
        let store = Arc::new(store().await);
        let first = World::with_store(Arc::clone(&store) as _, impatient).await;
        redirecting(&first, "scaOAuth");
        let mut visit = Visit::begin(&first).await;
        // The relay loses the answer, as if it had been killed in the middle.
        first.platform.script(|one| is_exchange(one).then(|| json(502, "{}")));
        assert_eq!(visit.back(&first, "&code=one").await.status(), 303);
        assert_eq!(visit.returned(&first).await.as_deref(), Some("exchanging"));
        let second = World::with_store(store, |_| {}).await;
        second.platform.script(move |one| {
            let asks = one.method == Method::GET && one.target.contains("/authorisations/");
            asks.then(|| json(200, &format!(r#"{{"scaStatus":"{sca}"}}"#)))
        });
        let form = format!("state={}&code=one", visit.state);
        let answer = second.come_back(visit.browser.cookie(), &form).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)), "{sca}");
        assert_eq!(exchanges(&second).len(), sent, "{sca}");
        second.clock.advance(Duration::from_secs(8));
        assert_eq!(visit.accounts(&second).await.status(), accounts, "{sca}");
    }
}

async fn a_code_that_is_refused_may_have_been_taken_before_and_proves_nothing() {
    let world = World::with(impatient).await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    for (status, expected) in
        [(502, "exchanging"), (400, "exchangeFailed"), (200, "exchangeFailed")]
    {
        world.platform.script(move |one| is_exchange(one).then(|| json(status, "{}")));
        assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
        assert_eq!(visit.returned(&world).await.as_deref(), Some(expected));
        assert_eq!(visit.accounts(&world).await.status(), 409);
    }
    assert_eq!(exchanges(&world).len(), 2, "what was refused is not sent again");
}

/// Each case is the token endpoint's answer to an invented code, and the SCA status.
async fn an_exchange_of_which_nobody_heard_the_end_does_not_vouch_for_the_person() {
    for (token, sca) in [
        (500, "finalised"),
        (502, "finalised"),
        (504, "exempted"),
        (503, "finalised"),
        (429, "finalised"),
        (520, "finalised"),
    ] {
        let world = World::with(impatient).await;
        redirecting(&world, "scaOAuth");
        let mut visit = Visit::begin(&world).await;
        world.platform.script(move |one| is_exchange(one).then(|| json(token, "{}")));
        visit.back(&world, "&code=garbage").await;
        // Somebody who was lured approves at the bank, and never comes back.
        world.platform.script(move |one| {
            let body = match one.target.as_str() {
                target if target.contains("/authorisations/") => {
                    format!(r#"{{"scaStatus":"{sca}"}}"#)
                }
                target if target.ends_with("/status") => r#"{"consentStatus":"valid"}"#.to_owned(),
                _ => return None,
            };
            (one.method == Method::GET).then(|| json(200, &body))
        });
        let one = format!("/psd2/consent/v1/consents/{}", visit.consent);
        let sca_target = format!("{one}/authorisations/{}", visit.authorisation);
        assert_eq!(visit.browser.get(&world, &sca_target).await.status(), 200);
        assert_eq!(visit.browser.get(&world, &format!("{one}/status")).await.status(), 200);
        world.clock.advance(Duration::from_hours(1));
        let before = world.platform.calls().len();
        assert_eq!(visit.accounts(&world).await.status(), 409, "{token} {sca}");
        assert_eq!(visit.browser.get(&world, &one).await.status(), 409, "{token} {sca}");
        assert_eq!(world.platform.calls().len(), before, "nothing was read");
    }
}

async fn a_code_that_is_left_open_is_nobody_elses() {
    let world = World::with(impatient).await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    world.platform.script(|one| is_exchange(one).then(|| json(503, "{}")));
    assert_eq!(visit.back(&world, "&code=one").await.status(), 503);
    world.platform.script(|_| None);
    let mut other = Browser::default();
    other.create_consent(&world).await;
    let form = format!("state={}&code=one", visit.state);
    assert_eq!(world.come_back(other.cookie(), &form).await.status(), 403);
    assert_eq!(exchanges(&world).len(), 1);
    assert_eq!(visit.returned(&world).await.as_deref(), Some("foreign"));
    // What is ended is not exchanged any more, nor what is too late.
    assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
    redirecting(&world, "scaOAuth");
    let late = Visit::begin(&world).await;
    world.platform.script(|one| is_exchange(one).then(|| json(503, "{}")));
    assert_eq!(late.back(&world, "&code=one").await.status(), 503);
    world.platform.script(|_| None);
    world.clock.advance(Duration::from_mins(20));
    assert_eq!(late.back(&world, "&code=one").await.status(), 303);
    assert_eq!(exchanges(&world).len(), 2);
}

async fn who_brings_a_code_again_hears_what_the_first_time_has_come_to() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let visit = Visit::begin(&world).await;
    let mut other_tab = visit.browser.clone();
    world.platform.delay(Duration::from_millis(500));
    let again = async {
        while exchanges(&world).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // The connection of the first return broke, and the person loads the page again.
        let status = visit.back(&world, "&code=one").await.status();
        let answer = other_tab.call(&world, Method::GET, SESSION_CONSENTS, &FROM_SHOP, None).await;
        let kept: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        (status.as_u16(), kept["consents"][0]["authorisation"]["returned"].clone())
    };
    let (first, again) = tokio::join!(visit.back(&world, "&code=one"), again);
    // Had it heard "exchanging", the code would be lost with a relay that is killed now.
    assert_eq!((first.status().as_u16(), again), (303, (303, "completed".into())));
    assert_eq!(exchanges(&world).len(), 1);
}
