//! What the relay learns of an authorisation from answers that say little. A bank's page means that the
//! person must come back before accounts are shown, whoever forgot to name the approach.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    ACCOUNTS, Browser, CONSENTS, SESSION_CONSENTS, World, code, json as answer_with,
};

/// A platform that answers `method` at an authorisation with `body`, and no header of its own.
async fn world(method: Method, body: Value) -> World {
    let world = World::new().await;
    let body = body.to_string().replace("[AUTH]", &world.platform.url);
    world.platform.script(move |received| {
        let is_asked = received.method == method && received.target.contains("/authorisations");
        is_asked.then(|| {
            let mut answer = answer_with(if method == Method::POST { 201 } else { 200 }, &body);
            let location = format!("{}/a1", received.target).parse().unwrap();
            answer.headers_mut().insert("location", location);
            answer
        })
    });
    world
}

/// Chooses a method.
async fn choose(world: &World, browser: &mut Browser, consent: &str, authorisation: &str) {
    let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
    let body = Some(r#"{"authenticationMethodId":"mbid"}"#);
    let answer = browser.call(world, Method::PUT, &target, &[], body).await;
    assert_eq!(answer.status(), 200);
}

/// The authorisation that the relay keeps.
async fn kept(world: &World, browser: &mut Browser) -> Value {
    let answer = browser.get(world, SESSION_CONSENTS).await;
    let kept: Value = serde_json::from_slice(answer.body()).unwrap();
    kept["consents"][0]["authorisation"].clone()
}

#[tokio::test]
async fn a_page_without_the_header_is_a_redirect_all_the_same() {
    for method in [Method::POST, Method::PUT] {
        let page = "[AUTH]/page?redirect_uri=[TPP_REDIRECT_URI]&state=[TPP_STATE]";
        let body = json!({
            "authorisationId": "a1", "scaStatus": "started",
            "_links": { "scaRedirect": { "href": page } }
        });
        let world = world(method, body).await;
        let mut browser = Browser::default();
        let (consent, authorisation) = browser.link(&world).await;
        choose(&world, &mut browser, &consent, &authorisation).await;
        assert_eq!(kept(&world, &mut browser).await["scaApproach"], "REDIRECT");
        let extra = [("consent-id", consent.as_str())];
        let refused = browser.call(&world, Method::GET, ACCOUNTS, &extra, None).await;
        assert_eq!((refused.status().as_u16(), &*code(&refused)), (409, "NOT_RETURNED"));
    }
}

#[tokio::test]
async fn an_answer_without_a_status_is_no_news() {
    for (chosen, expect) in [(json!({}), "received"), (json!({"scaStatus": "started"}), "started")]
    {
        let world = world(Method::PUT, chosen).await;
        let mut browser = Browser::default();
        let (consent, authorisation) = browser.link(&world).await;
        choose(&world, &mut browser, &consent, &authorisation).await;
        let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
        assert_eq!(browser.get(&world, &target).await.status(), 200);
        assert_eq!(kept(&world, &mut browser).await["scaStatus"], expect);
    }
}
