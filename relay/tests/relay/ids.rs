//! An id is any text that the platform chooses. A link works with every one, only its own session can use it,
//! and no id leads to another path.

use axum::http::Method;
use relay::config::Quota;
use serde_json::{Value, json as value};

use crate::support::{ACCOUNTS, Browser, CONSENT, CONSENTS, SESSION_CONSENTS, World, code, json};

/// Ids as a platform may write them, and as a path carries them.
const IDS: [(&str, &str); 12] = [
    ("1b91e649-3d06.v2", "1b91e649-3d06.v2"),
    ("urn:consent:1", "urn%3Aconsent%3A1"),
    ("YWI+Yz0/ZA==", "YWI%2BYz0%2FZA%3D%3D"),
    ("c1/status", "c1%2Fstatus"),
    ("100%", "100%25"),
    ("a%2Fb", "a%252Fb"),
    ("a b", "a%20b"),
    ("a?b#c&d", "a%3Fb%23c%26d"),
    ("a\\b;c,d", "a%5Cb%3Bc%2Cd"),
    ("åäö", "%C3%A5%C3%A4%C3%B6"),
    ("漢字🦀", "%E6%BC%A2%E5%AD%97%F0%9F%A6%80"),
    ("\"<>'`{|}^~", "%22%3C%3E%27%60%7B%7C%7D%5E~"),
];

/// A platform that gives each consent and each authorisation this id, and approves at once.
fn with_id(world: &World, id: &str) {
    let id = id.to_owned();
    world.platform.script(move |one| {
        let path = one.target.split('?').next().unwrap();
        let body = match (one.method.as_str(), path) {
            _ if one.is_token() => return None,
            ("POST", CONSENTS) => (201, value!({ "consentId": id, "consentStatus": "received" })),
            ("POST", _) => (201, value!({ "authorisationId": id, "scaStatus": "received" })),
            ("PUT", _) => (200, value!({ "scaStatus": "started" })),
            ("GET", path) if path.ends_with("/status") => {
                (200, value!({ "consentStatus": "valid" }))
            }
            ("GET", path) if path.contains("/authorisations/") => {
                (200, value!({ "scaStatus": "finalised" }))
            }
            _ => return None,
        };
        Some(json(body.0, &body.1.to_string()))
    });
}

/// Links as the widget does, with an id that a path carries as `encoded`.
async fn link(world: &World, id: &str, encoded: &str) {
    with_id(world, id);
    let mut browser = Browser::default();
    let made = browser.call(world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
    assert_eq!(made.status(), 201, "{id}");
    let one = format!("{CONSENTS}/{encoded}");
    let authorisations = format!("{one}/authorisations");
    let started = browser.call(world, Method::POST, &authorisations, &[], None).await;
    assert_eq!(started.status(), 201, "{id}");
    let authorisation = format!("{authorisations}/{encoded}");
    let method = Some(r#"{"authenticationMethodId":"sms.otp:1"}"#);
    let chosen = browser.call(world, Method::PUT, &authorisation, &[], method).await;
    assert_eq!(chosen.status(), 200, "{id}");
    assert_eq!(browser.get(world, &authorisation).await.status(), 200, "{id}");
    assert_eq!(browser.get(world, &format!("{one}/status")).await.status(), 200, "{id}");
    let kept: Value =
        serde_json::from_slice(browser.get(world, SESSION_CONSENTS).await.body()).unwrap();
    assert_eq!(kept["consents"][0]["consentId"], id);
    assert_eq!(kept["consents"][0]["authorisation"]["authorisationId"], id);
    let header = [("consent-id", encoded)];
    let accounts = browser.call(world, Method::GET, ACCOUNTS, &header, None).await;
    assert_eq!(accounts.status(), 200, "{id}");
    let calls = world.platform.calls();
    let last = calls.last().unwrap();
    assert_eq!((&*last.target, &last.all("consent-id")[..]), (ACCOUNTS, &[id.to_owned()][..]));
    let targets: Vec<_> = calls.iter().map(|call| &*call.target).rev().take(6).collect();
    let status = format!("{one}/status");
    assert_eq!(
        targets,
        [ACCOUNTS, &status, &authorisation, &authorisation, &authorisations, CONSENTS]
    );
    // Only this session can use it.
    let mut other = Browser::default();
    let foreign = other.call(world, Method::GET, ACCOUNTS, &header, None).await;
    assert_eq!(foreign.status(), 404, "{id}");
    assert_eq!(other.get(world, &status).await.status(), 404, "{id}");
    let ended = browser.call(world, Method::DELETE, &one, &[], None).await;
    assert_eq!(ended.status(), 204, "{id}");
    let last = world.platform.calls().pop().unwrap();
    assert_eq!((last.method, last.target), (Method::DELETE, one));
}

#[tokio::test]
async fn a_link_works_with_any_id_that_the_document_allows() {
    let world = World::with(|config| config.quota = Quota::NONE).await;
    let long = "k".repeat(500);
    for (id, encoded) in IDS.into_iter().chain([(&*long, &*long)]) {
        link(&world, id, encoded).await;
    }
}

#[tokio::test]
async fn an_id_has_one_spelling_and_nothing_is_decoded_twice() {
    let world = World::new().await;
    with_id(&world, "a/b");
    let mut browser = Browser::default();
    let made = browser.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
    assert_eq!(made.status(), 201);
    let before = world.platform.calls().len();
    for other in ["a/b", "a%2fb", "a%252Fb", "%61%2Fb", "a%2Fb/", "a%2F%2e%2e%2Fa%2Fb"] {
        let answer = browser.get(&world, &format!("{CONSENTS}/{other}/status")).await;
        assert_eq!(answer.status(), 404, "{other}");
    }
    for other in ["a%2fb", "a%252Fb", "%61%2Fb", "a%2Fb%00"] {
        let header = [("consent-id", other)];
        let answer = browser.call(&world, Method::GET, ACCOUNTS, &header, None).await;
        assert!(matches!(answer.status().as_u16(), 400 | 404), "{other}");
    }
    assert_eq!(world.platform.calls().len(), before, "nothing was sent");
    // A header without a percent sign is the id itself.
    let answer = browser.call(&world, Method::GET, ACCOUNTS, &[("consent-id", "a/b")], None).await;
    assert_eq!((answer.status().as_u16(), &*code(&answer)), (409, "NOT_RETURNED"));
}
