//! What a bank refuses of reports: too far back, too late after the approval, too often without the person, or more than
//! the consent covers.

use std::time::Duration;

use serde_json::json;

use crate::linked::entries;
use crate::support::{Api, consent_body};

const TWO_YEARS: &str = "/transactions?bookingStatus=booked&dateFrom=2024-01-16";

#[tokio::test]
async fn a_bank_goes_back_as_far_as_its_rules_say() {
    let api = Api::new();
    let handelsbanken = api.linked("HANDSESS").await;
    let account = handelsbanken.first().await;
    let answer = handelsbanken.get(&[&account, TWO_YEARS].concat()).await;
    answer.refuses(400, "PERIOD_INVALID", Some("dateFrom"));
    let list = format!("{account}/transactions?bookingStatus=booked&dateFrom=2024-10-16");
    let booked = handelsbanken.booked(&list).await;
    assert!(booked.len() > 600, "more than one search gives: {}", booked.len());
    // Nordea Finland lists what it has, and does not say that this is not all.
    let nordea = api.linked("NDEAFIHH").await;
    let account = nordea.first().await;
    let list = format!("{account}/transactions?bookingStatus=booked&dateFrom=2020-01-01");
    let booked = nordea.booked(&list).await;
    let first = booked.last().unwrap()["bookingDate"].as_str().unwrap();
    assert!(("2023-11-06".."2023-11-12").contains(&first), "800 days: {first}");
}

#[tokio::test]
async fn more_than_ninety_days_need_a_new_approval_after_an_hour() {
    let api = Api::new();
    let linked = api.linked("ESSESESS").await;
    let account = linked.first().await;
    let long = [&account, TWO_YEARS].concat();
    assert_eq!(linked.get(&long).await.status, 200);
    assert_eq!(linked.unattended(&long).await.status, 200);
    let old = linked.booked(&long).await.pop().unwrap();
    let details = old["_links"]["transactionDetails"]["href"].as_str().unwrap().to_owned();
    assert_eq!(linked.at(&details).await.send().await.status, 200);
    api.sandbox.advance(Duration::from_hours(1));
    for answer in [
        linked.get(&long).await,
        linked.unattended(&long).await,
        linked.at(&details).await.send().await,
    ] {
        answer.refuses(401, "CONSENT_INVALID", None);
        assert!(String::from_utf8_lossy(&answer.body).contains("Statement requires SCA"));
    }
    let day = |days: i64| api.sandbox.now().date() - time::Duration::days(days);
    for (days, status) in [(90, 200), (91, 401)] {
        let from = day(days);
        let list = format!("{account}/transactions?bookingStatus=booked&dateFrom={from}");
        assert_eq!(linked.get(&list).await.status, status, "{days}");
    }
    assert_eq!(linked.status().await, "valid", "the consent itself stays");
    let swedbank = api.linked("SWEDSESS").await;
    let account = swedbank.first().await;
    let answer = swedbank.get(&[&account, TWO_YEARS].concat()).await;
    answer.refuses(401, "CONSENT_INVALID", None);
    let usual = format!("{account}/transactions?bookingStatus=booked");
    assert!(!swedbank.booked(&usual).await.is_empty());
}

#[tokio::test]
async fn without_the_person_each_kind_of_read_of_each_account_is_counted_for_itself() {
    let api = Api::new();
    let linked = api.linked("ESSESESS").await;
    let accounts = linked.accounts().await;
    let [first, second] = [&accounts[0], &accounts[1]];
    let list = format!("/{first}/transactions?bookingStatus=booked");
    let page = linked.json(&list).await;
    let details = entries(&page, "booked")[0]["_links"]["transactionDetails"]["href"].clone();
    let details = details.as_str().unwrap().split("/accounts").nth(1).unwrap().to_owned();
    let kinds = [
        String::new(),
        format!("/{first}"),
        format!("/{first}/balances"),
        list.clone(),
        details,
        format!("/{second}"),
        format!("/{second}/balances"),
        format!("/{second}/transactions?bookingStatus=booked"),
    ];
    for _ in 0..2 {
        for kind in &kinds {
            for _ in 0..4 {
                assert_eq!(linked.unattended(kind).await.status, 200, "{kind}");
            }
            linked.unattended(kind).await.refuses(429, "ACCESS_EXCEEDED", None);
            assert_eq!(linked.get(kind).await.status, 200, "the person may: {kind}");
        }
        // Another period, and another query, are reads of the same kind.
        let other = format!("{list}&dateFrom=2026-01-01");
        linked.unattended(&other).await.refuses(429, "ACCESS_EXCEEDED", None);
        // Another consent has a count of its own.
        let another = api.linked("ESSESESS").await;
        assert_eq!(another.unattended("").await.status, 200);
        api.sandbox.advance(Duration::from_hours(24));
    }
}

#[tokio::test]
async fn the_pages_of_one_list_count_once() {
    let api = Api::new();
    for bic in ["ESSESESS", "NDEASESS"] {
        let linked = api.linked(bic).await;
        let list = [&linked.first().await, TWO_YEARS].concat();
        for _ in 0..4 {
            let mut answer = linked.unattended(&list).await;
            let mut pages = 1;
            while let Some(next) = crate::linked::next(&answer.json()).map(str::to_owned) {
                let call = linked.at(&next).await.without("PSU-IP-Address");
                answer = call.send().await;
                assert_eq!(answer.status, 200, "{bic} {next}");
                pages += 1;
            }
            assert!(pages > 4, "{bic} {pages}");
        }
        linked.unattended(&list).await.refuses(429, "ACCESS_EXCEEDED", None);
    }
}

#[tokio::test]
async fn a_consent_may_ask_for_fewer_reads_than_four() {
    let api = Api::new();
    let mut body = consent_body();
    body["frequencyPerDay"] = json!(1);
    let linked = api.linked_with("ESSESESS", &body).await;
    let balances = format!("{}/balances", linked.first().await);
    assert_eq!(linked.unattended(&balances).await.status, 200);
    linked.unattended(&balances).await.refuses(429, "ACCESS_EXCEEDED", None);
}

#[tokio::test]
async fn a_consent_covers_what_its_access_names() {
    let api = Api::new();
    let named = [json!({ "iban": "SE5250000000054391000421" })];
    let usual = "/transactions?bookingStatus=booked";
    for (access, details, balances, transactions) in [
        (json!({}), 200, 200, 200),
        (json!({ "availableAccounts": "allAccounts" }), 200, 401, 401),
        (json!({ "balances": named }), 200, 200, 401),
        (json!({ "transactions": named }), 200, 401, 200),
        (json!({ "accounts": named }), 200, 401, 401),
    ] {
        let mut body = consent_body();
        body["access"] = access.clone();
        let linked = api.linked_with("ESSESESS", &body).await;
        let account = linked.first().await;
        for (below, status) in [("", details), ("/balances", balances), (usual, transactions)] {
            let answer = linked.get(&[&account, below].concat()).await;
            assert_eq!(answer.status, status, "{access} {below}");
            if status == 401 {
                answer.refuses(401, "CONSENT_INVALID", None);
            }
        }
    }
    // An account of another consent is none of this one.
    let (one, other) = (api.linked("ESSESESS").await, api.linked("ESSESESS").await);
    let foreign = format!("{}/balances", other.first().await);
    one.get(&foreign).await.refuses(404, "RESOURCE_UNKNOWN", None);
}
