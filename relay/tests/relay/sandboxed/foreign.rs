//! One person begins, and another returns: the relay completes the link at no bank.

use axum::http::{Method, StatusCode};
use protocol::wire::ConsentStatus;

use super::person::Person;
use super::site::{BANKS, Site};
use crate::support::code;

#[tokio::test]
async fn a_return_in_another_browser_ends_the_consent_and_informs_both() {
    let site = Site::start().await;
    for bank in BANKS {
        let mut starter = Person::at(&site, bank).await;
        let lured = Person::at(&site, bank).await;
        let form = starter.approve().await;
        let answer = lured.back(&form).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{bank:?}");
        let page = String::from_utf8(answer.body().to_vec()).unwrap();
        assert!(page.contains("another browser"), "{bank:?}");

        assert_eq!(starter.returned().await, "foreign", "{bank:?}");
        assert_eq!(site.consent(&starter.consent).status, ConsentStatus::TerminatedByTpp);
        for target in [starter.path(), starter.consent_path("/status")] {
            let refused = starter.status(&target).await;
            assert_eq!(refused.status(), StatusCode::CONFLICT, "{bank:?}");
            assert_eq!(code(&refused), "FOREIGN_COMPLETION", "{bank:?}");
        }
        let accounts = starter.accounts().await;
        assert_eq!(code(&accounts), "FOREIGN_COMPLETION", "{bank:?}");
        // The starter cannot return with it either.
        starter.back(&form).await;
        assert_eq!(starter.returned().await, "foreign", "{bank:?}");
        let path = starter.consent_path("");
        let forgotten = starter.call(Method::DELETE, &path, &[], None).await;
        assert_eq!(forgotten.status(), StatusCode::NO_CONTENT, "{bank:?}");
    }
    assert_eq!(site.exchanges(), 0, "no code of a stranger is exchanged");
}

#[tokio::test]
async fn a_return_in_a_browser_without_a_session_ends_the_consent_too() {
    let site = Site::start().await;
    for bank in BANKS {
        let mut starter = Person::at(&site, bank).await;
        starter.arrive().await;
        let form = starter.leave("reject").await;
        let answer = site.world.come_back(None, &form).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{bank:?}");
        assert_eq!(starter.returned().await, "foreign", "{bank:?}");
        assert_eq!(code(&starter.accounts().await), "FOREIGN_COMPLETION", "{bank:?}");
    }
}
