//! Swedbank offers a page of its own, and BankID beside the page with two signatures. The consent keeps the
//! chosen way to its end.

use axum::http::{Method, StatusCode};
use sandbox::SignOutcome;
use serde_json::Value;

use super::person::Person;
use super::read;
use super::site::{SWEDBANK_HERE, Site};
use crate::support::code;

#[tokio::test]
async fn a_person_who_prefers_bankid_signs_twice_and_goes_to_no_page() {
    let site = Site::start().await;
    let mut person = Person::with_consent(&site, SWEDBANK_HERE).await;
    let chosen = person.choose().await;
    assert_eq!(chosen.headers()["aspsp-sca-approach"], "DECOUPLED");
    let mut shown = read(&chosen);
    assert_eq!(
        (&shown["_links"]["scaOAuth"], &shown["scaStatus"]),
        (&Value::Null, &"authenticationStarted".into())
    );
    for outcome in [SignOutcome::NextStep { step: 2, steps: 2 }, SignOutcome::Finished] {
        let data = &shown["challengeData"]["data"];
        let token = data.as_str().or(data[0].as_str()).expect("a start token").to_owned();
        let order = site.sandbox.scan(&format!("bankid:///?autostarttoken={token}")).unwrap();
        assert_eq!(site.sandbox.sign(order.id), Ok(outcome));
        let target = person.path();
        shown = read(&person.status(&target).await);
    }
    let statuses = person.statuses().await;
    assert_eq!((&*statuses.0, &*statuses.1), ("finalised", "valid"));
    assert_eq!(person.kept().await["redirectPreferred"], false);
    let accounts = person.accounts().await;
    assert_eq!(accounts.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_relay_sends_one_preference_on_all_calls_even_where_a_later_call_has_none() {
    let site = Site::start().await;
    let mut person = Person::with_consent(&site, SWEDBANK_HERE).await;
    person.choose().await;
    let target = person.consent_path("/status");
    person.prefer(None);
    assert_eq!(person.status(&target).await.status(), StatusCode::OK);
    person.prefer(Some("true"));
    let refused = person.call(Method::GET, &target, &[], None).await;
    assert_eq!((refused.status(), &*code(&refused)), (StatusCode::BAD_REQUEST, "RELAY_REFUSED"));
    let heard = site.sandbox.requests();
    let heard = heard.iter().filter(|seen| seen.path.starts_with("/psd2/consent/"));
    let heard: Vec<_> = heard.map(|seen| seen.header("tpp-redirect-preferred")).collect();
    assert_eq!(heard, [Some("false"); 4]);
}
