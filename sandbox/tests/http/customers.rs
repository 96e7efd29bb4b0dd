//! Test persons, and consents that end at the bank.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::linked::entries;
use crate::support::Api;

async fn set(api: &Api, bic: &str, customer: &str) -> u16 {
    let target = format!("/control/banks/{bic}/customer");
    let call = api.bare("PUT", &target).json(&json!({ "customer": customer }));
    call.send().await.status.as_u16()
}

async fn accounts(linked: &crate::linked::Linked<'_>) -> Vec<Value> {
    linked.json("?withBalance=true").await["accounts"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_bank_has_another_customer_in_consents_to_come() {
    let api = Api::new();
    let before = api.linked("ESSESESS").await;
    let ordinary = accounts(&before).await;
    assert_eq!(set(&api, "ESSESESS", "no-accounts").await, 204);
    let linked = api.linked("ESSESESS").await;
    assert_eq!(linked.json("").await, json!({ "accounts": [] }));
    assert_eq!(accounts(&before).await, ordinary, "a consent keeps its person");
    assert_eq!(accounts(&api.linked("HANDSESS").await).await.len(), 3, "other banks keep theirs");
    assert_eq!(set(&api, "ESSESESS", "ordinary").await, 204);
    assert_eq!(accounts(&api.linked("ESSESESS").await).await.len(), 3);
    assert_eq!(set(&api, "ESSESESS", "rich").await, 422);
    assert_eq!(set(&api, "OPBKSE21", "many").await, 404);
}

#[tokio::test]
async fn accounts_may_have_no_iban() {
    let api = Api::new();
    set(&api, "SWEDSESS", "no-iban").await;
    let linked = api.linked("SWEDSESS").await;
    let list = accounts(&linked).await;
    assert_eq!(list.len(), 4);
    for (account, name) in list.iter().zip(["bban", "plusgiroNumber", "maskedPan", "msisdn"]) {
        assert_eq!(account.get("iban"), None);
        assert!(account[name].is_string(), "{account}");
        let below = format!("/{}", account["resourceId"].as_str().unwrap());
        let report = linked.json(&format!("{below}/balances")).await;
        assert_eq!(report["account"].get("iban"), None);
        assert_eq!(report["balances"][0]["balanceAmount"], account["balances"][0]["balanceAmount"]);
        let list = format!("{below}/transactions?bookingStatus=booked");
        assert!(!linked.booked(&list).await.is_empty() || name == "msisdn", "{name}");
    }
}

#[tokio::test]
async fn one_number_may_have_several_currencies() {
    let api = Api::new();
    set(&api, "OKOYFIHH", "currencies").await;
    let linked = api.linked("OKOYFIHH").await;
    let list = accounts(&linked).await;
    let currency = |account: &Value| account["currency"].as_str().unwrap().to_owned();
    let currencies: Vec<_> = list.iter().map(currency).collect();
    assert_eq!(currencies, ["XXX", "EUR", "SEK", "USD"]);
    assert!(list[1..].iter().all(|it| it["iban"] == list[1]["iban"]));
    let ids: BTreeSet<_> = list.iter().map(|it| it["resourceId"].to_string()).collect();
    assert_eq!(ids.len(), 4);
    for (account, expect) in list.iter().zip([3, 1, 1, 1]) {
        let below = format!("/{}", account["resourceId"].as_str().unwrap());
        let report = linked.json(&format!("{below}/balances")).await;
        let balances = report["balances"].as_array().unwrap();
        let of = |it: &Value| it["balanceAmount"]["currency"].to_string();
        assert_eq!(balances.iter().map(of).collect::<BTreeSet<_>>().len(), expect);
        let list = format!("{below}/transactions?bookingStatus=booked&dateFrom=2025-10-20");
        let booked = linked.booked(&list).await;
        let of = |it: &Value| it["transactionAmount"]["currency"].to_string();
        assert_eq!(booked.iter().map(of).collect::<BTreeSet<_>>().len(), expect, "{account}");
    }
}

#[tokio::test]
async fn a_person_may_have_200_accounts() {
    let api = Api::new();
    set(&api, "NDEASESS", "many").await;
    let linked = api.linked("NDEASESS").await;
    let list = accounts(&linked).await;
    let ids: BTreeSet<_> = list.iter().map(|it| it["resourceId"].to_string()).collect();
    let ibans: BTreeSet<_> = list.iter().map(|it| it["iban"].to_string()).collect();
    assert_eq!((ids.len(), ibans.len()), (200, 200));
    let below = format!("/{}", list[120]["resourceId"].as_str().unwrap());
    assert_eq!(linked.json(&below).await["iban"], list[120]["iban"]);
    let page = linked.json(&format!("{below}/transactions?bookingStatus=booked")).await;
    assert!(!entries(&page, "booked").is_empty());
}

#[tokio::test]
async fn a_bank_ends_a_consent_on_request() {
    let api = Api::new();
    for (status, code) in [
        ("revokedByPsu", "CONSENT_INVALID"),
        ("expired", "CONSENT_EXPIRED"),
        ("rejected", "CONSENT_INVALID"),
        ("terminatedByTpp", "CONSENT_INVALID"),
    ] {
        let linked = api.linked("ESSESESS").await;
        let account = linked.first().await;
        let put = async |id: &str, status: &str| {
            let call = api.bare("PUT", &format!("/control/consents/{id}/status"));
            call.json(&json!({ "status": status })).send().await.status.as_u16()
        };
        for other in ["valid", "received", "asleep"] {
            assert_eq!(put(&linked.id, other).await, 422, "{other}");
        }
        assert_eq!(put("none", status).await, 404);
        assert_eq!(linked.get(&account).await.status, 200);
        assert_eq!(put(&linked.id, status).await, 204);
        assert_eq!(linked.status().await, status);
        for below in ["", &account, &format!("{account}/balances")] {
            linked.get(below).await.refuses(401, code, None);
        }
        assert_eq!(put(&linked.id, "expired").await, 409, "it is over");
        assert_eq!(linked.status().await, status);
    }
}
