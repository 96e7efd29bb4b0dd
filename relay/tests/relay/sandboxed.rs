//! The relay in front of the sandbox: the guide's steps, from the list of banks to the accounts. Here
//! over TLS with a client certificate; the banks' own pages in the modules below.

mod context;
mod data;
mod documents;
mod foreign;
mod pages;
mod person;
mod prometheus;
mod proxied;
mod scraped;
mod site;
mod swedbank;

use axum::body::Bytes;
use axum::http::{Method, Response, StatusCode};
use sandbox::{ErrorForm, LinkForm, Sandbox};
use serde_json::Value;

use crate::mtls_support::Site;
use crate::support::{ACCOUNTS, ASPSPS, Browser, CONSENT, CONSENTS, World, finish};

/// A relay in front of a sandbox of its own.
async fn world() -> (World, Sandbox) {
    let site = Site::start().await;
    (site.world().await, site.sandbox)
}

fn read(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

/// A consent until tomorrow, by the sandbox's clock.
fn consent_until_tomorrow(sandbox: &Sandbox) -> String {
    let tomorrow = sandbox.now().date().next_day().unwrap();
    CONSENT.replace("2027-01-31", &tomorrow.to_string())
}

/// Takes the guide's steps up to the challenge. Returns the consent's id and the authorisation's path.
async fn challenge(
    world: &World,
    sandbox: &Sandbox,
    browser: &mut Browser,
) -> (String, String, String) {
    let body = consent_until_tomorrow(sandbox);
    let created = browser.call(world, Method::POST, CONSENTS, &[], Some(&body)).await;
    assert_eq!(created.status(), StatusCode::CREATED, "{:?}", created.body());
    let consent = crate::support::field(&created, "consentId");
    let start = format!("{CONSENTS}/{consent}/authorisations");
    let started = browser.call(world, Method::POST, &start, &[], None).await;
    let path = started.headers()["location"].to_str().unwrap().to_owned();
    let method = &read(&started)["scaMethods"][0]["authenticationMethodId"];
    let body = serde_json::json!({ "authenticationMethodId": method }).to_string();
    let updated = browser.call(world, Method::PUT, &path, &[], Some(&body)).await;
    assert_eq!(updated.headers()["aspsp-sca-approach"], "DECOUPLED");
    let data = &read(&updated)["challengeData"]["data"];
    let token = data.as_str().or(data[0].as_str()).expect("SEB shows a start token").to_owned();
    (consent, path, token)
}

#[tokio::test]
async fn a_person_links_an_account_at_seb_and_no_other_session_reads_it() {
    let (world, sandbox) = world().await;
    let (mut browser, mut stranger) = (Browser::default(), Browser::default());
    let banks = browser.get(&world, &format!("{ASPSPS}?isoCountryCodes=SE")).await;
    assert!(read(&banks)["aspsps"].as_array().unwrap().len() >= 3);

    let (consent, path, token) = challenge(&world, &sandbox, &mut browser).await;
    let order = sandbox.scan(&format!("bankid:///?autostarttoken={token}")).unwrap();
    sandbox.sign(order.id).unwrap();
    assert_eq!(read(&browser.get(&world, &path).await)["scaStatus"], "finalised");
    let status = format!("{CONSENTS}/{consent}/status");
    assert_eq!(read(&browser.get(&world, &status).await)["consentStatus"], "valid");

    let accounts = format!("{ACCOUNTS}?withBalance=true");
    let extra = [("consent-id", consent.as_str())];
    let listed = browser.call(&world, Method::GET, &accounts, &extra, None).await;
    assert!(!read(&listed)["accounts"].as_array().unwrap().is_empty());

    let before = sandbox.requests().len();
    for target in [&status, &path] {
        assert_eq!(stranger.get(&world, target).await.status(), 404);
    }
    let refused = stranger.call(&world, Method::GET, &accounts, &extra, None).await;
    assert_eq!(refused.status(), 404);
    assert_eq!(sandbox.requests().len(), before);
}

#[tokio::test]
async fn tokens_that_the_platform_forgets_are_no_trouble() {
    let (world, sandbox) = world().await;
    for form in [ErrorForm::TppMessages, ErrorForm::Rfc7807, ErrorForm::Bare, ErrorForm::Oauth] {
        sandbox.set_error_form(form);
        sandbox.revoke_tokens();
        let (consent, ..) = challenge(&world, &sandbox, &mut Browser::default()).await;
        assert!(!consent.is_empty());
    }
}

#[tokio::test]
async fn absolute_links_become_paths_of_the_relay() {
    let (world, sandbox) = world().await;
    sandbox.set_link_form(LinkForm::Absolute);
    let (_, path, _) = challenge(&world, &sandbox, &mut Browser::default()).await;
    assert!(path.starts_with("/psd2/"), "{path}");
}

#[tokio::test]
async fn every_bank_has_a_logo() {
    let (world, _sandbox) = world().await;
    let banks = read(&Browser::default().get(&world, ASPSPS).await);
    for bank in banks["aspsps"].as_array().unwrap() {
        let target = format!("/logos/{}", bank["bicFi"].as_str().unwrap());
        let logo = finish(world.bare(Method::GET, &target)).await;
        assert_eq!(logo.status(), 200, "{target}");
        assert_eq!(logo.headers()["content-type"], "image/svg+xml");
    }
}
