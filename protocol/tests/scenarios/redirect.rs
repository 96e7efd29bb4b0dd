//! The bank's own page: who goes there and how, the return, and each way in which it fails.

use std::time::Duration;

use protocol::Call;
use protocol::flow::{Body, Device, Event, Fault, Ids, Input, Target, View, Way, Ways};
use protocol::wire::Code;
use serde_json::{Value, json};

use crate::support::{
    self, Response, Run, body, challenge, choose, details, kept, refused, start, started, works,
};

/// A bank with a page of its own, and with BankID where `methods` say so.
fn bank(methods: &'static [&str]) -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| match call {
        Call::ReadAspsp { .. } => details(call, methods),
        Call::UpdatePsuData { .. } => page(call, "scaOAuth", PAGE),
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "finalised"})),
        _ => works(call, turn),
    }
}

/// The answer with a link to the bank's page.
fn page(call: &Call, link: &str, address: &str) -> Response {
    let links = json!({ link: {"href": address} });
    redirected(body(call, json!({"scaStatus": "received", "_links": links})))
}

fn redirected(response: Response) -> Response {
    let Response::Answer(mut reply) = response else { panic!("a body is an answer") };
    reply.approach = Some("REDIRECT".to_owned().into());
    Response::Answer(reply)
}

/// The consent in the relay's record while the person is at the bank, with `returned` if any.
fn at_bank(returned: Option<&str>) -> Value {
    json!([{
        "consentId": "c-1", "bicFi": "ESSESESS", "consentStatus": "received",
        "validUntil": "2027-02-20", "redirectPreferred": false, "accountsListed": false, "ageMillis": 4000,
        "authorisation": {
            "authorisationId": "a-1", "scaApproach": "REDIRECT", "scaStatus": "received",
            "ageMillis": 3000, "returned": returned,
        },
    }])
}

fn begin() -> Input {
    by(Way::BankPage)
}

fn by(way: Way) -> Input {
    Input::Begin { way, ids: Ids::default() }
}

/// A run in which the person has gone to the page of a bank with the ways `methods`.
fn gone(methods: &'static [&str]) -> Run {
    let mut run = Run::new();
    let mut platform = bank(methods);
    run.input(start(), &mut platform);
    run.input(choose("ESSESESS"), &mut platform);
    run.session = Box::new(|_| kept(&at_bank(None)));
    run.input(begin(), &mut platform);
    run
}

/// The values of `TPP-Redirect-Preferred` on all calls that have one.
fn preferences(run: &Run) -> Vec<String> {
    let pairs = run.sent.iter().flat_map(|(_, request)| request.headers.pairs());
    let preferred = pairs.filter(|(name, _)| *name == "tpp-redirect-preferred");
    preferred.map(|(_, value)| value.into_owned()).collect()
}

#[test]
fn a_person_goes_to_the_bank_once_and_comes_back_to_the_accounts() {
    let mut run = gone(&["OAuth2"]);
    assert_eq!(run.screen(), "redirecting");
    let [Event::Leave(address)] = &run.events[..] else { panic!("{:?}", run.events) };
    assert_eq!(address.as_str(), PAGE);
    let View::Redirecting { page, .. } = run.flow.view() else { panic!() };
    assert_eq!(page, address);
    run.pass(Duration::from_mins(10), &mut bank(&["OAuth2"]));
    assert_eq!((run.screen(), run.events.len()), ("redirecting", 1));
    run.session = Box::new(|_| kept(&at_bank(Some("completed"))));
    run.finish(&mut bank(&["OAuth2"]));
    assert_eq!(run.screen(), "linked");
    let calls = run.calls();
    let last = calls.iter().rev().take(3).rev().copied().collect::<Vec<_>>();
    assert_eq!(last, ["getConsentStatus", "getAccountList", "getConsentInformation"]);
}

#[test]
fn while_the_person_is_away_only_the_relay_is_asked_each_two_seconds() {
    let mut run = gone(&["OAuth2"]);
    let before = run.sent.len();
    run.pass(Duration::from_secs(20), &mut bank(&["OAuth2"]));
    let asked: Vec<_> = run.sent[before..].iter().map(|(_, it)| it.target.name()).collect();
    assert_eq!(asked, ["sessionConsents"; 10]);
    run.input(Input::Hide, &mut works);
    run.pass(Duration::from_mins(5), &mut works);
    assert_eq!(run.sent.len(), before + 10);
    run.session = Box::new(|_| kept(&at_bank(Some("completed"))));
    run.input(Input::Show, &mut works);
    assert_eq!(run.flow.poll_timeout(), Some(run.now + Duration::from_millis(500)));
    run.finish(&mut bank(&["OAuth2"]));
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_return_is_confirmed_by_the_status_until_it_is_final() {
    let mut run = gone(&["OAuth2"]);
    run.session = Box::new(|_| kept(&at_bank(Some("completed"))));
    let mut platform = |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } if turn < 3 => challenge(call, "started", &json!(null)),
        _ => bank(&["OAuth2"])(call, turn),
    };
    run.pass(Duration::from_secs(4), &mut platform);
    assert_eq!(run.screen(), "finishing");
    run.finish(&mut platform);
    assert_eq!((run.screen(), run.count("getConsentScaStatus")), ("linked", 4));
}

#[test]
fn a_return_that_the_platform_calls_failed_is_a_rejection() {
    let mut run = gone(&["OAuth2"]);
    run.session = Box::new(|_| kept(&at_bank(Some("completed"))));
    run.finish(&mut |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "failed"})),
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "rejected"})),
        _ => works(call, turn),
    });
    assert_eq!(run.events.last(), Some(&Event::Failed(Fault::Rejected)));
}

#[test]
fn each_return_without_success_has_its_own_screen_and_lists_nothing() {
    let returns = [
        ("declined", "return-failed", 1),
        ("failed", "return-failed", 1),
        ("somethingNew", "return-failed", 1),
        ("exchangeFailed", "exchange-failed", 1),
        ("late", "late", 1),
        // The relay has ended it already.
        ("foreign", "foreign-completion", 0),
    ];
    for (returned, screen, deletions) in returns {
        let mut run = gone(&["OAuth2"]);
        run.session = Box::new(move |_| kept(&at_bank(Some(returned))));
        run.finish(&mut bank(&["OAuth2"]));
        assert_eq!((run.screen(), run.events.len()), (screen, 2), "{returned}");
        assert_eq!(run.count("deleteConsent"), deletions, "{returned}");
        assert_eq!((run.count("getAccountList"), run.flow.consent()), (0, None), "{returned}");
        run.input(Input::Retry, &mut bank(&["OAuth2"]));
        assert_eq!(run.screen(), "ready", "{returned}");
    }
}

#[test]
fn an_exchange_in_progress_is_waited_for() {
    let mut run = gone(&["OAuth2"]);
    run.session = Box::new(|_| kept(&at_bank(Some("exchanging"))));
    run.pass(Duration::from_secs(5), &mut bank(&["OAuth2"]));
    assert_eq!((run.screen(), run.count("getConsentScaStatus")), ("redirecting", 0));
    run.session = Box::new(|_| kept(&at_bank(Some("exchangeFailed"))));
    run.pass(Duration::from_secs(5), &mut bank(&["OAuth2"]));
    assert_eq!(run.screen(), "exchange-failed");
    // A relay that stopped in the middle of it never answers: then the flow asks the bank.
    let mut run = gone(&["OAuth2"]);
    run.session = Box::new(|_| kept(&at_bank(Some("exchanging"))));
    run.finish(&mut bank(&["OAuth2"]));
    assert_eq!(run.screen(), "linked");
}

#[test]
fn a_person_who_never_comes_back_reads_that_there_was_no_answer() {
    let mut run = gone(&["OAuth2"]);
    run.finish(&mut bank(&["OAuth2"]));
    assert_eq!(run.events.last(), Some(&Event::Failed(Fault::Undecided)));
    assert_eq!(run.count("deleteConsent"), 1);
    assert!(run.count("sessionConsents") <= 902);
}

#[test]
fn a_laptop_that_slept_at_the_bank_asks_once_before_it_gives_up() {
    for (returned, screen) in [(Some("completed"), "linked"), (None, "undecided")] {
        let mut run = gone(&["OAuth2"]);
        run.session = Box::new(move |_| kept(&at_bank(returned)));
        run.sleep(Duration::from_mins(40), &mut bank(&["OAuth2"]));
        assert_eq!(run.screen(), screen);
    }
}

#[test]
fn a_consent_that_ends_in_another_tab_ends_here() {
    let mut ended = at_bank(None);
    ended[0]["consentStatus"] = json!("terminatedByTpp");
    for list in [ended, json!([])] {
        let mut run = gone(&["OAuth2"]);
        run.session = Box::new(move |_| kept(&list));
        run.finish(&mut bank(&["OAuth2"]));
        assert_eq!(run.events.last(), Some(&Event::Failed(Fault::SessionLost)));
    }
}

#[test]
fn a_completion_elsewhere_that_a_call_reports_is_shown() {
    let mut run = gone(&["OAuth2"]);
    run.session = Box::new(|_| kept(&at_bank(Some("completed"))));
    run.finish(&mut |call: &Call, turn| match call {
        Call::ReadScaStatus { .. } => refused(409, Some(Code::ForeignCompletion), None),
        _ => works(call, turn),
    });
    assert_eq!(run.screen(), "foreign-completion");
}

#[test]
fn accounts_cannot_be_read_before_the_person_came_back() {
    let mut run = gone(&["OAuth2"]);
    run.session = Box::new(|_| kept(&at_bank(Some("completed"))));
    let mut platform = |call: &Call, turn| match call {
        Call::ListAccounts { .. } => refused(409, Some(Code::NotReturned), None),
        _ => bank(&["OAuth2"])(call, turn),
    };
    run.pass(Duration::from_millis(2_500), &mut platform);
    assert_eq!(run.screen(), "at-bank");
}

#[test]
fn a_link_of_either_kind_is_followed_without_a_method() {
    for kind in ["scaOAuth", "scaRedirect"] {
        let run = Run::begun(&mut |call: &Call, turn| match call {
            Call::StartAuthorisation { .. } => body(
                call,
                json!({
                    "scaStatus": "received", "authorisationId": "a-1",
                    "_links": { kind: {"href": PAGE} },
                }),
            ),
            _ => works(call, turn),
        });
        assert_eq!((run.screen(), run.count("updateConsentsPsuData")), ("redirecting", 0));
    }
}

#[test]
fn a_page_is_followed_whatever_the_header_says() {
    for approach in [None, Some("DECOUPLED"), Some("REDIRECT")] {
        let run = Run::begun(&mut |call: &Call, turn| match call {
            Call::UpdatePsuData { .. } => {
                let Response::Answer(mut reply) = page(call, "scaOAuth", PAGE) else { panic!() };
                reply.approach = approach.map(|word| word.to_owned().into());
                Response::Answer(reply)
            }
            _ => works(call, turn),
        });
        assert_eq!(run.screen(), "redirecting", "{approach:?}");
    }
}

#[test]
fn only_http_and_https_addresses_are_followed() {
    for address in ["javascript:alert(1)", "//bank.example/", "/login", "data:text/html,x", ""] {
        let run = Run::begun(&mut |call: &Call, turn| match call {
            Call::UpdatePsuData { .. } => page(call, "scaOAuth", address),
            _ => works(call, turn),
        });
        assert_eq!(run.screen(), "garbled", "{address}");
    }
}

#[test]
fn a_person_who_did_not_read_about_it_is_not_sent_away() {
    // BankID was chosen, or the details of the bank did not come in time.
    let run = Run::begun(&mut bank(&[]));
    assert_eq!((run.screen(), run.events.len()), ("redirecting", 0));
}

#[test]
fn the_ready_screen_names_the_banks_ways() {
    let rows: [(&'static [&str], Ways); 5] = [
        (&["Decoupled"], Ways::BankId),
        (&["OAuth2"], Ways::BankPage),
        (&["Redirect"], Ways::BankPage),
        (&["Decoupled", "OAuth2"], Ways::Both),
        (&["Telepathy"], Ways::Unknown),
    ];
    for (methods, expected) in rows {
        let mut run = Run::new();
        run.input(start(), &mut works);
        run.input(choose("ESSESESS"), &mut bank(methods));
        let View::Ready { ways, .. } = run.flow.view() else { panic!() };
        assert_eq!(ways, expected);
    }
}

#[test]
fn details_that_fail_or_never_come_take_nothing_away() {
    for silent in [true, false] {
        let mut platform = |call: &Call, turn| match call {
            Call::ReadAspsp { .. } if silent => Response::Silence,
            Call::ReadAspsp { .. } => refused(500, None, None),
            _ => works(call, turn),
        };
        let mut run = Run::begun(&mut platform);
        if silent {
            run.pass(Duration::from_secs(4), &mut platform);
            run.input(support::begin(Device::Other), &mut platform);
        }
        run.finish(&mut platform);
        assert_eq!((run.screen(), run.events.len()), ("linked", 1));
    }
}

#[test]
fn the_preference_has_one_value_on_every_call_of_a_consent() {
    let both: &[&str] = &["Decoupled", "OAuth2"];
    for (methods, way, expected) in [
        (both, Way::BankPage, "true"),
        (both, Way::BankId(Device::This), "false"),
        (&["OAuth2"], Way::BankPage, "false"),
        (&["Decoupled"], Way::BankId(Device::Other), "false"),
    ] {
        let mut run = Run::new();
        let mut platform = bank(methods);
        run.input(start(), &mut platform);
        run.input(choose("ESSESESS"), &mut platform);
        run.session = Box::new(|_| kept(&at_bank(Some("completed"))));
        run.input(by(way), &mut platform);
        run.finish(&mut platform);
        assert_eq!((run.screen(), run.count("getAccountList")), ("linked", 1));
        assert_eq!(preferences(&run), [expected; 7], "{way:?}");

        run.input(Input::Retry, &mut platform);
        run.input(choose("ESSESESS"), &mut platform);
        run.session = Box::new(|_| kept(&at_bank(None)));
        run.input(by(way), &mut platform);
        run.input(Input::Cancel, &mut platform);
        assert_eq!(run.count("deleteConsent"), 1);
        assert_eq!(preferences(&run), [expected; 11], "{way:?}, deleted");
    }
}

#[test]
fn a_bank_that_turns_out_to_use_bankid_goes_on_with_it() {
    let mut run = Run::new();
    let mut platform = |call: &Call, turn| match call {
        Call::ReadAspsp { .. } => details(call, &["OAuth2"]),
        _ => works(call, turn),
    };
    run.input(start(), &mut platform);
    run.input(choose("ESSESESS"), &mut platform);
    run.input(begin(), &mut platform);
    let Some(Body::PsuData(chosen)) = &run.sent.last().unwrap().1.body else { panic!() };
    assert_eq!((run.screen(), chosen.authentication_method_id.as_str()), ("challenge", "mbid"));
}

#[test]
fn the_app_gets_the_relays_return_address() {
    let address = "https://relay.example/redirect?state=x";
    let run = Run::begun(&mut |call: &Call, turn| match works(call, turn) {
        Response::Answer(mut reply) if matches!(call, Call::UpdatePsuData { .. }) => {
            reply.return_to = Some(address.into());
            Response::Answer(reply)
        }
        other => other,
    });
    let View::Challenge { return_to, .. } = run.flow.view() else { panic!() };
    assert_eq!(return_to, Some(address));
}

#[test]
fn a_person_can_cancel_at_the_bank() {
    let mut run = gone(&["OAuth2"]);
    run.input(Input::Cancel, &mut works);
    assert_eq!((run.screen(), run.count("deleteConsent")), ("cancelled", 1));
    assert_eq!((run.flow.poll_timeout(), run.flow.consent()), (None, None));
}

#[test]
fn the_location_of_a_redirect_bank_is_checked_too() {
    let run = Run::begun(&mut |call: &Call, turn| match call {
        Call::StartAuthorisation { .. } => started(call, "https://evil.example/"),
        _ => bank(&["OAuth2"])(call, turn),
    });
    assert_eq!(run.screen(), "foreign-location");
    let deleted = run.sent.last().map(|(_, request)| &request.target);
    assert!(matches!(deleted, Some(Target::Call(Call::DeleteConsent { .. }))));
}

const PAGE: &str = "https://auth.example/connect/authorize?state=x";
