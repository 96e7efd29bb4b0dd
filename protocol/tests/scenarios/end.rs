//! The ends without accounts: rejection, expiry, cancelling, and what the flow deletes.

use std::time::Duration;

use protocol::Call;
use protocol::flow::{Event, Fault, Input, Target};
use serde_json::json;

use crate::support::{
    CONSENT, Response, Run, TOKEN, body, challenge, refused, started, works, works_until,
};

/// A platform where the authorisation fails at the poll number `poll`, with the consent in `status`.
fn fails_at(poll: u32, status: &'static str) -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| match call {
        Call::ReadScaStatus { .. } if turn < poll => {
            challenge(call, "started", &json!({"data": [TOKEN]}))
        }
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "failed"})),
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": status})),
        _ => works(call, turn),
    }
}

#[test]
fn a_person_who_declines_reads_so() {
    let mut platform = fails_at(2, "rejected");
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!(run.screen(), "rejected");
    assert_eq!(run.events, [Event::Failed(Fault::Rejected)]);
    assert_eq!(run.count("deleteConsent"), 0);
}

#[test]
fn a_failure_after_the_time_to_start_the_app_reads_as_expiry() {
    let mut platform = fails_at(31, "received");
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!(run.events, [Event::Failed(Fault::Expired)]);
    // It is kept for a new code.
    assert_eq!(run.count("deleteConsent"), 0);
}

#[test]
fn a_failure_before_it_is_a_rejection_only_if_the_consent_says_so() {
    let mut platform = fails_at(3, "received");
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("unexplained", 0));
    assert_eq!(run.events, [Event::Failed(Fault::Unexplained)]);
    // Another try is offered.
    run.input(Input::Retry, &mut works);
    run.finish(&mut works);
    assert_eq!((run.screen(), run.count("createConsent")), ("linked", 1));
}

#[test]
fn an_authorisation_that_failed_though_the_consent_is_valid_goes_on() {
    let mut platform = fails_at(1, "valid");
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn the_wait_for_an_approval_has_an_end() {
    let mut platform = fails_at(u32::MAX, "received");
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    // The bank has not ended it, so the person does not read about a time-out.
    assert_eq!(run.events, [Event::Failed(Fault::Undecided)]);
    assert!(run.count("getConsentScaStatus") <= 301);
    assert_eq!(run.flow.poll_timeout(), None);
}

#[test]
fn a_consent_that_never_becomes_valid_is_reported_and_kept_for_another_try() {
    let mut platform = |call: &Call, turn| match call {
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "received"})),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!(run.events, [Event::Failed(Fault::Unconfirmed)]);
    assert_eq!(run.count("deleteConsent"), 0);
    run.input(Input::Retry, &mut works);
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_person_can_cancel_in_every_state() {
    // Screen or call in flight, and whether a consent remains to be deleted.
    let states = [
        ("loading-banks", 0),
        ("choose-bank", 0),
        ("ready", 0),
        ("createConsent", 0),
        ("startConsentAuthorisation", 1),
        ("updateConsentsPsuData", 1),
        ("challenge", 1),
        ("getConsentScaStatus", 1),
    ];
    for (state, deletions) in states {
        let mut run = Run::at(state);
        run.input(Input::Cancel, &mut works);
        assert_eq!(run.screen(), "cancelled", "{state}");
        assert_eq!(run.events, [Event::Cancelled], "{state}");
        assert_eq!(run.count("deleteConsent"), deletions, "{state}");
        assert_eq!(run.flow.poll_timeout(), None, "{state}");
        let sent = run.sent.len();
        run.finish(&mut works);
        run.input(Input::Cancel, &mut works);
        assert_eq!((run.sent.len(), run.events.len()), (sent, 1), "{state}");
    }
}

#[test]
fn a_person_can_cancel_after_the_approval() {
    for call in ["getConsentStatus", "getAccountList"] {
        let mut platform = works_until(call);
        let mut run = Run::begun(&mut platform);
        run.pass(Duration::from_secs(5), &mut platform);
        assert_eq!(run.screen(), "finishing");
        run.input(Input::Cancel, &mut works);
        assert_eq!((run.screen(), run.count("deleteConsent")), ("cancelled", 1), "{call}");
    }
}

#[test]
fn a_consent_that_is_made_after_the_person_cancelled_is_deleted() {
    let mut run = Run::at("createConsent");
    let request = run.unanswered().clone();
    run.input(Input::Cancel, &mut works);
    let Target::Call(call) = &request.target else { panic!() };
    let Response::Answer(late) = works(call, 0) else { panic!() };
    run.input(Input::Reply(request.id, late), &mut works);
    let deleted = &run.sent.last().unwrap().1.target;
    let delete = Call::DeleteConsent { consent: CONSENT.parse().unwrap() };
    assert_eq!(deleted, &Target::Call(delete));
    assert_eq!(run.screen(), "cancelled");
}

#[test]
fn a_consent_that_is_made_after_another_try_began_is_deleted_too() {
    let mut run = Run::at("createConsent");
    let request = run.unanswered().clone();
    run.input(Input::Cancel, &mut works);
    run.input(Input::Retry, &mut works);
    let Target::Call(call) = &request.target else { panic!() };
    let Response::Answer(late) = works(call, 0) else { panic!() };
    run.input(Input::Reply(request.id, late), &mut works);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("ready", 1));
}

#[test]
fn a_failure_long_after_the_app_was_started_is_no_expiry() {
    // The challenge goes, or stays under a later status: in both cases the app was started.
    let [gone, stays] = [json!(null), json!({"data": [TOKEN]})];
    for (data, consent, fault) in [
        (&gone, "received", Fault::Unexplained),
        (&stays, "received", Fault::Unexplained),
        (&gone, "rejected", Fault::Rejected),
    ] {
        let mut platform = |call: &Call, turn| match call {
            Call::ReadScaStatus { .. } if turn < 5 => {
                challenge(call, "started", &json!({"data": [TOKEN]}))
            }
            Call::ReadScaStatus { .. } if turn < 60 => challenge(call, "psuIdentified", data),
            Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "failed"})),
            Call::ReadConsentStatus { .. } => body(call, json!({ "consentStatus": consent })),
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        run.finish(&mut platform);
        assert_eq!(run.events, [Event::Failed(fault)], "{data} {consent}");
    }
}

#[test]
fn another_try_begins_where_the_person_says_that_they_are_ready() {
    let mut platform = fails_at(2, "rejected");
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    run.input(Input::Retry, &mut works);
    assert_eq!(run.screen(), "ready");
    run.input(Input::Back, &mut works);
    assert_eq!(run.screen(), "choose-bank");
}

#[test]
fn a_person_who_was_away_begins_at_the_start() {
    for screen in ["choose-bank", "ready"] {
        let mut run = Run::at(screen);
        run.finish(&mut works);
        assert_eq!((run.screen(), run.events.len()), ("idle", 0), "{screen}");
    }
}

#[test]
fn a_location_outside_the_consent_fails_the_flow() {
    let foreign = [
        "/psd2/consent/v1/consents/c-2/authorisations/a-1",
        "https://evil.example/psd2/consent/v1/consents/c-1/authorisations/a-1",
        "//evil.example/psd2/consent/v1/consents/c-1/authorisations/a-1",
        "/psd2/consent/v1/consents/c-1/authorisations/../../c-2/authorisations/a-1",
        "/psd2/consent/v1/consents/c-1/authorisations/%2e%2e",
        "/psd2/consent/v1/consents/c-1/status",
        "",
    ];
    for location in foreign {
        let mut platform = |call: &Call, turn| match call {
            Call::StartAuthorisation { .. } => started(call, location),
            _ => works(call, turn),
        };
        let run = Run::begun(&mut platform);
        assert_eq!(run.screen(), "foreign-location", "{location}");
        assert_eq!(run.count("updateConsentsPsuData"), 0, "{location}");
    }
}

#[test]
fn a_bank_without_a_usable_method_says_so() {
    let none = json!({"scaStatus": "received", "authorisationId": "a-1"});
    let link = json!({
        "scaStatus": "received", "authorisationId": "a-1",
        "_links": {"scaOAuth": {"href": "javascript:alert(1)"}},
    });
    for answer in [none, link] {
        let mut platform = |call: &Call, turn| match call {
            Call::StartAuthorisation { .. } => body(call, answer.clone()),
            Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "received"})),
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        assert_eq!(run.screen(), "preparing", "it may yet say how");
        run.pass(Duration::from_secs(11), &mut platform);
        assert_eq!((run.screen(), run.count("deleteConsent")), ("no-method", 1));
    }
}

#[test]
fn a_refused_step_ends_the_flow_with_its_cause() {
    let refusing = |name: &'static str| {
        move |call: &Call, turn| match call {
            _ if call.name() == name => refused(400, None, None),
            _ => works(call, turn),
        }
    };
    for step in ["createConsent", "startConsentAuthorisation", "updateConsentsPsuData"] {
        let mut platform = refusing(step);
        let run = Run::begun(&mut platform);
        assert_eq!(run.events, [Event::Failed(Fault::Refused(None))], "{step}");
        assert_eq!(run.flow.support_code(), Some("7f1c2a1e-0000-4000-8000-000000000000"));
    }
}
