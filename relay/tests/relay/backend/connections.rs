//! Connections: they outlive renewals, and the host hears how they end.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Host, claim, sign_in, terms, value};
use crate::database;
use crate::each::on_each_database;
use crate::support::{Browser, CONSENT, CONSENTS, field, finish, json as answer};

on_each_database! {
    a_renewal_gives_the_same_connection_a_new_consent_and_deletes_the_old_one,
    a_renewal_may_not_ask_for_more,
    the_host_ends_a_connection_here_at_once_and_then_at_the_platform,
    the_end_is_announced_and_comes_at_the_end_of_the_last_day,
    the_platform_is_asked_once_a_day_how_a_connection_is,
    what_a_page_links_by_itself_is_a_connection_too,
    connections_come_in_pages_and_by_person,
}

const DAY: Duration = Duration::from_hours(24);

async fn a_renewal_gives_the_same_connection_a_new_consent_and_deletes_the_old_one() {
    let host = Host::new().await;
    let (_, connection, old) = host.link(&terms()).await;
    let made = host.post(&format!("/v1/connections/{connection}/renewals"), &json!({})).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let (id, token) = (field(&made, "id"), field(&made, "token"));
    let (world, mut browser) = (&host.world, Browser::default());
    let seen = value(&claim(world, &mut browser, &token).await);
    assert_eq!(
        (&seen["renews"], &seen["bicFi"], &seen["data"]),
        (&json!(true), &json!("ESSESESS"), &json!(["balances"]))
    );
    // Backing out changes nothing.
    let session = [("x-ais-link-session", id.as_str())];
    let created = browser.call(world, Method::POST, CONSENTS, &session, Some(CONSENT)).await;
    let given_up = format!("{CONSENTS}/{}", field(&created, "consentId"));
    browser.call(world, Method::DELETE, &given_up, &[], None).await;
    assert_eq!(host.get(&format!("/v1/connections/{connection}")).await["status"], "active");
    assert!(!host.deleted().contains(&old));
    let new = sign_in(world, &mut browser, &id).await;
    assert_ne!(new, old);
    let renewed = host.get(&format!("/v1/link-sessions/{id}")).await;
    assert_eq!(
        (&renewed["status"], &renewed["connection_id"]),
        (&json!("succeeded"), &json!(connection))
    );
    world.relay.tend_once().await;
    host.world.deletes(&old).await;
    assert_eq!(host.deleted().last(), Some(&old), "only now");
    assert!(!host.deleted().contains(&new));
    let events = host.events().await;
    assert_eq!(events, ["link.succeeded", "connection.renewed", "link.succeeded"]);
    let all = host.get("/v1/connections").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
}

async fn a_renewal_may_not_ask_for_more() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&terms()).await;
    let target = format!("/v1/connections/{connection}/renewals");
    for (name, other) in [
        ("bank", json!("NDEASESS")),
        ("client_reference", json!("customer-2")),
        ("validity_days", json!(500)),
    ] {
        let refused = host.post(&target, &json!({ name: other })).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        assert_eq!(value(&refused)["member"], name);
    }
    let mut with = terms();
    with["renews"] = json!(connection);
    with["data"] = json!(["balances", "transactions"]);
    let (_, token) = host.link_session(&with).await;
    let seen = value(&claim(&host.world, &mut Browser::default(), &token).await);
    assert_eq!(seen["data"], json!(["balances"]), "what the connection has");
}

async fn the_host_ends_a_connection_here_at_once_and_then_at_the_platform() {
    let host = Host::new().await;
    let (_, connection, consent) = host.link(&terms()).await;
    let target = format!("/v1/connections/{connection}");
    // The browser's session is over long before.
    host.world.clock.advance(2 * DAY);
    host.world.relay.tend_once().await;
    assert_eq!(host.deleted(), [""; 0], "a consent of a connection outlives the browser's session");
    let ended = finish(host.request(Method::DELETE, &target)).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    let seen = host.get(&target).await;
    assert_eq!((&seen["status"], &seen["ended_by"]), (&json!("revoked"), &json!("host")));
    host.world.relay.tend_once().await;
    host.world.deletes(&consent).await;
    assert_eq!(host.deleted(), [consent]);
    assert_eq!(host.events().await, ["link.succeeded", "connection.revoked"]);
    let again = finish(host.request(Method::DELETE, &target)).await;
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
    let refused = host.post(&format!("{target}/renewals"), &json!({})).await;
    assert_eq!(
        (refused.status(), &value(&refused)["code"]),
        (StatusCode::CONFLICT, &json!("connection_revoked"))
    );
    assert_eq!(host.events().await.len(), 2, "it was ended once");
}

async fn the_end_is_announced_and_comes_at_the_end_of_the_last_day() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&terms()).await;
    for _ in 0..95 {
        host.world.clock.advance(DAY);
        host.world.relay.tend_once().await;
    }
    let all = host.get("/v1/events").await;
    let near: Vec<Value> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["type"] == "connection.expiring")
        .map(|event| event["data"]["days_left"].clone())
        .collect();
    // The ledger is of 30 days: all three are in it still.
    assert_eq!(near, [json!(14), json!(7), json!(1)]);
    assert_eq!(host.events().await.last().unwrap(), "connection.expired");
    let seen = host.get(&format!("/v1/connections/{connection}")).await;
    assert_eq!((&seen["status"], &seen["valid_until"]), (&json!("expired"), &json!("2024-02-11")));
    assert_eq!(seen["accounts"], json!([]));
}

async fn the_platform_is_asked_once_a_day_how_a_connection_is() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&terms()).await;
    let target = format!("/v1/connections/{connection}");
    let questions = || {
        let calls = host.world.platform.calls();
        calls
            .iter()
            .filter(|call| call.method == Method::GET && !call.target.contains('a'))
            .count();
        calls.len()
    };
    host.world.relay.tend_once().await;
    let before = questions();
    for _ in 0..6 {
        host.world.clock.advance(Duration::from_hours(5));
        host.world.relay.tend_once().await;
    }
    assert_eq!(questions() - before, 1, "30 hours, one question");
    // One refusal ends nothing.
    host.world.platform.script(|received| {
        let is_consent = received.method == Method::GET && received.target.contains("/consents/");
        let refused = r#"{"tppMessages":[{"category":"ERROR","code":"CONSENT_INVALID"}]}"#;
        is_consent.then(|| answer(401, refused))
    });
    host.world.clock.advance(DAY);
    host.world.relay.tend_once().await;
    assert_eq!(host.get(&target).await["status"], "broken");
    host.world.platform.script(super::approved);
    host.world.clock.advance(DAY);
    host.world.relay.tend_once().await;
    assert_eq!(host.get(&target).await["status"], "active");
    host.world.platform.script(|received| {
        let is_consent = received.method == Method::GET && received.target.contains("/consents/");
        is_consent.then(|| answer(200, r#"{"consentStatus":"revokedByPsu"}"#))
    });
    host.world.clock.advance(DAY);
    host.world.relay.tend_once().await;
    let seen = host.get(&target).await;
    assert_eq!((&seen["status"], &seen["ended_by"]), (&json!("revoked"), &json!("person")));
    let events = host.events().await;
    assert_eq!(
        events,
        ["link.succeeded", "connection.broken", "connection.repaired", "connection.revoked"]
    );
}

async fn what_a_page_links_by_itself_is_a_connection_too() {
    let host = Host::new().await;
    let (world, mut browser) = (&host.world, Browser::default());
    let (consent, _) = browser.sign(world).await;
    world.platform.script(super::approved);
    browser.get(world, &format!("{CONSENTS}/{consent}/status")).await;
    let all = host.get("/v1/connections").await;
    assert_eq!(all["data"][0]["client_reference"], Value::Null);
    assert_eq!(all["data"][0]["granted"]["data"], json!(["balances", "transactions"]));
    // The person takes it back in the widget.
    browser.call(world, Method::DELETE, &format!("{CONSENTS}/{consent}"), &[], None).await;
    let all = host.get("/v1/connections?status=revoked").await;
    assert_eq!(all["data"][0]["ended_by"], "person");
}

async fn connections_come_in_pages_and_by_person() {
    let host = Host::new().await;
    for number in 0..5 {
        let mut with = terms();
        with["client_reference"] = json!(format!("customer-{}", number % 2));
        host.link(&with).await;
        host.world.clock.advance(Duration::from_secs(u64::from(number % 2 == 0)));
    }
    let mut seen = Vec::new();
    let mut target = "/v1/connections?limit=2".to_owned();
    loop {
        let page = host.get(&target).await;
        let ids = page["data"].as_array().unwrap().iter();
        seen.extend(ids.map(|one| one["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        target = format!("/v1/connections?limit=2&cursor={cursor}");
    }
    assert_eq!(seen.len(), 5);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5, "each once");
    let own = host.get("/v1/connections?client_reference=customer-1").await;
    assert_eq!(own["data"].as_array().unwrap().len(), 2);
    assert_eq!(host.get("/v1/connections?client_reference=nobody").await["data"], json!([]));
}
