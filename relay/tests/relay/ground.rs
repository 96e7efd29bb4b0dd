//! The relay's answer to a page before anything begins: the time, and whether the browser sends its cookie.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use relay::Clock;
use serde_json::{Value, json};

use crate::support::{Browser, SESSION_CONSENTS, World, finish};

fn body(answer: &Response<Bytes>) -> Value {
    assert_eq!(answer.status(), 200);
    serde_json::from_slice(answer.body()).unwrap()
}

#[tokio::test]
async fn the_second_answer_confirms_that_the_browser_keeps_the_cookie() {
    let world = World::new().await;
    let mut browser = Browser::default();
    for expected in ["set", "came", "came"] {
        assert_eq!(body(&browser.get(&world, SESSION_CONSENTS).await)["cookie"], expected);
    }
    // A browser that keeps no cookie gets the same answer again, and the store keeps nothing for it.
    for _ in 0..2 {
        let answer = finish(world.call(Method::GET, SESSION_CONSENTS)).await;
        assert_eq!(body(&answer)["cookie"], "set");
        assert!(answer.headers().contains_key("set-cookie"));
    }
    assert_eq!(world.platform.received().len(), 0);
}

#[tokio::test]
async fn the_answer_to_a_page_of_another_site_says_that_no_cookie_comes() {
    let world = World::new().await;
    for (site, expected) in [("cross-site", "withheld"), ("same-site", "set")] {
        let request = world
            .call(Method::GET, SESSION_CONSENTS)
            .header("origin", "https://shop.example")
            .header("sec-fetch-site", site);
        let answer = finish(request).await;
        assert_eq!(body(&answer)["cookie"], expected, "{site}");
        assert_eq!(answer.headers().contains_key("set-cookie"), expected == "set", "{site}");
    }
}

#[tokio::test]
async fn the_time_is_the_relays_own() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let before = body(&browser.get(&world, SESSION_CONSENTS).await)["nowMillis"].clone();
    assert_eq!(before, json!(world.clock.now().as_millis()));
    world.clock.advance(Duration::from_hours(72));
    let after = body(&browser.get(&world, SESSION_CONSENTS).await)["nowMillis"].clone();
    assert_eq!(after.as_u64(), before.as_u64().map(|millis| millis + 72 * 3_600_000));
}
