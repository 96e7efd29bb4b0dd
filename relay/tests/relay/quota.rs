//! A browser that creates many consents must wait, and the platform gets no calls meanwhile.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use relay::config::{Most, Network, Quota};

use crate::support::{ACCOUNTS, ASPSPS, Browser, CONSENT, CONSENTS, World, code};

/// A world behind a proxy on loopback.
async fn world(per_session: u32, per_address: u32) -> World {
    World::with(|config| {
        let [consents_per_session, consents_per_address] = [per_session, per_address].map(most);
        config.quota = Quota { consents_per_session, consents_per_address, ..Quota::NONE };
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

/// Asserts that `answer` asks to try again in so many seconds.
fn refuses(answer: &Response<Bytes>, seconds: &str) {
    assert_eq!((answer.status().as_u16(), &*code(answer)), (429, "RELAY_REFUSED"));
    assert_eq!(answer.headers()["retry-after"], seconds);
    assert!(!answer.headers().contains_key("set-cookie"));
}

#[tokio::test]
async fn a_browser_that_makes_too_many_consents_waits_and_the_others_do_not() {
    let world = world(3, 100).await;
    let (mut eager, mut calm) = (Browser::default(), Browser::default());
    // A browser creates its first consent before it has a session.
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
async fn many_addresses_together_do_not_fill_the_disk() {
    let world = World::with(|config| {
        config.quota = Quota { consents_in_store: most(20), ..Quota::NONE };
        config.access.trusted_proxies = vec![Network::parse("127.0.0.0/8").unwrap()];
    })
    .await;
    let mut person = Browser::default();
    let (linked, _) = person.sign(&world).await;
    let from = |number: u32| format!("2001:db8:{number:x}::1");
    for number in 0..19 {
        let made = create(&world, &mut Browser::default(), &from(number)).await;
        assert_eq!(made.status(), 201, "{number}");
    }
    let before = world.platform.received().len();
    for number in 19..60 {
        let refused = create(&world, &mut Browser::default(), &from(number)).await;
        assert_eq!((refused.status().as_u16(), &*code(&refused)), (503, "RELAY_REFUSED"));
        assert_eq!(refused.headers()["retry-after"], "60");
        assert!(!refused.headers().contains_key("set-cookie"));
    }
    assert_eq!(world.platform.received().len(), before, "the bank hears of none of them");
    let line = [("consent-id", &*linked)];
    let read = person.call(&world, Method::GET, ACCOUNTS, &line, None).await;
    assert_eq!(read.status(), 200, "what is linked stays");

    // Their pages abandoned them: the relay ends them at the bank, and others have room.
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(create(&world, &mut Browser::default(), &from(99)).await.status(), 503);
    world.relay.tend_once().await;
    assert_eq!(create(&world, &mut Browser::default(), &from(99)).await.status(), 201);
    let read = person.call(&world, Method::GET, ACCOUNTS, &line, None).await;
    assert_eq!(read.status(), 200);
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
async fn without_a_trusted_proxy_no_client_chooses_its_address() {
    let quota = Quota { consents_per_address: most(1), ..Quota::NONE };
    let world = World::with(|config| config.quota = quota).await;
    assert_eq!(create(&world, &mut Browser::default(), "192.0.2.1").await.status(), 201);
    refuses(&create(&world, &mut Browser::default(), "192.0.2.2").await, "3601");
}

#[tokio::test]
async fn a_request_refused_for_another_reason_is_not_counted() {
    let world = world(1, 1).await;
    let mut browser = Browser::default();
    for body in ["{}", ""] {
        let answer = browser.call(&world, Method::POST, CONSENTS, &[], Some(body)).await;
        assert_eq!(answer.status(), 400);
    }
    assert_eq!(create(&world, &mut browser, "192.0.2.1").await.status(), 201);
}

/// A world behind a proxy on loopback that limits steps at the bank.
async fn stepping(change: impl FnOnce(&mut Quota)) -> World {
    World::with(|config| {
        config.quota = Quota::NONE;
        change(&mut config.quota);
        config.access.trusted_proxies = vec![Network::parse("127.0.0.0/8").unwrap()];
    })
    .await
}

async fn start(
    world: &World,
    browser: &mut Browser,
    consent: &str,
    lines: &[(&str, &str)],
) -> Response<Bytes> {
    let target = format!("{CONSENTS}/{consent}/authorisations");
    browser.call(world, Method::POST, &target, lines, None).await
}

async fn choose(world: &World, browser: &mut Browser, target: &str, psu: &str) -> Response<Bytes> {
    let body = Some(r#"{"authenticationMethodId":"mbid"}"#);
    browser.call(world, Method::PUT, target, &[("psu-id", psu)], body).await
}

#[tokio::test]
async fn starts_and_choices_under_a_consent_are_limited() {
    let world = stepping(|quota| quota.prompts_per_consent = most(4)).await;
    let (mut eager, mut calm) = (Browser::default(), Browser::default());
    let (consent, authorisation) = eager.link(&world).await;
    let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
    for number in 0..2 {
        assert_eq!(choose(&world, &mut eager, &target, &format!("p{number}")).await.status(), 200);
    }
    assert_eq!(start(&world, &mut eager, &consent, &[]).await.status(), 201);
    let before = world.platform.received().len();
    refuses(&start(&world, &mut eager, &consent, &[]).await, "901");
    refuses(&choose(&world, &mut eager, &target, "another").await, "901");
    assert_eq!(world.platform.received().len(), before, "the bank hears nothing");
    assert_eq!(eager.get(&world, &target).await.status(), 200, "all else goes on");
    calm.link(&world).await;
    eager.link(&world).await;
    world.clock.advance(Duration::from_mins(15));
    assert_eq!(start(&world, &mut eager, &consent, &[]).await.status(), 201);
}

#[tokio::test]
async fn steps_of_a_browser_and_of_an_address_are_limited() {
    let world = stepping(|quota| {
        quota.prompts_per_session = most(2);
        quota.prompts_per_address = most(3);
    })
    .await;
    let (from, elsewhere) =
        ([("x-forwarded-for", "192.0.2.1")], [("x-forwarded-for", "192.0.2.2")]);
    let mut first = Browser::default();
    for lines in [&from, &elsewhere] {
        let consent = first.create_consent(&world).await;
        assert_eq!(start(&world, &mut first, &consent, lines).await.status(), 201);
    }
    let consent = first.create_consent(&world).await;
    refuses(&start(&world, &mut first, &consent, &elsewhere).await, "1801");
    for _ in 0..2 {
        let mut other = Browser::default();
        let consent = other.create_consent(&world).await;
        assert_eq!(start(&world, &mut other, &consent, &from).await.status(), 201);
    }
    let mut other = Browser::default();
    let consent = other.create_consent(&world).await;
    refuses(&start(&world, &mut other, &consent, &from).await, "1201");
    assert_eq!(start(&world, &mut other, &consent, &elsewhere).await.status(), 201);
}

#[tokio::test]
async fn the_bank_asks_a_person_to_sign_only_so_often_no_matter_who_causes_it() {
    let world = stepping(|quota| quota.prompts_per_psu = most(3)).await;
    let mut targets = Vec::new();
    for _ in 0..4 {
        let mut browser = Browser::default();
        let (consent, authorisation) = browser.link(&world).await;
        targets.push((browser, format!("{CONSENTS}/{consent}/authorisations/{authorisation}")));
    }
    let spelled = ["198001019999", "19800101-9999", "8001019999", "800101-9999"];
    for (number, ((browser, target), psu)) in targets.iter_mut().zip(spelled).enumerate() {
        let answer = choose(&world, browser, target, psu).await;
        if number < 3 {
            assert_eq!(answer.status(), 200);
        } else {
            refuses(&answer, "1201");
            assert_eq!(choose(&world, browser, target, "197001019999").await.status(), 200);
        }
    }
    // A person whose id came with the consent is the same person.
    let mut browser = Browser::default();
    let said = [("psu-id", "198001019999")];
    let made = browser.call(&world, Method::POST, CONSENTS, &said, Some(CONSENT)).await;
    let consent = crate::support::field(&made, "consentId");
    refuses(&start(&world, &mut browser, &consent, &[]).await, "1201");
}

#[tokio::test]
async fn a_consent_has_a_limited_number_of_authorisations() {
    let world = World::with(|config| {
        config.quota = Quota::NONE;
        config.limits.authorisations = 5;
    })
    .await;
    let mut browser = Browser::default();
    let (consent, _) = browser.link(&world).await;
    let list = format!("{CONSENTS}/{consent}/authorisations");
    world.platform.script(|received| {
        let is_list =
            received.method == Method::GET && received.target.ends_with("/authorisations");
        is_list.then(|| {
            let ids: Vec<_> = (0..300).map(|number| format!("listed-{number}")).collect();
            crate::support::json(200, &serde_json::json!({ "authorisationIds": ids }).to_string())
        })
    });
    for _ in 0..2 {
        assert_eq!(browser.get(&world, &list).await.status(), 200);
        for (number, expect) in [(0, 200), (3, 200), (4, 404), (299, 404)] {
            let target = format!("{list}/listed-{number}");
            assert_eq!(browser.get(&world, &target).await.status(), expect, "{number}");
        }
    }
    let before = world.platform.received().len();
    refuses(&start(&world, &mut browser, &consent, &[]).await, "86400");
    assert_eq!(world.platform.received().len(), before);
}

#[tokio::test]
async fn by_default_a_person_may_renew_codes_for_half_an_hour() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    // A code lasts for half a minute, and a new one is a start and a choice.
    for _ in 0..60 {
        let started = start(&world, &mut browser, &consent, &[]).await;
        assert_eq!(started.status(), 201);
        let id = crate::support::field(&started, "authorisationId");
        let target = format!("{CONSENTS}/{consent}/authorisations/{id}");
        let body = Some(r#"{"authenticationMethodId":"mbid"}"#);
        assert_eq!(browser.call(&world, Method::PUT, &target, &[], body).await.status(), 200);
        world.clock.advance(Duration::from_secs(30));
    }
}
