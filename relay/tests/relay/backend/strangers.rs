//! Tokens, keys and ids that belong to somebody else, are used again or are too old: refused, and nothing is sent.

use std::fs;
use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use super::{Host, claim, sign_in, terms};
use crate::database;
use crate::each::on_each_database;
use crate::support::{ACCOUNTS, Browser, CONSENT, CONSENTS, finish};

on_each_database! {
    what_belongs_to_another_is_used_again_or_is_too_old_opens_nothing_and_nothing_is_sent,
}

async fn what_belongs_to_another_is_used_again_or_is_too_old_opens_nothing_and_nothing_is_sent() {
    let host = Host::new().await;
    let (world, mut browser) = (&host.world, Browser::default());
    let (used, token) = host.link_session(&terms()).await;
    claim(world, &mut browser, &token).await;
    let consent = sign_in(world, &mut browser, &used).await;
    let (cancelled, given_up) = host.link_session(&terms()).await;
    let mut other = Browser::default();
    claim(world, &mut other, &given_up).await;
    let body = json!({ "token": given_up }).to_string();
    other.send(world.call(Method::DELETE, "/session/link"), Some(&body)).await;
    let (open, opened) = host.link_session(&terms()).await;
    claim(world, &mut other, &opened).await;
    let (_, late) = host.link_session(&terms()).await;
    world.clock.advance(Duration::from_mins(29));
    let (_, fresh) = host.link_session(&terms()).await;
    world.clock.advance(Duration::from_mins(2));
    let before = world.platform.received().len();

    let mut stranger = Browser::default();
    stranger.get(world, "/session/consents").await;
    // Tokens.
    let mut turned = fresh.clone().into_bytes();
    turned[10] ^= 1;
    let turned = String::from_utf8(turned).unwrap();
    for (name, token, expected) in [
        ("a token that another browser has used", &token, 410),
        ("one of a link session that a person gave up", &given_up, 410),
        ("one that is too old", &late, 410),
        ("one with another letter", &turned, 404),
        ("the id of a link session", &open, 404),
        ("a key of the back-end port", &host.key, 404),
    ] {
        let refused = claim(world, &mut stranger, token).await;
        assert_eq!(refused.status().as_u16(), expected, "{name}");
    }
    // Ids.
    for (id, expected) in [(&open, 404), (&used, 410), (&cancelled, 410)] {
        let session = [("x-ais-link-session", id.as_str())];
        let refused = stranger.call(world, Method::POST, CONSENTS, &session, Some(CONSENT)).await;
        assert_eq!(refused.status().as_u16(), expected);
    }
    let named = [("consent-id", consent.as_str())];
    let target = format!("{CONSENTS}/{consent}");
    for (method, target) in [
        (Method::GET, target.clone()),
        (Method::GET, format!("{target}/status")),
        (Method::POST, format!("{target}/authorisations")),
        (Method::DELETE, target),
        (Method::GET, ACCOUNTS.to_owned()),
        (Method::GET, format!("{ACCOUNTS}/r1/balances")),
        (Method::GET, format!("{ACCOUNTS}/r1/transactions?bookingStatus=both")),
    ] {
        let refused = stranger.call(world, method, &target, &named, None).await;
        assert_eq!(refused.status().as_u16(), 404, "{target}");
    }
    // Keys.
    let url = format!("{}/v1/connections", host.url);
    for key in [&token, &fresh, &host.key.to_uppercase(), &host.key[..20].to_owned()] {
        let refused = finish(host.client.get(&url).bearer_auth(key)).await;
        assert_eq!(refused.status().as_u16(), 401);
    }
    fs::write(&host.keys, format!("other:{}\n", "0".repeat(64))).unwrap();
    world.clock.advance(Duration::from_mins(1));
    let refused = loop {
        // The file is read again when it has changed.
        let answer = finish(host.request(Method::GET, "/v1/connections")).await;
        if answer.status() != 200 {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(refused.status().as_u16(), 401, "a key whose line was removed");
    assert_eq!(world.platform.received().len(), before, "nothing was sent");
    // The control: a token in time opens its link session.
    assert_eq!(claim(world, &mut stranger, &fresh).await.status().as_u16(), 200);
}
