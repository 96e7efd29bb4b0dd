//! Renewals: a connection and its accounts keep their ids, and the old consent goes when, and only when, the new one is
//! valid.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Response};
use serde_json::{Value, json};

use super::{Host, approved, claim, sign_in, terms};
use crate::database;
use crate::each::on_each_database;
use crate::support::{Browser, CONSENT, CONSENTS, Received, field, json as answer};

on_each_database! {
    twenty_renewals_keep_the_connection_and_its_accounts_and_those_backed_out_of_change_nothing,
}

/// How a person backs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BackOut {
    /// They close the page before anything begins.
    Leave,
    /// They say that they do not want to go on.
    Cancel,
    /// They delete the new consent before they approve it.
    Delete,
    /// They decline at the bank.
    Decline,
}

async fn twenty_renewals_keep_the_connection_and_its_accounts_and_those_backed_out_of_change_nothing()
 {
    let host = Host::new().await;
    let (_, connection, mut old) = host.link(&terms()).await;
    let (target, world) = (format!("/v1/connections/{connection}"), &host.world);
    world.platform.script(accounts);
    let known = ids(&host.get(&format!("{target}/accounts")).await);
    assert_eq!(known.len(), 2);
    let ways = [BackOut::Leave, BackOut::Cancel, BackOut::Delete, BackOut::Decline];
    for number in 0..20 {
        // An event is known by its moment too.
        world.clock.advance(Duration::from_secs(1));
        let before = host.get(&target).await;
        let gone = back_out(&host, &target, ways[number % ways.len()]).await;
        world.relay.tend_once().await;
        if let Some(new) = gone {
            world.deletes(&new).await;
        }
        assert_eq!(host.get(&target).await, before, "backing out changes nothing");
        assert!(!host.deleted().contains(&old), "the old consent is in use");

        let (id, mut browser) = open(&host, &target).await;
        let new = sign_in(world, &mut browser, &id).await;
        assert_ne!(new, old);
        world.relay.tend_once().await;
        world.deletes(&old).await;
        assert!(!host.deleted().contains(&new));
        let session = host.get(&format!("/v1/link-sessions/{id}")).await;
        assert_eq!(session["connection_id"], json!(connection));
        world.platform.script(accounts);
        assert_eq!(ids(&host.get(&format!("{target}/accounts")).await), known);
        assert_eq!(host.get(&target).await["status"], "active");
        old = new;
    }
    let all = host.get("/v1/connections").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    let events = host.events().await;
    let renewed = events.iter().filter(|kind| *kind == "connection.renewed").count();
    assert_eq!(renewed, 20);
}

/// A renewal that a browser has opened.
async fn open(host: &Host, connection: &str) -> (String, Browser) {
    let made = host.post(&format!("{connection}/renewals"), &json!({})).await;
    let mut browser = Browser::default();
    claim(&host.world, &mut browser, &field(&made, "token")).await;
    (field(&made, "id"), browser)
}

/// Begins a renewal and backs out of it. Returns the consent that was made for it.
async fn back_out(host: &Host, connection: &str, way: BackOut) -> Option<String> {
    let world = &host.world;
    let made = host.post(&format!("{connection}/renewals"), &json!({})).await;
    let (id, token) = (field(&made, "id"), field(&made, "token"));
    let mut browser = Browser::default();
    claim(world, &mut browser, &token).await;
    match way {
        BackOut::Leave => return None,
        BackOut::Cancel => {
            let body = json!({ "token": token }).to_string();
            let request = world.call(Method::DELETE, "/session/link");
            assert_eq!(browser.send(request, Some(&body)).await.status(), 204);
            return None;
        }
        BackOut::Delete | BackOut::Decline => {}
    }
    let session = [("x-ais-link-session", id.as_str())];
    let created = browser.call(world, Method::POST, CONSENTS, &session, Some(CONSENT)).await;
    let consent = field(&created, "consentId");
    let target = format!("{CONSENTS}/{consent}");
    if way == BackOut::Delete {
        browser.call(world, Method::DELETE, &target, &[], None).await;
    } else {
        let start = format!("{target}/authorisations");
        browser.call(world, Method::POST, &start, &[], None).await;
        world.platform.script(declined);
        browser.get(world, &format!("{target}/status")).await;
        world.platform.script(accounts);
        return None;
    }
    Some(consent)
}

/// A bank with two accounts, at which nothing is approved.
fn accounts(received: &Received) -> Option<Response<Body>> {
    let list = r#"{"accounts":[{"resourceId":"r1","iban":"SE4550000000058398257466","currency":"SEK"},
        {"resourceId":"r2","iban":"SE3550000000054910000003","currency":"SEK"}]}"#;
    let path = received.target.split('?').next().unwrap();
    path.ends_with("/accounts").then(|| answer(200, list))
}

/// A bank at which the person has declined.
fn declined(received: &Received) -> Option<Response<Body>> {
    let is_status = received.target.ends_with("/status");
    is_status.then(|| answer(200, r#"{"consentStatus":"rejected"}"#)).or_else(|| approved(received))
}

fn ids(answer: &Value) -> Vec<String> {
    let accounts = answer["data"].as_array().unwrap().iter();
    accounts.map(|account| account["id"].as_str().unwrap().to_owned()).collect()
}
