//! What `Settings::record` writes of account calls: it is compared with the platform's document, and has nothing of a
//! person's in it. `cargo xtask test` finds the file where it names a folder of logs.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use sandbox::{Customer, Sandbox, Settings};
use serde_json::Value;

use crate::linked::Linked;
use crate::support::Api;

#[tokio::test]
async fn account_calls_are_recorded_without_a_persons_data() {
    let folder = env::var_os("AIS_LINK_LOGS").map_or_else(env::temp_dir, PathBuf::from);
    let file = folder.join(format!("sandbox-{}-exchanges.ndjson", std::process::id()));
    let settings = Settings { record: Some(file.clone()), ..Settings::default() };
    let api = Api::of(Sandbox::new(settings).unwrap());
    let mut private = Vec::new();
    for (bic, customer) in [
        ("ESSESESS", Customer::Ordinary),
        ("HANDSESS", Customer::Ordinary),
        ("SWEDSESS", Customer::NoIban),
        ("NDEASESS", Customer::Many),
        ("DABASESX", Customer::Ordinary),
        ("PROVSESS", Customer::NoAccounts),
        ("PROVSESS", Customer::Ordinary),
        ("NDEAFIHH", Customer::Currencies),
        ("OKOYFIHH", Customer::Ordinary),
    ] {
        assert!(api.sandbox.set_customer(&bic.parse().unwrap(), customer));
        let today = api.sandbox.now().date();
        let mut body = crate::support::consent_body();
        body["validUntil"] = Value::from((today + time::Duration::days(80)).to_string());
        let linked = api.linked_with(bic, &body).await;
        private.extend(read_all(&linked).await);
    }
    let text = fs::read_to_string(&file).unwrap();
    if env::var_os("AIS_LINK_LOGS").is_none() {
        fs::remove_file(&file).unwrap();
    }
    for part in ["/balances", "/transactions/", "continuationKey", "page=2", "PERIOD_INVALID"] {
        assert!(text.contains(part), "{part}");
    }
    let mut private: BTreeSet<String> = private.into_iter().collect();
    private.retain(|word| word.len() > 4);
    assert!(private.len() > 60, "{}", private.len());
    for word in private {
        assert!(!text.contains(&word), "the record has {word}");
    }
}

/// Reads all that there is of at most five accounts; returns what is a person's.
async fn read_all(linked: &Linked<'_>) -> Vec<String> {
    let mut private = Vec::new();
    private_in("", &linked.json("?withBalance=true").await, &mut private);
    for account in linked.accounts().await.iter().take(5) {
        let status = if linked.bic == "OKOYFIHH" { "booked" } else { "both" };
        let days = if linked.bic == "SWEDSESS" { 80 } else { 400 };
        let from = linked.api.sandbox.now().date() - time::Duration::days(days);
        private_in("", &linked.json(&format!("/{account}?withBalance=true")).await, &mut private);
        private_in("", &linked.json(&format!("/{account}/balances")).await, &mut private);
        let list = format!("/{account}/transactions?bookingStatus={status}&dateFrom={from}");
        for page in linked.pages(&format!("{list}&withBalance=true")).await {
            private_in("", &page, &mut private);
            let first = &page["transactions"]["booked"][0]["_links"]["transactionDetails"]["href"];
            if let Some(href) = first.as_str() {
                assert_eq!(linked.at(href).await.send().await.status, 200);
            }
        }
        // Refusals are recorded too.
        for below in
            ["/transactions/none", "/transactions?bookingStatus=booked&dateFrom=2000-01-01"]
        {
            linked.get(&format!("/{account}{below}")).await;
        }
        for _ in 0..5 {
            linked.unattended(&format!("/{account}/balances")).await;
        }
    }
    linked.get("/none/balances").await;
    private
}

/// Adds the numbers, names and words of persons in an answer.
fn private_in(name: &str, value: &Value, private: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, it) in members {
                private_in(name, it, private);
            }
        }
        Value::Array(items) => items.iter().for_each(|it| private_in(name, it, private)),
        // What is nothing but nines and signs is as the record has it.
        Value::String(text)
            if PRIVATE.contains(&name) && text.bytes().any(|it| it.is_ascii_lowercase()) =>
        {
            private.push(text.clone());
        }
        Value::String(text) if NUMBERS.contains(&name) => private.push(text.clone()),
        _ => {}
    }
}

const PRIVATE: [&str; 6] = [
    "creditorName",
    "debtorName",
    "ownerName",
    "remittanceInformationUnstructured",
    "ultimateCreditor",
    "ultimateDebtor",
];
const NUMBERS: [&str; 4] = ["iban", "bban", "msisdn", "remittanceInformationStructured"];
