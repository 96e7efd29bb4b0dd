//! Answers of real platforms: authorisations that start on their own, and resources that a platform does
//! not find yet or any more.

use std::time::Duration;

use protocol::Call;
use protocol::flow::{Event, Fault, Prompt, View};
use protocol::wire::Code;
use serde_json::{Value, json};

use crate::support::{Response, Run, TOKEN, body, refused, start, works};

/// A platform that answers the start of an authorisation with `members` beside its id.
fn begins(members: Value) -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| match call {
        Call::StartAuthorisation { .. } => {
            let mut value =
                json!({"scaStatus": "received", "authorisationId": "a-1", "_links": {}});
            for (name, member) in members.as_object().expect("an object") {
                value[name] = member.clone();
            }
            body(call, value)
        }
        _ => works(call, turn),
    }
}

/// The platform does not find it, in each of the ways that platforms have.
fn unknown() -> [Response; 3] {
    [
        refused(404, Some(Code::ResourceUnknown), None),
        refused(404, None, None),
        refused(410, Some(Code::from("RESOURCE_EXPIRED".to_owned())), None),
    ]
}

#[test]
fn an_authorisation_that_starts_on_its_own_goes_on() {
    let method = json!({"authenticationMethodId": "mbid", "authenticationType": "PUSH_OTP"});
    let challenge = json!({"data": [TOKEN]});
    let rows = [
        json!({"scaStatus": "started", "chosenScaMethod": method, "challengeData": challenge}),
        json!({"scaStatus": "started", "challengeData": challenge}),
        json!({"scaStatus": "received", "challengeData": {"data": TOKEN}, "scaMethods": []}),
        json!({"scaStatus": "started", "chosenScaMethod": method, "scaMethods": [method],
               "challengeData": challenge}),
        json!({"scaStatus": "scaMethodSelected", "chosenScaMethod": method}),
        json!({"scaStatus": "received", "chosenScaMethod": method}),
        json!({"scaStatus": "psuAuthenticated"}),
        json!({"scaStatus": "psuIdentified", "scaMethods": []}),
        json!({"scaStatus": "psuAuthenticated", "psuMessage": "Open the app of the bank"}),
        json!({"scaStatus": "aNewWord"}),
    ];
    for members in rows {
        let mut platform = begins(members.clone());
        let mut run = Run::begun(&mut platform);
        let screens = ["challenge", "preparing"];
        assert!(screens.contains(&run.screen()), "{members}: {}", run.screen());
        run.finish(&mut platform);
        assert_eq!((run.screen(), run.count("deleteConsent")), ("linked", 0), "{members}");
        assert_eq!(run.count("updateConsentsPsuData"), 0, "{members}");
    }
}

#[test]
fn texts_that_start_no_app_do_not_hide_the_challenge_behind_them() {
    let data = json!({"data": ["", "no token", TOKEN]});
    let mut starts = begins(json!({"scaStatus": "started", "challengeData": data}));
    let mut platform = |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } => Response::Silence,
        _ => starts(call, turn),
    };
    assert_eq!(Run::begun(&mut platform).screen(), "challenge");
}

#[test]
fn an_authorisation_that_is_final_from_the_start_leads_to_the_consent() {
    for status in ["exempted", "finalised"] {
        let method = json!({"authenticationMethodId": "mbid"});
        for methods in [json!([]), json!([method])] {
            let members = json!({"scaStatus": status, "scaMethods": methods});
            let mut platform = begins(members.clone());
            let run = Run::begun(&mut platform);
            assert_eq!(run.screen(), "linked", "{members}");
            assert_eq!(run.count("getConsentScaStatus"), 0, "{members}");
        }
    }
}

#[test]
fn the_person_or_the_flow_chooses_where_the_bank_has_not() {
    let methods = json!([{"authenticationMethodId": "mbid"}]);
    for status in ["received", "psuIdentified", "psuAuthenticated", "started"] {
        let mut platform = begins(json!({"scaStatus": status, "scaMethods": methods}));
        let mut run = Run::begun(&mut platform);
        run.finish(&mut platform);
        assert_eq!((run.screen(), run.count("updateConsentsPsuData")), ("linked", 1), "{status}");
    }
}

#[test]
fn the_prompt_counts_as_shown_only_after_a_challenge() {
    let slow = |first: u32| {
        move |call: &Call, turn| match call {
            Call::ReadScaStatus { .. } if turn < first => {
                body(call, json!({"scaStatus": "started"}))
            }
            Call::ReadScaStatus { .. } if turn == first => {
                body(call, json!({"scaStatus": "started", "challengeData": {"data": [TOKEN]}}))
            }
            Call::UpdatePsuData { .. } | Call::ReadScaStatus { .. } => {
                body(call, json!({"scaStatus": "started"}))
            }
            _ => works(call, turn),
        }
    };
    let prompt = |run: &Run| match run.flow.view() {
        View::Signing { prompt, .. } => Some(prompt),
        _ => None,
    };
    for first in [0, 3, 20] {
        let mut platform = slow(first);
        let mut run = Run::begun(&mut platform);
        let mut shown = run.screen() == "challenge";
        for _ in 0..60 {
            let expected = if shown { Prompt::Shown } else { Prompt::Unseen };
            assert!(prompt(&run).is_none_or(|prompt| prompt == expected), "{first}");
            run.pass(Duration::from_secs(1), &mut platform);
            shown |= run.screen() == "challenge";
        }
        assert_eq!(prompt(&run), Some(Prompt::Shown), "{first}");
    }
    // If none ever comes, the text names the bank, not the app.
    let mut never = slow(u32::MAX);
    let mut run = Run::begun(&mut never);
    assert_eq!(run.screen(), "preparing");
    run.pass(Duration::from_secs(12), &mut never);
    assert_eq!(prompt(&run), Some(Prompt::Unseen));
}

#[test]
fn the_consent_answers_for_a_forgotten_authorisation() {
    for gone in 0..unknown().len() {
        let mut platform = |call: &Call, turn| match call {
            Call::ReadScaStatus { .. } if turn > 0 => {
                unknown().into_iter().nth(gone).expect("one of them")
            }
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        run.finish(&mut platform);
        assert_eq!((run.screen(), run.count("deleteConsent")), ("linked", 0), "{gone}");
    }
}

#[test]
fn an_authorisation_not_found_yet_is_asked_for_again() {
    let mut platform = |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } if turn < 3 => refused(404, None, None),
        Call::ReadConsentStatus { .. } if turn < 3 => {
            body(call, json!({"consentStatus": "received"}))
        }
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.pass(Duration::from_secs(3), &mut platform);
    assert_eq!(run.screen(), "challenge", "the code stays");
    run.finish(&mut platform);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("linked", 0));
    assert!(run.count("getConsentScaStatus") > 3, "and not its consent alone");
}

#[test]
fn a_platform_that_finds_neither_authorisation_nor_consent_is_asked_with_pauses() {
    let mut platform = |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } | Call::ReadConsentStatus { .. } => refused(404, None, None),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.pass(Duration::from_secs(30), &mut platform);
    let asked = run.count("getConsentScaStatus") + run.count("getConsentStatus");
    assert!((3..20).contains(&asked), "{asked} questions in half a minute");
    run.finish(&mut platform);
    assert!(matches!(run.events[..], [Event::Failed(_)]), "{:?}", run.events);
}

#[test]
fn a_forgotten_authorisation_whose_consent_was_rejected_says_so() {
    for (status, fault) in [("rejected", Fault::Rejected), ("expired", Fault::Expired)] {
        let mut platform = |call: &Call, turn| match call {
            Call::ReadScaStatus { .. } => refused(410, None, None),
            Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": status})),
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        run.finish(&mut platform);
        assert_eq!(run.events, [Event::Failed(fault)], "{status}");
    }
}

#[test]
fn a_resource_that_the_platform_does_not_find_is_no_lost_session() {
    for gone in 0..unknown().len() {
        for step in ["getASPSPList", "getConsentStatus", "getAccountList"] {
            let mut platform = |call: &Call, turn| match call {
                _ if call.name() == step && turn < 2 => {
                    unknown().into_iter().nth(gone).expect("one of them")
                }
                _ => works(call, turn),
            };
            let mut run = Run::new();
            run.input(start(), &mut platform);
            run.pass(Duration::from_secs(10), &mut platform);
            assert_eq!(run.screen(), "choose-bank", "{step}");
            run.begin_here(&mut platform);
            run.finish(&mut platform);
            assert_eq!((run.screen(), run.count("deleteConsent")), ("linked", 0), "{step} {gone}");
            assert_eq!(run.count(step), 3, "{step}");
        }
    }
}

#[test]
fn a_list_of_banks_that_is_never_found_is_not_available() {
    let mut platform = |_: &Call, _| refused(404, Some(Code::ResourceUnknown), None);
    let mut run = Run::new();
    run.input(start(), &mut platform);
    run.finish(&mut platform);
    assert_eq!(run.events, [Event::Failed(Fault::PlatformFailed)]);
}

#[test]
fn accounts_that_are_never_found_leave_the_approved_consent() {
    let mut platform = |call: &Call, turn| match call {
        Call::ListAccounts { .. } => refused(404, Some(Code::ResourceUnknown), None),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!(run.events, [Event::Failed(Fault::PlatformFailed)]);
    assert_eq!(run.count("deleteConsent"), 0);
    assert!(run.flow.consent().is_some());
}
