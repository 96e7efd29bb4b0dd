//! A token endpoint that is away while tokens end, and clocks that jump.

use std::time::Duration;

use axum::http::Method;

use super::outcome;
use crate::support::{ACCOUNTS, ASPSPS, Browser, CONSENTS, World, code, finish, json};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn the_token_endpoint_may_be_away_for_ten_minutes_while_tokens_end() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.link(&world).await;
    let status = format!("{CONSENTS}/{consent}/status");
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
    // The tokens of both products last for an hour. The endpoint goes away five minutes before that.
    world.clock.advance(MINUTE * 54);
    world.platform.script(|received| received.is_token().then(|| json(503, "{}")));
    for minute in 55..60 {
        world.clock.advance(MINUTE);
        assert_eq!(
            browser.get(&world, &status).await.status(),
            200,
            "{minute}: the old one serves"
        );
        assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200, "{minute}");
    }
    world.clock.advance(MINUTE);
    let before = world.platform.calls().len();
    for minute in 60..65 {
        let answer = browser.get(&world, &status).await;
        assert_eq!(
            (answer.status().as_u16(), &*code(&answer)),
            (503, "PLATFORM_FAILED"),
            "{minute}"
        );
        assert_eq!(outcome(&world).await.0, 503, "{minute}");
        world.clock.advance(MINUTE);
    }
    assert_eq!(world.platform.calls().len(), before, "no call goes out without a token");
    world.platform.script(|_| None);
    world.clock.advance(MINUTE);
    assert_eq!(browser.get(&world, &status).await.status(), 200, "the link is as it was");
    assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
}

#[tokio::test]
async fn a_clock_that_jumps_and_is_set_right_costs_no_link() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.sign(&world).await;
    let header = [("consent-id", consent.as_str())];
    let jump = Duration::from_hours(23);
    world.clock.set_back(jump);
    let accounts = browser.call(&world, Method::GET, ACCOUNTS, &header, None).await;
    assert_eq!(accounts.status(), 200, "set back");
    world.clock.advance(jump * 2);
    world.relay.tend_once().await;
    let accounts = browser.call(&world, Method::GET, ACCOUNTS, &header, None).await;
    assert_eq!(accounts.status(), 200, "almost a day ahead");
    world.clock.set_back(jump);
    let accounts = browser.call(&world, Method::GET, ACCOUNTS, &header, None).await;
    assert_eq!(accounts.status(), 200, "set right");
}

#[tokio::test]
async fn what_a_jump_of_the_clock_has_ended_stays_ended() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.link(&world).await;
    let status = format!("{CONSENTS}/{consent}/status");
    let jump = Duration::from_hours(72);
    world.clock.advance(jump);
    world.relay.tend_once().await;
    world.deletes(&consent).await;
    world.clock.set_back(jump);
    let gone = browser.get(&world, &status).await;
    assert_eq!((gone.status().as_u16(), &*code(&gone)), (404, "SESSION_UNKNOWN"));
    assert_eq!(world.deleted(), [consent], "once");
    assert!(!browser.link(&world).await.0.is_empty(), "the next link begins as usual");
}
