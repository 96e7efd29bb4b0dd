//! Every bank's own page, there and back: yes, no, too long, twice, too late, and an exchange that fails.

use std::time::Duration;

use axum::http::StatusCode;
use protocol::wire::ConsentStatus;
use sandbox::{Fault, FaultRule};
use serde_json::Value;

use super::person::{PAGE, Person};
use super::read;
use super::site::{BANKS, End, PROVBANKEN, Site};
use crate::support::code;

#[tokio::test]
async fn a_person_who_approves_at_a_bank_returns_and_reads_accounts() {
    let site = Site::start().await;
    for bank in BANKS {
        let mut person = Person::at(&site, bank).await;
        assert_eq!(person.returned().await, Value::Null, "{bank:?}");
        let form = person.approve().await;
        assert_eq!(form.contains("code="), bank.end == End::Code, "{bank:?}");
        refuses_accounts(&mut person).await;
        let before = site.exchanges();
        let answer = person.back(&form).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{bank:?}");
        assert_eq!(answer.headers()["location"], PAGE, "{bank:?}");
        assert_eq!(site.exchanges() - before, usize::from(bank.end == End::Code), "{bank:?}");
        assert_eq!(person.returned().await, "completed", "{bank:?}");
        assert_eq!(person.statuses().await, statuses("finalised", "valid"), "{bank:?}");
        let kept = person.kept().await;
        assert_eq!(
            (&kept["consentStatus"], &kept["authorisation"]["scaStatus"]),
            (&"valid".into(), &"finalised".into())
        );
        let accounts = person.accounts().await;
        assert!(read(&accounts)["accounts"].as_array().unwrap().len() >= 2, "{bank:?}");
    }
}

#[tokio::test]
async fn a_second_return_with_the_same_code_changes_nothing_at_any_bank() {
    let site = Site::start().await;
    for bank in BANKS {
        let mut person = Person::at(&site, bank).await;
        let form = person.approve().await;
        for _ in 0..2 {
            let answer = person.back(&form).await;
            assert_eq!(answer.headers()["location"], PAGE, "{bank:?}");
        }
        assert_eq!(person.returned().await, "completed", "{bank:?}");
        assert_eq!(site.consent(&person.consent).status, ConsentStatus::Valid, "{bank:?}");
        assert_eq!(person.accounts().await.status(), StatusCode::OK, "{bank:?}");
    }
    let codes = BANKS.iter().filter(|bank| bank.end == End::Code).count();
    assert_eq!(site.exchanges(), codes);
}

#[tokio::test]
async fn a_person_who_says_no_at_a_bank_links_nothing() {
    let site = Site::start().await;
    for bank in BANKS {
        let mut person = Person::at(&site, bank).await;
        person.arrive().await;
        let form = person.leave("reject").await;
        assert_eq!(person.back(&form).await.headers()["location"], PAGE, "{bank:?}");
        assert_eq!(person.returned().await, "declined", "{bank:?}");
        assert_eq!(person.statuses().await, statuses("failed", "rejected"), "{bank:?}");
        assert_eq!(person.kept().await["consentStatus"], "rejected", "{bank:?}");
        refuses_accounts(&mut person).await;
    }
    assert_eq!(site.exchanges(), 0);
}

#[tokio::test]
async fn a_person_who_takes_too_long_at_a_bank_can_go_there_again() {
    let site = Site::start().await;
    for bank in BANKS {
        let mut person = Person::at(&site, bank).await;
        person.arrive().await;
        person.press("too-long").await;
        let form = person.leave("go-back").await;
        assert_eq!(person.back(&form).await.headers()["location"], PAGE, "{bank:?}");
        // RFC 6749 has no other error for it; the consent shows the difference.
        assert_eq!(person.returned().await, "declined", "{bank:?}");
        assert_eq!(person.statuses().await, statuses("failed", "received"), "{bank:?}");
        refuses_accounts(&mut person).await;
        links_by_another_authorisation(&mut person).await;
    }
}

#[tokio::test]
async fn an_exchange_that_the_platform_refuses_completes_nothing_and_can_be_tried_again() {
    let site = Site::start().await;
    for bank in BANKS.into_iter().filter(|bank| bank.end == End::Code) {
        let mut person = Person::at(&site, bank).await;
        let form = person.approve().await;
        let path = "/connect/token".to_owned();
        let fault = Fault::Status { status: 400, retry_after: None };
        site.sandbox.add_fault(FaultRule { path, method: None, count: 1, fault });
        assert_eq!(person.back(&form).await.headers()["location"], PAGE, "{bank:?}");
        assert_eq!(person.returned().await, "exchangeFailed", "{bank:?}");
        assert_eq!(site.consent(&person.consent).status, ConsentStatus::Received, "{bank:?}");
        refuses_accounts(&mut person).await;
        // The platform would accept the code now, but the relay does not send it again.
        site.world.clock.advance(Duration::from_secs(1));
        person.back(&form).await;
        assert_eq!(person.returned().await, "exchangeFailed", "{bank:?}");
        assert_eq!(site.consent(&person.consent).status, ConsentStatus::Received, "{bank:?}");
        links_by_another_authorisation(&mut person).await;
    }
}

#[tokio::test]
async fn a_return_that_is_too_late_completes_nothing() {
    let site = Site::start().await;
    for bank in BANKS {
        let mut person = Person::at(&site, bank).await;
        let form = person.approve().await;
        let before = site.exchanges();
        site.world.clock.advance(STATE_LIFE);
        assert_eq!(person.back(&form).await.headers()["location"], PAGE, "{bank:?}");
        assert_eq!(person.returned().await, "late", "{bank:?}");
        assert_eq!(site.exchanges(), before, "{bank:?}");
        refuses_accounts(&mut person).await;
    }
}

#[tokio::test]
async fn a_consent_without_a_code_shows_no_accounts_until_the_person_is_back() {
    let site = Site::start().await;
    let mut person = Person::at(&site, PROVBANKEN).await;
    let form = person.approve().await;
    // The bank has an approval: only the relay keeps the accounts from the person who began.
    assert_eq!(site.consent(&person.consent).status, ConsentStatus::Valid);
    assert_eq!(person.statuses().await, statuses("finalised", "valid"));
    refuses_accounts(&mut person).await;
    person.back(&form).await;
    assert_eq!(person.accounts().await.status(), StatusCode::OK);
}

/// A second authorisation at the bank, which succeeds.
async fn links_by_another_authorisation(person: &mut Person<'_>) {
    person.authorise().await;
    assert_eq!(person.returned().await, Value::Null);
    let form = person.approve().await;
    person.back(&form).await;
    assert_eq!(person.returned().await, "completed");
    assert_eq!(person.accounts().await.status(), StatusCode::OK);
}

async fn refuses_accounts(person: &mut Person<'_>) {
    let refused = person.accounts().await;
    assert_eq!((refused.status(), &*code(&refused)), (StatusCode::CONFLICT, "NOT_RETURNED"));
}

fn statuses(sca: &str, consent: &str) -> (String, String) {
    (sca.to_owned(), consent.to_owned())
}

/// How long the relay awaits a return.
const STATE_LIFE: Duration = Duration::from_mins(20);
