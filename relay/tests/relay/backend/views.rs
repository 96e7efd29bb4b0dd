//! View sessions: one browser sees and ends one person's connections.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response, StatusCode};
use relay::config::{AccountData, Most, Quota};
use serde_json::{Value, json};

use super::{Host, terms, value};
use crate::database;
use crate::each::on_each_database;
use crate::support::{Browser, Received, World, code, field, json as answer};

on_each_database! {
    a_browser_sees_the_connections_of_its_person_and_no_other,
    a_second_browser_ends_the_view_for_both_and_time_ends_it_too,
    account_data_is_read_for_the_person_and_does_not_count,
    the_person_ends_a_connection_here_and_at_the_bank,
    pages_get_no_account_data_where_it_is_the_back_ends_alone,
    the_same_request_gives_the_same_view_session,
}

const VIEW: &str = "/session/view";
const ME: &str = "customer-4711";

async fn view_session(host: &Host, reference: &str) -> (String, String) {
    let body = json!({ "client_reference": reference });
    let made = host.post("/v1/view-sessions", &body).await;
    assert_eq!(made.status(), StatusCode::CREATED, "{made:?}");
    (field(&made, "id"), field(&made, "token"))
}

/// Shows a token as the element does: once for the cookie, once more for the claim.
async fn claim(world: &World, browser: &mut Browser, token: &str) -> Response<Bytes> {
    let body = json!({ "token": token }).to_string();
    let request = || world.call(Method::POST, VIEW);
    if browser.cookie().is_none() {
        let first = browser.send(request(), Some(&body)).await;
        assert_eq!((first.status(), field(&first, "id").as_str()), (StatusCode::OK, ""));
    }
    browser.send(request(), Some(&body)).await
}

/// A browser that has the view session of `reference`, and the path of that.
async fn viewer(host: &Host, reference: &str) -> (Browser, String) {
    let (id, token) = view_session(host, reference).await;
    let mut browser = Browser::default();
    assert_eq!(claim(&host.world, &mut browser, &token).await.status(), StatusCode::OK);
    (browser, format!("{VIEW}/{id}/connections"))
}

fn all() -> Value {
    let mut terms = terms();
    terms["data"] = json!(["balances", "transactions"]);
    terms
}

/// A bank with one account, and a list of transactions in two pages.
fn bank(
    api: &str,
) -> impl Fn(&Received) -> Option<Response<axum::body::Body>> + Send + Sync + use<> {
    let next = format!("{api}/psd2/accountinformation/v1/accounts/r1/transactions?page=2");
    move |received| {
        let path = received.target.split('?').next().unwrap_or_default();
        let body = if path.ends_with("/accounts") {
            r#"{"accounts":[{"resourceId":"r1","iban":"SE4550000000058398257466","currency":"SEK","name":"Kort"}]}"#
                .to_owned()
        } else if path.ends_with("/r1/balances") {
            r#"{"balances":[{"balanceAmount":{"amount":"24318.42","currency":"SEK"},
                "balanceType":"interimAvailable","referenceDate":"2023-11-14"}]}"#
                .to_owned()
        } else if received.target.ends_with("page=2") {
            r#"{"transactions":{"booked":[{"bookingDate":"2023-11-09","debtorName":"Arbetsgivaren",
                "transactionAmount":{"amount":"31000.00","currency":"SEK"}}],"pending":[],"_links":{}}}"#
                .to_owned()
        } else if path.ends_with("/r1/transactions") {
            format!(
                r#"{{"transactions":{{"booked":[{{"transactionId":"secret-1","bookingDate":"2023-11-10",
                "creditorName":"ICA","creditorAccount":{{"iban":"SE1"}},
                "transactionAmount":{{"amount":"-10.00","currency":"SEK"}}}}],
                "pending":[{{"transactionAmount":{{"amount":"-5.00","currency":"SEK"}},
                "remittanceInformationUnstructured":"Kaffe"}}],"_links":{{"next":{{"href":"{next}"}}}}}}}}"#
            )
        } else if path.contains("/aspsps/") {
            r#"{"bicFi":"ESSESESS","name":"SEB"}"#.to_owned()
        } else {
            return None;
        };
        Some(answer(200, &body))
    }
}

async fn a_browser_sees_the_connections_of_its_person_and_no_other() {
    let host = Host::with(|config| config.backend.service_name = Some("Kassan".to_owned())).await;
    let (_, own, _) = host.link(&all()).await;
    let mut others = all();
    others["client_reference"] = json!("customer-2");
    let (_, other, _) = host.link(&others).await;
    let world = &host.world;
    world.platform.script(bank(&world.platform.url));
    let (id, token) = view_session(&host, ME).await;
    let mut browser = Browser::default();
    let claimed = value(&claim(world, &mut browser, &token).await);
    assert_eq!(
        claimed,
        json!({ "id": id, "service": "Kassan", "hasData": true, "leftMillis": 3_600_000 })
    );
    assert_eq!(
        value(&claim(world, &mut browser, &token).await),
        claimed,
        "a reload claims it again"
    );
    let path = format!("{VIEW}/{id}/connections");
    let listed = value(&browser.get(world, &path).await);
    let kept = host.get(&format!("/v1/connections/{own}")).await;
    assert_eq!(
        listed,
        json!({ "connections": [{
            "id": own, "bicFi": "ESSESESS", "bank": "SEB", "context": "private", "status": "active",
            "data": ["balances", "transactions"], "purpose": "To see what you can afford",
            "createdAt": kept["created_at"], "validUntil": "2024-02-11", "daysLeft": 89, "accounts": [],
        }] })
    );
    let before = world.platform.calls().len();
    for target in ["", "/accounts", "/accounts/ac_x/balances", "/accounts/ac_x/transactions"] {
        let method = if target.is_empty() { Method::DELETE } else { Method::GET };
        let target = format!("{path}/{other}{target}");
        let refused = browser.call(world, method, &target, &[], None).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{target}");
    }
    // A browser that has not claimed it, and a page of another origin, learn nothing.
    let mut stranger = Browser::default();
    stranger.get(world, "/session/consents").await;
    assert_eq!(code(&stranger.get(world, &path).await), "VIEW_SESSION_UNKNOWN");
    let foreign = world.call(Method::GET, &path).header("origin", "https://evil.example");
    assert_eq!(browser.send(foreign, None).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(world.platform.calls().len(), before, "nothing was sent");
    assert_eq!(host.get(&format!("/v1/connections/{other}")).await["status"], "active");
}

async fn a_second_browser_ends_the_view_for_both_and_time_ends_it_too() {
    let host = Host::new().await;
    host.link(&all()).await;
    let world = &host.world;
    let (id, token) = view_session(&host, ME).await;
    let (mut first, mut second) = (Browser::default(), Browser::default());
    claim(world, &mut first, &token).await;
    let refused = claim(world, &mut second, &token).await;
    assert_eq!(
        (refused.status(), code(&refused).as_str()),
        (StatusCode::CONFLICT, "VIEW_SESSION_ELSEWHERE")
    );
    let path = format!("{VIEW}/{id}/connections");
    assert_eq!(code(&first.get(world, &path).await), "VIEW_SESSION_ELSEWHERE");
    let (mut browser, path) = viewer(&host, ME).await;
    let (_, unused) = view_session(&host, ME).await;
    world.clock.advance(Duration::from_mins(61));
    let late = browser.get(world, &path).await;
    assert_eq!((late.status(), code(&late).as_str()), (StatusCode::GONE, "VIEW_SESSION_OVER"));
    assert_eq!(claim(world, &mut browser, &unused).await.status(), StatusCode::GONE);
    world.clock.advance(Duration::from_hours(25));
    world.relay.tend_once().await;
    assert_eq!(browser.get(world, &path).await.status(), StatusCode::NOT_FOUND, "it is forgotten");
    let unknown = claim(world, &mut browser, "vt_x").await;
    assert_eq!(code(&unknown), "VIEW_SESSION_UNKNOWN");
}

async fn account_data_is_read_for_the_person_and_does_not_count() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&all()).await;
    let world = &host.world;
    world.platform.script(bank(&world.platform.url));
    let (mut browser, path) = viewer(&host, ME).await;
    let accounts = value(&browser.get(world, &format!("{path}/{connection}/accounts")).await);
    let account = accounts["accounts"][0]["id"].as_str().unwrap();
    assert_eq!(
        accounts,
        json!({ "accounts": [{ "id": account, "name": "Kort", "number": "•••• 7466", "currency": "SEK" }] })
    );
    let path = format!("{path}/{connection}/accounts/{account}");
    for _ in 0..6 {
        let balances = value(&browser.get(world, &format!("{path}/balances")).await);
        assert_eq!(balances["balances"][0]["balanceAmount"]["amount"], "24318.42");
        let asked = world.platform.calls().pop().unwrap();
        assert_eq!(asked.all("psu-ip-address").len(), 1, "the person is there");
    }
    let first = value(&browser.get(world, &format!("{path}/transactions")).await);
    let asked = world.platform.calls().pop().unwrap();
    assert!(asked.target.ends_with("?dateFrom=2023-08-17&bookingStatus=both"), "{}", asked.target);
    let id = first["booked"][0]["id"].as_str().unwrap();
    assert!(id.starts_with("tx_"));
    assert_eq!(
        first["booked"][0],
        json!({ "id": id, "day": "2023-11-10", "title": "ICA", "amount": { "amount": "-10.00", "currency": "SEK" } }),
        "no number and no id of the bank"
    );
    assert_eq!(
        first["pending"],
        json!([{ "title": "Kaffe", "amount": { "amount": "-5.00", "currency": "SEK" } }])
    );
    let cursor = first["nextCursor"].as_str().unwrap();
    let next = value(&browser.get(world, &format!("{path}/transactions?cursor={cursor}")).await);
    assert_eq!(
        (&next["booked"][0]["title"], &next["nextCursor"]),
        (&json!("Arbetsgivaren"), &Value::Null)
    );
    for bad in ["cursor=x", "from=2020-01-01"] {
        let refused = browser.get(world, &format!("{path}/transactions?{bad}")).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
    let read = r#"unattended_reads_total{bank="ESSESESS",outcome="answered"}"#;
    assert_eq!(world.scrape().await.value(read), None, "the person is there");
    // The host has all its reads left, and has not read.
    assert_eq!(host.get(&format!("/v1/connections/{connection}")).await["last_read"], Value::Null);
    let target = format!("/v1/connections/{connection}/accounts/{account}/balances");
    assert_eq!(host.get(&target).await["unattended"]["remaining"], 1, "of two");
}

#[tokio::test]
async fn a_person_reads_a_connection_so_often_in_an_hour_and_then_waits() {
    let reads_per_connection = Most::Number(NonZeroU32::new(3).unwrap());
    let host =
        Host::with(|config| config.quota = Quota { reads_per_connection, ..Quota::NONE }).await;
    let (world, first) = (&host.world, host.link(&all()).await.1);
    let (_, second, _) = host.link(&all()).await;
    world.platform.script(bank(&world.platform.url));
    let (mut browser, path) = viewer(&host, ME).await;
    let target = |connection: &str| format!("{path}/{connection}/accounts");
    for _ in 0..3 {
        assert_eq!(browser.get(world, &target(&first)).await.status(), StatusCode::OK);
    }
    let asked = world.platform.calls().len();
    let refused = browser.get(world, &target(&first)).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()["retry-after"], "1201");
    // Another view session is no way round.
    let (mut again, other) = viewer(&host, ME).await;
    let refused = again.get(world, &format!("{other}/{first}/accounts")).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(world.platform.calls().len(), asked, "the bank hears of none of it");
    assert_eq!(browser.get(world, &target(&second)).await.status(), StatusCode::OK);
    world.clock.advance(Duration::from_mins(20) + Duration::from_secs(1));
    assert_eq!(browser.get(world, &target(&first)).await.status(), StatusCode::OK);
}

async fn the_person_ends_a_connection_here_and_at_the_bank() {
    let host = Host::new().await;
    let (_, connection, consent) = host.link(&all()).await;
    let world = &host.world;
    world.platform.script(bank(&world.platform.url));
    let (mut browser, path) = viewer(&host, ME).await;
    let accounts = format!("{path}/{connection}/accounts");
    browser.get(world, &accounts).await;
    let one = format!("{path}/{connection}");
    let ended = browser.call(world, Method::DELETE, &one, &[], None).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    world.relay.tend_once().await;
    world.deletes(&consent).await;
    assert_eq!(host.deleted(), [consent]);
    let seen = host.get(&format!("/v1/connections/{connection}")).await;
    assert_eq!(
        (&seen["status"], &seen["ended_by"], &seen["accounts"]),
        (&json!("revoked"), &json!("person"), &json!([]))
    );
    let event = &host.get("/v1/events").await["data"][1];
    assert_eq!(
        (&event["type"], &event["data"]["by"]),
        (&json!("connection.revoked"), &json!("person"))
    );
    let before = world.platform.calls().len();
    let refused = browser.get(world, &accounts).await;
    assert_eq!(
        (refused.status(), code(&refused).as_str()),
        (StatusCode::CONFLICT, "CONNECTION_ENDED")
    );
    assert_eq!(world.platform.calls().len(), before, "nothing was sent");
    let listed = value(&browser.get(world, &path).await);
    assert_eq!(listed["connections"][0]["status"], "revoked", "the permission stays on record");
    let again = browser.call(world, Method::DELETE, &one, &[], None).await;
    assert_eq!(again.status(), StatusCode::NO_CONTENT, "once more changes nothing");
    assert_eq!(host.events().await.len(), 2);
}

async fn pages_get_no_account_data_where_it_is_the_back_ends_alone() {
    let host = Host::with(|config| config.backend.account_data = AccountData::Backend).await;
    let (_, connection, _) = host.link(&all()).await;
    let world = &host.world;
    world.platform.script(bank(&world.platform.url));
    let (id, token) = view_session(&host, ME).await;
    let mut browser = Browser::default();
    let claimed = value(&claim(world, &mut browser, &token).await);
    assert_eq!(claimed["hasData"], false);
    let path = format!("{VIEW}/{id}/connections");
    let listed = value(&browser.get(world, &path).await);
    assert_eq!(listed["connections"][0]["id"], json!(connection));
    let before = world.platform.calls().len();
    for part in ["accounts", "accounts/ac_x/balances", "accounts/ac_x/transactions"] {
        let refused = browser.get(world, &format!("{path}/{connection}/{part}")).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{part}");
    }
    assert_eq!(world.platform.calls().len(), before, "nothing was sent");
}

async fn the_same_request_gives_the_same_view_session() {
    let host = Host::new().await;
    let make = |body: Value| {
        let request = host.request(Method::POST, "/v1/view-sessions").json(&body);
        crate::support::finish(request.header("idempotency-key", "k1"))
    };
    let body = json!({ "client_reference": ME });
    let (first, second) = (make(body.clone()).await, make(body).await);
    assert_eq!(value(&first), value(&second));
    assert!(field(&first, "token").starts_with("vt_"));
    let other = make(json!({ "client_reference": "customer-2" })).await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    for (bad, body) in [
        ("no reference", json!({})),
        ("an address", json!({ "client_reference": "anna@example.com" })),
        ("a member too many", json!({ "client_reference": ME, "status": "active" })),
    ] {
        let refused = host.post("/v1/view-sessions", &body).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
}
