//! The bank has approved, but the relay refuses the accounts: the person has not come back to this browser.
//! Whatever the relay says, the wait ends, and the person can go on.

use std::time::Duration;

use protocol::Call;
use protocol::flow::{Event, Fault, Input};
use protocol::wire::Code;
use serde_json::json;

use crate::resume::{arrived, changed, consent, decoupled, found, to_bank};
use crate::support::{Response, Run, body, kept, refused, started, works};

/// A bank with a valid consent, under which the relay permits no reading.
fn held_back(call: &Call, turn: u32) -> Response {
    match call {
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "finalised"})),
        Call::ListAccounts { .. } => refused(409, Some(Code::NotReturned), None),
        _ => works(call, turn),
    }
}

/// The same, where the bank permits one authorisation for each consent.
fn held_back_for_good(call: &Call, turn: u32) -> Response {
    match call {
        Call::StartAuthorisation { consent } if consent.as_str() == "c-1" => {
            refused(409, Some(Code::StatusInvalid), None)
        }
        Call::StartAuthorisation { .. } => {
            started(call, "/psd2/consent/v1/consents/c-2/authorisations/a-1")
        }
        Call::CreateConsent => {
            body(call, json!({"consentId": "c-2", "consentStatus": "received", "_links": {}}))
        }
        Call::UpdatePsuData { .. } => to_bank(call),
        _ => held_back(call, turn),
    }
}

#[test]
fn a_valid_consent_with_a_failed_return_is_not_read() {
    for (returned, fault) in [
        ("declined", Fault::ReturnFailed),
        ("failed", Fault::ReturnFailed),
        ("exchangeFailed", Fault::ExchangeFailed),
        ("late", Fault::Late),
    ] {
        let valid = json!({"consentStatus": "valid"});
        let kept = changed(consent("c-1", 1), valid, json!({ "returned": returned }));
        let mut run = arrived(Some("c-1"), json!([kept]), &mut held_back);
        run.finish(&mut held_back);
        assert_eq!(run.events, [Event::Failed(fault)], "{returned}");
        assert_eq!((run.count("getAccountList"), run.count("deleteConsent")), (0, 1));
    }
}

#[test]
fn questions_to_a_relay_that_contradicts_itself_have_an_end() {
    let valid = || json!({"consentStatus": "valid"});
    let app = changed(decoupled(5), valid(), json!({"scaStatus": "finalised"}));
    let completed = changed(consent("c-1", 1), json!({}), json!({"returned": "completed"}));
    for list in [app, completed] {
        let mut run = arrived(Some("c-1"), json!([list.clone()]), &mut held_back);
        run.finish(&mut held_back);
        let held = Fault::Refused(Some(Code::NotReturned));
        assert_eq!(run.events, [Event::Failed(held)], "{list}");
        assert!(run.count("getAccountList") < 50, "{}", run.count("getAccountList"));
        assert!(run.count("sessionConsents") < 80, "{}", run.count("sessionConsents"));
        assert_eq!(run.count("deleteConsent"), 0, "it may be asked for once more");
    }
}

#[test]
fn an_exchange_without_a_known_result_ends_a_valid_link() {
    let valid = json!({"consentStatus": "valid"});
    let kept = changed(consent("c-1", 1), valid, json!({"returned": "exchanging"}));
    let mut run = arrived(Some("c-1"), json!([kept]), &mut held_back);
    run.finish(&mut held_back);
    assert_eq!(run.events, [Event::Failed(Fault::ExchangeFailed)]);
    assert_eq!(run.count("deleteConsent"), 1, "whose approval it has is not known");
}

#[test]
fn the_flow_waits_for_a_person_who_is_not_back_yet() {
    let list = changed(decoupled(5), json!({"consentStatus": "valid"}), json!({}));
    let mut run = Run::new();
    run.session = Box::new(move |turn| match turn {
        0 => kept(&json!([list])),
        _ => kept(&json!([consent("c-1", 1)])),
    });
    run.input(crate::resume::arrival(Some("c-1")), &mut held_back);
    run.pass(Duration::from_mins(10), &mut held_back);
    assert_eq!((run.screen(), run.count("getAccountList")), ("at-bank", 1));
    let back = changed(consent("c-1", 11), json!({}), json!({"returned": "completed"}));
    run.session = Box::new(move |_| kept(&json!([back])));
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_valid_consent_without_a_return_is_replaced() {
    let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut held_back_for_good);
    assert_eq!(run.screen(), "at-bank");
    run.input(Input::Retry, &mut held_back_for_good);
    assert_eq!((run.screen(), found(&run).as_deref()), ("redirecting", Some("c-2")));
    assert_eq!((run.count("createConsent"), run.count("deleteConsent")), (1, 1));
    assert_eq!((run.count("getConsentStatus"), run.count("getAccountList")), (1, 1));
}

#[test]
fn a_person_sent_back_without_an_approval_reads_what_the_consent_shows() {
    for (status, fault, deletions) in [
        ("rejected", Fault::Rejected, 0),
        ("expired", Fault::Expired, 1),
        // Their time at the bank was over, or the bank had a fault: no rejection.
        ("received", Fault::ReturnFailed, 1),
    ] {
        for returned in ["declined", "failed"] {
            let mut bank = |call: &Call, turn| match call {
                Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": status})),
                _ => works(call, turn),
            };
            let kept = changed(consent("c-1", 1), json!({}), json!({ "returned": returned }));
            let mut run = arrived(Some("c-1"), json!([kept]), &mut bank);
            run.finish(&mut bank);
            assert_eq!(run.events, [Event::Failed(fault.clone())], "{status}");
            assert_eq!(run.count("deleteConsent"), deletions, "{status}");
        }
    }
}

#[test]
fn a_code_that_the_platform_calls_failed_is_no_rejection() {
    let mut failed = |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "failed"})),
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "received"})),
        _ => works(call, turn),
    };
    let kept = changed(consent("c-1", 1), json!({}), json!({"returned": "exchanging"}));
    let mut run = arrived(Some("c-1"), json!([kept]), &mut failed);
    run.finish(&mut failed);
    assert_eq!(run.events, [Event::Failed(Fault::ExchangeFailed)]);
}
