//! The facts that a link depends on: the relay's day, its cookie, the chosen entry, the day that the bank
//! granted, and when a platform that asks for a pause may be asked again.

use std::time::Duration;

use protocol::flow::{
    Arrival, Body, Device, Event, Failure, Fault, FlowConfig, Input, Linked, Pick, View,
};
use protocol::wire::Code;
use protocol::{Call, Tick};
use serde_json::{Value, json};

use crate::resume::consent;
use crate::support::{
    NOW, Response, Run, begin, body, choose, kept, refused, reply, session, start, works,
};

fn linked(run: &Run) -> &Linked {
    let [Event::Linked(linked)] = &run.events[..] else { panic!("{:?}", run.events) };
    linked
}

/// The last days of the requested consents.
fn asked(run: &Run) -> Vec<&str> {
    let day = |body: &'_ Body| match body {
        Body::Consent(consent) => Some(consent.valid_until.clone()),
        Body::PsuData(_) | Body::Token(_) => None,
    };
    let days = run.sent.iter().filter_map(|(_, request)| day(request.body.as_ref()?));
    days.map(|day| -> &str { Box::leak(day.into_boxed_str()) }).collect()
}

/// A relay whose clock says `millis` at each question, from the first on.
fn clock(millis: Vec<u64>) -> Box<dyn FnMut(u32) -> Response> {
    Box::new(move |turn| {
        let now = millis.get(turn as usize).or(millis.last()).expect("a time");
        session(json!({"consents": [], "nowMillis": now}))
    })
}

const DAY: u64 = 86_400_000;

#[test]
fn the_day_of_a_consent_is_counted_from_the_relays() {
    let config = |config: &mut FlowConfig| config.terms.days = Some(90);
    for (millis, expected) in [(NOW, "2026-11-23"), (NOW + DAY, "2026-11-24"), (0, "1970-04-01")] {
        let mut run = Run::with(config);
        run.session = clock(vec![millis]);
        run.begin(&mut works);
        assert_eq!(asked(&run), [expected]);
    }
}

#[test]
fn a_laptop_that_slept_at_the_offer_shows_the_new_day_before_it_asks() {
    // The page's clock may stand still meanwhile, or run.
    for slept in [Duration::ZERO, Duration::from_mins(20)] {
        let mut run = Run::at("ready");
        run.session = clock(vec![NOW, NOW + 3 * DAY]);
        run.pass(slept, &mut works);
        run.input(begin(Device::Other), &mut works);
        assert_eq!((run.screen(), asked(&run).len()), ("ready", 0));
        let View::Ready { offer, .. } = run.flow.view() else { panic!() };
        assert_eq!(offer.today.map(|day| day.to_string()).as_deref(), Some("2026-08-28"));
        run.input(begin(Device::Other), &mut works);
        assert_eq!(asked(&run), ["2027-02-23"]);
    }
}

#[test]
fn midnight_at_the_offer_stops_no_link() {
    let mut run = Run::at("ready");
    run.session = clock(vec![NOW, NOW + DAY / 2 + 1]);
    run.input(begin(Device::Other), &mut works);
    assert_eq!((run.screen(), asked(&run)), ("challenge", vec!["2027-02-21"]));
}

#[test]
fn a_relay_without_a_time_at_first_is_asked_again_at_the_offer() {
    let mut run = Run::new();
    run.session = Box::new(|turn| match turn {
        0 => refused(403, None, None),
        _ => kept(&json!([])),
    });
    run.input(start(), &mut works);
    run.input(choose("ESSESESS"), &mut works);
    let View::Ready { offer, .. } = run.flow.view() else { panic!("{}", run.screen()) };
    assert_eq!(offer.today.map(|day| day.to_string()).as_deref(), Some("2026-08-25"));
}

#[test]
fn nothing_begins_at_a_bank_without_the_relays_day() {
    for failure in [Failure::Lost, Failure::Garbled] {
        let mut run = Run::at("ready");
        run.session = Box::new(move |_| reply(Err(failure.clone())));
        run.input(begin(Device::Other), &mut works);
        assert_eq!(run.screen(), "preparing");
        run.pass(Duration::from_secs(11), &mut works);
        assert!(matches!(run.events[..], [Event::Failed(_)]), "{:?}", run.events);
        assert_eq!(run.count("createConsent"), 0);
        run.session = Box::new(|_| kept(&json!([])));
        run.input(Input::Retry, &mut works);
        assert_eq!(run.screen(), "ready");
    }
}

/// A relay that says `words` about its cookie, one at each question.
fn cookies(words: &'static [&'static str]) -> Box<dyn FnMut(u32) -> Response> {
    Box::new(move |turn| {
        let word = words.get(turn as usize).or(words.last()).expect("a word");
        session(json!({"consents": [], "cookie": word}))
    })
}

#[test]
fn a_browser_without_the_cookie_fails_before_it_sees_a_bank() {
    for (words, fault) in [
        (&["set"][..], Fault::CookiesBlocked),
        (&["withheld"], Fault::OtherSite),
        (&["set", "withheld"], Fault::OtherSite),
    ] {
        let mut run = Run::new();
        run.session = cookies(words);
        run.input(start(), &mut works);
        assert_eq!(run.events, [Event::Failed(fault)]);
        assert_eq!((run.count("getASPSPList"), run.count("createConsent")), (0, 0));
        // A person who changes the setting can go on.
        run.session = cookies(&["set", "came"]);
        run.input(Input::Retry, &mut works);
        assert_eq!(run.screen(), "choose-bank");
    }
}

#[test]
fn a_browser_that_keeps_the_cookie_goes_on() {
    for words in [&["set", "came"][..], &["came"], &["aNewWord"]] {
        let mut run = Run::new();
        run.session = cookies(words);
        run.begin(&mut works);
        run.finish(&mut works);
        assert_eq!(run.screen(), "linked", "{words:?}");
    }
}

#[test]
fn a_browser_that_loses_its_cookie_at_the_offer_begins_nothing_it_would_lose() {
    let mut run = Run::at("ready");
    run.session = cookies(&["came", "set", "set"]);
    run.input(begin(Device::Other), &mut works);
    assert_eq!(run.events, [Event::Failed(Fault::CookiesBlocked)]);
    assert_eq!(run.count("createConsent"), 0);
    let mut run = Run::at("ready");
    run.session = cookies(&["came", "set", "came"]);
    run.input(begin(Device::Other), &mut works);
    assert_eq!(run.screen(), "challenge");
}

/// A platform that returns `granted` for the consent.
fn grants(granted: Value) -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| match call {
        Call::ReadConsent { .. } => body(call, granted.clone()),
        _ => works(call, turn),
    }
}

#[test]
fn the_page_gets_the_last_day_that_the_bank_has_granted() {
    for (granted, expected) in [
        (json!({"validUntil": "2026-12-31", "consentStatus": "valid"}), "2026-12-31"),
        (json!({"validUntil": "9999-12-31"}), "9999-12-31"),
        (json!({"validUntil": "2026-12-31T23:59:59Z"}), "2026-12-31"),
        (json!({"validUntil": " 2026-12-31 "}), "2026-12-31"),
        (json!({"validUntil": null}), "2027-02-20"),
        (json!({"validUntil": ""}), "2027-02-20"),
        (json!({"validUntil": "31.12.2026"}), "2027-02-20"),
        (json!({}), "2027-02-20"),
        (json!([]), "2027-02-20"),
    ] {
        let mut platform = grants(granted.clone());
        let mut run = Run::begun(&mut platform);
        run.finish(&mut platform);
        assert_eq!(linked(&run).valid_until, expected, "{granted}");
        assert_eq!(run.count("getConsentInformation"), 1, "{granted}");
    }
}

#[test]
fn a_link_that_goes_on_in_a_new_page_gets_it_too() {
    let mut platform = grants(json!({"validUntil": "2026-12-31"}));
    for status in ["valid", "received"] {
        let mut own = consent("c-1", 1);
        own["consentStatus"] = json!(status);
        own["authorisation"]["returned"] = json!("completed");
        let mut run = Run::new();
        run.session = Box::new(move |_| kept(&json!([own])));
        let consent = Some("c-1".parse().expect("an id"));
        run.input(
            Input::Start(Arrival { consent, pick: None, device: Device::Other }),
            &mut platform,
        );
        run.finish(&mut platform);
        assert_eq!(linked(&run).valid_until, "2026-12-31", "{status}");
    }
}

#[test]
fn an_unreadable_consent_costs_the_day_and_not_the_link() {
    let failures: [fn() -> Response; 5] = [
        || Response::Silence,
        || refused(404, None, None),
        || refused(429, None, Some(Duration::from_hours(1))),
        || refused(500, None, None),
        || reply(Err(Failure::Garbled)),
    ];
    for failure in failures {
        let mut platform = |call: &Call, turn| match call {
            Call::ReadConsent { .. } => failure(),
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        run.pass(Duration::from_secs(8), &mut platform);
        assert_eq!(linked(&run).valid_until, "2027-02-20");
        assert_eq!(run.flow.poll_timeout(), None);
    }
}

/// The moment from which the screen offers another try.
fn again_from(run: &Run) -> Option<Tick> {
    let View::Ended { again_from, .. } = run.flow.view() else { panic!("{}", run.screen()) };
    again_from
}

#[test]
fn a_platform_that_asks_for_a_pause_gets_it_and_the_person_reads_how_long() {
    let seconds = Duration::from_secs;
    for (status, code, wish, rest) in [
        (429, None, Some(seconds(120)), seconds(120)),
        (503, None, Some(seconds(3600)), seconds(3600)),
        (429, Some(Code::AccessExceeded), None, seconds(60)),
        (429, None, None, seconds(60)),
        // A clock that is off: nobody waits that long.
        (429, None, Some(seconds(1_000_000)), seconds(60)),
        (429, Some(Code::AccessExceeded), Some(seconds(5)), seconds(60)),
        (403, Some(Code::AccessExceeded), None, seconds(60)),
    ] {
        let mut platform = |call: &Call, turn| match call {
            Call::ListAccounts { .. } if turn == 0 => refused(status, code.clone(), wish),
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        run.pass(seconds(5), &mut platform);
        let fault = if status == 503 { Fault::PlatformFailed } else { Fault::Busy };
        assert_eq!(run.events, [Event::Failed(fault)], "{status} {code:?} {wish:?}");
        let asked = run.sent.iter().rev().find(|(_, it)| it.target.name() == "getAccountList");
        let asked = asked.expect("it was asked").0;
        assert_eq!(again_from(&run), Some(asked + rest), "{status} {code:?} {wish:?}");
        // No question goes out before, however often the person tries.
        run.pass(rest.saturating_sub(seconds(6)), &mut platform);
        run.input(Input::Retry, &mut platform);
        assert_eq!(run.count("getAccountList"), 1);
        run.pass(seconds(8), &mut platform);
        assert_eq!(again_from(&run), None);
        run.input(Input::Retry, &mut platform);
        assert_eq!((run.screen(), run.count("deleteConsent")), ("linked", 0));
    }
}

#[test]
fn a_short_pause_is_waited_for_in_place() {
    let rest = Duration::from_secs(5);
    let mut platform = |call: &Call, turn| match call {
        Call::ListAccounts { .. } if turn == 0 => refused(429, None, Some(rest)),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!((run.screen(), run.pauses("getAccountList")), ("linked", vec![rest]));
}

#[test]
fn each_step_and_list_refused_for_a_while_says_until_when() {
    let rest = Duration::from_mins(10);
    for step in ["getASPSPList", "createConsent", "startConsentAuthorisation", "getConsentStatus"] {
        let mut platform = |call: &Call, turn| match call {
            _ if call.name() == step && turn == 0 => refused(429, None, Some(rest)),
            _ => works(call, turn),
        };
        let mut run = Run::new();
        run.input(start(), &mut platform);
        if run.screen() == "choose-bank" {
            run.begin_here(&mut platform);
        }
        run.pass(Duration::from_secs(30), &mut platform);
        assert_eq!(run.events, [Event::Failed(Fault::Busy)], "{step}");
        let asked = run.sent.iter().rev().find(|(_, it)| it.target.name() == step);
        assert_eq!(again_from(&run), Some(asked.expect("it was asked").0 + rest), "{step}");
    }
}

#[test]
fn an_earlier_pause_does_not_delay_a_try_after_another_fault() {
    let mut platform = |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } if turn == 0 => {
            refused(429, None, Some(Duration::from_secs(40)))
        }
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "failed"})),
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "rejected"})),
        _ => works(call, turn),
    };
    let mut run = Run::begun(&mut platform);
    run.finish(&mut platform);
    assert_eq!((run.screen(), again_from(&run)), ("rejected", None));
}

/// A platform where two entries share one BIC.
pub(crate) fn twins(call: &Call, turn: u32) -> Response {
    let entry = |id, name| json!({"id": id, "bicFi": "NDEASESS", "name": name});
    match call {
        Call::ListAspsps { .. } => body(
            call,
            json!({"aspsps": [entry("e1", "Nordea Privat"), entry("e2", "Nordea Företag")]}),
        ),
        _ => works(call, turn),
    }
}

#[test]
fn of_two_entries_with_one_bic_the_chosen_one_goes_on() {
    for at in 0..2 {
        let mut run = Run::new();
        run.input(start(), &mut twins);
        let View::ChooseBank { banks } = run.flow.view() else { panic!() };
        let bank = banks[at].clone();
        run.input(Input::Choose(Pick::from(&bank)), &mut twins);
        let View::Ready { bank: ready, .. } = run.flow.view() else { panic!() };
        assert_eq!(*ready, bank);
        run.input(begin(Device::Other), &mut twins);
        let View::Challenge { bank: challenged, .. } = run.flow.view() else { panic!() };
        assert_eq!(*challenged, bank);
        run.finish(&mut twins);
        assert_eq!(linked(&run).bank, bank);
        let entry = ["e1,Nordea%20Privat", "e2,Nordea%20F%C3%B6retag"][at];
        let made = run.sent.iter().find(|(_, sent)| sent.target.name() == "createConsent").unwrap();
        let mut said = made.1.headers.pairs().filter(|(name, _)| *name == "x-ais-link-entry");
        assert_eq!(said.next().expect("it is said").1, entry);
        // The page loads again, with the list or without it.
        for listed in [true, false] {
            let mut own = consent("c-1", 1);
            own["bicFi"] = json!("NDEASESS");
            own["consentStatus"] = json!("valid");
            own["authorisation"]["returned"] = json!("completed");
            let mut again = Run::new();
            let same = own.clone();
            again.session = Box::new(move |_| kept(&json!([same])));
            let consent = Some("c-1".parse().expect("an id"));
            let pick = Some(Pick::from(&bank));
            let mut platform = |call: &Call, turn| match call {
                Call::ListAspsps { .. } if !listed => refused(500, None, None),
                _ => twins(call, turn),
            };
            let arrival = Arrival { consent, pick, device: Device::Other };
            again.input(Input::Start(arrival), &mut platform);
            again.finish(&mut platform);
            assert_eq!(linked(&again).bank, bank, "{listed}");

            // Another tab of the browser has the relay's record.
            let mut own = own.clone();
            own["entry"] = json!({ "id": bank.entry, "name": bank.name });
            let mut other = Run::new();
            other.session = Box::new(move |_| kept(&json!([own])));
            other.input(start(), &mut platform);
            other.finish(&mut platform);
            assert_eq!(linked(&other).bank, bank, "{listed}");
        }
    }
}
