//! A bank that sends no code: the status may come early or late, and the person who began gains nothing by
//! bringing their own return after another person has approved.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::visit::{CONFLICT, PAGE, Visit, deletions, location, redirecting};
use crate::support::{ACCOUNTS, CONSENTS, Received, World, code, json};

/// How long the relay reads nothing after the bank's approval.
const HOLD: Duration = Duration::from_secs(8);

/// Answers requests for the SCA status with these in turn, and repeats the last one. Answers all other requests
/// as usual.
fn tells(world: &World, answers: &'static [(u16, &'static str)]) {
    let next = std::sync::Mutex::new(answers.iter());
    world.platform.script(move |one| {
        let asks = one.method == Method::GET && one.target.contains("/authorisations/");
        let (status, sca) =
            asks.then(|| next.lock().unwrap().next().unwrap_or(&answers[answers.len() - 1]))?;
        Some(json(*status, &format!(r#"{{"scaStatus":"{sca}"}}"#)))
    });
}

/// How often the relay has asked for the SCA status.
fn looks(world: &World) -> usize {
    let calls = world.platform.calls();
    let looks = calls.iter().filter(|call| call.method == Method::GET);
    looks.filter(|call| call.target.contains("/authorisations/")).count()
}

/// Lets the relay's clock run, a little faster than others, until `answer` is there.
async fn with_time<T>(world: &World, answer: impl Future<Output = T>) -> T {
    let time = async {
        loop {
            sleep(Duration::from_millis(50)).await;
            world.clock.advance(Duration::from_millis(75));
        }
    };
    tokio::select! {
        answer = answer => answer,
        () = time => unreachable!("time does not end"),
    }
}

/// A tab of the starter's that reads `target`, and waits.
fn reads(world: &Arc<World>, starter: &Visit, target: String) -> JoinHandle<Response<Bytes>> {
    let (world, mut tab, consent) =
        (Arc::clone(world), starter.browser.clone(), starter.consent.clone());
    tokio::spawn(async move {
        let named = [("consent-id", &*consent)];
        tab.call(&world, Method::GET, &target, &named, None).await
    })
}

#[tokio::test]
async fn a_starter_who_brings_their_own_return_after_another_person_approved_is_overtaken() {
    for polls in [false, true] {
        let world = Arc::new(World::new().await);
        redirecting(&world, "scaRedirect");
        let mut starter = Visit::begin(&world).await;
        let consent = format!("{CONSENTS}/{}", starter.consent);
        // A lured person approves. The starter knows the state, and sees the status.
        tells(&world, &[(200, "finalised")]);
        if polls {
            let target = format!("{consent}/authorisations/{}", starter.authorisation);
            assert_eq!(starter.browser.get(&world, &target).await.status(), 200);
        }
        assert_eq!(starter.back(&world, "").await.status(), 303);
        assert_eq!(starter.returned(&world).await.as_deref(), Some("completed"));
        let waiting = [ACCOUNTS, &consent].map(|it| reads(&world, &starter, it.to_owned()));
        sleep(Duration::from_millis(200)).await;
        // Then the lured person returns in their own browser.
        let lured = world.come_back(None, &format!("state={}", starter.state)).await;
        assert_eq!((lured.status().as_u16(), deletions(&world)), (403, 1));
        for answer in waiting {
            let answer = answer.await.unwrap();
            assert_eq!((answer.status().as_u16(), code(&answer).as_str()), CONFLICT);
        }
        let read = |call: &Received| call.target == ACCOUNTS || call.target == consent;
        let calls = world.platform.calls();
        assert!(!calls.iter().any(|call| call.method == Method::GET && read(call)), "{polls}");
    }
}

#[tokio::test]
async fn after_a_while_the_accounts_are_read_in_one_go() {
    let world = Arc::new(World::with(|config| config.limits.hold = HOLD).await);
    redirecting(&world, "scaRedirect");
    let mut visit = Visit::begin(&world).await;
    tells(&world, &[(200, "finalised")]);
    assert_eq!(visit.back(&world, "").await.status(), 303);
    // The relay waits for the short rest of the time.
    world.clock.advance(Duration::from_millis(7980));
    assert_eq!(visit.accounts(&world).await.status(), 200);
    world.clock.advance(HOLD);
    assert_eq!(visit.accounts(&world).await.status(), 200);
}

#[tokio::test]
async fn a_bank_that_tells_the_platform_late_completes_the_link_all_the_same() {
    let world = World::new().await;
    redirecting(&world, "scaRedirect");
    let mut visit = Visit::begin(&world).await;
    let target = format!("{CONSENTS}/{}/authorisations/{}", visit.consent, visit.authorisation);
    tells(&world, &[(200, "started")]);
    let answer = with_time(&world, visit.back(&world, "")).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)));
    // The page learns that they are back, and polls the status from here on.
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
    let early = visit.accounts(&world).await;
    assert_eq!((early.status().as_u16(), code(&early).as_str()), (409, "NOT_RETURNED"));
    world.clock.advance(Duration::from_mins(2));
    tells(&world, &[(200, "finalised")]);
    assert_eq!(visit.browser.get(&world, &target).await.status(), 200);
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
    world.clock.advance(HOLD);
    assert_eq!(visit.accounts(&world).await.status(), 200);
}

#[tokio::test]
async fn one_look_that_fails_is_followed_by_another_a_moment_later() {
    for answers in [
        &[(503, "no"), (200, "finalised")][..],
        &[(200, "started"), (503, "no"), (500, "no"), (200, "finalised")],
        &[(200, "started"), (200, "started"), (200, "finalised")],
    ] {
        let world = World::new().await;
        redirecting(&world, "scaRedirect");
        let mut visit = Visit::begin(&world).await;
        tells(&world, answers);
        assert_eq!(with_time(&world, visit.back(&world, "")).await.status(), 303);
        assert_eq!(looks(&world), answers.len(), "{answers:?}");
        world.clock.advance(HOLD);
        assert_eq!(visit.accounts(&world).await.status(), 200, "{answers:?}");
    }
}

#[tokio::test]
async fn a_person_who_returned_too_early_may_still_say_no() {
    let world = World::new().await;
    redirecting(&world, "scaRedirect");
    let mut visit = Visit::begin(&world).await;
    tells(&world, &[(200, "started")]);
    with_time(&world, visit.back(&world, "")).await;
    assert_eq!(visit.back(&world, "&error=access_denied").await.status(), 303);
    assert_eq!(visit.returned(&world).await.as_deref(), Some("declined"));
    tells(&world, &[(200, "finalised")]);
    visit.back(&world, "").await;
    world.clock.advance(HOLD);
    assert_eq!(visit.returned(&world).await.as_deref(), Some("declined"));
    assert_eq!(visit.accounts(&world).await.status(), 409);
}

#[tokio::test]
async fn the_relay_does_not_ask_again_for_a_final_status_however_often_the_address_is_opened() {
    for sca in ["finalised", "failed"] {
        let world = World::new().await;
        redirecting(&world, "scaRedirect");
        let visit = Visit::begin(&world).await;
        let answer = format!(r#"{{"scaStatus":"{sca}"}}"#);
        world.platform.script(move |_| Some(json(200, &answer)));
        for _ in 0..3 {
            assert_eq!(visit.back(&world, "").await.status(), 303);
            world.clock.advance(Duration::from_secs(2));
        }
        assert_eq!(looks(&world), 1, "{sca}");
    }
}

#[tokio::test]
async fn an_answer_for_a_link_that_ended_during_the_read_is_not_passed_on() {
    let world = Arc::new(World::new().await);
    redirecting(&world, "scaOAuth");
    let visit = Visit::begin(&world).await;
    assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
    world.platform.delay(Duration::from_secs(2));
    let reading = reads(&world, &visit, ACCOUNTS.to_owned());
    while !world.platform.calls().iter().any(|call| call.target == ACCOUNTS) {
        sleep(Duration::from_millis(10)).await;
    }
    world.platform.delay(Duration::ZERO);
    let lured = world.come_back(None, &format!("state={}&code=two", visit.state)).await;
    assert_eq!(lured.status(), 403);
    let answer = reading.await.unwrap();
    assert_eq!((answer.status().as_u16(), code(&answer).as_str()), CONFLICT);
}
