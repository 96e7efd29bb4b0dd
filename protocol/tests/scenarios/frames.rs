//! Frames of an animated code: how long each can be read, and that a late one never replaces a newer one.

use std::time::Duration;

use protocol::flow::{Challenge, Input, Target, View};
use protocol::{Call, Tick};
use serde_json::{Value, json};

use crate::support::{Response, Run, TOKEN, challenge, offers, works};

/// Until when the shown challenge can be read.
fn fresh_until(run: &Run) -> Option<Tick> {
    match run.flow.view() {
        View::Challenge { fresh_until, .. } => fresh_until,
        _ => panic!("no challenge"),
    }
}

/// The challenge of an answer, by its number.
type Data = fn(u32) -> Value;

/// A platform that offers only `method`, with challenges from `data`.
fn shows(method: &'static str, data: Data) -> impl FnMut(&Call, u32) -> Response {
    let mut offers = offers(json!([{ "authenticationMethodId": method }]));
    move |call, turn| match call {
        Call::UpdatePsuData { .. } => challenge(call, "started", &data(0)),
        Call::ReadScaStatus { .. } => challenge(call, "started", &data(turn + 1)),
        _ => offers(call, turn),
    }
}

#[test]
fn a_late_frame_never_replaces_a_newer_one() {
    let frame = |number: u32| format!("bankid.{TOKEN}.{number}.ab");
    let mut animated = |call: &Call, turn: u32| match call {
        Call::UpdatePsuData { .. } => challenge(call, "started", &json!({"data": [frame(0)]})),
        Call::ReadScaStatus { .. } if turn == 1 => Response::Silence,
        Call::ReadScaStatus { .. } => {
            challenge(call, "started", &json!({"data": [frame(turn + 1)]}))
        }
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut animated);
    run.pass(Duration::from_secs(15), &mut animated);
    let shown = run.flow.view();
    let View::Challenge { challenge: newest, .. } = &shown else { panic!() };
    let newest = (*newest).clone();
    assert_ne!(newest, Challenge::Frame(frame(2)));
    let late = run.unanswered().clone();
    let Target::Call(call) = &late.target else { panic!() };
    let Response::Answer(reply) = challenge(call, "started", &json!({"data": [frame(2)]})) else {
        panic!()
    };
    run.input(Input::Reply(late.id, reply), &mut animated);
    let View::Challenge { challenge, .. } = run.flow.view() else { panic!() };
    assert_eq!(*challenge, newest);
}

#[test]
fn a_frame_is_good_for_five_seconds_from_when_it_was_asked_for() {
    for (method, data) in ANIMATED {
        let mut platform = shows(method, data);
        let mut run = Run::begun(&mut |call: &Call, turn| match call {
            Call::UpdatePsuData { .. } => Response::Silence,
            _ => platform(call, turn),
        });
        // Each answer takes four seconds.
        for _ in 0..3 {
            let (asked, late) = (run.now, run.unanswered().clone());
            let Target::Call(call) = &late.target else { panic!() };
            let turn = u32::try_from(run.count("getConsentScaStatus")).unwrap();
            run.pass(Duration::from_secs(4), &mut |_: &Call, _| Response::Silence);
            let Response::Answer(reply) = challenge(call, "started", &data(turn)) else { panic!() };
            run.input(Input::Reply(late.id, reply), &mut |_: &Call, _| Response::Silence);
            assert_eq!(fresh_until(&run), Some(asked + SECONDS_5), "{method}");
            // The next question is due already.
            run.pass(Duration::ZERO, &mut |_: &Call, _| Response::Silence);
        }
    }
}

#[test]
fn a_repeated_frame_keeps_its_age() {
    for (method, data) in ANIMATED {
        let mut platform = shows(method, data);
        let mut stuck = |call: &Call, turn: u32| platform(call, turn.min(1));
        let mut run = Run::begun(&mut stuck);
        let asked = run.now + Duration::from_secs(2);
        run.pass(Duration::from_secs(25), &mut stuck);
        assert_eq!(fresh_until(&run), Some(asked + SECONDS_5), "{method}");
        // A new one is shown without further action.
        run.pass(Duration::from_secs(2), &mut shows(method, data));
        assert!(fresh_until(&run) > Some(run.now), "{method}");
    }
}

#[test]
fn an_unchanged_picture_is_good_while_it_is_sent_and_a_token_for_ever() {
    let mut platform = shows("mbid", |_| json!({"image": "aGVq"}));
    let mut run = Run::begun(&mut platform);
    run.pass(Duration::from_secs(25), &mut platform);
    assert_eq!(fresh_until(&run), Some(run.now + SECONDS_5));
    run.pass(Duration::from_secs(8), &mut |_: &Call, _| Response::Silence);
    assert!(fresh_until(&run) < Some(run.now));
    assert_eq!(fresh_until(&Run::at("challenge")), None);
}

/// RFC 2045, section 6.8: base64 in lines. OpenAPI `challengeData.image` says no more than base64.
#[test]
fn a_picture_is_shown_in_each_form_of_base64() {
    let shown = |image: &str| {
        let data = json!({ "image": image });
        let mut platform = |call: &Call, turn: u32| match call {
            Call::UpdatePsuData { .. } | Call::ReadScaStatus { .. } => {
                challenge(call, "started", &data)
            }
            _ => works(call, turn),
        };
        match Run::begun(&mut platform).flow.view() {
            View::Challenge { challenge: Challenge::Picture(picture), .. } => {
                Some(picture.base64().to_owned())
            }
            _ => None,
        }
    };
    for image in [
        "aGVqaGVq",
        "aGVq\r\naGVq\r\n",
        "aGVq\naGVq",
        " aGVq aGVq\t",
        r"aGVq\r\naGVq",
        "data:image/png;base64,aGVqaGVq",
        "data:image/png;base64, aGVq\r\n aGVq",
        "\ndata:image/jpeg;base64,aGVqaGVq",
    ] {
        assert_eq!(shown(image).as_deref(), Some("aGVqaGVq"), "{image:?}");
    }
    for image in ["aGVq<svg>", "data:text/html;base64,aGVq", "data:image/png,aGVq", " \n"] {
        assert_eq!(shown(image), None, "{image:?}");
    }
}

const ANIMATED: [(&str, Data); 2] = [
    ("mbid_animated_qr_token", |turn| json!({"data": format!("bankid.{TOKEN}.{turn}.ab")})),
    ("mbid_animated_qr_image", |turn| json!({"image": format!("aGVq{turn:04}")})),
];
const SECONDS_5: Duration = Duration::from_secs(5);
