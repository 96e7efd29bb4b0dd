//! Failures in between: lost, late, foreign and senseless answers, refusals, and sleep.

use std::time::Duration;

use protocol::Call;
use protocol::flow::{Answer, Connection, Event, Failure, Fault, Input, Target, View};
use protocol::wire::{AspspList, Code};
use serde_json::json;

use crate::support::{Response, Run, TOKEN, body, challenge, choose, refused, reply, start, works};

/// A platform that answers polls of the SCA status with `response`, and all else well.
fn polls(mut response: impl FnMut(&Call, u32) -> Response) -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| match call {
        Call::ReadScaStatus { .. } => response(call, turn),
        _ => works(call, turn),
    }
}

#[test]
fn single_lost_answers_change_nothing() {
    for lost in [0, 1, 2] {
        let mut platform = |call: &Call, turn| match call {
            Call::ReadScaStatus { .. } if turn == lost => Response::Silence,
            Call::ReadScaStatus { .. } if turn < 5 => {
                challenge(call, "started", &json!({"data": [TOKEN]}))
            }
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        run.finish(&mut platform);
        assert_eq!(run.screen(), "linked");
    }
}

#[test]
fn a_network_failure_of_a_minute_costs_only_the_minute() {
    let mut run = Run::begun(&mut works);
    run.pass(Duration::from_mins(1), &mut polls(|_, _| reply(Err(Failure::Lost))));
    let View::Challenge { connection, .. } = run.flow.view() else { panic!() };
    assert_eq!(connection, Connection::Troubled);
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn pauses_grow_with_failures_up_to_a_limit() {
    let mut platform = polls(|_, _| refused(500, Some(Code::InternalServerError), None));
    let mut run = Run::begun(&mut platform);
    run.pass(Duration::from_mins(2), &mut platform);
    let seconds: Vec<_> = run.pauses("getConsentScaStatus").iter().map(Duration::as_secs).collect();
    assert_eq!(seconds[..7], [1, 2, 4, 8, 15, 15, 15]);
}

#[test]
fn a_pause_that_the_platform_asks_for_is_kept() {
    let mut run = Run::begun(&mut works);
    run.finish(&mut polls(|call, turn| match turn {
        0 => refused(429, Some(Code::AccessExceeded), Some(Duration::from_secs(40))),
        _ => works(call, turn),
    }));
    assert_eq!(run.pauses("getConsentScaStatus")[0], Duration::from_secs(40));
    assert_eq!(run.screen(), "linked");
}

#[test]
fn the_person_reads_of_a_platform_that_stays_busy_or_broken() {
    for (status, fault) in
        [(429, Fault::Busy), (500, Fault::PlatformFailed), (503, Fault::PlatformFailed)]
    {
        let mut platform = polls(move |_, _| refused(status, None, None));
        let mut run = Run::begun(&mut platform);
        run.finish(&mut platform);
        assert_eq!(run.events, [Event::Failed(fault)], "{status}");
    }
}

#[test]
fn one_unauthorised_answer_is_no_end_and_three_are() {
    let unauthorised = || refused(401, Some(Code::TokenInvalid), None);
    let mut run = Run::begun(&mut works);
    run.finish(&mut polls(|call, turn| if turn < 2 { unauthorised() } else { works(call, turn) }));
    assert_eq!(run.screen(), "linked");
    let mut run = Run::begun(&mut works);
    run.finish(&mut polls(|_, _| unauthorised()));
    assert_eq!(run.events, [Event::Failed(Fault::Refused(Some(Code::TokenInvalid)))]);
    assert_eq!(run.count("getConsentScaStatus"), 3);
}

#[test]
fn a_consent_that_this_browser_no_longer_has_ends_the_flow_at_once() {
    let mut run = Run::begun(&mut works);
    run.finish(&mut polls(|_, _| refused(404, Some(Code::SessionUnknown), None)));
    assert_eq!(run.events, [Event::Failed(Fault::SessionLost)]);
    assert_eq!(run.count("getConsentScaStatus"), 1);
}

#[test]
fn a_body_without_sense_is_ignored_twice() {
    let mut run = Run::begun(&mut works);
    run.finish(&mut polls(|call, turn| match turn {
        0 | 1 => body(call, json!({"scaStatus": 7})),
        _ => works(call, turn),
    }));
    assert_eq!(run.screen(), "linked");
    let mut run = Run::begun(&mut works);
    run.finish(&mut polls(|_, _| reply(Ok(Answer::Aspsps(AspspList::default())))));
    assert_eq!(run.events, [Event::Failed(Fault::Garbled)]);
}

#[test]
fn a_list_without_banks_is_an_answer_also_after_failures() {
    for lost in [0, 1, 3] {
        let mut platform = |call: &Call, turn| match call {
            Call::ListAspsps { .. } if turn < lost => reply(Err(Failure::Lost)),
            Call::ListAspsps { .. } => body(call, json!({"aspsps": []})),
            _ => works(call, turn),
        };
        let mut run = Run::new();
        run.input(start(), &mut platform);
        run.pass(Duration::from_secs(10), &mut platform);
        assert_eq!((run.screen(), run.count("getASPSPList")), ("choose-bank", 1 + lost as usize));
    }
}

#[test]
fn a_missing_list_of_banks_says_what_was_wrong() {
    let faults = [
        (None, Fault::Unreachable),
        (Some(500), Fault::PlatformFailed),
        (Some(429), Fault::Busy),
        (Some(403), Fault::Refused(None)),
    ];
    for (status, fault) in faults {
        let mut platform = |_: &Call, _| match status {
            Some(status) => refused(status, None, None),
            None => Response::Silence,
        };
        let mut run = Run::new();
        run.input(start(), &mut platform);
        run.finish(&mut platform);
        assert_eq!(run.events, [Event::Failed(fault)], "{status:?}");
        run.input(Input::Retry, &mut works);
        assert_eq!(run.screen(), "choose-bank");
    }
}

#[test]
fn a_step_without_an_answer_ends_at_its_deadline_and_is_not_repeated() {
    for step in ["createConsent", "startConsentAuthorisation", "updateConsentsPsuData"] {
        let mut run = Run::at(step);
        run.pass(Duration::from_secs(36), &mut works);
        assert_eq!(run.events, [Event::Failed(Fault::Unreachable)], "{step}");
        assert_eq!(run.count(step), 1, "{step}");
    }
}

#[test]
fn late_and_foreign_answers_change_nothing() {
    let mut run = Run::at("getConsentScaStatus");
    let late = run.unanswered().clone();
    let mut platform = polls(|call, _| challenge(call, "started", &json!({"data": [TOKEN]})));
    run.pass(Duration::from_secs(15), &mut platform);
    let before = run.sent.len();
    let Target::Call(call) = &late.target else { panic!() };
    let Response::Answer(finalised) = body(call, json!({"scaStatus": "finalised"})) else {
        panic!()
    };
    run.input(Input::Reply(late.id, finalised.clone()), &mut platform);
    assert_eq!((run.screen(), run.sent.len()), ("challenge", before));

    let foreign = Run::at("createConsent").unanswered().id;
    run.input(Input::Reply(foreign, finalised), &mut platform);
    assert_eq!((run.screen(), run.sent.len()), ("challenge", before));
}

#[test]
fn inputs_that_do_not_fit_the_screen_change_nothing() {
    let inputs = [start(), Input::Back, Input::Retry, choose("ESSESESS"), choose("HANDSESS")];
    for screen in ["challenge", "loading-banks"] {
        for input in inputs.clone() {
            let mut run = Run::at(screen);
            let sent = run.sent.len();
            run.input(input, &mut works);
            assert_eq!((run.screen(), run.sent.len()), (screen, sent));
        }
    }
}

#[test]
fn a_laptop_that_slept_while_the_person_signed_wakes_to_the_accounts() {
    let mut run = Run::at("challenge");
    let mut signed = polls(|call, _| body(call, json!({"scaStatus": "finalised"})));
    run.sleep(Duration::from_mins(10), &mut signed);
    run.finish(&mut signed);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_laptop_that_slept_without_a_signature_stops_waiting_after_one_question() {
    let mut run = Run::at("challenge");
    let mut open = polls(|call, _| challenge(call, "started", &json!({"data": [TOKEN]})));
    run.sleep(Duration::from_mins(10), &mut open);
    assert_eq!(run.count("getConsentScaStatus"), 1);
    assert_eq!(run.events, [Event::Failed(Fault::Undecided)]);
}

#[test]
fn a_laptop_that_slept_with_a_question_in_flight_asks_once_more() {
    let mut run = Run::at("getConsentScaStatus");
    let mut signed = polls(|call, _| body(call, json!({"scaStatus": "finalised"})));
    run.sleep(Duration::from_mins(10), &mut signed);
    assert_eq!(run.count("getConsentScaStatus"), 2);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn at_most_one_question_is_in_flight() {
    let mut run = Run::at("getConsentScaStatus");
    run.pass(Duration::from_millis(9_900), &mut works);
    assert_eq!(run.count("getConsentScaStatus"), 1);
}

#[test]
fn a_hidden_page_asks_nothing_and_a_shown_one_asks_after_half_a_second() {
    let mut run = Run::at("challenge");
    let mut open = polls(|call, _| challenge(call, "started", &json!({"data": [TOKEN]})));
    run.input(Input::Hide, &mut open);
    run.pass(Duration::from_mins(2), &mut open);
    assert_eq!((run.count("getConsentScaStatus"), run.flow.poll_timeout()), (0, None));
    run.input(Input::Show, &mut open);
    assert_eq!(run.flow.poll_timeout(), Some(run.now + Duration::from_millis(500)));
    run.pass(Duration::from_millis(1_700), &mut open);
    assert_eq!((run.screen(), run.count("getConsentScaStatus")), ("challenge", 2));
}

#[test]
fn a_question_that_fails_as_the_page_is_shown_is_no_trouble() {
    let mut run = Run::at("challenge");
    run.input(Input::Hide, &mut works);
    run.pass(Duration::from_mins(1), &mut works);
    run.input(Input::Show, &mut works);
    run.pass(Duration::from_millis(600), &mut polls(|_, _| reply(Err(Failure::Lost))));
    let View::Challenge { connection, .. } = run.flow.view() else { panic!() };
    assert_eq!(connection, Connection::Good);
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_page_that_was_hidden_past_the_deadline_asks_once_before_it_gives_up() {
    for (status, screen) in [("finalised", "linked"), ("started", "undecided")] {
        let mut platform = polls(|call, _| body(call, json!({"scaStatus": status})));
        let mut run = Run::at("challenge");
        run.input(Input::Hide, &mut platform);
        run.pass(Duration::from_mins(10), &mut platform);
        run.input(Input::Show, &mut platform);
        run.finish(&mut platform);
        assert_eq!((run.screen(), run.count("getConsentScaStatus")), (screen, 1), "{status}");
    }
}

#[test]
fn an_answer_that_comes_while_the_page_is_hidden_counts() {
    let mut run = Run::at("getConsentScaStatus");
    run.input(Input::Hide, &mut works);
    let request = run.unanswered().clone();
    let Target::Call(call) = &request.target else { panic!() };
    let Response::Answer(signed) = body(call, json!({"scaStatus": "finalised"})) else { panic!() };
    run.input(Input::Reply(request.id, signed), &mut works);
    assert_eq!(run.screen(), "linked");
}
