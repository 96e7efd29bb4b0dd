//! Reads without the person: faithful, counted, and never with a PSU header.

use std::time::Duration;

use axum::http::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{Host, claim, sign_in, terms, value};
use crate::support::{Browser, Received, field, finish, json as answer};

/// What the host's server asks for here.
fn all() -> Value {
    let mut terms = terms();
    terms["data"] = json!(["balances", "transactions"]);
    terms["frequency_per_day"] = json!(4);
    terms
}

pub(super) const ACCOUNTS: &str = r#"{"accounts":[
    {"resourceId":"r/1","iban":"SE45 5000 0000 0583 9825 7466","bban":"58398257466","currency":"SEK","name":"Kort"},
    {"resourceId":"r2","iban":"SE4550000000058398257466","currency":"EUR"},
    {"resourceId":"r3","plusgiroNumber":"12 34-5","currency":"SEK","unknown":{"x":1}}]}"#;

fn path(received: &Received) -> &str {
    received.target.split('?').next().unwrap()
}

/// A bank with three accounts.
fn bank(received: &Received) -> Option<Response<axum::body::Body>> {
    let path = path(received);
    if path.ends_with("/accounts") {
        Some(answer(200, ACCOUNTS))
    } else if path.ends_with("/r%2F1/balances") {
        let body = r#"{"balances":[{"balanceAmount":{"amount":"1234567890123.10","currency":"SEK"},
            "balanceType":"interimAvailable","referenceDate":"2023-11-14","odd":[1]}]}"#;
        Some(answer(200, body))
    } else {
        None
    }
}

async fn read(host: &Host, target: &str) -> Response<axum::body::Bytes> {
    finish(host.request(Method::GET, target)).await
}

#[tokio::test]
async fn accounts_have_ids_that_outlive_a_renewal_and_hide_the_numbers() {
    let host = Host::new().await;
    let (_, connection, consent) = host.link(&all()).await;
    host.world.platform.script(bank);
    let target = format!("/v1/connections/{connection}/accounts");
    let first = host.get(&target).await;
    let asked = host.world.platform.calls().pop().unwrap();
    assert_eq!(asked.all("consent-id"), [consent]);
    let psu = asked.headers.keys().filter(|name| name.as_str().starts_with("psu-"));
    assert_eq!(psu.count(), 0, "no person is there");
    let ids = |answer: &Value| -> Vec<String> {
        let accounts = answer["data"].as_array().unwrap().iter();
        accounts.map(|account| account["id"].as_str().unwrap().to_owned()).collect()
    };
    let known = ids(&first);
    assert_eq!(known.len(), 3);
    assert_ne!(known[0], known[1], "another currency is another account");
    assert_eq!(first["data"][0]["iban"], "SE45 5000 0000 0583 9825 7466", "as the bank wrote it");
    assert_eq!(
        (&first["data"][0]["resourceId"], &first["data"][2]["unknown"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&first["unattended"]["limit"], &first["unattended"]["remaining"]),
        (&json!(4), &json!(3))
    );
    let kept = host.get(&format!("/v1/connections/{connection}")).await;
    assert_eq!(kept["accounts"], json!(known));
    assert!(kept["last_read"].is_string());
    // After a renewal the platform has other ids, and the bank names another number.
    let made = host.post(&format!("/v1/connections/{connection}/renewals"), &json!({})).await;
    let (world, mut browser) = (&host.world, Browser::default());
    claim(world, &mut browser, &field(&made, "token")).await;
    sign_in(world, &mut browser, &field(&made, "id")).await;
    world.platform.script(|received| {
        let other =
            r#"{"accounts":[{"resourceId":"new","bban":"5839 825 74-66","currency":"SEK"}]}"#;
        let is_balances = path(received).ends_with("/accounts/new/balances");
        let is_list = path(received).ends_with("/accounts");
        is_list
            .then(|| answer(200, other))
            .or(is_balances.then(|| answer(200, r#"{"balances":[]}"#)))
    });
    // The list is read first, for the ids belong to a consent.
    assert_eq!(host.get(&format!("{target}/{}/balances", known[0])).await["data"], json!([]));
    assert_eq!(ids(&host.get(&target).await), [known[0].clone()]);
    let gone = read(&host, &format!("{target}/{}/balances", known[2])).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND, "the bank no longer lists it");
}

#[tokio::test]
async fn the_fifth_read_of_a_day_is_refused_before_the_bank_is_asked() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&all()).await;
    host.world.platform.script(bank);
    let target = format!("/v1/connections/{connection}/accounts");
    let accounts = host.get(&target).await;
    let id = accounts["data"][0]["id"].as_str().unwrap();
    let balances = format!("{target}/{id}/balances");
    for remaining in [3, 2, 1, 0] {
        let seen = host.get(&balances).await;
        assert_eq!(seen["unattended"]["remaining"], remaining);
        assert_eq!(seen["data"][0]["balanceAmount"]["amount"], "1234567890123.10", "decimal text");
        assert_eq!(seen["data"][0]["odd"], Value::Null);
        host.world.clock.advance(Duration::from_hours(1));
    }
    let before = host.world.platform.calls().len();
    let refused = read(&host, &balances).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(value(&refused)["code"], "ACCESS_EXCEEDED");
    assert_eq!(refused.headers()["retry-after"], (20 * 3600).to_string().as_str());
    assert_eq!(host.world.platform.calls().len(), before, "the bank is not asked");
    // Another account and another kind have counts of their own.
    assert_eq!(host.get(&target).await["unattended"]["remaining"], 2);
    host.world.clock.advance(Duration::from_hours(20) + Duration::from_secs(1));
    assert_eq!(
        host.get(&balances).await["unattended"]["remaining"],
        0,
        "the oldest one counts no longer"
    );
}

#[tokio::test]
async fn the_bank_may_want_fewer_reads_and_the_consent_cover_less() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&terms()).await;
    host.world.platform.script(bank);
    let target = format!("/v1/connections/{connection}/accounts");
    let accounts = host.get(&target).await;
    assert_eq!(accounts["unattended"]["limit"], 2);
    let id = accounts["data"][0]["id"].as_str().unwrap();
    let refused = read(&host, &format!("{target}/{id}/transactions")).await;
    assert_eq!(
        (refused.status(), &value(&refused)["code"]),
        (StatusCode::CONFLICT, &json!("not_granted"))
    );
    host.world.platform.script(|received| {
        let body = r#"{"tppMessages":[{"category":"ERROR","code":"ACCESS_EXCEEDED"}]}"#;
        path(received).ends_with("/accounts").then(|| {
            let mut refusal = answer(429, body);
            refusal.headers_mut().insert("retry-after", "120".parse().unwrap());
            refusal
        })
    });
    let refused = read(&host, &target).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()["retry-after"], "120");
}

#[tokio::test]
async fn transactions_come_in_pages_with_ids_that_stay() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&all()).await;
    let api = host.world.platform.url.clone();
    host.world.platform.script(move |received| {
        let one = |id: &str, text: &str| {
            format!(
                r#"{{"transactionId":"{id}","bookingDate":"2023-11-10","transactionAmount":
                {{"amount":"-10.00","currency":"SEK"}},"remittanceInformationUnstructured":"{text}"}}"#
            )
        };
        let own = "/psd2/accountinformation/v1/accounts/r2/transactions";
        if received.target.contains("page=3") {
            // A link to somewhere else is not followed.
            let body = format!(
                r#"{{"transactions":{{"booked":[{}],"_links":{{"next":{{"href":"https://evil.example{own}?page=4"}}}}}}}}"#,
                one("x", "rent")
            );
            return Some(answer(200, &body));
        }
        if received.target.contains("page=2") {
            let body = format!(
                r#"{{"transactions":{{"booked":[{}],"_links":{{"next":{{"href":"{own}?page=3"}}}}}}}}"#,
                one("d", "coffee")
            );
            return Some(answer(200, &body));
        }
        if path(received) == own {
            let next = format!("{api}{own}?bookingStatus=both&page=2%20x");
            let body = format!(
                r#"{{"transactions":{{"booked":[{},{}],"pending":[{}],"_links":{{"next":{{"href":"{next}"}}}}}}}}"#,
                one("a", "coffee"),
                one("b", "coffee"),
                one("c", "coffee")
            );
            return Some(answer(200, &body));
        }
        bank(received)
    });
    let target = format!("/v1/connections/{connection}/accounts");
    let accounts = host.get(&target).await;
    let id = accounts["data"][1]["id"].as_str().unwrap();
    let transactions = format!("{target}/{id}/transactions");
    let read_all = || async {
        let (mut ids, mut target) =
            (Vec::new(), format!("{transactions}?from=2023-11-01&to=2023-11-14"));
        loop {
            let page = host.get(&target).await;
            for one in page["data"]["booked"].as_array().unwrap() {
                ids.push(one["ais_id"].as_str().unwrap().to_owned());
            }
            for one in page["data"]["pending"].as_array().unwrap() {
                assert_eq!(one["ais_id"], Value::Null);
            }
            let Some(cursor) = page["next_cursor"].as_str() else { return (ids, page) };
            target = format!("{transactions}?cursor={cursor}");
        }
    };
    let (ids, last) = read_all().await;
    assert_eq!(ids.len(), 4);
    assert_eq!(last["unattended"]["remaining"], 3, "the pages of one list count once");
    let mut apart = ids.clone();
    apart.sort();
    apart.dedup();
    assert_eq!(apart.len(), 4, "equal ones of one day are told apart, over pages too");
    let asked = host.world.platform.calls();
    let first = asked.iter().find(|call| call.target.contains("dateFrom")).unwrap();
    assert!(first.target.ends_with("?dateFrom=2023-11-01&dateTo=2023-11-14&bookingStatus=both"));
    assert!(
        asked.iter().any(|call| call.target.ends_with("bookingStatus=both&page=2%20x")),
        "as the platform wrote it"
    );
    assert_eq!(read_all().await.0, ids, "another read gives the same ids");
    for bad in [
        "from=x",
        "from=2023-11-14&to=2023-11-01",
        "status=all",
        "cursor=x",
        "page=2",
        "cursor=x&from=2023-11-01",
    ] {
        let refused = read(&host, &format!("{transactions}?{bad}")).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn one_refusal_ends_nothing_but_what_the_status_says_counts() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&all()).await;
    let target = format!("/v1/connections/{connection}/accounts");
    let refuse = |status: &'static str| {
        move |received: &Received| {
            let refusal = r#"{"tppMessages":[{"category":"ERROR","code":"CONSENT_INVALID"}]}"#;
            if path(received).ends_with("/accounts") {
                return Some(answer(401, refusal));
            }
            received.target.contains("/consents/").then(|| answer(200, status))
        }
    };
    host.world.platform.script(refuse(r#"{"consentStatus":"valid"}"#));
    let refused = read(&host, &target).await;
    assert_eq!(
        (refused.status(), &value(&refused)["code"]),
        (StatusCode::CONFLICT, &json!("connection_broken"))
    );
    assert_eq!(host.get(&format!("/v1/connections/{connection}")).await["status"], "active");
    host.world.platform.script(refuse(r#"{"consentStatus":"expired"}"#));
    let refused = read(&host, &target).await;
    assert_eq!(value(&refused)["code"], "connection_ended");
    assert_eq!(host.get(&format!("/v1/connections/{connection}")).await["status"], "expired");
    let before = host.world.platform.calls().len();
    assert_eq!(value(&read(&host, &target).await)["code"], "connection_ended");
    assert_eq!(host.world.platform.calls().len(), before);
}
