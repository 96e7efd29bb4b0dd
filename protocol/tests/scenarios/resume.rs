//! A link in progress resumes by itself after a page load, at the step that it had reached.

use std::time::Duration;

use protocol::flow::{Answer, Arrival, Body, Device, Event, Fault, Input, Target, View};
use protocol::wire::{Code, SessionConsents};
use protocol::{Call, Tick};
use serde_json::{Value, from_value, json};

use crate::support::{
    Response, Run, TOKEN, begin, body, challenge, choose, kept, refused, start, works,
};

/// A consent `id` in the relay's record: open, at the bank's page, and `minutes` old.
pub(crate) fn consent(id: &str, minutes: u64) -> Value {
    json!({
        "consentId": id, "bicFi": "ESSESESS", "consentStatus": "received",
        "validUntil": "2027-02-20", "redirectPreferred": true, "accountsListed": false,
        "ageMillis": minutes * 60_000,
        "authorisation": {
            "authorisationId": "a-1", "scaApproach": "REDIRECT", "scaStatus": "received",
            "ageMillis": minutes * 60_000,
        },
    })
}

/// `consent`, with other members of it or of its authorisation.
pub(crate) fn changed(mut consent: Value, own: Value, authorisation: Value) -> Value {
    for (target, changes) in [("/authorisation", authorisation), ("", own)] {
        let members = consent.pointer_mut(target).and_then(Value::as_object_mut).expect("object");
        members.extend(changes.as_object().expect("object").clone());
    }
    consent
}

/// The consent `c-1`, decoupled and `seconds` old.
pub(crate) fn decoupled(seconds: u64) -> Value {
    let age = seconds * 1000;
    let approach = json!({
        "scaApproach": "DECOUPLED", "scaStatus": "started", "ageMillis": age,
        "authenticationMethodId": "mbid_same_device", "appReturn": "https://relay.example/r",
    });
    changed(consent("c-1", 0), json!({ "ageMillis": age }), approach)
}

pub(crate) fn arrival(consent: Option<&str>) -> Input {
    let consent = consent.map(|id| id.parse().expect("an id"));
    Input::Start(Arrival { consent, pick: None, device: Device::Other })
}

/// A page that loads in a tab that was at `own`, while the relay's record has `consents`.
pub(crate) fn arrived(
    own: Option<&str>,
    consents: Value,
    platform: &mut impl FnMut(&Call, u32) -> Response,
) -> Run {
    let mut run = Run::new();
    run.session = Box::new(move |_| kept(&consents));
    run.input(arrival(own), platform);
    run
}

/// The consent that the flow resumed.
pub(crate) fn found(run: &Run) -> Option<String> {
    run.flow.consent().map(ToString::to_string)
}

#[test]
fn the_tabs_own_link_comes_before_a_newer_one() {
    let list = json!([consent("c-3", 0), consent("c-2", 1), consent("c-1", 2)]);
    for (own, expected) in [(Some("c-1"), "c-1"), (None, "c-3"), (Some("gone"), "c-3")] {
        let run = arrived(own, list.clone(), &mut works);
        assert_eq!((run.screen(), found(&run).as_deref()), ("at-bank", Some(expected)));
    }
}

#[test]
fn each_step_goes_on_where_it_is() {
    let own = |own: Value, authorisation: Value| changed(consent("c-1", 1), own, authorisation);
    let nothing = || json!({});
    let rows = [
        (own(nothing(), json!({"returned": "completed"})), "linked"),
        (own(nothing(), json!({"returned": "exchanging"})), "linked"),
        (own(json!({"consentStatus": "valid"}), json!({"returned": "completed"})), "linked"),
        // Approved, it seems, but perhaps by another person.
        (own(json!({"consentStatus": "valid"}), nothing()), "at-bank"),
        (own(json!({"consentStatus": "rejected"}), nothing()), "rejected"),
        (own(json!({"consentStatus": "expired"}), nothing()), "expired"),
        (own(json!({"consentStatus": "terminatedByTpp"}), nothing()), "choose-bank"),
        (
            own(json!({"consentStatus": "terminatedByTpp"}), json!({"returned": "foreign"})),
            "foreign-completion",
        ),
        (own(nothing(), json!({"returned": "declined"})), "return-failed"),
        (own(json!({"consentStatus": "rejected"}), json!({"returned": "declined"})), "rejected"),
        (own(nothing(), json!({"returned": "late"})), "late"),
        // No person was sent anywhere yet.
        (own(nothing(), json!({"scaApproach": null})), "ready"),
        (own(json!({"authorisation": null}), nothing()), "ready"),
        (changed(decoupled(5), json!({"consentStatus": "valid"}), nothing()), "linked"),
        (changed(decoupled(5), nothing(), json!({"scaStatus": "finalised"})), "linked"),
        (decoupled(5), "challenge"),
    ];
    for (kept, screen) in rows {
        let mut finalised = |call: &Call, turn| match call {
            Call::ReadScaStatus { .. } if screen == "challenge" => {
                challenge(call, "started", &json!({"data": [TOKEN]}))
            }
            Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "finalised"})),
            _ => works(call, turn),
        };
        let mut run = arrived(Some("c-1"), json!([kept.clone()]), &mut finalised);
        run.pass(Duration::from_secs(1), &mut finalised);
        assert_eq!(run.screen(), screen, "{kept}");
        assert_eq!(run.count("createConsent") + run.count("startConsentAuthorisation"), 0);
    }
}

#[test]
fn a_challenge_keeps_its_clock_its_device_and_the_way_back() {
    let mut platform = |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } => challenge(call, "started", &json!({"data": [TOKEN]})),
        _ => works(call, turn),
    };
    let mut run = arrived(Some("c-1"), json!([decoupled(12)]), &mut platform);
    assert_eq!(run.screen(), "preparing");
    run.pass(Duration::from_millis(1), &mut platform);
    let View::Challenge { device, pick_up, pick_up_by, return_to, .. } = run.flow.view() else {
        panic!()
    };
    assert_eq!((device, pick_up_by), (Device::This, Tick::from_millis(19_000)));
    assert_eq!(pick_up, Duration::from_secs(30), "the ring is not full again");
    assert_eq!(return_to, Some("https://relay.example/r"));
    run.finish(&mut platform);
    assert_eq!(run.events, [Event::Failed(Fault::Undecided)]);
    assert!(run.count("getConsentScaStatus") <= 300 - 12 + 1);
}

#[test]
fn a_challenge_that_failed_while_no_page_was_open_is_shown() {
    for (seconds, fault) in [(10, Fault::Unexplained), (100, Fault::Expired)] {
        let mut platform = |call: &Call, turn| match call {
            Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "failed"})),
            Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "received"})),
            _ => works(call, turn),
        };
        let mut run = arrived(Some("c-1"), json!([decoupled(seconds)]), &mut platform);
        run.finish(&mut platform);
        assert_eq!(run.events, [Event::Failed(fault)]);
    }
}

#[test]
fn a_resumed_consent_keeps_its_preference() {
    for (kept, expected) in
        [(json!(true), Some("true")), (json!(false), Some("false")), (json!(null), None)]
    {
        let preference = json!({ "redirectPreferred": kept });
        let own = changed(consent("c-1", 1), preference, json!({"returned": "completed"}));
        let mut run = arrived(Some("c-1"), json!([own]), &mut works);
        run.finish(&mut works);
        assert_eq!(run.screen(), "linked");
        for (_, request) in run.sent.iter().filter(|(_, it)| it.headers.bic.is_some()) {
            let mut pairs = request.headers.pairs();
            let found = pairs.find(|(name, _)| *name == "tpp-redirect-preferred");
            assert_eq!(
                found.as_ref().map(|(_, value)| &**value),
                expected,
                "{}",
                request.target.name()
            );
        }
    }
}

#[test]
fn going_on_to_the_bank_starts_an_authorisation_under_the_same_consent() {
    let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut works);
    let mut platform = |call: &Call, turn| match call {
        Call::UpdatePsuData { .. } => to_bank(call),
        _ => works(call, turn),
    };
    run.input(Input::Retry, &mut platform);
    assert_eq!((run.screen(), run.count("createConsent")), ("redirecting", 0));
    assert!(matches!(run.events[..], [Event::Leave(_)]));
}

#[test]
fn a_bank_that_refuses_another_authorisation_gets_another_consent() {
    let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut works);
    let mut refusals = 1;
    let mut platform = |call: &Call, turn| match call {
        Call::StartAuthorisation { .. } if refusals > 0 => {
            refusals -= 1;
            refused(400, Some(Code::StatusInvalid), None)
        }
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "received"})),
        Call::UpdatePsuData { .. } => to_bank(call),
        _ => works(call, turn),
    };
    run.input(Input::Retry, &mut platform);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("redirecting", 1));
    let body = run.sent.iter().find_map(|(_, request)| request.body.as_ref());
    let Some(Body::Consent(made)) = body else { panic!() };
    assert_eq!(made.valid_until, "2027-02-20");
}

#[test]
fn a_platform_failure_on_the_way_back_to_the_bank_replaces_no_consent_unasked() {
    let rows = [
        (500, None, "platform-failed"),
        (429, None, "busy"),
        (409, Some(Code::ForeignCompletion), "foreign-completion"),
    ];
    for (status, code, screen) in rows {
        let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut works);
        let mut platform = |call: &Call, turn| match call {
            Call::StartAuthorisation { .. } => refused(status, code.clone(), None),
            _ => works(call, turn),
        };
        run.input(Input::Retry, &mut platform);
        assert_eq!((run.screen(), run.count("createConsent")), (screen, 0));
    }
}

#[test]
fn interrupted_steps_begin_again_at_their_bank() {
    let made = [json!({"authorisation": null}), json!({})];
    for own in made {
        let kept = changed(consent("c-1", 0), own, json!({"scaApproach": null}));
        let mut run = arrived(Some("c-1"), json!([kept]), &mut works);
        assert_eq!((run.screen(), run.count("deleteConsent")), ("ready", 1));
        assert_eq!((found(&run), run.events.len()), (None, 0));
        run.input(begin(Device::Other), &mut works);
        assert_eq!((run.screen(), run.count("createConsent")), ("challenge", 1));
    }
}

#[test]
fn the_wait_for_a_return_survives_another_authorisation_in_another_tab() {
    let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut works);
    let again = changed(consent("c-1", 1), json!({}), json!({"scaApproach": null}));
    run.session = Box::new(move |_| kept(&json!([again.clone()])));
    run.pass(Duration::from_secs(10), &mut works);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("at-bank", 0));
}

#[test]
fn a_link_that_waits_at_the_bank_sees_the_return() {
    let mut run = arrived(None, json!([consent("c-1", 1)]), &mut works);
    let back = changed(consent("c-1", 1), json!({}), json!({"returned": "completed"}));
    run.session = Box::new(move |_| kept(&json!([back.clone()])));
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_link_that_another_tab_ended_after_the_return_ends_in_the_same_way() {
    for (returned, fault) in [("declined", Fault::ReturnFailed), ("late", Fault::Late)] {
        let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut works);
        let ended = json!({"consentStatus": "terminatedByTpp"});
        let back = changed(consent("c-1", 1), ended, json!({ "returned": returned }));
        run.session = Box::new(move |_| kept(&json!([back.clone()])));
        run.finish(&mut works);
        assert_eq!(run.events, [Event::Failed(fault)]);
        assert_eq!(run.count("deleteConsent"), 0);
    }
}

#[test]
fn a_link_that_has_become_too_old_ends_with_the_next_question() {
    let mut run = arrived(Some("c-1"), json!([consent("c-1", 45)]), &mut works);
    run.pass(Duration::from_secs(3), &mut works);
    assert_eq!(run.events, [Event::Failed(Fault::Undecided)]);
    assert_eq!((run.count("sessionConsents"), run.count("deleteConsent")), (1, 1));
}

#[test]
fn a_missing_list_of_banks_stops_no_link() {
    for silent in [true, false] {
        let mut platform = |call: &Call, turn| match call {
            Call::ListAspsps { .. } if silent => Response::Silence,
            Call::ListAspsps { .. } => refused(500, None, None),
            _ => works(call, turn),
        };
        let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut platform);
        assert_eq!(found(&run).as_deref(), Some("c-1"));
        run.pass(Duration::from_secs(6), &mut platform);
        let View::AtBank { bank, .. } = run.flow.view() else { panic!("{}", run.screen()) };
        assert_eq!(bank.name, "ESSESESS");
    }
    let run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut works);
    let View::AtBank { bank, .. } = run.flow.view() else { panic!("{}", run.screen()) };
    assert_eq!(bank.name, "SEB");
}

#[test]
fn a_flow_names_the_consent_that_a_page_may_resume() {
    let rows = [
        ("choose-bank", None),
        ("ready", None),
        ("createConsent", None),
        ("startConsentAuthorisation", Some("c-1")),
        ("updateConsentsPsuData", Some("c-1")),
        ("challenge", Some("c-1")),
    ];
    for (screen, expected) in rows {
        assert_eq!(found(&Run::at(screen)).as_deref(), expected, "{screen}");
    }
    let mut run = Run::begun(&mut works);
    run.finish(&mut works);
    assert_eq!((run.screen(), found(&run).as_deref()), ("linked", Some("c-1")));
    // Until the person wants another bank.
    run.input(Input::Retry, &mut works);
    assert_eq!(found(&run), None);
}

#[test]
fn an_approved_consent_whose_accounts_fail_may_be_resumed() {
    let mut fails = |call: &Call, turn| match call {
        Call::ListAccounts { .. } => refused(400, None, None),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut fails);
    run.finish(&mut fails);
    assert_eq!((run.screen(), found(&run).as_deref()), ("refused", Some("c-1")));
}

#[test]
fn a_session_is_read_as_the_relay_writes_it() {
    let list = json!({"consents": [consent("c-1", 1), decoupled(3)]});
    let read = Answer::read(&Target::SessionConsents, from_value(list.clone()).unwrap()).unwrap();
    let expected: SessionConsents = from_value(list).unwrap();
    assert_eq!(read, Answer::Session(expected));
}

pub(crate) fn to_bank(call: &Call) -> Response {
    let links = json!({"scaRedirect": {"href": "https://auth.example/login"}});
    let response = body(call, json!({"scaStatus": "received", "_links": links}));
    let Response::Answer(mut reply) = response else { panic!("a body is an answer") };
    reply.approach = Some("REDIRECT".to_owned().into());
    Response::Answer(reply)
}

#[test]
fn the_wait_for_a_code_lost_with_the_relay_has_an_end() {
    let lost = changed(consent("c-1", 1), json!({}), json!({"returned": "exchanging"}));
    let mut started = |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "started"})),
        _ => works(call, turn),
    };
    let mut run = arrived(Some("c-1"), json!([lost]), &mut started);
    run.pass(Duration::from_mins(3), &mut started);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("exchange-failed", 1));
    // Another try begins at the bank, not at the question without an answer.
    run.input(Input::Retry, &mut works);
    assert_eq!(found(&run), None);
}

#[test]
fn the_bank_that_was_chosen_last_is_what_a_page_keeps() {
    let mut run = Run::new();
    run.input(start(), &mut works);
    assert_eq!(run.flow.pick(), None);
    run.input(choose("ESSESESS"), &mut works);
    assert_eq!(run.flow.pick().map(|pick| pick.bic.as_str()), Some("ESSESESS"));
}
