//! The exchange of a code for a token: what it needs, and its errors.

use std::time::Duration;

use serde_json::json;

use crate::browser::{Visit, form};
use crate::support::{Answer, Api, consent_of};

#[tokio::test]
async fn a_code_becomes_a_token_that_works_like_any_other() {
    let api = Api::new();
    let (visit, code) = approved(&api).await;
    let answer = visit.exchange(&code).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], "accountinformation private");
    let token = body["access_token"].as_str().unwrap();
    assert!(token.starts_with("sbx_at_"));
    let call = api.at("NDEASESS", "GET", &visit.authorisation).await;
    let read = call.header("Authorization", &format!("Bearer {token}")).send().await;
    assert_eq!(read.json()["scaStatus"], "finalised");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let api = Api::new();
    let (visit, code) = approved(&api).await;
    assert_eq!(visit.exchange(&code).await.status, 200);
    for _ in 0..2 {
        refused(&visit.exchange(&code).await, 400, "invalid_grant");
        assert_eq!(visit.consent().await, "valid");
        assert_eq!(visit.sca().await, "finalised");
    }
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let api = Api::new();
    let (visit, code) = approved(&api).await;
    api.sandbox.advance(Duration::from_secs(59));
    assert_eq!(visit.exchange(&code).await.status, 200);
    let (visit, code) = approved(&api).await;
    api.sandbox.advance(Duration::from_mins(1));
    refused(&visit.exchange(&code).await, 400, "invalid_grant");
    assert_eq!(visit.consent().await, "received");
    assert_eq!(visit.sca().await, "psuAuthenticated");
}

#[tokio::test]
async fn a_form_that_is_wrong_is_refused_and_changes_nothing() {
    let api = Api::new();
    let (visit, code) = approved(&api).await;
    for (name, value, status, error) in [
        ("client_id", "other-client", 401, "invalid_client"),
        ("client_id", "nobody", 401, "invalid_client"),
        ("client_secret", "wrong", 401, "invalid_client"),
        ("client_secret", "", 401, "invalid_client"),
        ("grant_type", "password", 400, "unsupported_grant_type"),
        ("scope", "accountinformation corporate", 400, "invalid_scope"),
        ("scope", "corporate accountinformation", 400, "invalid_scope"),
        ("scope", "aspspinformation", 400, "invalid_scope"),
        ("scope", "private", 400, "invalid_scope"),
        ("code", "sbx_ac_0", 400, "invalid_grant"),
        ("code", "", 400, "invalid_grant"),
        ("redirect_uri", "http://localhost:8080/redirect/", 400, "invalid_grant"),
        ("redirect_uri", "http://127.0.0.1:8080/redirect", 400, "invalid_grant"),
    ] {
        let answer = send(&visit, &form(&code, &[(name, value)]), visit.ids()).await;
        refused(&answer, status, error);
    }
    for name in ["code", "redirect_uri", "scope"] {
        let whole = form(&code, &[]);
        let parts = whole.split('&').filter(|part| !part.starts_with(&format!("{name}=")));
        let lacking = parts.collect::<Vec<_>>().join("&");
        refused(&send(&visit, &lacking, visit.ids()).await, 400, "invalid_request");
        let twice = format!("{whole}&{name}=x");
        refused(&send(&visit, &twice, visit.ids()).await, 400, "invalid_request");
    }
    assert_eq!(visit.consent().await, "received");
    assert_eq!(visit.exchange(&code).await.status, 200, "the code is still valid");
}

#[tokio::test]
async fn the_scope_of_an_exchange_has_its_words_in_any_order_or_the_product_alone() {
    let api = Api::new();
    for scope in ["accountinformation private", "private accountinformation", "accountinformation"]
    {
        let (visit, code) = approved(&api).await;
        let answer = send(&visit, &form(&code, &[("scope", scope)]), visit.ids()).await;
        assert_eq!(answer.status, 200, "{scope}");
        assert_eq!(visit.consent().await, "valid", "{scope}");
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let call = api.at("NDEASESS", "GET", &visit.authorisation).await;
        let read = call.header("Authorization", &format!("Bearer {token}")).send().await;
        assert_eq!(read.status, 200, "a token of the consent's context: {scope}");
    }
}

#[tokio::test]
async fn a_code_of_another_client_is_refused() {
    let api = Api::new();
    let (visit, code) = approved(&api).await;
    let other = [("client_id", "other-client"), ("client_secret", "other-secret")];
    refused(&send(&visit, &form(&code, &other), visit.ids()).await, 400, "invalid_grant");
    assert_eq!(visit.consent().await, "received");
}

#[tokio::test]
async fn the_headers_must_name_the_consent_and_the_authorisation_of_the_code() {
    let api = Api::new();
    let (visit, code) = approved(&api).await;
    let (other, other_code) = approved(&api).await;
    let consent = consent_of(&visit.authorisation).to_owned();
    let sibling = api.visit_again("NDEASESS", &consent, "mbid").await;
    let form = form(&code, &[]);
    let (consent, authorisation) = visit.ids();
    for ids in [
        other.ids(),
        (consent, other.ids().1),
        (other.ids().0, authorisation),
        sibling.ids(),
        (authorisation, consent),
        ("", ""),
    ] {
        refused(&send(&visit, &form, ids).await, 400, "invalid_grant");
    }
    refused(&visit.exchange(&other_code).await, 400, "invalid_grant");
    for name in ["X-ConsentId", "X-ConsentAuthorisationId"] {
        let call = api.bare("POST", "/connect/token").form(&form);
        let call = call.header("X-ConsentId", consent);
        let call = call.header("X-ConsentAuthorisationId", authorisation);
        refused(&call.without(name).send().await, 400, "invalid_request");
        let call = api.bare("POST", "/connect/token").form(&form);
        let call = call.header("X-ConsentId", consent);
        let call = call.header("X-ConsentAuthorisationId", authorisation);
        refused(&call.header_too(name, consent).send().await, 400, "invalid_request");
    }
    assert_eq!(
        (visit.consent().await, other.consent().await),
        ("received".into(), "received".into())
    );
    assert_eq!(visit.exchange(&code).await.status, 200);
    assert_eq!(other.exchange(&other_code).await.status, 200);
}

#[tokio::test]
async fn the_next_exchange_can_be_made_to_fail() {
    let api = Api::new();
    let (visit, code) = approved(&api).await;
    let fault = json!({ "kind": "status", "status": 503 });
    let rule = json!({ "path": "/connect/token", "fault": fault });
    assert_eq!(api.bare("POST", "/control/faults").json(&rule).send().await.status, 204);
    assert_eq!(visit.exchange(&code).await.status, 503);
    assert_eq!(visit.consent().await, "received");
    assert_eq!(visit.exchange(&code).await.status, 200);
}

async fn approved(api: &Api) -> (Visit<'_>, String) {
    let visit = api.visit("NDEASESS", "mbid").await;
    let code = visit.approve().await["code"].clone();
    (visit, code)
}

async fn send(visit: &Visit<'_>, form: &str, (consent, authorisation): (&str, &str)) -> Answer {
    let call = visit.api.bare("POST", "/connect/token").form(form);
    let call = call.header("X-ConsentId", consent);
    call.header("X-ConsentAuthorisationId", authorisation).send().await
}

#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.json()["error"], error, "{answer:?}");
}
