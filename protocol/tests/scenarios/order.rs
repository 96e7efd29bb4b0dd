//! What challenges and statuses show about the order in the person's app: which signature it is, whether
//! the app has it, and how long a frame can be read.

use std::time::Duration;

use protocol::flow::{Step, View};
use protocol::{Call, Tick};
use serde_json::{Value, json};

use crate::support::{Response, Run, TOKEN, challenge, profile, works};

const OTHER: &str = "11111111-fa0d-44e5-b327-edcc928297f8";

/// A platform that answers the choice of the method with the first of `states`, and each question with the
/// next; the last one stays. A state is a status and a challenge.
fn plays(states: Vec<(&'static str, Value)>) -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| {
        let at = match call {
            Call::UpdatePsuData { .. } => 0,
            Call::ReadScaStatus { .. } => turn as usize + 1,
            _ => return works(call, turn),
        };
        let (status, data) = &states[at.min(states.len() - 1)];
        challenge(call, status, data)
    }
}

fn frame(token: &str, second: u32) -> Value {
    json!({"data": [format!("bankid.{token}.{second}.ab")]})
}

fn picture(name: &str) -> Value {
    json!({ "image": name })
}

/// The number of the present signature, and until when the bank waits for it.
fn proof(run: &Run) -> (Step, Tick) {
    let View::Challenge { step, pick_up_by, .. } = run.flow.view() else {
        panic!("{}", run.screen())
    };
    (step, pick_up_by)
}

#[test]
fn a_status_that_moves_on_under_one_order_is_no_new_step() {
    let token = || json!({"data": [TOKEN]});
    for states in [
        vec![("received", frame(TOKEN, 0)), ("started", frame(TOKEN, 1))],
        vec![
            ("started", frame(TOKEN, 0)),
            ("psuIdentified", frame(TOKEN, 1)),
            ("psuAuthenticated", frame(TOKEN, 2)),
        ],
        vec![("received", picture("aGVq")), ("started", picture("aGVp"))],
        vec![("started", picture("aGVq")), ("psuIdentified", picture("aGVp"))],
        vec![("received", token()), ("started", token())],
        vec![("scaMethodSelected", token()), ("started", frame(OTHER, 1))],
    ] {
        let name = format!("{states:?}");
        let mut platform = plays(states);
        let mut run = Run::begun(&mut platform);
        let begun = proof(&run);
        run.pass(Duration::from_secs(5), &mut platform);
        assert_eq!(proof(&run), begun, "{name}");
    }
}

#[test]
fn another_order_is_the_next_step_with_a_clock_of_its_own() {
    for states in [
        vec![("started", frame(TOKEN, 0)), ("psuAuthenticated", frame(OTHER, 0))],
        vec![("authenticationStarted", picture("aGVq")), ("started", picture("aGVp"))],
        vec![
            ("received", picture("aGVo")),
            ("authenticationStarted", picture("aGVq")),
            ("started", picture("aGVp")),
        ],
        // Under the same status, once the app has had the first.
        vec![("started", frame(TOKEN, 0)), ("started", json!(null)), ("started", frame(OTHER, 0))],
    ] {
        let name = format!("{states:?}");
        let mut platform = plays(states);
        let mut run = Run::begun(&mut platform);
        let (_, first) = proof(&run);
        run.pass(Duration::from_secs(5), &mut platform);
        let (step, second) = proof(&run);
        assert_eq!(step, Step(2), "{name}");
        assert!(second > first, "{name}");
    }
}

#[test]
fn pictures_are_another_order_where_the_profile_knows_of_two() {
    for (scans, expected) in [(1, Step(1)), (2, Step(2))] {
        let mut platform = plays(vec![
            ("received", picture("aGVo")),
            ("started", picture("aGVq")),
            ("psuAuthenticated", picture("aGVp")),
            ("psuIdentified", picture("aGVr")),
        ]);
        let mut run = Run::new();
        run.profile = Box::new(move |_| profile(json!({ "scans": scans })));
        run.begin(&mut platform);
        run.pass(Duration::from_secs(5), &mut platform);
        assert_eq!(proof(&run).0, expected, "{scans}");
    }
}

#[test]
fn an_order_that_the_bank_replaces_before_the_start_of_the_app_is_the_same_step() {
    let mut platform = plays(vec![("started", frame(TOKEN, 0)), ("started", frame(OTHER, 0))]);
    let mut run = Run::begun(&mut platform);
    run.pass(Duration::from_secs(5), &mut platform);
    assert_eq!(proof(&run), (Step(1), Tick::from_millis(32_000)));
}

#[test]
fn a_challenge_missing_in_one_answer_keeps_its_clock() {
    for data in [frame(TOKEN, 0), json!({"data": [TOKEN]}), picture("aGVq")] {
        let name = data.to_string();
        let mut platform = plays(vec![
            ("started", data.clone()),
            ("started", json!(null)),
            ("started", json!(null)),
            ("started", data),
        ]);
        let mut run = Run::begun(&mut platform);
        let begun = proof(&run);
        run.pass(Duration::from_secs(1), &mut platform);
        assert_eq!(run.screen(), "signing", "{name}");
        run.pass(Duration::from_secs(5), &mut platform);
        assert_eq!(proof(&run), begun, "{name}");
    }
}

#[test]
fn a_token_under_a_later_status_was_picked_up_unless_pick_up_removes_it() {
    for (after, expected) in [("unknown", 2_000), ("stays", 2_000), ("goes", 31_000)] {
        let token = json!({"data": [TOKEN]});
        let mut platform = plays(vec![("started", token.clone()), ("psuIdentified", token)]);
        let mut run = Run::new();
        run.profile = Box::new(move |_| profile(json!({ "after_pick_up": after })));
        run.begin(&mut platform);
        run.pass(Duration::from_secs(5), &mut platform);
        assert_eq!(proof(&run), (Step(1), Tick::from_millis(expected)), "{after}");
    }
}
