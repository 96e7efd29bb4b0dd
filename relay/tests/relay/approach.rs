//! What the relay learns of an authorisation from answers with few members. A bank's page means that the
//! person must come back before the relay reads accounts, even if an answer does not name the approach.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    ACCOUNTS, Browser, CONSENT, CONSENTS, SESSION_CONSENTS, World, code, json as answer_with,
};

/// A platform that answers `method` at an authorisation with `body`, and without a header of its own.
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
    let answer = browser.call(world, Method::PUT, &target, &[], Some(METHOD)).await;
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

/// A world in which every answer about consents has `links`, and the status `status`.
async fn linking(status: u16, links: Value) -> World {
    let world = World::new().await;
    let body = json!({ "consentId": "c1", "consentStatus": "received", "_links": links });
    world.platform.script(move |received| {
        let is_about = received.target.starts_with(CONSENTS);
        is_about.then(|| answer_with(status, &body.to_string()))
    });
    world
}

#[tokio::test]
async fn an_unexpected_link_is_removed() {
    let evil = "https://evil.example/page";
    let rest = json!({ "scaStatus": { "href": "/psd2/x" } });
    for shape in [json!({ "href": evil }), json!(evil), json!([{ "href": evil }])] {
        for name in ["scaRedirect", "scaOAuth"] {
            let mut links = rest.clone();
            links[name] = shape.clone();
            let world = linking(201, links.clone()).await;
            let mut browser = Browser::default();
            let made = browser.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
            assert_eq!(made.status(), 201);
            let body: Value = serde_json::from_slice(made.body()).unwrap();
            assert_eq!(body["_links"], rest, "{name}: {shape}");
            assert_eq!(body["consentId"], "c1");
            // A refusal makes no difference, whatever the call.
            let refusing = linking(400, links).await;
            let mut browser = Browser::default();
            let refused = browser.call(&refusing, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
            let body: Value = serde_json::from_slice(refused.body()).unwrap();
            assert_eq!((refused.status().as_u16(), &body["_links"]), (400, &rest), "{name}");
        }
    }
}

#[tokio::test]
async fn a_malformed_link_is_removed_from_the_steps_too() {
    for method in [Method::POST, Method::PUT] {
        for status in [200, 409] {
            let odd =
                json!({ "scaRedirect": "https://evil.example/page", "self": { "href": "/" } });
            let world = World::new().await;
            let mut browser = Browser::default();
            let (consent, authorisation) = browser.link(&world).await;
            let body = json!({ "authorisationId": "a1", "scaStatus": "started", "_links": odd });
            world.platform.script(move |_| Some(answer_with(status, &body.to_string())));
            let start = format!("{CONSENTS}/{consent}/authorisations");
            let (target, body) = match method {
                Method::PUT => (format!("{start}/{authorisation}"), Some(METHOD)),
                _ => (start, None),
            };
            let answer = browser.call(&world, method.clone(), &target, &[], body).await;
            let body: Value = serde_json::from_slice(answer.body()).unwrap();
            let found = (answer.status().as_u16(), &body["_links"]);
            assert_eq!(found, (status, &json!({ "self": { "href": "/" } })), "{method}");
        }
    }
}

/// The status and the code of an attempt to read accounts; no code where it succeeds.
async fn accounts(world: &World, browser: &mut Browser, consent: &str) -> (u16, Option<String>) {
    let extra = [("consent-id", consent)];
    let answer = browser.call(world, Method::GET, ACCOUNTS, &extra, None).await;
    let status = answer.status();
    (status.as_u16(), (!status.is_success()).then(|| code(&answer)))
}

#[tokio::test]
async fn the_relay_reads_nothing_without_a_proof() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let refused = (409, Some("NOT_RETURNED".to_owned()));
    let consent = browser.create_consent(&world).await;
    assert_eq!(accounts(&world, &mut browser, &consent).await, refused, "none was started");
    let (consent, authorisation) = browser.link(&world).await;
    let one = format!("{CONSENTS}/{consent}");
    world.platform.script(|received| {
        (received.method == Method::GET).then(|| answer_with(200, r#"{"scaStatus":"finalised"}"#))
    });
    // An attacker may have composed its page's address, and lured another person there.
    browser.get(&world, &format!("{one}/authorisations/{authorisation}")).await;
    assert_eq!(accounts(&world, &mut browser, &consent).await, refused, "no way was chosen");
    let itself = browser.get(&world, &one).await;
    assert_eq!((itself.status().as_u16(), code(&itself)), (409, "NOT_RETURNED".to_owned()));
    assert!(world.platform.calls().iter().all(|call| !call.target.starts_with(ACCOUNTS)));
}

#[tokio::test]
async fn a_page_that_asks_only_for_the_consents_status_can_read_too() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(&world).await;
    choose(&world, &mut browser, &consent, &authorisation).await;
    let asked = |world: &World| {
        let is_sca = |call: &&crate::support::Received| {
            call.method == Method::GET && call.target.ends_with(&authorisation)
        };
        world.platform.calls().iter().filter(is_sca).count()
    };
    for (status, expect) in
        [("started", (409, Some("NOT_RETURNED".to_owned()))), ("finalised", (200, None))]
    {
        let body = json!({ "scaStatus": status, "accounts": [] }).to_string();
        world.platform.script(move |_| Some(answer_with(200, &body)));
        world.clock.advance(Duration::from_secs(1));
        let before = asked(&world);
        assert_eq!(accounts(&world, &mut browser, &consent).await, expect, "{status}");
        assert_eq!(asked(&world), before + 1);
    }
    assert_eq!(accounts(&world, &mut browser, &consent).await, (200, None));
    assert_eq!(asked(&world), 2, "what is final is not asked for again");
}

const METHOD: &str = r#"{"authenticationMethodId":"mbid"}"#;
