//! Each redirect bank from end to end: link, page, approval, exchange, accounts; and the runs that fail.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::{STATE, Visit, returned};
use crate::support::{Api, consent_of};

/// Banks with a method each, and the SCA status when the link exists, when the page is open, when the bank
/// knows the person, and when the person has approved.
const BANKS: [(&str, &str, [&str; 4]); 7] = [
    ("NDEASESS", "mbid", ["started", "started", "psuIdentified", "psuAuthenticated"]),
    ("DABASESX", "mbid", ["received", "started", "started", "started"]),
    ("NDEAFIHH", "code_app", ["started", "started", "psuIdentified", "psuAuthenticated"]),
    ("OKOYFIHH", "code_app", ["received", "started", "started", "psuAuthenticated"]),
    ("OKOYFIHH", "code_list", ["received", "started", "started", "psuAuthenticated"]),
    ("SWEDSESS", "mbid", ["received", "authenticationStarted", "authenticationStarted", "started"]),
    ("PROVSESS", "mbid", ["received", "started", "started", "finalised"]),
];

#[tokio::test]
async fn each_bank_can_be_linked_and_shows_its_order_of_statuses() {
    let api = Api::preferring("true");
    for (bic, method, [created, opened, identified, approved]) in BANKS {
        let visit = api.visit(bic, method).await;
        assert_eq!(visit.sca().await, created, "{bic}");
        visit.open().await;
        assert_eq!(visit.sca().await, opened, "{bic}");
        visit.arrive().await;
        assert_eq!(visit.sca().await, identified, "{bic}");
        let mut back = visit.approve().await;
        assert_eq!(back.remove("state").as_deref(), Some(STATE), "{bic}");
        assert_eq!(visit.sca().await, approved, "{bic}");
        if bic != "PROVSESS" {
            assert_eq!(visit.consent().await, "received", "{bic}: not before the exchange");
            let early = api.accounts(bic, &visit.authorisation, "").await;
            early.refuses(401, "CONSENT_INVALID", None);
            assert_eq!(back.remove("scope").as_deref(), Some("accountinformation private"));
            let code = back.remove("code").unwrap();
            assert!(code.starts_with("sbx_ac_") && code.len() == 50, "{bic}");
            assert_eq!(visit.exchange(&code).await.status, 200, "{bic}");
        }
        assert!(back.is_empty(), "{bic} sends nothing else: {back:?}");
        assert_eq!(visit.sca().await, "finalised", "{bic}");
        assert_eq!(visit.consent().await, "valid", "{bic}");
        let accounts = api.accounts(bic, &visit.authorisation, "").await.json();
        assert!(accounts["accounts"].as_array().unwrap().len() >= 2, "{bic}");
        assert!(visit.look().await.text().contains("screen-approved"), "{bic}");
    }
}

#[tokio::test]
async fn a_person_who_refuses_at_any_point_rejects_the_consent() {
    let api = Api::preferring("true");
    for (bic, method, _) in BANKS {
        for early in [true, false] {
            let visit = api.visit(bic, method).await;
            if early {
                visit.open().await;
            } else {
                visit.arrive().await;
            }
            let back = returned(&visit.press("reject", "").await);
            assert_eq!(back["error"], "access_denied", "{bic}");
            assert!(!back["error_description"].is_empty(), "{bic}");
            assert_eq!((&*back["state"], back.len()), (STATE, 3), "{bic}");
            assert_eq!((visit.sca().await, visit.consent().await), ended("rejected"), "{bic}");
            // A double press, and another look at the page.
            visit.stays(&visit.post("reject", "").await);
            assert!(visit.look().await.text().contains("screen-rejected"), "{bic}");
            let again = format!("{}/authorisations", consent_of(&visit.authorisation));
            let again = api.at(bic, "POST", &again).await.send().await;
            again.refuses(409, "STATUS_INVALID", None);
        }
    }
}

#[tokio::test]
async fn a_person_who_takes_too_long_finds_a_way_back_and_the_consent_can_be_tried_again() {
    let api = Api::preferring("true");
    for (bic, method, _) in BANKS {
        for passes in [false, true] {
            let visit = api.visit(bic, method).await;
            visit.arrive().await;
            if passes {
                api.sandbox.advance(Duration::from_secs(599));
                assert_ne!(visit.sca().await, "failed", "{bic}");
                api.sandbox.advance(Duration::from_secs(1));
            } else {
                visit.stays(&visit.press("too-long", "").await);
            }
            assert_eq!((visit.sca().await, visit.consent().await), ended("received"), "{bic}");
            let page = visit.look().await.text();
            assert!(page.contains("Your time ran out") && !page.contains("id=\"approve\""));
            visit.stays(&visit.post("approve", "").await);
            let back = returned(&visit.press("go-back", "").await);
            assert_eq!((&*back["error"], &*back["state"]), ("access_denied", STATE), "{bic}");

            let consent = consent_of(&visit.authorisation).to_owned();
            let next = api.visit_again(bic, &consent, method).await;
            finish(&next).await;
            assert_eq!(next.consent().await, "valid", "{bic}");
            assert_eq!(visit.sca().await, "failed", "{bic}");
        }
    }
}

#[tokio::test]
async fn a_new_authorisation_leaves_the_older_one_open_until_one_is_approved() {
    let api = Api::new();
    let older = api.visit("NDEASESS", "mbid").await;
    older.arrive().await;
    let consent = consent_of(&older.authorisation).to_owned();
    let newer = api.visit_again("NDEASESS", &consent, "mbid").await;
    assert_eq!(older.sca().await, "psuIdentified");
    finish(&newer).await;
    assert_eq!(newer.consent().await, "valid");
    assert_eq!(older.sca().await, "failed");
    assert!(older.look().await.text().contains("screen-withdrawn"));
    let back = returned(&older.press("go-back", "").await);
    assert_eq!(back["error"], "access_denied");
}

#[tokio::test]
async fn the_older_of_two_authorisations_can_be_approved_too() {
    let api = Api::new();
    let older = api.visit("DABASESX", "mbid").await;
    let consent = consent_of(&older.authorisation).to_owned();
    let newer = api.visit_again("DABASESX", &consent, "mbid").await;
    let code = newer.approve().await["code"].clone();
    finish(&older).await;
    assert_eq!(older.consent().await, "valid");
    assert_eq!(newer.exchange(&code).await.json()["error"], "invalid_grant");
    assert_eq!(newer.sca().await, "failed");
}

#[tokio::test]
async fn a_method_may_be_chosen_again_and_changed_until_the_page_is_open() {
    let api = Api::new();
    let visit = api.visit("OKOYFIHH", "code_list").await;
    let choose = |method: &'static str| api.choose("OKOYFIHH", &visit.authorisation, method);
    let same = choose("code_list").await;
    assert_eq!(same.json()["_links"]["scaOAuth"]["href"], visit.link);
    assert_eq!(choose("code_app").await.status, 200);
    visit.open().await;
    assert_eq!(choose("code_app").await.status, 200);
    choose("code_list").await.refuses(409, "STATUS_INVALID", None);
    choose("mbid").await.refuses(400, "SCA_METHOD_UNKNOWN", Some("authenticationMethodId"));
    visit.approve().await;
    choose("code_app").await.refuses(409, "STATUS_INVALID", None);
}

#[tokio::test]
async fn a_wrong_code_of_the_list_and_an_empty_user_id_are_asked_for_again() {
    let api = Api::new();
    let op = api.visit("OKOYFIHH", "code_list").await;
    op.arrive().await;
    let wrong = op.press("approve", "&code=000").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("id=\"message\""));
    assert_eq!(op.sca().await, "started");
    let danske = api.visit("DABASESX", "mbid").await;
    danske.open().await;
    let long = format!("&user-id={}", "9".repeat(65));
    for user_id in ["", "&user-id=+", &long] {
        assert_eq!(danske.press("continue", user_id).await.status, 422);
    }
    assert!(danske.look().await.text().contains("id=\"user-id\""));
    finish(&danske).await;
}

#[tokio::test]
async fn steps_cannot_be_skipped_and_other_actions_do_nothing() {
    let api = Api::new();
    let visit = api.visit("NDEAFIHH", "code_app").await;
    visit.open().await;
    for action in ["approve", "confirm", "continue", "go-back"] {
        visit.stays(&visit.post(action, "").await);
    }
    assert_eq!(visit.sca().await, "started");
    assert_eq!(visit.post("pay", "").await.status, 200);
    assert_eq!(visit.post("open-app", "&action=reject").await.status, 200, "which one?");
    assert_eq!(visit.sca().await, "started");
}

#[tokio::test]
async fn a_consent_that_the_client_deletes_ends_the_visit() {
    let api = Api::new();
    let visit = api.visit("NDEASESS", "mbid").await;
    let code = visit.approve().await["code"].clone();
    let consent = consent_of(&visit.authorisation);
    assert_eq!(api.at("NDEASESS", "DELETE", consent).await.send().await.status, 204);
    assert!(visit.look().await.text().contains("screen-withdrawn"));
    assert_eq!(visit.exchange(&code).await.json()["error"], "invalid_grant");
    assert_eq!((visit.sca().await, visit.consent().await), ended("terminatedByTpp"));
}

#[tokio::test]
async fn a_test_can_ask_for_all_consents() {
    let api = Api::new();
    let visit = api.visit("NDEASESS", "mbid").await;
    let (consent, authorisation) = visit.ids();
    let expected = json!({ "consents": [{
        "id": consent, "client": "sandbox-client", "context": "private", "access": {}, "recurringIndicator": true,
        "frequencyPerDay": 4, "validUntil": "2026-04-15", "bicFi": "NDEASESS",
        "status": "received",
        "authorisations": [{ "id": authorisation, "approach": "REDIRECT", "status": "started" }],
    }] });
    assert_eq!(api.bare("GET", "/control/consents").send().await.json(), expected);
    finish(&visit).await;
    let [record] = &api.sandbox.consents()[..] else { panic!("there is one") };
    assert_eq!(record.status.as_str(), "valid");
    assert_eq!(record.authorisations[0].status.as_str(), "finalised");
}

async fn finish(visit: &Visit<'_>) {
    let back = visit.approve().await;
    if let Some(code) = back.get("code") {
        assert_eq!(visit.exchange(code).await.status, 200);
    }
}

fn ended(consent: &str) -> (Value, Value) {
    (json!("failed"), json!(consent))
}
