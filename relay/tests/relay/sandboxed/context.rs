//! Persons' and companies' accounts side by side in one browser, each under tokens of its own scope.

use axum::http::StatusCode;
use protocol::profile::Context;

use super::person::Person;
use super::read;
use super::site::{Bank, NORDEA_FOR_COMPANIES, Site};

#[tokio::test]
async fn a_consent_is_made_and_used_in_the_context_that_the_page_names() {
    let site = Site::start().await;
    for (context, scope) in [
        (None, Context::Private),
        (Some("private"), Context::Private),
        (Some("corporate"), Context::Corporate),
    ] {
        let mut person = Person::at(&site, Bank { context, ..NORDEA_FOR_COMPANIES }).await;
        assert_eq!(site.consent(&person.consent).context, scope, "{context:?}");
        let words = format!("scope=accountinformation%20{}&", scope.as_str());
        assert!(person.link.contains(&words), "{context:?}: {}", person.link);
        // The sandbox refuses a token of the other context for each of these calls.
        let form = person.approve().await;
        assert_eq!(person.back(&form).await.status(), StatusCode::SEE_OTHER, "{context:?}");
        assert_eq!(person.returned().await, "completed", "{context:?}");
        let accounts = person.accounts().await;
        assert!(!read(&accounts)["accounts"].as_array().unwrap().is_empty(), "{context:?}");
    }
}
