//! The code and its clock: new codes, another device, two signatures, and methods that the flow does not
//! know.

use std::time::Duration;

use protocol::flow::{Body, Device, Event, Fault, Input, Next, Step, View};
use protocol::profile::ClockEnd;
use protocol::{Call, Tick};
use serde_json::json;

use crate::support::{
    Response, Run, TOKEN, begin, body, challenge, choose, offers, profile, refused, start, works,
};

/// The ids of the chosen methods, in order.
fn chosen(run: &Run) -> Vec<&str> {
    let method = |body: &'_ Option<Body>| match body {
        Some(Body::PsuData(data)) => Some(data.authentication_method_id.clone()),
        _ => None,
    };
    let ids = run.sent.iter().filter_map(|(_, request)| method(&request.body));
    ids.map(|id| if id.as_str() == "mbid" { "mbid" } else { "another" }).collect()
}

/// A platform where the app never starts: the bank fails the authorisation after half a minute.
fn never_started() -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| match call {
        Call::ReadScaStatus { .. } if turn % 32 < 31 => {
            challenge(call, "started", &json!({"data": [TOKEN]}))
        }
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "failed"})),
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "received"})),
        _ => works(call, turn),
    }
}

#[test]
fn a_new_code_is_another_authorisation_of_the_same_consent() {
    let mut run = Run::at("challenge");
    run.pass(Duration::from_millis(500), &mut works);
    for _ in 0..3 {
        run.input(Input::Renew(Device::Other), &mut works);
        assert_eq!(run.screen(), "challenge");
    }
    assert_eq!((run.count("createConsent"), run.count("startConsentAuthorisation")), (1, 4));
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
    assert_eq!(run.count("deleteConsent"), 0);
}

#[test]
fn a_person_who_changes_the_device_gets_its_method_and_a_full_clock() {
    let mut run = Run::at("challenge");
    run.pass(Duration::from_millis(900), &mut works);
    run.input(Input::Renew(Device::This), &mut works);
    let View::Challenge { device, pick_up_by, .. } = run.flow.view() else { panic!() };
    assert_eq!((device, pick_up_by), (Device::This, run.now + Duration::from_secs(30)));
    run.input(Input::Renew(Device::Other), &mut works);
    assert_eq!(chosen(&run), ["mbid", "another", "mbid"]);
}

/// A consent without an approval.
fn open(call: &Call) -> Response {
    body(call, json!({"consentStatus": "received"}))
}

#[test]
fn a_bank_that_refuses_another_authorisation_gets_a_new_consent_unnoticed() {
    for step in ["startConsentAuthorisation", "updateConsentsPsuData"] {
        let mut platform = move |call: &Call, turn: u32| match call {
            _ if call.name() == step && turn == 1 => refused(409, None, None),
            Call::ReadConsentStatus { .. } if turn == 0 => open(call),
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        run.input(Input::Renew(Device::This), &mut platform);
        assert_eq!((run.screen(), run.events.len()), ("challenge", 0), "{step}");
        assert_eq!((run.count("createConsent"), run.count("deleteConsent")), (2, 1), "{step}");
        run.finish(&mut platform);
        assert_eq!(run.screen(), "linked", "{step}");
    }
}

#[test]
fn a_bank_that_refuses_another_authorisation_of_an_approved_consent_links() {
    let mut platform = |call: &Call, turn| match call {
        Call::StartAuthorisation { .. } if turn == 1 => refused(409, None, None),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.input(Input::Renew(Device::This), &mut platform);
    assert_eq!(run.screen(), "linked");
    assert_eq!((run.count("createConsent"), run.count("deleteConsent")), (1, 0));
}

#[test]
fn a_consent_without_a_readable_status_is_not_replaced() {
    let mut platform = |call: &Call, turn| match call {
        Call::StartAuthorisation { .. } if turn == 1 => refused(409, None, None),
        Call::ReadConsentStatus { .. } => refused(503, None, None),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.input(Input::Renew(Device::This), &mut platform);
    run.pass(Duration::from_secs(15), &mut platform);
    assert_eq!(run.screen(), "platform-failed");
    assert_eq!((run.count("createConsent"), run.count("deleteConsent")), (1, 0));
}

#[test]
fn an_unused_code_is_followed_by_a_new_one_as_often_as_wanted() {
    let mut platform = never_started();
    let mut run = Run::begun(&mut platform);
    for tries in 1..4 {
        run.pass(Duration::from_secs(45), &mut platform);
        assert_eq!(run.screen(), "expired");
        let View::Ended { next, .. } = run.flow.view() else { panic!() };
        assert_eq!(next, Next::NewCode);
        assert!(run.flow.consent().is_some(), "a page that is loaded again goes on with it");
        run.input(Input::Retry, &mut platform);
        assert_eq!(
            (run.screen(), run.count("startConsentAuthorisation")),
            ("challenge", tries + 1)
        );
    }
    assert_eq!((run.count("createConsent"), run.count("deleteConsent")), (1, 0));
}

#[test]
fn an_unused_start_link_is_followed_by_another_at_once() {
    let mut platform = never_started();
    let mut run = Run::begun(&mut platform);
    run.input(Input::Renew(Device::This), &mut platform);
    run.pass(Duration::from_secs(45), &mut platform);
    let View::Ended { next, .. } = run.flow.view() else { panic!() };
    assert_eq!(next, Next::NewStart, "there is no code on this device");
    run.input(Input::Retry, &mut platform);
    let View::Challenge { device, .. } = run.flow.view() else { panic!() };
    assert_eq!((device, run.count("createConsent")), (Device::This, 1));
}

#[test]
fn a_person_who_wants_no_new_code_leaves_nothing_at_the_bank() {
    let mut platform = never_started();
    let mut run = Run::begun(&mut platform);
    run.pass(Duration::from_secs(45), &mut platform);
    run.input(Input::Back, &mut platform);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("choose-bank", 1));
}

#[test]
fn the_time_is_not_over_until_the_bank_fails_the_authorisation() {
    let mut open = |call: &Call, turn: u32| match call {
        Call::ReadScaStatus { .. } => challenge(call, "started", &json!({"data": [TOKEN]})),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut open);
    run.pass(Duration::from_mins(4), &mut open);
    assert_eq!((run.screen(), run.events.len()), ("challenge", 0));
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_bank_that_sends_its_challenge_later_is_asked_at_once() {
    for status in ["received", "scaMethodSelected"] {
        let mut platform = |call: &Call, turn: u32| match call {
            Call::UpdatePsuData { .. } => body(call, json!({"scaStatus": status})),
            Call::ReadScaStatus { .. } if turn < 2 => body(call, json!({"scaStatus": "received"})),
            Call::ReadScaStatus { .. } => challenge(call, "started", &json!({"data": [TOKEN]})),
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        assert_eq!((run.screen(), run.count("getConsentScaStatus")), ("preparing", 1), "{status}");
        run.pass(Duration::from_millis(1_900), &mut platform);
        assert_eq!((run.screen(), run.count("getConsentScaStatus")), ("preparing", 2), "{status}");
        run.pass(Duration::from_millis(100), &mut platform);
        assert_eq!(run.screen(), "challenge", "{status}");
        let View::Challenge { step, pick_up_by, .. } = run.flow.view() else { panic!() };
        assert_eq!((step, pick_up_by), (Step(1), Tick::from_millis(31_000)), "{status}");
    }
}

#[test]
fn a_bank_that_shows_no_challenge_lets_the_person_go_on_in_the_app() {
    let mut platform = |call: &Call, turn: u32| match call {
        Call::UpdatePsuData { .. } | Call::ReadScaStatus { .. } => {
            body(call, json!({"scaStatus": "received"}))
        }
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.pass(Duration::from_secs(9), &mut platform);
    assert_eq!(run.screen(), "preparing");
    run.pass(Duration::from_secs(2), &mut platform);
    assert_eq!(run.screen(), "signing");
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_bank_that_begins_with_an_authentication_has_two_steps() {
    let other = "11111111-fa0d-44e5-b327-edcc928297f8";
    let mut swedbank = |call: &Call, turn: u32| match call {
        Call::UpdatePsuData { .. } => {
            challenge(call, "authenticationStarted", &json!({"data": [TOKEN]}))
        }
        Call::ReadScaStatus { .. } if turn < 2 => {
            body(call, json!({"scaStatus": "authenticationStarted"}))
        }
        Call::ReadScaStatus { .. } => challenge(call, "started", &json!({"data": [other]})),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut swedbank);
    let View::Challenge { step, steps, .. } = run.flow.view() else { panic!() };
    assert_eq!((step, steps), (Step(1), Some(2)));
    run.pass(Duration::from_secs(10), &mut swedbank);
    let View::Challenge { step, steps, .. } = run.flow.view() else { panic!() };
    assert_eq!((step, steps), (Step(2), Some(2)));
    let run = Run::at("challenge");
    let View::Challenge { steps, .. } = run.flow.view() else { panic!() };
    assert_eq!(steps, None);
}

#[test]
fn unknown_methods_are_the_persons_choice() {
    let cards = json!([
        {"authenticationMethodId": "card", "name": "Card reader", "explanation": "Put the card in."},
        {"authenticationMethodId": "list"},
    ]);
    let mut platform = offers(cards);
    let mut run = Run::begun(&mut platform);
    let View::ChooseMethod { methods, .. } = run.flow.view() else { panic!() };
    assert_eq!(methods[0].name.as_deref(), Some("Card reader"));
    assert_eq!((methods.len(), run.count("updateConsentsPsuData")), (2, 0));
    run.input(Input::ChooseMethod("mbid".parse().unwrap()), &mut platform);
    assert_eq!(run.screen(), "choose-method");
    let mut waits = |call: &Call, _| body(call, json!({"scaStatus": "started"}));
    run.input(Input::ChooseMethod("card".parse().unwrap()), &mut waits);
    let View::Signing { method, renew_from, .. } = run.flow.view() else { panic!() };
    assert_eq!(renew_from, None);
    assert_eq!(method.and_then(|it| it.explanation.as_deref()), Some("Put the card in."));
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_person_may_cancel_the_choice_of_a_method() {
    let cards = json!([{"authenticationMethodId": "card"}, {"authenticationMethodId": "list"}]);
    for (input, screen) in [(Input::Back, "choose-bank"), (Input::Cancel, "cancelled")] {
        let mut platform = offers(cards.clone());
        let mut run = Run::begun(&mut platform);
        run.input(input, &mut platform);
        assert_eq!((run.screen(), run.count("deleteConsent")), (screen, 1));
    }
    let mut platform = offers(cards);
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!(run.events, [Event::Failed(Fault::Undecided)]);
}

#[test]
fn the_one_method_of_a_bank_is_taken_whatever_it_is() {
    let mut platform = offers(json!([{"authenticationMethodId": "card"}]));
    let mut run = Run::new();
    run.input(start(), &mut platform);
    run.input(choose("ESSESESS"), &mut platform);
    run.input(begin(Device::This), &mut platform);
    assert_eq!(run.screen(), "challenge");
    assert_eq!(chosen(&run), ["another"]);
}

#[test]
fn the_clock_says_what_must_be_done_before_it_runs_out() {
    for (members, end) in [
        (json!({"sign_seconds": 0}), ClockEnd::Approval),
        (json!({"sign_seconds": 180}), ClockEnd::Start),
        (json!({}), ClockEnd::Start),
    ] {
        let mut run = Run::new();
        run.profile = Box::new(move |_| profile(members.clone()));
        run.begin(&mut works);
        let View::Challenge { pick_up_to, .. } = run.flow.view() else { panic!() };
        assert_eq!(pick_up_to, end);
    }
}

#[test]
fn a_person_whose_app_crashed_may_have_a_new_code_after_a_while() {
    let mut picked_up = |call: &Call, turn: u32| match call {
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "started"})),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut picked_up);
    run.pass(Duration::from_secs(1), &mut picked_up);
    let since = run.now;
    run.pass(Duration::from_secs(30), &mut picked_up);
    let View::Signing { renew_from, .. } = run.flow.view() else { panic!() };
    assert_eq!(renew_from, Some(since + Duration::from_secs(45)));
    run.input(Input::Renew(Device::Other), &mut picked_up);
    assert_eq!((run.screen(), run.count("createConsent")), ("challenge", 1));
    let View::Challenge { step, .. } = run.flow.view() else { panic!() };
    assert_eq!((step, run.count("startConsentAuthorisation")), (Step(1), 2));
}
