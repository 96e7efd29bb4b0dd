//! Successful links: the steps in order, their headers and bodies, the pace, and the second signature.

use std::time::Duration;

use protocol::flow::{Body, Challenge, Device, Event, Input, Step, View};
use protocol::{Call, Tick};
use serde_json::json;

use crate::support::{
    Response, Run, TOKEN, begin, body, challenge, choose, refused, works, works_until,
};

#[test]
fn a_person_links_an_account() {
    let mut run = Run::begun(&mut works);
    assert_eq!(run.screen(), "challenge");
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
    let steps = [
        "sessionConsents",
        "getASPSPList",
        "getASPSPDetails",
        "profile",
        "sessionConsents",
        "createConsent",
        "startConsentAuthorisation",
        "updateConsentsPsuData",
        "getConsentScaStatus",
        "getConsentScaStatus",
        "getConsentScaStatus",
        "getConsentStatus",
        "getAccountList",
        "getConsentInformation",
    ];
    assert_eq!(run.calls(), steps);
    let [Event::Linked(linked)] = &run.events[..] else { panic!("{:?}", run.events) };
    assert_eq!(linked.consent.as_str(), "c-1");
    assert_eq!(linked.accounts.as_ref().map(Vec::len), Some(1));
    assert_eq!(linked.connection, None);
    assert_eq!(run.flow.poll_timeout(), None);
}

#[test]
fn an_entry_with_an_odd_bic_costs_only_itself() {
    let run = Run::at("choose-bank");
    let View::ChooseBank { banks } = run.flow.view() else { panic!() };
    assert_eq!(banks.len(), 1);
}

#[test]
fn every_call_about_a_bank_carries_its_headers() {
    let mut run = Run::begun(&mut works);
    run.finish(&mut works);
    for (_, request) in &run.sent {
        let pairs: Vec<_> = request.headers.pairs().collect();
        let headers: Vec<_> = pairs.iter().map(|(name, value)| (*name, &**value)).collect();
        let expected: &[(&str, &str)] = match request.target.name() {
            "sessionConsents" | "getASPSPList" | "getASPSPDetails" | "profile" => &[],
            "getAccountList" => &[
                ("x-bicfi", "ESSESESS"),
                ("tpp-redirect-preferred", "false"),
                ("consent-id", "c-1"),
            ],
            _ => &[("x-bicfi", "ESSESESS"), ("tpp-redirect-preferred", "false")],
        };
        assert_eq!(headers, expected, "{}", request.target.name());
    }
}

#[test]
fn the_consent_asks_for_what_the_person_read() {
    let run = Run::begun(&mut works);
    let bodies = run.sent.iter().filter_map(|(_, request)| request.body.as_ref());
    let [Body::Consent(consent), _] = bodies.collect::<Vec<_>>()[..] else { panic!() };
    let expected = json!({
        "access": {}, "recurringIndicator": true, "validUntil": "2027-02-20",
        "frequencyPerDay": 4, "combinedServiceIndicator": false,
    });
    assert_eq!(serde_json::to_value(consent).unwrap(), expected);
}

#[test]
fn the_method_fits_the_device() {
    for (device, expected) in [(Device::This, "mbid_same_device"), (Device::Other, "mbid")] {
        let mut run = Run::at("ready");
        run.input(begin(device), &mut works);
        let Some(Body::PsuData(chosen)) = &run.sent.last().unwrap().1.body else { panic!() };
        assert_eq!(chosen.authentication_method_id.as_str(), expected);
    }
}

#[test]
fn a_token_becomes_the_text_of_a_qr_code() {
    let run = Run::at("challenge");
    let View::Challenge { challenge, step, pick_up_by, .. } = run.flow.view() else { panic!() };
    assert_eq!(challenge.qr_text().unwrap(), format!("bankid:///?autostarttoken={TOKEN}"));
    assert_eq!(step, Step(1));
    assert_eq!(pick_up_by, Tick::from_millis(31_000));
}

#[test]
fn polls_come_each_second_with_a_challenge_and_each_two_without() {
    let mut polls = 0;
    let mut run = Run::begun(&mut works);
    run.pass(Duration::from_secs(20), &mut |call, turn| match call {
        Call::ReadScaStatus { .. } => {
            polls += 1;
            let data = if polls < 5 { json!({"data": [TOKEN]}) } else { json!(null) };
            challenge(call, "started", &data)
        }
        _ => works(call, turn),
    });
    let seconds: Vec<_> = run.pauses("getConsentScaStatus").iter().map(Duration::as_secs).collect();
    assert_eq!(seconds[..7], [1, 1, 1, 1, 2, 2, 2]);
    assert_eq!(run.screen(), "signing");
}

#[test]
fn a_new_challenge_in_a_later_status_is_the_second_step() {
    let second = "11111111-fa0d-44e5-b327-edcc928297f8";
    let mut run = Run::begun(&mut works);
    run.pass(Duration::from_secs(3), &mut |call, turn| match call {
        Call::ReadScaStatus { .. } => {
            challenge(call, "psuAuthenticated", &json!({"data": [second]}))
        }
        _ => works(call, turn),
    });
    let View::Challenge { challenge: Challenge::Token(token), step, pick_up_by, .. } =
        run.flow.view()
    else {
        panic!()
    };
    assert_eq!((token.as_str(), step), (second, Step(2)));
    assert_eq!(pick_up_by, Tick::from_millis(32_000));
}

#[test]
fn a_new_frame_in_the_same_status_is_no_new_step() {
    let mut run = Run::begun(&mut works);
    let mut frames = 0;
    run.pass(Duration::from_secs(10), &mut |call, turn| match call {
        Call::ReadScaStatus { .. } => {
            frames += 1;
            challenge(call, "started", &json!({"data": format!("bankid.abc.{frames}.0f")}))
        }
        _ => works(call, turn),
    });
    let View::Challenge { challenge: Challenge::Frame(_), step, .. } = run.flow.view() else {
        panic!()
    };
    assert_eq!(step, Step(1));
}

#[test]
fn unknown_words_do_not_stop_the_flow() {
    let mut run = Run::begun(&mut works);
    run.finish(&mut |call, turn| match call {
        Call::ReadScaStatus { .. } if turn < 4 => body(call, json!({"scaStatus": "pondering"})),
        Call::ReadConsentStatus { .. } if turn < 3 => {
            body(call, json!({"consentStatus": "partiallyAuthorised"}))
        }
        _ => works(call, turn),
    });
    assert_eq!(run.screen(), "linked");
}

#[test]
fn exempted_is_as_good_as_finalised() {
    let mut run = Run::begun(&mut works);
    run.finish(&mut |call, turn| match call {
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "exempted"})),
        _ => works(call, turn),
    });
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_bank_that_finalises_at_once_needs_no_poll() {
    let mut finalises = |call: &Call, turn| match call {
        Call::UpdatePsuData { .. } => body(call, json!({"scaStatus": "finalised"})),
        _ => works(call, turn),
    };
    let run = Run::begun(&mut finalises);
    assert_eq!((run.screen(), run.count("getConsentScaStatus")), ("linked", 0));
}

#[test]
fn a_linked_person_may_link_another_bank_without_asking_for_the_banks_again() {
    let mut run = Run::begun(&mut works);
    run.finish(&mut works);
    run.input(Input::Retry, &mut works);
    assert_eq!((run.screen(), run.count("getASPSPList")), ("choose-bank", 1));
}

#[test]
fn accounts_that_fail_at_first_are_read_without_asking_the_person_again() {
    let mut fails = |call: &Call, turn| match call {
        Call::ListAccounts { .. } => refused(400, None, None),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut fails);
    run.finish(&mut fails);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("refused", 0));
    run.input(Input::Retry, &mut works);
    run.finish(&mut works);
    assert_eq!((run.screen(), run.count("createConsent")), ("linked", 1));
}

#[test]
fn going_back_offers_the_banks_again() {
    let mut run = Run::at("ready");
    run.input(Input::Back, &mut |_: &Call, _| Response::Silence);
    assert_eq!(run.screen(), "choose-bank");
    let mut waits = works_until("createConsent");
    run.input(choose("ESSESESS"), &mut waits);
    run.input(begin(Device::Other), &mut waits);
    assert_eq!(run.screen(), "preparing");
}
