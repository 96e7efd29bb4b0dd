//! A link session of the host's own server: claimed before any bank is asked, and its terms replace the page's.

use std::time::Duration;

use protocol::flow::{
    Body, Device, Event, Failure, Fault, FlowConfig, Input, Pick, Reads, Terms, View,
};
use protocol::wire::{Code, Token};
use protocol::{Call, Method};
use serde_json::{Value, json};

use crate::asking::group;
use crate::ground::twins;
use crate::resume::{arrival, changed, consent};
use crate::support::{
    CONSENT, Response, Run, begin, body, choose, claimed, kept, refused, reply, session, start,
    works,
};

/// A page with a token, and terms of its own.
fn with_token() -> Run {
    Run::with(|config: &mut FlowConfig| {
        config.token = Some(Token { token: "lt_1".to_owned() });
        config.terms = Terms { days: Some(90), ..Terms::default() };
        config.context = Some("corporate".parse().expect("a context"));
    })
}

/// A consent of the relay's record that was made in the link session `ls_1`.
fn own(consent: Value) -> Value {
    changed(consent, json!({ "linkSession": "ls_1" }), json!({}))
}

#[test]
fn the_hosts_terms_replace_the_pages() {
    let mut run = with_token();
    run.link_session = Box::new(|_| claimed(json!({ "context": "private", "country": "FI" })));
    run.input(start(), &mut works);
    assert_eq!(run.calls(), ["sessionConsents", "claimLinkSession", "getASPSPList"]);
    let (_, claim) = &run.sent[1];
    assert_eq!(
        (claim.target.method(), claim.target.address()),
        (Method::Post, "/session/link".to_owned())
    );
    let Some(Body::Token(token)) = &claim.body else { panic!("{:?}", claim.body) };
    assert_eq!((&*token.token, format!("{token:?}")), ("lt_1", "Token".to_owned()));
    assert!(run.sent[2].1.target.address().contains("isoCountryCodes=FI"));
    let claimed = run.flow.link_session().expect("it is claimed");
    assert_eq!((claimed.service.as_deref(), run.screen()), (Some("Kassan"), "choose-bank"));
    run.input(choose("ESSESESS"), &mut works);
    let View::Ready { offer, .. } = run.flow.view() else { panic!("{}", run.screen()) };
    assert_eq!(
        (offer.days, offer.terms.reads, offer.context.as_str()),
        (30, Reads::Daily(2), "private")
    );
    // What the page sets later changes nothing.
    run.flow.set_terms(Terms::default());
    run.input(begin(Device::Other), &mut works);
    let created = run
        .sent
        .iter()
        .find(|(_, request)| request.body.is_some() && request.target.name() == "createConsent");
    let (_, created) = created.expect("a consent was asked for");
    let pairs: Vec<_> = created.headers.pairs().collect();
    assert!(
        pairs.iter().any(|(name, value)| *name == "x-ais-link-session" && value == "ls_1"),
        "{pairs:?}"
    );
    let Some(Body::Consent(body)) = &created.body else { panic!() };
    assert_eq!((body.frequency_per_day, body.access.transactions), (2, None));
    run.finish(&mut works);
    assert!(matches!(run.events[..], [Event::Linked(_)]), "{:?}", run.events);
    assert_eq!(run.count("leaveLinkSession"), 0);
}

#[test]
fn the_only_bank_needs_no_choice() {
    let mut run = with_token();
    run.link_session = Box::new(|_| claimed(json!({ "bicFi": "ESSESESS" })));
    run.input(start(), &mut works);
    assert_eq!(run.screen(), "ready");
    run.input(Input::Back, &mut works);
    assert_eq!(run.screen(), "ready");
    // One that the platform does not list is not replaced by another.
    let mut run = with_token();
    run.link_session = Box::new(|_| claimed(json!({ "bicFi": "NDEASESS" })));
    run.input(start(), &mut works);
    assert_eq!(run.flow.view(), View::ChooseBank { banks: &[] });
}

#[test]
fn of_two_entries_of_the_only_bank_the_person_chooses_one() {
    let mut run = with_token();
    run.link_session = Box::new(|_| claimed(json!({ "bicFi": "NDEASESS" })));
    run.input(start(), &mut twins);
    let View::ChooseBank { banks } = run.flow.view() else { panic!("{}", run.screen()) };
    assert_eq!(banks.len(), 2);
    let pick = Pick::from(&banks[1]);
    run.input(Input::Choose(pick), &mut twins);
    run.input(begin(Device::Other), &mut twins);
    run.finish(&mut twins);
    assert_eq!(run.screen(), "linked");
    let made = run.sent.iter().find(|(_, sent)| sent.target.name() == "createConsent");
    let (_, made) = made.expect("a consent was asked for");
    let pairs: Vec<_> = made.headers.pairs().collect();
    let has = |name: &str, value: &str| pairs.iter().any(|(it, its)| *it == name && its == value);
    assert!(has("x-ais-link-entry", "e2,Nordea%20F%C3%B6retag"), "{pairs:?}");
    assert!(has("x-ais-link-session", "ls_1"), "{pairs:?}");
}

#[test]
fn the_only_bank_asks_which_where_it_is_a_group() {
    let mut run = with_token();
    run.link_session = Box::new(|_| claimed(json!({ "bicFi": "ESSESESS" })));
    run.input(start(), &mut group);
    assert_eq!(run.screen(), "choose-affiliated");
    run.input(Input::ChooseAffiliated("08114".parse().unwrap()), &mut group);
    run.input(begin(Device::Other), &mut group);
    run.finish(&mut group);
    assert_eq!(run.screen(), "linked");
    let made = run.sent.iter().find(|(_, sent)| sent.target.name() == "createConsent");
    let affiliated = made.and_then(|(_, made)| made.headers.affiliated.clone());
    assert_eq!(affiliated.map(|it| it.to_string()).as_deref(), Some("08114"));
}

#[test]
fn a_link_session_that_is_not_this_browsers_ends_the_flow_before_a_bank_is_asked() {
    for (status, code, fault, name) in [
        (409, Code::LinkSessionElsewhere, Fault::OpenedElsewhere, "opened-elsewhere"),
        (410, Code::LinkSessionOver, Fault::LinkOver, "link-over"),
        (404, Code::LinkSessionUnknown, Fault::LinkOver, "link-over"),
    ] {
        let mut run = with_token();
        run.link_session = Box::new(move |_| refused(status, Some(code.clone()), None));
        run.input(start(), &mut works);
        assert_eq!((run.screen(), &run.events[..]), (name, &[Event::Failed(fault)][..]));
        assert_eq!((run.count("getASPSPList"), run.flow.poll_timeout()), (0, None));
    }
}

#[test]
fn a_claim_is_repeated_until_it_is_answered_and_no_bank_is_asked_without_it() {
    for failure in [
        || Response::Silence,
        || refused(502, None, None),
        || reply(Err(Failure::Garbled)),
        || claimed(json!({ "id": "" })),
    ] {
        let mut run = with_token();
        run.link_session = Box::new(move |_| failure());
        run.input(start(), &mut works);
        run.finish(&mut works);
        assert!(matches!(run.events[..], [Event::Failed(_)]), "{:?}", run.events);
        assert!(run.count("claimLinkSession") > 1);
        assert_eq!(run.count("getASPSPList"), 0);
        run.link_session = Box::new(|_| claimed(json!({})));
        run.input(Input::Retry, &mut works);
        assert_eq!(run.screen(), "choose-bank");
    }
    let mut run = with_token();
    run.link_session = Box::new(|turn| match turn {
        0 => claimed(json!({ "id": "" })),
        _ => claimed(json!({})),
    });
    run.input(start(), &mut works);
    run.pass(Duration::from_secs(2), &mut works);
    assert_eq!((run.screen(), run.count("claimLinkSession")), ("choose-bank", 2));
}

#[test]
fn a_person_who_cancels_gives_the_link_session_up() {
    let mut run = with_token();
    run.begin(&mut works);
    run.input(Input::Cancel, &mut works);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("cancelled", 1));
    let (_, left) = run.sent.last().expect("requests");
    assert_eq!((left.target.name(), left.target.method()), ("leaveLinkSession", Method::Delete));
    assert!(matches!(&left.body, Some(Body::Token(token)) if token.token == "lt_1"));
}

#[test]
fn a_person_who_cancels_before_the_claim_is_answered_gives_the_link_session_up_too() {
    let mut run = with_token();
    run.link_session = Box::new(|_| Response::Silence);
    run.input(start(), &mut works);
    run.input(Input::Cancel, &mut works);
    assert_eq!((run.screen(), run.calls().last()), ("cancelled", Some(&"leaveLinkSession")));
    // A page without a token has nothing to give up.
    let mut run = Run::new();
    run.begin(&mut works);
    run.input(Input::Cancel, &mut works);
    assert_eq!((run.screen(), run.count("leaveLinkSession")), ("cancelled", 0));
}

#[test]
fn after_a_long_absence_the_link_session_is_claimed_again() {
    for (answer, screen) in [(None, "choose-bank"), (Some(Code::LinkSessionOver), "link-over")] {
        let mut run = with_token();
        run.link_session = Box::new(move |turn| match (turn, &answer) {
            (1, Some(code)) => refused(410, Some(code.clone()), None),
            _ => claimed(json!({})),
        });
        run.input(start(), &mut works);
        run.pass(Duration::from_mins(31), &mut works);
        assert_eq!(run.screen(), "idle");
        run.input(Input::Retry, &mut works);
        assert_eq!((run.screen(), run.count("claimLinkSession")), (screen, 2));
    }
}

#[test]
fn where_the_hosts_server_alone_reads_the_link_ends_without_accounts() {
    for (from_consent, token, expected) in
        [(Some("cn_1"), false, Some("cn_1")), (None, true, Some("cn_2")), (None, false, None)]
    {
        let mut run = if token { with_token() } else { Run::new() };
        run.session = Box::new(|_| session(json!({ "consents": [], "backendReads": true })));
        run.link_session = Box::new(|_| claimed(json!({ "connectionId": "cn_2" })));
        let mut platform = |call: &Call, turn| match call {
            Call::ReadConsent { .. } => body(
                call,
                json!({
                    "consentStatus": "valid", "validUntil": "2026-12-24T00:00:00Z",
                    "connectionId": from_consent,
                }),
            ),
            _ => works(call, turn),
        };
        run.begin(&mut platform);
        run.finish(&mut platform);
        let [Event::Linked(linked)] = &run.events[..] else { panic!("{:?}", run.events) };
        assert_eq!((&linked.accounts, linked.connection.as_deref()), (&None, expected));
        assert_eq!(linked.valid_until, "2026-12-24");
        assert_eq!((run.count("getAccountList"), run.count("getConsentInformation")), (0, 1));
    }
}

#[test]
fn a_reload_goes_on_with_what_was_begun_in_the_link_session_and_with_nothing_else() {
    let foreign = || changed(consent("c-9", 1), json!({ "linkSession": "ls_9" }), json!({}));
    let valid = json!({ "consentStatus": "valid", "accountsListed": true });
    let linked = changed(
        own(consent(CONSENT, 1)),
        valid,
        json!({ "scaStatus": "finalised", "returned": "completed" }),
    );
    for (tab, record, is_linked, screen) in [
        (Some(CONSENT), json!([own(consent(CONSENT, 1)), foreign()]), false, "at-bank"),
        (None, json!([foreign(), own(consent(CONSENT, 1))]), false, "at-bank"),
        (Some("c-9"), json!([foreign(), consent("c-8", 1)]), false, "choose-bank"),
        (Some(CONSENT), json!([linked.clone()]), true, "linked"),
        // Another tab of the browser.
        (None, json!([linked]), true, "linked"),
        (None, json!([foreign()]), true, "link-over"),
    ] {
        let mut run = with_token();
        let asked = record.clone();
        run.session = Box::new(move |_| kept(&asked));
        run.link_session = Box::new(move |_| claimed(json!({ "linked": is_linked })));
        let mut back = |call: &Call, turn| works(call, turn);
        run.input(arrival(tab), &mut back);
        run.pass(Duration::from_secs(1), &mut back);
        assert_eq!(run.screen(), screen, "{tab:?} {record}");
    }
}
