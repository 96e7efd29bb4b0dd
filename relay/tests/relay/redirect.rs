//! The return from the bank: what completes a link, and what does not.

mod again;
mod app;
mod cookies;
mod foreign;
mod hostile;
mod plain;
pub(crate) mod visit;

use std::time::Duration;

use axum::http::{Method, StatusCode};

use self::visit::{PAGE, Visit, deletions, exchanges, location, redirecting};
use crate::support::{CONSENTS, FROM_SHOP, Received, SESSION_CONSENTS, World, code, json};

#[tokio::test]
async fn a_code_is_exchanged_as_the_guide_says_and_the_person_goes_back() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    assert_eq!(visit.returned(&world).await, None);
    let answer = visit.back(&world, "&code=c%2B1&scope=accountinformation+private").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&answer), Some(PAGE));
    for (name, value) in [("cache-control", "no-store"), ("referrer-policy", "no-referrer")] {
        assert_eq!(answer.headers()[name], value);
    }
    let exchanged = world.platform.received().into_iter().rfind(Received::is_token).unwrap();
    assert_eq!(exchanged.all("x-consentid"), [visit.consent.as_str()]);
    assert_eq!(exchanged.all("x-consentauthorisationid"), [visit.authorisation.as_str()]);
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(&exchanged.body).into_owned().collect();
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        form,
        [
            ("client_id", "test-client"),
            ("client_secret", crate::support::SECRET),
            ("grant_type", "authorization_code"),
            ("code", "c+1"),
            ("redirect_uri", "https://relay.example/redirect"),
            ("scope", "accountinformation private"),
        ]
    );
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
    assert!(visit.accounts(&world).await.status().is_success());
}

#[tokio::test]
async fn a_second_return_with_the_same_code_changes_nothing() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    for rest in ["&code=one", "&code=one", "&code=two", "&error=access_denied", ""] {
        let answer = visit.back(&world, rest).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)), "{rest}");
        assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
    }
    assert_eq!(exchanges(&world).len(), 1);
    // Much later a stranger finds the address: it ends nothing any more.
    world.clock.advance(Duration::from_mins(20));
    let form = format!("state={}&code=one", visit.state);
    let stranger = world.come_back(None, &form).await;
    assert_eq!((stranger.status().as_u16(), location(&stranger)), (200, None));
    assert_eq!(deletions(&world), 0);
    assert!(visit.accounts(&world).await.status().is_success());
}

#[tokio::test]
async fn many_returns_at_once_exchange_one_code() {
    let world = std::sync::Arc::new(World::new().await);
    redirecting(&world, "scaOAuth");
    let visit = std::sync::Arc::new(Visit::begin(&world).await);
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let (world, visit) = (std::sync::Arc::clone(&world), std::sync::Arc::clone(&visit));
        posts.spawn(async move { visit.back(&world, "&code=one").await.status() });
    }
    assert!(posts.join_all().await.iter().all(|status| *status == 303));
    assert_eq!(exchanges(&world).len(), 1);
}

#[tokio::test]
async fn a_link_is_not_lost_if_the_relay_stops_while_a_code_is_exchanged() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let mut other_tab = visit.browser.clone();
    world.platform.delay(Duration::from_millis(400));
    let middle = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let answer = other_tab.call(&world, Method::GET, SESSION_CONSENTS, &FROM_SHOP, None).await;
        let kept: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        kept["consents"][0]["authorisation"]["returned"].clone()
    };
    let (answer, returned) = tokio::join!(visit.back(&world, "&code=one"), middle);
    assert_eq!((answer.status().as_u16(), returned), (303, "exchanging".into()));
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
}

#[tokio::test]
async fn what_the_bank_refuses_is_told_and_completes_nothing() {
    for (rest, expect) in [
        ("&error=access_denied&error_description=no", "declined"),
        ("&error=server_error", "failed"),
        ("&error=access_denied&code=one", "declined"),
        ("", "failed"),
        ("&code=", "failed"),
        ("&code=one&iss=https://evil.example", "failed"),
    ] {
        let world = World::new().await;
        redirecting(&world, "scaOAuth");
        let mut visit = Visit::begin(&world).await;
        let answer = visit.back(&world, rest).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)), "{rest}");
        assert_eq!(visit.returned(&world).await.as_deref(), Some(expect), "{rest}");
        assert!(exchanges(&world).is_empty(), "{rest}");
        let accounts = visit.accounts(&world).await;
        assert_eq!((accounts.status().as_u16(), code(&accounts).as_str()), (409, "NOT_RETURNED"));
    }
}

#[tokio::test]
async fn the_platforms_own_issuer_is_taken() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let rest = format!("&code=one&iss={}", world.platform.url);
    assert_eq!(visit.back(&world, &rest).await.status(), 303);
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
}

#[tokio::test]
async fn an_exchange_that_fails_completes_nothing() {
    for (status, body) in [
        (400, r#"{"error":"invalid_grant"}"#),
        (200, "{}"),
        (200, r#"{"access_token":""}"#),
        (200, "<html>"),
        (401, "{}"),
    ] {
        let world = World::new().await;
        redirecting(&world, "scaOAuth");
        let mut visit = Visit::begin(&world).await;
        world.platform.script(move |one| one.is_token().then(|| json(status, body)));
        let answer = visit.back(&world, "&code=one").await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)), "{body}");
        assert_eq!(visit.returned(&world).await.as_deref(), Some("exchangeFailed"), "{body}");
        assert_eq!(visit.accounts(&world).await.status(), 409);
    }
}

#[tokio::test]
async fn a_return_that_is_too_late_completes_nothing() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    world.clock.advance(Duration::from_mins(20));
    let answer = visit.back(&world, "&code=one").await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)));
    assert_eq!(visit.returned(&world).await.as_deref(), Some("late"));
    assert!(exchanges(&world).is_empty());
}

#[tokio::test]
async fn a_silent_platform_may_have_taken_the_code() {
    let world = World::with(|config| {
        config.limits.answer = Duration::from_millis(100);
        config.limits.whole_call = Duration::from_millis(150);
    })
    .await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    world.platform.delay(Duration::from_millis(600));
    assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
    world.platform.delay(Duration::ZERO);
    assert_eq!(visit.returned(&world).await.as_deref(), Some("exchanging"));
    assert_eq!(visit.accounts(&world).await.status(), 409, "not before the platform says so");
    world.platform.script(|_| Some(json(200, r#"{"scaStatus":"finalised"}"#)));
    let target = format!("{CONSENTS}/{}/authorisations/{}", visit.consent, visit.authorisation);
    assert_eq!(visit.browser.get(&world, &target).await.status(), 200);
    world.clock.advance(Duration::from_hours(1));
    let accounts = visit.accounts(&world).await;
    let found = (accounts.status().as_u16(), &*code(&accounts));
    assert_eq!(found, (409, "NOT_RETURNED"), "the status says nothing of who approved");
}
