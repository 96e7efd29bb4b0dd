//! Lists of banks, countries and cities: one fetch serves all callers, and never delays a person who is linking an
//! account.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use relay::config::{Config, Contexts, Most, Network, Quota};
use tokio::time::sleep;

use crate::support::{ASPSPS, Browser, CONSENT, CONSENTS, World, code, finish, json};

/// A world whose relay keeps lists.
async fn world(change: impl FnOnce(&mut Config)) -> World {
    World::with(|config| {
        config.limits.list_fresh = Duration::from_mins(10);
        config.limits.list_usable = Duration::from_hours(24);
        change(config);
    })
    .await
}

async fn get(world: &World, target: &str) -> Response<Bytes> {
    finish(world.call(Method::GET, target)).await
}

/// Lets the platform answer lists with a body of this name.
fn names(world: &World, name: &'static str) {
    world.platform.script(move |received| {
        let is_list = received.target.contains("aspspinformation");
        is_list.then(|| json(200, &format!(r#"{{"aspsps":[],"name":"{name}"}}"#)))
    });
}

fn shows(answer: &Response<Bytes>, name: &str) -> bool {
    answer.status() == 200 && String::from_utf8_lossy(answer.body()).contains(name)
}

fn lists(world: &World) -> usize {
    let calls = world.platform.calls();
    calls.iter().filter(|call| call.target.contains("aspspinformation")).count()
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_not_kept() {
    let world = world(|_| {}).await;
    for body in ["null", "7", "\"x\"", "{}", r#"{"message":"maintenance"}"#, "true"] {
        world.platform.script(move |received| {
            received.target.contains("aspspinformation").then(|| json(200, body))
        });
        let got = get(&world, ASPSPS).await;
        assert_eq!((got.status().as_u16(), &got.body()[..]), (200, body.as_bytes()));
        world.clock.advance(Duration::from_secs(3));
    }
    names(&world, "list");
    assert!(shows(&get(&world, ASPSPS).await, "list"), "it is asked for again");
    world
        .platform
        .script(|received| received.target.contains("aspspinformation").then(|| json(200, "null")));
    world.clock.advance(Duration::from_mins(11));
    for _ in 0..3 {
        assert!(shows(&get(&world, ASPSPS).await, "list"), "the old one serves");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn one_fetch_serves_all_who_ask_and_says_nothing_of_them() {
    let world = world(|_| {}).await;
    names(&world, "first");
    world.platform.delay(Duration::from_millis(100));
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..50 {
        asking.spawn(finish(world.call(Method::GET, ASPSPS).header("accept-language", "sv")));
    }
    let answers = asking.join_all().await;
    assert!(answers.iter().all(|answer| shows(answer, "first")));
    let ids: Vec<_> = answers.iter().map(|answer| &answer.headers()["x-request-id"]).collect();
    let call = world.platform.calls().pop().unwrap();
    assert!(ids.iter().all(|id| **id == *call.all("x-request-id")[0]), "the one of the fetch");
    for name in ["psu-ip-address", "psu-user-agent", "psu-accept-language", "psu-id", "x-bicfi"] {
        assert!(call.all(name).is_empty(), "{name}");
    }
    assert_eq!(lists(&world), 1);
    // Another list, and the same one in another spelling.
    for target in ["?isoCountryCodes=SE", "/ESSESESS", "?isoCountryCodes=SE"] {
        assert_eq!(get(&world, &format!("{ASPSPS}{target}")).await.status(), 200);
    }
    assert_eq!(lists(&world), 3);
    let foreign = finish(world.bare(Method::GET, ASPSPS)).await;
    assert_eq!(foreign.status(), 403, "the gate stands before it");
}

#[tokio::test]
async fn each_context_has_its_own() {
    use protocol::profile::Context::{Corporate, Private};
    let both = Contexts { first: Private, second: Some(Corporate) };
    let world = world(|config| config.platform.contexts = both).await;
    for context in ["private", "corporate", "private", "corporate"] {
        let call = world.call(Method::GET, ASPSPS).header("x-ais-link-context", context);
        assert_eq!(finish(call).await.status(), 200);
    }
    assert_eq!(lists(&world), 2);
}

#[tokio::test]
async fn an_old_list_serves_while_the_next_one_is_fetched_or_cannot_be() {
    let world = world(|_| {}).await;
    names(&world, "first");
    assert!(shows(&get(&world, ASPSPS).await, "first"));
    world.clock.advance(Duration::from_mins(10));
    names(&world, "second");
    world.platform.delay(Duration::from_millis(200));
    assert!(shows(&get(&world, ASPSPS).await, "first"), "no caller waits for the new one");
    let mut looks = 0;
    while !shows(&get(&world, ASPSPS).await, "second") {
        looks += 1;
        assert!(looks < 200, "the new one comes");
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(lists(&world), 2);
    world.platform.delay(Duration::ZERO);
    world.platform.script(|received| (!received.is_token()).then(|| json(500, "{}")));
    for _ in 0..5 {
        world.clock.advance(Duration::from_hours(4));
        assert!(shows(&get(&world, ASPSPS).await, "second"));
        sleep(Duration::from_millis(50)).await;
    }
    world.clock.advance(Duration::from_hours(5));
    assert_eq!(get(&world, ASPSPS).await.status(), 500, "it is too old by now");
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_passed_on_and_soon_requested_again() {
    for (status, wish, early, late) in
        [(500, None, 1, 1), (429, Some("30"), 29, 1), (404, None, 1, 1)]
    {
        let world = world(|_| {}).await;
        world.platform.script(move |received| {
            (!received.is_token()).then(|| {
                let mut answer = json(status, r#"{"code":"SERVICE_BLOCKED","title":"t"}"#);
                let wish = wish.map(|wish| ("retry-after", wish.parse().unwrap()));
                answer.headers_mut().extend(
                    wish.map(|(name, wish)| {
                        (name.parse::<axum::http::HeaderName>().unwrap(), wish)
                    }),
                );
                answer
            })
        });
        for _ in 0..3 {
            let answer = get(&world, ASPSPS).await;
            assert_eq!(answer.status().as_u16(), status);
            let wished = answer.headers().get("retry-after").map(|wish| wish.to_str().unwrap());
            assert_eq!(wished, wish);
        }
        assert_eq!(lists(&world), 1, "the platform is left alone for a while");
        names(&world, "good");
        world.clock.advance(Duration::from_secs(early));
        assert_eq!(get(&world, ASPSPS).await.status().as_u16(), status);
        world.clock.advance(Duration::from_secs(late));
        assert!(shows(&get(&world, ASPSPS).await, "good"), "{status}");
    }
    let world = world(|_| {}).await;
    for body in ["<html>", r#"{"a":"#] {
        world.platform.script(move |received| (!received.is_token()).then(|| json(200, body)));
        let answer = get(&world, ASPSPS).await;
        assert_eq!((answer.status().as_u16(), &*code(&answer)), (502, "PLATFORM_FAILED"));
        world.clock.advance(Duration::from_secs(2));
    }
}

#[tokio::test]
async fn an_address_that_requests_ever_new_lists_waits_and_the_others_do_not() {
    let world = world(|config| {
        let lists_per_address = Most::Number(NonZeroU32::new(3).unwrap());
        config.quota = Quota { lists_per_address, ..Quota::NONE };
        config.access.trusted_proxies = vec![Network::parse("127.0.0.0/8").unwrap()];
    })
    .await;
    let ask = async |country: &str, address: &str| {
        let target = format!("{ASPSPS}?isoCountryCodes={country}");
        finish(world.call(Method::GET, &target).header("x-forwarded-for", address)).await
    };
    for country in ["SE", "FI", "NO", "SE", "FI"] {
        assert_eq!(ask(country, "192.0.2.1").await.status(), 200);
    }
    let refused = ask("DK", "192.0.2.1").await;
    assert_eq!((refused.status().as_u16(), &*code(&refused)), (429, "RELAY_REFUSED"));
    assert_eq!(refused.headers()["retry-after"], "1201");
    assert_eq!(lists(&world), 3);
    assert_eq!(ask("SE", "192.0.2.1").await.status(), 200, "what is there costs nothing");
    assert_eq!(ask("DK", "192.0.2.2").await.status(), 200);
    assert_eq!(ask("DK", "192.0.2.1").await.status(), 200);
}

#[tokio::test]
async fn lists_leave_room_for_those_who_are_linking() {
    let world = world(|config| config.limits.calls = 4).await;
    let mut browser = Browser::default();
    browser.link(&world).await;
    world.platform.delay(Duration::from_millis(500));
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..20 {
        let target = format!("{ASPSPS}/BANKSE{number:02}");
        asking.spawn(finish(world.call(Method::GET, &target)));
    }
    sleep(Duration::from_millis(100)).await;
    let made = browser.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
    assert_eq!(made.status(), 201, "there is room");
    let answers = asking.join_all().await;
    let count = |status: u16| answers.iter().filter(|one| one.status() == status).count();
    assert_eq!((count(200), count(503)), (1, 19));
    let busy = answers.iter().find(|one| one.status() == 503).unwrap();
    assert!(busy.headers().contains_key("retry-after"));
}
