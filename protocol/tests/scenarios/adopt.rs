//! A tab without a link of its own resumes one that another tab of the browser began, where a step can be
//! resumed.

use protocol::flow::{Event, Input};
use serde_json::json;

use crate::resume::{arrived, changed, consent, decoupled};
use crate::support::works;

#[test]
fn a_tab_without_a_link_resumes_only_young_and_open_ones() {
    let valid = |listed: bool| json!({"consentStatus": "valid", "accountsListed": listed});
    let completed = json!({"returned": "completed"});
    let ended = json!({"consentStatus": "terminatedByTpp"});
    let authorisation = |own| changed(consent("c-1", 1), json!({}), own);
    let rows = [
        (json!([consent("c-1", 29)]), "at-bank"),
        (json!([consent("c-1", 30)]), "choose-bank"),
        (json!([changed(consent("c-1", 1), valid(true), completed.clone())]), "choose-bank"),
        (json!([changed(consent("c-1", 30), valid(false), completed)]), "choose-bank"),
        (json!([changed(consent("c-1", 1), ended, json!({}))]), "choose-bank"),
        // Its own tab resumes it, or no tab does.
        (
            json!([changed(consent("c-1", 1), json!({"authorisation": null}), json!({}))]),
            "choose-bank",
        ),
        (json!([authorisation(json!({"scaApproach": null}))]), "choose-bank"),
        (json!([authorisation(json!({"scaStatus": "failed"}))]), "choose-bank"),
        (json!([authorisation(json!({"scaApproach": null})), consent("c-2", 2)]), "at-bank"),
        (json!([]), "choose-bank"),
    ];
    for (list, screen) in rows {
        let run = arrived(None, list.clone(), &mut works);
        assert_eq!((run.screen(), run.events.len()), (screen, 0), "{list}");
    }
}

#[test]
fn accounts_that_no_page_has_seen_go_to_the_next() {
    let own = json!({"consentStatus": "valid", "accountsListed": false});
    let at_the_bank = changed(consent("c-1", 1), own.clone(), json!({"returned": "completed"}));
    let in_the_app = changed(decoupled(60), own, json!({"scaStatus": "finalised"}));
    for kept in [at_the_bank, in_the_app] {
        let run = arrived(None, json!([kept.clone()]), &mut works);
        assert_eq!(run.screen(), "linked", "{kept}");
        assert!(matches!(run.events[..], [Event::Linked(_)]), "{:?}", run.events);
    }
}

#[test]
fn a_failure_at_the_bank_is_shown_in_the_tab_of_the_return() {
    for (returned, screen) in [("late", "late"), ("exchangeFailed", "exchange-failed")] {
        let kept = changed(consent("c-1", 1), json!({}), json!({ "returned": returned }));
        let run = arrived(None, json!([kept]), &mut works);
        assert_eq!((run.screen(), run.count("deleteConsent")), (screen, 1));
    }
}

#[test]
fn choosing_another_bank_ends_this_tabs_link_and_leaves_another_tabs_alone() {
    for (own, deletions) in [(Some("c-1"), 1), (None, 0)] {
        let mut run = arrived(own, json!([consent("c-1", 1)]), &mut works);
        run.input(Input::Back, &mut works);
        assert_eq!((run.screen(), run.count("deleteConsent")), ("choose-bank", deletions));
        assert_eq!(run.flow.consent(), None);
    }
}
