//! Link sessions: one token, one browser, the host's terms.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use relay::config::{AccountData, LinkSessions};
use serde_json::{Value, json};

use super::{Host, approved, claim, sign_in, terms, value};
use crate::database;
use crate::each::on_each_database;
use crate::support::{ACCOUNTS, Browser, CONSENT, CONSENTS, code, field};

on_each_database! {
    a_browser_links_under_the_terms_of_the_host_whatever_its_page_sends,
    a_second_browser_ends_it_for_both,
    no_bank_is_asked_for_more_days_than_it_grants_nor_for_today,
    no_consent_is_made_beyond_the_terms_or_without_a_session_where_one_is_required,
    its_time_ends_unused_and_after_a_refusal,
    a_person_may_give_it_up,
    a_page_that_went_away_at_the_bank_loses_nothing,
    pages_get_no_account_data_where_it_is_the_back_ends_alone,
}

async fn a_browser_links_under_the_terms_of_the_host_whatever_its_page_sends() {
    let host = Host::with(|config| config.backend.service_name = Some("Kassan".to_owned())).await;
    let (id, token) = host.link_session(&terms()).await;
    assert_eq!(host.session_status(&id).await, "created");
    let (world, mut browser) = (&host.world, Browser::default());
    let claimed = claim(world, &mut browser, &token).await;
    assert_eq!(claimed.status(), StatusCode::OK);
    let seen = value(&claimed);
    assert_eq!(
        seen,
        json!({
            "id": id, "service": "Kassan", "purpose": "To see what you can afford", "context": "private",
            "country": "SE", "bicFi": "ESSESESS", "data": ["balances"], "validityDays": 90, "recurring": true,
            "frequencyPerDay": 2, "renews": false, "linked": false, "connectionId": seen["connectionId"],
        })
    );
    assert_eq!(host.session_status(&id).await, "opened");
    assert_eq!(value(&claim(world, &mut browser, &token).await), seen, "a reload claims it again");
    let consent = sign_in(world, &mut browser, &id).await;
    let session = host.get(&format!("/v1/link-sessions/{id}")).await;
    assert_eq!(session["connection_id"], seen["connectionId"], "the page hears the same id");
    let created =
        world.platform.calls().into_iter().find(|call| call.method == Method::POST).unwrap();
    let body: Value = serde_json::from_slice(&created.body).unwrap();
    assert_eq!(
        body,
        json!({
            "access": { "accounts": [], "balances": [] }, "recurringIndicator": true, "validUntil": "2024-02-11",
            "frequencyPerDay": 2, "combinedServiceIndicator": false,
        })
    );
    let session = host.get(&format!("/v1/link-sessions/{id}")).await;
    assert_eq!(
        (&session["status"], &session["client_reference"]),
        (&json!("succeeded"), &json!("customer-4711"))
    );
    assert_eq!(session["support_code"].as_str().unwrap(), created.all("x-request-id")[0]);
    let connection = session["connection_id"].as_str().unwrap();
    let connection = host.get(&format!("/v1/connections/{connection}")).await;
    assert_eq!(connection["client_reference"], "customer-4711");
    assert_eq!(
        (&connection["bank"], &connection["status"]),
        (&json!("ESSESESS"), &json!("active"))
    );
    assert_eq!(
        connection["granted"],
        json!({ "data": ["balances"], "recurring": true, "frequency_per_day": 2 })
    );
    assert_eq!(host.events().await, ["link.succeeded"]);
    let event = &host.get("/v1/events").await["data"][0];
    assert_eq!(event["data"]["connection_id"], connection["id"]);
    let members: Vec<_> = event["data"].as_object().unwrap().keys().collect();
    assert_eq!(members, ["link_session_id", "connection_id", "client_reference", "status"]);
    // The page reads the accounts as before.
    let read = [("consent-id", consent.as_str())];
    let accounts = browser.call(world, Method::GET, ACCOUNTS, &read, None).await;
    assert_eq!(accounts.status(), StatusCode::OK);
}

async fn a_second_browser_ends_it_for_both() {
    let host = Host::new().await;
    let (id, token) = host.link_session(&terms()).await;
    let (world, mut first, mut second) = (&host.world, Browser::default(), Browser::default());
    claim(world, &mut first, &token).await;
    let session = [("x-ais-link-session", id.as_str())];
    let created = first.call(world, Method::POST, CONSENTS, &session, Some(CONSENT)).await;
    let consent = field(&created, "consentId");
    assert_eq!(host.session_status(&id).await, "authorising");
    let refused = claim(world, &mut second, &token).await;
    assert_eq!(
        (refused.status(), code(&refused).as_str()),
        (StatusCode::CONFLICT, "LINK_SESSION_ELSEWHERE")
    );
    let failed = host.get(&format!("/v1/link-sessions/{id}")).await;
    assert_eq!(
        (&failed["status"], &failed["reason"]),
        (&json!("failed"), &json!("opened-elsewhere"))
    );
    let refused = claim(world, &mut first, &token).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let status = first.get(world, &format!("{CONSENTS}/{consent}/status")).await;
    assert_eq!(status.status(), StatusCode::NOT_FOUND, "what the first one began is ended");
    world.relay.tend_once().await;
    host.world.deletes(&consent).await;
    assert_eq!(host.deleted(), [consent]);
    assert_eq!(host.events().await, ["link.failed"]);
}

async fn no_bank_is_asked_for_more_days_than_it_grants_nor_for_today() {
    let host = Host::new().await;
    let world = &host.world;
    for (bank, more, last) in [
        ("ESSESESS", json!({}), "2024-05-11"),
        ("PROVSESS", json!({}), "2024-03-12"),
        ("ESSESESS", json!({ "validity_days": 30 }), "2023-12-13"),
        ("ESSESESS", json!({ "validity_days": 1 }), "2023-11-15"),
        ("ESSESESS", json!({ "recurring": false }), "2023-11-15"),
    ] {
        let mut wanted = json!({ "client_reference": "customer-1", "bank": bank });
        wanted.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (id, token) = host.link_session(&wanted).await;
        let mut browser = Browser::default();
        claim(world, &mut browser, &token).await;
        let create = world.call(Method::POST, CONSENTS).header("x-bicfi", bank);
        let create = create.header("x-ais-link-session", id).header("psu-id", "198001019994");
        let created = browser.send(create, Some(CONSENT)).await;
        assert_eq!(created.status(), StatusCode::CREATED, "{created:?}");
        let sent = world.platform.calls().pop().unwrap();
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        assert_eq!(body["validUntil"], last, "{wanted}");
    }
}

async fn no_consent_is_made_beyond_the_terms_or_without_a_session_where_one_is_required() {
    let host = Host::with(|config| config.backend.link_sessions = LinkSessions::Required).await;
    let (id, token) = host.link_session(&terms()).await;
    let (world, mut browser, mut other) = (&host.world, Browser::default(), Browser::default());
    claim(world, &mut browser, &token).await;
    other.get(world, "/session/consents").await;
    let refused = |headers: Vec<(&'static str, String)>, mut browser: Browser, expected: u16| async move {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.call(world, Method::POST, CONSENTS, &headers, Some(CONSENT)).await;
        assert_eq!(answer.status().as_u16(), expected, "{headers:?}");
    };
    let own = ("x-ais-link-session", id.clone());
    refused(vec![], browser.clone(), 403).await;
    refused(vec![("x-ais-link-session", "ls_x".to_owned())], browser.clone(), 400).await;
    refused(vec![own.clone()], other, 404).await;
    refused(
        vec![own.clone(), ("x-ais-link-context", "corporate".to_owned())],
        browser.clone(),
        403,
    )
    .await;
    let bank =
        world.call(Method::POST, CONSENTS).header("x-bicfi", "NDEASESS").header(own.0, &own.1);
    assert_eq!(browser.send(bank, Some(CONSENT)).await.status(), StatusCode::FORBIDDEN);
    assert!(world.platform.received().is_empty(), "nothing was sent");
    sign_in(world, &mut browser, &id).await;
    assert_eq!(host.session_status(&id).await, "succeeded");
    // It is completed: no browser links again with it.
    refused(vec![own], browser.clone(), 410).await;
    let late = claim(world, &mut Browser::default(), &token).await;
    assert_eq!(late.status(), StatusCode::GONE);
    assert_eq!(host.session_status(&id).await, "succeeded", "a later browser changes nothing");
}

async fn its_time_ends_unused_and_after_a_refusal() {
    let host = Host::new().await;
    let (unused, token) = host.link_session(&terms()).await;
    let (refused, other) = host.link_session(&terms()).await;
    let (world, mut browser) = (&host.world, Browser::default());
    claim(world, &mut browser, &other).await;
    let session = [("x-ais-link-session", refused.as_str())];
    let created = browser.call(world, Method::POST, CONSENTS, &session, Some(CONSENT)).await;
    let consent = field(&created, "consentId");
    world.platform.script(|received| {
        let is_status = received.target.ends_with("/status");
        is_status.then(|| crate::support::json(200, r#"{"consentStatus":"rejected"}"#))
    });
    browser.get(world, &format!("{CONSENTS}/{consent}/status")).await;
    assert_eq!(host.session_status(&refused).await, "opened", "the person may try again");
    world.clock.advance(Duration::from_mins(31));
    world.relay.tend_once().await;
    assert_eq!(host.session_status(&unused).await, "expired");
    let failed = host.get(&format!("/v1/link-sessions/{refused}")).await;
    assert_eq!((&failed["status"], &failed["reason"]), (&json!("failed"), &json!("declined")));
    assert_eq!(claim(world, &mut Browser::default(), &token).await.status(), StatusCode::GONE);
    let mut events = host.events().await;
    events.sort();
    assert_eq!(events, ["link.expired", "link.failed"]);
    world.clock.advance(Duration::from_hours(31 * 24));
    world.relay.tend_once().await;
    let gone = host.request(Method::GET, &format!("/v1/link-sessions/{unused}"));
    assert_eq!(crate::support::finish(gone).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(host.events().await, [""; 0], "the ledger is of 30 days");
}

async fn a_person_may_give_it_up() {
    let host = Host::new().await;
    let (id, token) = host.link_session(&terms()).await;
    let (world, mut browser) = (&host.world, Browser::default());
    claim(world, &mut browser, &token).await;
    let body = json!({ "token": token }).to_string();
    let leave = || world.call(Method::DELETE, "/session/link");
    assert_eq!(
        Browser::default().send(leave(), Some(&body)).await.status(),
        StatusCode::OK,
        "a cookie comes first"
    );
    assert_eq!(browser.send(leave(), Some(&body)).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(host.session_status(&id).await, "cancelled");
    assert_eq!(host.events().await, ["link.cancelled"]);
    // Nobody has claimed this one, and the person leaves before their browser has a cookie.
    let (id, token) = host.link_session(&terms()).await;
    let body = json!({ "token": token }).to_string();
    let left = Browser::default().send(leave(), Some(&body)).await;
    assert_eq!(left.status(), StatusCode::NO_CONTENT);
    assert_eq!(host.session_status(&id).await, "cancelled");
    let again = Browser::default().send(leave(), Some(&body)).await;
    assert_eq!(again.status(), StatusCode::OK, "it is over: a browser with a cookie reads that");
}

async fn a_page_that_went_away_at_the_bank_loses_nothing() {
    let host = Host::new().await;
    let (id, token) = host.link_session(&terms()).await;
    let (world, mut browser) = (&host.world, Browser::default());
    claim(world, &mut browser, &token).await;
    let session = [("x-ais-link-session", id.as_str())];
    let created = browser.call(world, Method::POST, CONSENTS, &session, Some(CONSENT)).await;
    let consent = field(&created, "consentId");
    let target = format!("{CONSENTS}/{consent}/authorisations");
    let started = browser.call(world, Method::POST, &target, &[], None).await;
    let target = format!("{target}/{}", field(&started, "authorisationId"));
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    browser.call(world, Method::PUT, &target, &[], method).await;
    world.relay.tend_once().await;
    assert_eq!(host.session_status(&id).await, "authorising");
    world.platform.script(approved);
    world.clock.advance(Duration::from_mins(3));
    let before = world.platform.calls().len();
    world.relay.tend_once().await;
    let asked = &world.platform.calls()[before..];
    assert!(asked.iter().all(|call| call.all("psu-ip-address").is_empty()), "no person asks");
    assert_eq!(host.session_status(&id).await, "succeeded");
    let connections = host.get("/v1/connections?client_reference=customer-4711").await;
    assert_eq!(connections["data"][0]["valid_until"], "2024-01-20", "what the bank granted");
}

async fn pages_get_no_account_data_where_it_is_the_back_ends_alone() {
    let host = Host::with(|config| config.backend.account_data = AccountData::Backend).await;
    let (id, token) = host.link_session(&terms()).await;
    let (world, mut browser) = (&host.world, Browser::default());
    claim(world, &mut browser, &token).await;
    let consent = sign_in(world, &mut browser, &id).await;
    assert_eq!(host.session_status(&id).await, "succeeded");
    let before = world.platform.calls().len();
    let read = [("consent-id", consent.as_str())];
    let accounts = browser.call(world, Method::GET, ACCOUNTS, &read, None).await;
    assert_eq!(accounts.status(), StatusCode::FORBIDDEN);
    assert_eq!(world.platform.calls().len(), before, "nothing was sent");
    let session = host.get(&format!("/v1/link-sessions/{id}")).await;
    let record = browser.call(world, Method::GET, "/session/consents", &[], None).await;
    let record = value(&record);
    assert_eq!(record["backendReads"], true, "the element does not ask for accounts");
    assert_eq!(record["consents"][0]["accountsListed"], false);
    let seen = browser.call(world, Method::GET, &format!("{CONSENTS}/{consent}"), &[], None).await;
    let seen = value(&seen);
    assert_eq!(
        (&seen["consentStatus"], &seen["connectionId"], &seen["access"]),
        (&json!("valid"), &session["connection_id"], &Value::Null),
        "the consent names the accounts, which are not for the page"
    );
    let record = browser.call(world, Method::GET, "/session/consents", &[], None).await;
    assert_eq!(value(&record)["consents"][0]["accountsListed"], true, "the page has shown its end");
}
