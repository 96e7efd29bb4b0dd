//! What the bank's profile and its details decide: the questions before the start, and the texts after it.

use std::time::Duration;

use protocol::flow::{
    Body, Data, Device, Ids, Input, Next, Reads, Request, RequestId, Step, Target, Terms, View,
    Way, Ways,
};
use protocol::profile::{AfterPickUp, AppReturns, Context, Facts, IdFormat, Need, Profile};
use protocol::wire::Approach;
use protocol::{Balances, Call, Tick};
use serde_json::{Value, json};

use crate::support::{
    Response, Run, begin, body, choose, details, profile, refused, session, start, works,
};

/// A run at a bank with these members of a profile, on a working platform.
fn ready_at(members: Value) -> Run {
    let mut run = Run::new();
    run.profile = Box::new(move |_| profile(members.clone()));
    run.input(start(), &mut works);
    run.input(choose("ESSESESS"), &mut works);
    run
}

/// The details of a bank that stands for a group.
pub(crate) fn group(call: &Call, turn: u32) -> Response {
    let banks = json!([{"id": "08999", "name": "Swedbank"}, {"id": "08114", "name": "Norrvik"},
                       {"id": "..", "name": "Odd"}]);
    match call {
        Call::ReadAspsp { .. } => {
            body(call, json!({"bicFi": "ESSESESS", "name": "A", "affiliatedAspsps": banks}))
        }
        _ => works(call, turn),
    }
}

fn ids(person: Option<&str>, company: Option<&str>) -> Ids {
    let read = |format: IdFormat, text: &str| format.read(text, 2026).expect("a number");
    Ids {
        person: person.map(|text| read(IdFormat::SePersonal, text)),
        company: company.map(|text| read(IdFormat::SeOrganisation, text)),
    }
}

fn begin_as(ids: Ids) -> Input {
    let way = Way::BankId(Device::Other);
    Input::Begin { way, ids }
}

fn sent<'a>(run: &'a Run, name: &str) -> &'a Request {
    let mut sent = run.sent.iter().rev().map(|(_, request)| request);
    sent.find(|request| request.target.name() == name).expect("it was sent")
}

#[test]
fn a_page_reads_every_profile_without_loss() {
    let full: Profile = serde_json::from_value(json!({
        "approaches": ["REDIRECT"],
        "psu_id_corporate": "must", "psu_id_format": "se-personal", "scans": 2, "usual_days": 119,
        "after_pick_up": "goes", "app_returns": "no", "longest_days": 120,
    }))
    .unwrap();
    let read: Facts = serde_json::from_value(serde_json::to_value(&full).unwrap()).unwrap();
    assert_eq!(read.person_in(Context::Corporate), (Need::Must, IdFormat::SePersonal));
    assert_eq!((read.scans, read.usual_days, read.longest_days), (2, 119, 120));
    assert_eq!(read.approaches, [Approach::Redirect]);
    assert_eq!((read.after_pick_up, read.app_returns), (AfterPickUp::Goes, AppReturns::No));
    let safe = serde_json::to_value(Profile::default()).unwrap();
    assert_eq!(serde_json::from_value::<Facts>(safe).unwrap(), Facts::default());
}

#[test]
fn the_profile_says_how_a_bank_approves_where_the_details_do_not() {
    let [beside, page] = ["DECOUPLED", "REDIRECT"];
    let rows = [
        (None, json!([page]), Ways::BankPage),
        (None, json!([beside]), Ways::BankId),
        (None, json!([page, beside]), Ways::Both),
        (None, json!(["EMBEDDED"]), Ways::Unknown),
        (Some(&["Other"][..]), json!([page]), Ways::BankPage),
        (Some(&["Decoupled"]), json!([page]), Ways::BankId),
    ];
    for (methods, approaches, expected) in rows {
        let mut platform = |call: &Call, turn| match (call, methods) {
            (Call::ReadAspsp { .. }, Some(methods)) => details(call, methods),
            (Call::ReadAspsp { .. }, None) => refused(503, None, None),
            _ => works(call, turn),
        };
        let mut run = Run::new();
        let members = json!({ "approaches": approaches });
        run.profile = Box::new(move |_| profile(members.clone()));
        run.input(start(), &mut platform);
        run.input(choose("ESSESESS"), &mut platform);
        let View::Ready { ways, .. } = run.flow.view() else { panic!("{}", run.screen()) };
        assert_eq!(ways, expected, "{methods:?} {approaches}");
    }
}

#[test]
fn the_list_stays_briefly_and_the_wait_has_an_end() {
    let mut silent = |call: &Call, turn| match call {
        Call::ReadAspsp { .. } => Response::Silence,
        _ => works(call, turn),
    };
    let mut run = Run::new();
    run.input(start(), &mut silent);
    run.input(choose("ESSESESS"), &mut silent);
    assert_eq!(run.screen(), "choose-bank");
    run.pass(Duration::from_millis(400), &mut silent);
    assert_eq!(run.screen(), "preparing");
    run.pass(Duration::from_millis(3600), &mut silent);
    assert_eq!(run.screen(), "ready");
}

/// A run that shows the offer before the bank's details and profile have arrived, and the requests for
/// them.
fn ready_too_soon() -> (Run, [RequestId; 2]) {
    let mut silent = |call: &Call, turn| match call {
        Call::ReadAspsp { .. } => Response::Silence,
        _ => works(call, turn),
    };
    let mut run = Run::new();
    run.profile = Box::new(|_| Response::Silence);
    run.input(start(), &mut silent);
    run.input(choose("ESSESESS"), &mut silent);
    run.pass(Duration::from_secs(4), &mut silent);
    let asked = ["getASPSPDetails", "profile"].map(|name| sent(&run, name).id);
    (run, asked)
}

/// The late answer to the request `id`.
fn late(run: &mut Run, id: RequestId, answer: Response) {
    let Response::Answer(reply) = answer else { panic!("it is an answer") };
    run.input(Input::Reply(id, reply), &mut works);
}

#[test]
fn late_details_of_a_bank_are_shown_and_count() {
    let (mut run, [_, asked]) = ready_too_soon();
    let View::Ready { offer, .. } = run.flow.view() else { panic!("{}", run.screen()) };
    let (days, edition) = (offer.days, offer.edition);
    let members = json!({"psu_id": "must", "psu_id_format": "se-personal", "usual_days": 119});
    late(&mut run, asked, profile(members));
    let View::Ready { offer, .. } = run.flow.view() else { panic!("{}", run.screen()) };
    assert_eq!((days, offer.days), (179, 119));
    assert_ne!(offer.edition, edition, "it is another screen");
    run.input(begin_as(ids(Some("811218-9876"), None)), &mut works);
    assert_eq!(run.screen(), "challenge");
}

#[test]
fn a_group_in_late_details_asks_which_bank_before_anything_begins() {
    let (mut run, [asked, _]) = ready_too_soon();
    let call = Call::ReadAspsp { bic: "ESSESESS".parse().unwrap() };
    late(&mut run, asked, group(&call, 0));
    assert_eq!(run.screen(), "choose-affiliated");
    run.input(Input::ChooseAffiliated("08114".parse().unwrap()), &mut works);
    assert_eq!(run.screen(), "ready");
}

#[test]
fn a_group_asks_which_bank_and_each_call_of_the_consent_names_it() {
    let mut run = Run::new();
    run.input(start(), &mut group);
    run.input(choose("ESSESESS"), &mut group);
    let View::ChooseAffiliated { banks, .. } = run.flow.view() else { panic!("{}", run.screen()) };
    assert_eq!(
        banks.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["Swedbank", "Norrvik"]
    );
    run.input(Input::ChooseAffiliated("12345".parse().unwrap()), &mut group);
    assert_eq!(run.screen(), "choose-affiliated");
    run.input(Input::ChooseAffiliated("08114".parse().unwrap()), &mut group);
    let View::Ready { bank, .. } = run.flow.view() else { panic!("{}", run.screen()) };
    assert_eq!(bank.name, "Norrvik");
    run.input(begin(Device::Other), &mut group);
    run.finish(&mut group);
    assert_eq!(run.screen(), "linked");
    for (_, request) in &run.sent {
        let affiliated = request.headers.affiliated.as_ref().map(ToString::to_string);
        let about = request.headers.bic.is_some();
        assert_eq!(affiliated.is_some(), about, "{}", request.target.name());
    }
}

#[test]
fn a_group_that_only_the_profile_knows_asks_too_and_a_bank_alone_does_not() {
    let two = json!([{"id": "1", "name": "A"}, {"id": "2", "name": "B"}]);
    assert_eq!(ready_at(json!({ "affiliated": two })).screen(), "choose-affiliated");
    let one = json!([{"id": "1", "name": "A"}]);
    assert_eq!(ready_at(json!({ "affiliated": one })).screen(), "ready");
}

#[test]
fn ids_are_sent_once_and_required_ones_are_not_left_out() {
    let mut run = ready_at(json!({"psu_id": "must", "psu_id_format": "se-personal"}));
    run.input(begin(Device::Other), &mut works);
    assert_eq!((run.screen(), run.count("createConsent")), ("ready", 0));
    run.input(begin_as(ids(Some("811218-9876"), None)), &mut works);
    run.finish(&mut works);
    assert_eq!(run.screen(), "linked");
    let with: Vec<_> = run.sent.iter().filter(|(_, it)| it.headers.ids.person.is_some()).collect();
    assert_eq!(with.len(), 1);
    let created = sent(&run, "createConsent");
    assert!(created.headers.pairs().any(|pair| pair == ("psu-id", "198112189876".into())));
    assert!(!format!("{created:?} {:?}", run.flow).contains("9876"), "no debug output shows it");
}

#[test]
fn a_new_consent_that_needs_the_id_again_asks_again() {
    let mut run = ready_at(json!({"psu_id": "must", "psu_id_format": "se-personal"}));
    run.input(begin_as(ids(Some("811218-9876"), None)), &mut works);
    let mut refuses = |call: &Call, turn| match call {
        Call::StartAuthorisation { .. } => refused(409, None, None),
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "received"})),
        _ => works(call, turn),
    };
    run.input(Input::Renew(Device::This), &mut refuses);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("ready", 1));
    assert_eq!(run.count("createConsent"), 1);
}

/// The bank permits no other authorisation of a consent, and accepts a company's id.
fn refuses_another(call: &Call, turn: u32) -> Response {
    match call {
        Call::StartAuthorisation { .. } if turn == 1 => refused(409, None, None),
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "received"})),
        _ => works(call, turn),
    }
}

/// A run of a company at a bank that accepts its number but does not require it.
fn company_at(kept: Value) -> Run {
    let mut run = Run::with(|config| config.context = Some(Context::Corporate));
    let members = json!({"corporate_id": "may", "corporate_id_format": "se-organisation"});
    run.profile = Box::new(move |_| profile(members.clone()));
    run.session = Box::new(move |_| session(json!({ "consents": kept })));
    run.input(start(), &mut refuses_another);
    run
}

#[test]
fn an_optional_id_is_asked_for_again_with_a_new_consent_if_it_was_given() {
    for (given, screen, consents) in [(Some("556016-0680"), "ready", 1), (None, "challenge", 2)] {
        let mut run = company_at(json!([]));
        run.input(choose("ESSESESS"), &mut refuses_another);
        run.input(begin_as(ids(None, given)), &mut refuses_another);
        run.input(Input::Renew(Device::This), &mut refuses_another);
        assert_eq!((run.screen(), run.count("createConsent")), (screen, consents), "{given:?}");
        assert_eq!(run.count("deleteConsent"), 1);
    }
}

#[test]
fn a_page_that_loads_later_asks_again_where_an_id_may_have_been_given() {
    let kept = json!([{
        "consentId": "c-1", "bicFi": "ESSESESS", "consentStatus": "received", "ageMillis": 1000,
        "validUntil": "2027-02-20", "accountsListed": false,
        "authorisation": {
            "authorisationId": "a-1", "scaApproach": "DECOUPLED", "scaStatus": "started",
            "authenticationMethodId": "mbid", "ageMillis": 1000,
        },
    }]);
    let mut run = company_at(kept);
    run.pass(Duration::from_millis(1), &mut refuses_another);
    assert_eq!(run.screen(), "challenge");
    run.input(Input::Renew(Device::This), &mut works);
    assert_eq!((run.screen(), run.count("createConsent")), ("challenge", 0));
    run.input(Input::Renew(Device::Other), &mut refuses_another);
    assert_eq!((run.screen(), run.count("createConsent")), ("ready", 0));
}

#[test]
fn the_profile_counts_the_seconds_and_the_steps() {
    let mut run = ready_at(json!({"pick_up_seconds": 60, "scans": 2, "app_returns": "no"}));
    run.input(begin(Device::Other), &mut works);
    let View::Challenge { pick_up_by, step, steps, app_returns, .. } = run.flow.view() else {
        panic!("{}", run.screen())
    };
    assert_eq!((pick_up_by, step, steps), (Tick::from_millis(61_000), Step(1), Some(2)));
    assert_eq!(app_returns, AppReturns::No);
}

#[test]
fn terms_are_kept_within_what_the_bank_grants_and_leave_out_the_last_day_where_seconds_count() {
    let rows = [
        (None, Reads::Daily(4), 119, (true, 4)),
        (Some(400), Reads::Daily(9), 119, (true, 4)),
        (Some(120), Reads::Daily(4), 119, (true, 4)),
        (Some(118), Reads::Daily(4), 118, (true, 4)),
        (Some(0), Reads::Daily(0), 1, (true, 1)),
        (Some(30), Reads::Once, 1, (false, 1)),
    ];
    for (days, reads, expected, frequency) in rows {
        let data = Data { balances: true, transactions: false };
        let mut run = Run::with(|config| config.terms = Terms { days, reads, data });
        run.profile = Box::new(|_| profile(json!({"usual_days": 119, "longest_days": 120})));
        run.input(start(), &mut works);
        run.input(choose("ESSESESS"), &mut works);
        let View::Ready { offer, .. } = run.flow.view() else { panic!("{}", run.screen()) };
        assert_eq!(offer.days, expected, "{days:?} {reads:?}");
        run.input(begin(Device::Other), &mut works);
        let Some(Body::Consent(consent)) = &sent(&run, "createConsent").body else { panic!() };
        assert_eq!((consent.recurring_indicator, consent.frequency_per_day), frequency);
        let access = serde_json::to_value(consent.access).unwrap();
        assert_eq!(access, json!({"accounts": [], "balances": []}));
    }
}

#[test]
fn terms_that_change_are_shown_before_the_start_and_hold_from_the_next_link_on() {
    let terms = |days, balances| Terms {
        days: Some(days),
        reads: Reads::Once,
        data: Data { balances, transactions: false },
    };
    let mut run = ready_at(json!({}));
    let offered = |run: &Run| {
        let View::Ready { offer, .. } = run.flow.view() else { panic!("{}", run.screen()) };
        offer.terms
    };
    run.flow.set_terms(terms(30, true));
    assert_eq!(offered(&run), terms(30, true));
    run.input(begin(Device::Other), &mut works);
    run.flow.set_terms(terms(1, false));
    // A consent that replaces the first has the terms that the person agreed to.
    run.input(Input::Renew(Device::This), &mut refuses_another);
    run.finish(&mut works);
    assert_eq!((run.screen(), run.count("createConsent")), ("linked", 2));
    let bodies = run.sent.iter().filter_map(|(_, request)| match &request.body {
        Some(Body::Consent(consent)) => Some(consent.access.balances.is_some()),
        _ => None,
    });
    assert_eq!(bodies.collect::<Vec<_>>(), [true, true]);
    let read = Target::Call(Call::ListAccounts { balances: Balances::Included });
    assert_eq!(sent(&run, "getAccountList").target, read);
    run.input(Input::Retry, &mut works);
    run.input(choose("ESSESESS"), &mut works);
    assert_eq!(offered(&run), terms(1, false));
}

#[test]
fn the_context_goes_with_requests_before_a_consent() {
    let mut run = Run::with(|config| config.context = Some(Context::Corporate));
    run.input(start(), &mut works);
    run.input(choose("ESSESESS"), &mut works);
    run.input(begin(Device::Other), &mut works);
    run.finish(&mut works);
    for (_, request) in &run.sent {
        let name = request.target.name();
        let early = ["sessionConsents", "getASPSPList", "getASPSPDetails", "createConsent"];
        let early = early.contains(&name);
        assert_eq!(request.headers.context.is_some(), early, "{name}");
    }
}

#[test]
fn where_the_page_names_no_context_the_relays_first_counts() {
    let members = json!({"corporate_id": "may", "corporate_id_format": "se-organisation"});
    for (own, first, expected) in [
        (None, Some("corporate"), Context::Corporate),
        (None, Some("private"), Context::Private),
        (None, None, Context::Private),
        (Some(Context::Private), Some("corporate"), Context::Private),
    ] {
        let mut run = Run::with(|config| config.context = own);
        let members = members.clone();
        run.profile = Box::new(move |_| profile(members.clone()));
        run.session = Box::new(move |_| session(json!({"consents": [], "context": first})));
        run.input(start(), &mut works);
        run.input(choose("ESSESESS"), &mut works);
        let View::Ready { offer, .. } = run.flow.view() else { panic!("{}", run.screen()) };
        assert_eq!(offer.context, expected, "{own:?} {first:?}");
    }
}

#[test]
fn another_try_at_the_same_bank_reuses_its_profile() {
    let mut run = ready_at(json!({}));
    run.input(Input::Cancel, &mut works);
    let View::Ended { next, .. } = run.flow.view() else { panic!() };
    assert_eq!(next, Next::Again);
    run.input(Input::Retry, &mut works);
    assert_eq!((run.screen(), run.count("profile")), ("ready", 1));
}
