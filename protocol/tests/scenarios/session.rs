//! The question for the relay's record of this browser's links: repeated until it is answered, so that a
//! person who comes back from the bank does not begin a second link beside the first.

use std::time::Duration;

use protocol::Call;
use protocol::flow::{Connection, Event, Failure, Fault, Input, Target, View};
use serde_json::json;

use crate::resume::{arrival, arrived, changed, consent, found};
use crate::support::{Response, Run, body, kept, refused, reply, works};

/// Ways in which the relay, or a proxy before it, does not answer.
const FAILURES: [fn() -> Response; 7] = [
    || Response::Silence,
    || refused(401, None, None),
    || refused(403, None, None),
    || refused(404, None, None),
    || refused(502, None, None),
    || reply(Err(Failure::Lost)),
    || reply(Err(Failure::Garbled)),
];

/// A page that loads in a tab that was at `own`, while the relay does not answer.
fn unanswered(own: Option<&str>, failure: fn() -> Response) -> Run {
    let mut run = Run::new();
    run.session = Box::new(move |_| failure());
    run.input(arrival(own), &mut works);
    run
}

#[test]
fn a_relay_that_is_restarted_as_the_person_comes_back_loses_no_link() {
    for failure in FAILURES {
        for seconds in [2, 9] {
            let mut run = unanswered(Some("c-1"), failure);
            run.pass(Duration::from_secs(seconds), &mut works);
            assert_eq!((run.screen(), run.count("getASPSPList")), ("loading-banks", 0));
            run.session = Box::new(|_| kept(&json!([consent("c-1", 1)])));
            run.pass(Duration::from_secs(9), &mut works);
            assert_eq!((run.screen(), found(&run).as_deref()), ("at-bank", Some("c-1")));
        }
    }
}

#[test]
fn a_tab_without_a_link_resumes_after_a_failure_of_the_relay_too() {
    for failure in [|| refused(502, None, None), || reply(Err(Failure::Lost))] {
        let mut run = unanswered(None, failure);
        run.pass(Duration::from_secs(2), &mut works);
        run.session = Box::new(|_| kept(&json!([consent("c-1", 1)])));
        run.pass(Duration::from_secs(3), &mut works);
        assert_eq!((run.screen(), found(&run).as_deref()), ("at-bank", Some("c-1")));
    }
}

#[test]
fn a_tab_that_was_at_a_link_never_offers_banks_without_an_answer() {
    for failure in FAILURES {
        let mut run = unanswered(Some("c-1"), failure);
        run.finish(&mut works);
        assert_eq!(run.events, [Event::Failed(Fault::Unreachable)]);
        assert!(run.count("sessionConsents") < 10, "{}", run.count("sessionConsents"));
        assert_eq!((run.flow.poll_timeout(), run.count("getASPSPList")), (None, 0));
        // Another try asks again, and so does one after cancelling.
        run.input(Input::Retry, &mut works);
        run.input(Input::Cancel, &mut works);
        assert_eq!(run.screen(), "cancelled");
        run.session = Box::new(|_| kept(&json!([consent("c-1", 1)])));
        run.input(Input::Retry, &mut works);
        assert_eq!((run.screen(), found(&run).as_deref()), ("at-bank", Some("c-1")));
    }
}

#[test]
fn a_visitor_without_a_link_gets_the_banks_without_an_answer() {
    for failure in FAILURES {
        let mut run = unanswered(None, failure);
        run.pass(Duration::from_secs(10), &mut works);
        assert_eq!((run.screen(), run.events.len()), ("choose-bank", 0));
        assert!(run.count("sessionConsents") <= 4, "{}", run.count("sessionConsents"));
    }
}

#[test]
fn a_person_reads_that_it_takes_longer() {
    let mut run = unanswered(Some("c-1"), || refused(502, None, None));
    run.pass(Duration::from_secs(2), &mut works);
    assert_eq!(run.flow.view(), View::LoadingBanks(Connection::Troubled));
}

#[test]
fn a_page_that_was_hidden_meanwhile_asks_once_more_before_it_gives_up() {
    let mut run = unanswered(Some("c-1"), || Response::Silence);
    run.input(Input::Hide, &mut works);
    run.pass(Duration::from_mins(5), &mut works);
    run.session = Box::new(|_| kept(&json!([consent("c-1", 1)])));
    run.input(Input::Show, &mut works);
    run.pass(Duration::from_secs(1), &mut works);
    assert_eq!(run.screen(), "at-bank");
}

#[test]
fn an_answer_of_the_relay_that_comes_too_late_changes_nothing() {
    let mut run = unanswered(None, || Response::Silence);
    let request = run.unanswered().clone();
    assert_eq!((run.screen(), &request.target), ("loading-banks", &Target::SessionConsents));
    run.pass(Duration::from_secs(11), &mut works);
    let Response::Answer(late) = kept(&json!([consent("c-1", 1)])) else { panic!() };
    run.input(Input::Reply(request.id, late), &mut works);
    assert_eq!(run.screen(), "choose-bank");
}

#[test]
fn a_person_at_the_bank_loses_nothing_by_a_relay_that_is_restarted() {
    for failure in FAILURES {
        let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut works);
        run.session = Box::new(move |_| failure());
        run.pass(Duration::from_mins(2), &mut works);
        assert_eq!((run.screen(), run.events.len()), ("at-bank", 0));
        let back = changed(consent("c-1", 3), json!({}), json!({"returned": "completed"}));
        run.session = Box::new(move |_| kept(&json!([back])));
        run.finish(&mut |call: &Call, turn| match call {
            Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "finalised"})),
            _ => works(call, turn),
        });
        assert_eq!((run.screen(), run.count("deleteConsent")), ("linked", 0));
    }
}

#[test]
fn questions_to_a_relay_that_is_gone_have_an_end() {
    for failure in FAILURES {
        let mut run = arrived(Some("c-1"), json!([consent("c-1", 1)]), &mut works);
        run.session = Box::new(move |_| failure());
        run.finish(&mut works);
        assert!(matches!(run.events[..], [Event::Failed(_)]), "{:?}", run.events);
        assert!(run.count("sessionConsents") < 200, "{}", run.count("sessionConsents"));
    }
}
