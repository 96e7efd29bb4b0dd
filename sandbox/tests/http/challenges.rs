//! The ways in which the challenge for the BankID app comes: with the answer to the choice of a method or
//! after it, and under one status or several.

use std::time::Duration;

use serde_json::json;

use crate::support::Api;

const BIC: &str = "HANDSESS";
const METHOD: &str = "mbid_animated_qr_token";

async fn set(api: &Api, form: &str) {
    let body = json!({ "form": form });
    let answer = api.bare("PUT", "/control/challenges").json(&body).send().await;
    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn a_challenge_may_come_with_the_first_read() {
    let api = Api::new();
    set(&api, "asked").await;
    let (authorisation, chosen) = api.authorise(BIC, METHOD).await;
    assert_eq!((&chosen["scaStatus"], chosen.get("challengeData")), (&json!("received"), None));
    let read = api.read(BIC, &authorisation).await;
    assert_eq!(read["scaStatus"], "started");
    let order = api.scan(read["challengeData"]["data"][0].as_str().unwrap()).await;
    api.sign(order).await;
    assert_eq!(api.read(BIC, &authorisation).await["scaStatus"], "finalised");
}

#[tokio::test]
async fn the_status_may_move_on_under_one_order() {
    let api = Api::new();
    set(&api, "moving").await;
    let (authorisation, chosen) = api.authorise(BIC, METHOD).await;
    let mut read = chosen;
    let mut frames = Vec::new();
    for status in ["received", "started", "started"] {
        assert_eq!(read["scaStatus"], status);
        frames.push(read["challengeData"]["data"][0].as_str().unwrap().to_owned());
        api.sandbox.advance(Duration::from_secs(1));
        read = api.read(BIC, &authorisation).await;
    }
    let token = |frame: &String| frame.split('.').nth(1).unwrap().to_owned();
    assert!(frames.iter().all(|frame| token(frame) == token(&frames[0])), "{frames:?}");
    let order = api.scan(&frames[2]).await;
    api.sign(order).await;
    assert_eq!(api.read(BIC, &authorisation).await["scaStatus"], "finalised");
    // The next orders have one status again.
    set(&api, "atOnce").await;
    assert_eq!(api.authorise(BIC, METHOD).await.1["scaStatus"], "started");
}
