//! Unusual authorisations: those that start without a choice of a method, and those that the platform
//! forgets once they are final.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    ACCOUNTS, Browser, CONSENTS, SESSION_CONSENTS, World, code, field, json as answer_with,
};

/// The relay's answer to `browser` about its newest authorisation.
async fn kept(world: &World, browser: &mut Browser) -> Value {
    let answer = browser.get(world, SESSION_CONSENTS).await;
    let kept: Value = serde_json::from_slice(answer.body()).unwrap();
    kept["consents"][0]["authorisation"].clone()
}

/// The status of a request for the accounts, and the code of a refusal.
async fn accounts(world: &World, browser: &mut Browser, consent: &str) -> (u16, String) {
    let extra = [("consent-id", consent)];
    let answer = browser.call(world, Method::GET, ACCOUNTS, &extra, None).await;
    let status = answer.status();
    (status.as_u16(), if status.is_success() { String::new() } else { code(&answer) })
}

/// A browser whose person has chosen a method, with the consent and the target of the authorisation.
async fn approving(world: &World) -> (Browser, String, String) {
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(world).await;
    let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    browser.call(world, Method::PUT, &target, &[], method).await;
    (browser, consent, target)
}

#[tokio::test]
async fn an_authorisation_that_continues_by_itself_is_one_beside_the_page() {
    let method = json!({"authenticationMethodId": "mbid", "authenticationType": "PUSH_OTP"});
    for (members, chosen, reads) in [
        (json!({"scaStatus": "exempted", "scaMethods": []}), json!(null), true),
        (json!({"scaStatus": "finalised"}), json!(null), true),
        (json!({"scaStatus": "started", "chosenScaMethod": method}), json!("mbid"), false),
        (json!({"scaStatus": "received", "challengeData": {"data": "t"}}), json!(null), false),
        (json!({"scaStatus": "psuAuthenticated"}), json!(null), false),
    ] {
        let world = World::new().await;
        let extra = members.clone();
        world.platform.script(move |received| {
            let starts = received.method == Method::POST && received.target.contains("/auth");
            starts.then(|| {
                let mut body = json!({"authorisationId": "a1", "_links": {}});
                body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
                let mut answer = answer_with(201, &body.to_string());
                let location = format!("{}/a1", received.target).parse().unwrap();
                answer.headers_mut().insert("location", location);
                answer
            })
        });
        let mut browser = Browser::default();
        let (consent, _) = browser.link(&world).await;
        let kept = kept(&world, &mut browser).await;
        assert_eq!(
            (&kept["scaApproach"], &kept["authenticationMethodId"]),
            (&json!("DECOUPLED"), &chosen)
        );
        let status = accounts(&world, &mut browser, &consent).await.0;
        assert_eq!(status, if reads { 200 } else { 409 }, "{members}");
    }
}

#[tokio::test]
async fn an_authorisation_that_the_platform_forgot_is_a_proof_once_its_consent_is_valid() {
    for (gone, status) in [(404, "valid"), (410, "valid"), (404, "received"), (500, "valid")] {
        let world = World::new().await;
        let (mut browser, consent, target) = approving(&world).await;
        world.platform.script(move |received| {
            if received.target.ends_with("/status") {
                return Some(answer_with(200, &json!({"consentStatus": status}).to_string()));
            }
            let forgotten = r#"{"tppMessages":[{"category":"ERROR","code":"RESOURCE_UNKNOWN"}]}"#;
            received.target.contains("/authorisations/").then(|| answer_with(gone, forgotten))
        });
        let asked = browser.get(&world, &target).await;
        if gone != 500 {
            assert_eq!(code(&asked), "RESOURCE_UNKNOWN", "the platform's word, not the relay's");
        }
        browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
        let found = accounts(&world, &mut browser, &consent).await;
        let expected =
            if gone != 500 && status == "valid" { (200, "") } else { (409, "NOT_RETURNED") };
        assert_eq!((found.0, &*found.1), expected, "{gone} {status}");
        let mut other = Browser::default();
        other.create_consent(&world).await;
        let refused = other.get(&world, &target).await;
        assert_eq!((refused.status().as_u16(), &*code(&refused)), (404, "SESSION_UNKNOWN"));
    }
}

#[tokio::test]
async fn a_forgotten_authorisation_is_no_proof_beside_another_one() {
    let world = World::new().await;
    let (mut browser, consent, _) = approving(&world).await;
    let again = format!("{CONSENTS}/{consent}/authorisations");
    field(&browser.call(&world, Method::POST, &again, &[], None).await, "authorisationId");
    world.platform.script(|received| {
        if received.target.ends_with("/status") {
            return Some(answer_with(200, r#"{"consentStatus":"valid"}"#));
        }
        received.target.contains("/authorisations/").then(|| answer_with(404, "{}"))
    });
    browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
    assert_eq!(accounts(&world, &mut browser, &consent).await, (409, "NOT_RETURNED".to_owned()));
}
