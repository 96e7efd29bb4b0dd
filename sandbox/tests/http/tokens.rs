//! The token endpoint (RFC 6749, sections 4.4 and 5), except for codes.

use crate::support::{Answer, Api};

#[tokio::test]
async fn a_client_gets_a_token_for_an_hour_whatever_the_order_of_its_scope() {
    let api = Api::new();
    for scope in [
        "aspspinformation+private",
        "private+aspspinformation",
        "accountinformation+corporate",
        "corporate+accountinformation",
    ] {
        let answer = ask(&api, &form("client_credentials", scope)).await;
        assert_eq!(answer.status, 200, "{scope}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let body = answer.json();
        assert!(body["access_token"].as_str().unwrap().starts_with("sbx_at_"));
        assert_eq!(body["expires_in"], 3600);
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["scope"], scope.replace('+', " "));
    }
}

#[tokio::test]
async fn a_wrong_client_is_refused() {
    let api = Api::new();
    for (id, secret) in [
        ("sandbox-client", "wrong"),
        ("nobody", "sandbox-secret"),
        ("other-client", "sandbox-secret"),
    ] {
        let form = format!(
            "client_id={id}&client_secret={secret}\
             &grant_type=client_credentials&scope=aspspinformation+private"
        );
        refused(&ask(&api, &form).await, 401, "invalid_client");
    }
    let nameless = "grant_type=client_credentials&scope=aspspinformation+private";
    refused(&ask(&api, nameless).await, 401, "invalid_client");
}

#[tokio::test]
async fn a_scope_that_is_not_one_product_and_one_context_is_refused() {
    let api = Api::new();
    for scope in [
        "",
        "private",
        "aspspinformation",
        "paymentinitiation+private",
        "aspspinformation+accountinformation",
        "aspspinformation+accountinformation+private",
        "aspspinformation+private+corporate",
        "private+corporate",
        "aspspinformation++private",
        "ASPSPINFORMATION+private",
    ] {
        let answer = ask(&api, &form("client_credentials", scope)).await;
        refused(&answer, 400, "invalid_scope");
    }
}

#[tokio::test]
async fn other_grants_and_broken_forms_are_refused() {
    let api = Api::new();
    let scope = "aspspinformation+private";
    let answer = ask(&api, &form("password", scope)).await;
    refused(&answer, 400, "unsupported_grant_type");
    for broken in [
        String::new(),
        "client_id=sandbox-client&client_secret=sandbox-secret".to_owned(),
        format!("{}&scope={scope}", form("client_credentials", scope)),
    ] {
        refused(&ask(&api, &broken).await, 400, "invalid_request");
    }
    let json = api.bare("POST", "/connect/token").body("application/json", b"{}").send().await;
    refused(&json, 400, "invalid_request");
}

async fn ask(api: &Api, form: &str) -> Answer {
    api.bare("POST", "/connect/token").form(form).send().await
}

fn form(grant: &str, scope: &str) -> String {
    format!(
        "client_id=sandbox-client&client_secret=sandbox-secret&grant_type={grant}&scope={scope}"
    )
}

#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.json()["error"], error);
}
