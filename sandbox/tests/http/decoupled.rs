//! Each decoupled bank from end to end: list, consent, authorisation, poll, scan, sign, accounts; and the
//! runs that fail.

use std::io::Cursor;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use png::Decoder;
use rqrr::PreparedImage;
use serde_json::{Value, json};

use crate::support::{ACCOUNTS, Api, CONSENTS, consent_of};

#[tokio::test]
async fn seb_from_the_list_to_the_accounts() {
    let api = Api::new();
    let list = api.information("/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE").await;
    let bic = list.send().await.json()["aspsps"][0]["bicFi"].as_str().unwrap().to_owned();
    let (authorisation, chosen) = api.authorise(&bic, "mbid").await;
    assert_eq!(chosen["scaStatus"], "started");
    let token = chosen["challengeData"]["data"][0].as_str().unwrap();
    assert_eq!(token.len(), 36);
    assert_eq!(chosen["challengeData"]["data"].as_array().unwrap().len(), 1);
    let order = api.scan(&format!("bankid:///?autostarttoken={token}")).await;
    let polled = api.read(&bic, &authorisation).await;
    assert_eq!(polled["challengeData"], chosen["challengeData"], "SEB repeats its token");
    let early = api.accounts(&bic, &authorisation, "").await;
    early.refuses(401, "CONSENT_INVALID", None);
    assert_eq!(api.sign(order).await, json!({ "outcome": "finished" }));
    let done = api.read(&bic, &authorisation).await;
    assert_eq!(done["scaStatus"], "finalised");
    assert_eq!(done.get("challengeData"), None);
    assert_eq!(api.consent_status(&bic, &authorisation).await, "valid");
    let accounts = api.accounts(&bic, &authorisation, "").await.json();
    let account = &accounts["accounts"][0];
    assert_eq!(account["ownerName"], "Astrid Lindgård");
    assert_eq!(account["currency"], "SEK");
    assert_eq!(account["resourceId"].as_str().unwrap().len(), 36);
    assert_eq!(account.get("balances"), None);
}

#[tokio::test]
async fn handelsbanken_by_animated_frames() {
    let api = Api::new();
    let bic = "HANDSESS";
    let (authorisation, chosen) = api.authorise(bic, "mbid_animated_qr_token").await;
    assert_eq!(chosen["scaStatus"], "started");
    let first = frame(&chosen);
    assert_eq!(first.split('.').count(), 4);
    assert_eq!(first.split('.').nth(2), Some("0"));
    api.sandbox.advance(Duration::from_secs(1));
    let second = frame(&api.read(bic, &authorisation).await);
    assert_eq!(second.split('.').nth(2), Some("1"));
    let order = api.scan(&second).await;
    let picked_up = api.read(bic, &authorisation).await;
    assert_eq!(picked_up["scaStatus"], "started");
    assert_eq!(picked_up.get("challengeData"), None, "the challenge goes on pick-up");
    api.sandbox.advance(Duration::from_secs(170));
    api.sign(order).await;
    assert_eq!(api.read(bic, &authorisation).await["scaStatus"], "finalised");
    let accounts = api.accounts(bic, &authorisation, "?withBalance=true").await.json();
    let currencies: Vec<_> = accounts["accounts"].as_array().unwrap().iter().collect();
    let currencies: Vec<_> = currencies.iter().map(|it| it["currency"].clone()).collect();
    assert_eq!(currencies, ["SEK", "SEK", "NOK"]);
    let balances = &accounts["accounts"][0]["balances"];
    let available = json!({ "balanceType": "interimAvailable",
        "balanceAmount": { "currency": "SEK", "amount": "8912.75" } });
    assert_eq!(balances[0], available);
    assert_eq!(balances[1]["balanceType"], "interimBooked");
    // What is pending is not booked yet.
    assert_ne!(balances[1]["balanceAmount"], balances[0]["balanceAmount"]);
}

#[tokio::test]
async fn swedbank_by_two_pictures() {
    let api = Api::new();
    let bic = "SWEDSESS";
    let (authorisation, chosen) = api.authorise(bic, "mbid_animated_qr_image").await;
    assert_eq!(chosen["scaStatus"], "authenticationStarted");
    assert_eq!(chosen["challengeData"].get("data"), None);
    let first = picture(&chosen);
    api.sandbox.advance(Duration::from_secs(1));
    let next = picture(&api.read(bic, &authorisation).await);
    assert_ne!(next, first, "a frame is new every second");
    let order = api.scan(&next).await;
    assert_eq!(api.read(bic, &authorisation).await.get("challengeData"), None);
    let outcome = json!({ "outcome": "nextStep", "step": 2, "steps": 2 });
    assert_eq!(api.sign(order).await, outcome);
    let step = api.read(bic, &authorisation).await;
    assert_eq!(step["scaStatus"], "started");
    assert_eq!(api.consent_status(bic, &authorisation).await, "received");
    let second = api.scan(&picture(&step)).await;
    assert_ne!(second, order);
    api.sign(second).await;
    assert_eq!(api.read(bic, &authorisation).await["scaStatus"], "finalised");
    assert_eq!(api.consent_status(bic, &authorisation).await, "valid");
    let accounts = api.accounts(bic, &authorisation, "").await.json();
    assert_eq!(accounts["accounts"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn time_is_over_after_thirty_seconds_and_the_same_consent_can_be_tried_again() {
    let api = Api::new();
    for bic in ["ESSESESS", "HANDSESS", "SWEDSESS"] {
        let (authorisation, chosen) = api.authorise(bic, "mbid").await;
        let token = chosen["challengeData"]["data"][0].as_str().unwrap().to_owned();
        api.sandbox.advance(Duration::from_secs(29));
        assert_ne!(api.read(bic, &authorisation).await["scaStatus"], "failed", "{bic}");
        api.sandbox.advance(Duration::from_secs(1));
        let over = api.read(bic, &authorisation).await;
        assert_eq!(over["scaStatus"], "failed", "{bic}");
        assert_eq!(over.get("challengeData"), None, "{bic}");
        assert_eq!(api.consent_status(bic, &authorisation).await, "received", "{bic}");
        let late = json!({ "qr": format!("bankid:///?autostarttoken={token}") });
        assert_eq!(api.bankid("/scan", &late).await.status, 410, "{bic}");

        let consent = consent_of(&authorisation).to_owned();
        let (again, _) = api.authorise_again(bic, &consent, "mbid").await;
        for _ in 0..api.sandbox.orders()[0].steps {
            api.sign(api.sandbox.orders()[0].id).await;
        }
        assert_eq!(api.read(bic, &again).await["scaStatus"], "finalised", "{bic}");
        assert_eq!(api.read(bic, &authorisation).await["scaStatus"], "failed", "{bic}");
        assert_eq!(api.consent_status(bic, &again).await, "valid", "{bic}");
    }
}

#[tokio::test]
async fn cancel_in_the_app_fails_the_authorisation() {
    let api = Api::new();
    let (authorisation, _) = api.authorise("ESSESESS", "mbid_same_device").await;
    let order = api.sandbox.orders()[0].id;
    assert_eq!(api.bankid(&format!("/orders/{order}/cancel"), &json!({})).await.status, 204);
    assert_eq!(api.read("ESSESESS", &authorisation).await["scaStatus"], "failed");
    assert_eq!(api.consent_status("ESSESESS", &authorisation).await, "received");
}

#[tokio::test]
async fn a_person_who_reads_the_order_and_cancels_rejects_the_consent() {
    let api = Api::new();
    let (authorisation, chosen) = api.authorise("SWEDSESS", "mbid").await;
    let token = chosen["challengeData"]["data"][0].as_str().unwrap();
    let order = api.scan(&format!("https://app.bankid.com/?autostarttoken={token}")).await;
    assert_eq!(api.bankid(&format!("/orders/{order}/cancel"), &json!({})).await.status, 204);
    assert_eq!(api.read("SWEDSESS", &authorisation).await["scaStatus"], "failed");
    assert_eq!(api.consent_status("SWEDSESS", &authorisation).await, "rejected");
    let accounts = api.accounts("SWEDSESS", &authorisation, "").await;
    accounts.refuses(401, "CONSENT_INVALID", None);
}

#[tokio::test]
async fn accounts_want_a_consent_that_is_still_valid() {
    let api = Api::new();
    let none = api.at("ESSESESS", "GET", ACCOUNTS).await.send().await;
    none.refuses(400, "FORMAT_ERROR", Some("Consent-ID"));
    let (authorisation, _) = api.authorise("ESSESESS", "mbid").await;
    api.sign(api.sandbox.orders()[0].id).await;
    api.sandbox.advance(Duration::from_hours(24 * 91));
    assert_eq!(api.consent_status("ESSESESS", &authorisation).await, "expired");
    let late = api.accounts("ESSESESS", &authorisation, "").await;
    late.refuses(401, "CONSENT_EXPIRED", None);
}

#[tokio::test]
async fn accounts_without_the_person_are_limited_by_the_day() {
    let api = Api::new();
    let (authorisation, _) = api.authorise("ESSESESS", "mbid").await;
    api.sign(api.sandbox.orders()[0].id).await;
    let id = consent_of(&authorisation).strip_prefix(CONSENTS).unwrap().trim_matches('/');
    for read in 1..=5 {
        let call = api.at("ESSESESS", "GET", ACCOUNTS).await.header("Consent-ID", id);
        let answer = call.without("PSU-IP-Address").send().await;
        if read <= 4 {
            assert_eq!(answer.status, 200);
        } else {
            answer.refuses(429, "ACCESS_EXCEEDED", None);
        }
    }
}

fn frame(body: &Value) -> String {
    body["challengeData"]["data"][0].as_str().unwrap().to_owned()
}

/// What an independent decoder reads off the picture.
fn picture(body: &Value) -> String {
    let url = body["challengeData"]["image"].as_str().unwrap();
    let png = STANDARD.decode(url.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
    let mut reader = Decoder::new(Cursor::new(&png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let mut image =
        PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    image.detect_grids()[0].decode().unwrap().1
}
