//! What the log says about a link from end to end, and what it must not say.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;

use crate::support::{Api, REQUEST_ID, consent_of};

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Captures the log of this thread; the test's runtime has only this one.
    fn start() -> (Self, (DefaultGuard, Dispatch)) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        // With a single subscriber, tracing caches the interest of a call site under the subscriber of the
        // thread that reaches it first. Another test's thread has none, and the call site would stay
        // silent.
        let second = Dispatch::new(tracing_subscriber::registry());
        (log, (tracing::subscriber::set_default(subscriber), second))
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_way_over_a_banks_page_leaves_no_code_state_or_person_in_the_log() {
    let (log, guard) = Log::start();
    let api = Api::new();
    let visit = api.visit("NDEASESS", "mbid").await;
    let code = visit.approve().await["code"].clone();
    assert_eq!(visit.exchange(&code).await.status, 200);
    drop(guard);

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("/connect/authorize") && text.contains("/bank/{bic}"), "{text}");
    let (consent, authorisation) = visit.ids();
    for secret in
        [&*code, "sbx_", "state", "a+b", "8801011234", "sandbox-secret", consent, authorisation]
    {
        assert!(!text.contains(secret), "the log says {secret}:\n{text}");
    }
}

#[tokio::test]
async fn each_call_is_one_line_without_tokens_ids_or_accounts() {
    let (log, guard) = Log::start();
    let api = Api::new();
    let (authorisation, chosen) = api.authorise("ESSESESS", "mbid").await;
    let token = chosen["challengeData"]["data"][0].as_str().unwrap();
    let order = api.scan(&format!("bankid:///?autostarttoken={token}")).await;
    api.sign(order).await;
    let accounts = api.accounts("ESSESESS", &authorisation, "?withBalance=true").await.json();
    drop(guard);

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| line.contains("call answered")).collect();
    // Each of the four calls of the platform fetches a token first; two are the app's.
    assert_eq!(lines.len(), 10, "{text}");
    let list = lines.last().unwrap();
    for part in ["getAccountList", "ESSESESS", "status=200", "millis=", REQUEST_ID] {
        assert!(list.contains(part), "{list}");
    }
    let account = &accounts["accounts"][0];
    let consent = consent_of(&authorisation).rsplit('/').next().unwrap();
    for secret in [
        "sbx_at_",
        "sandbox-secret",
        "192.0.2.7",
        token,
        consent,
        &order.to_string(),
        account["iban"].as_str().unwrap(),
        account["bban"].as_str().unwrap(),
        account["ownerName"].as_str().unwrap(),
    ] {
        assert!(!text.contains(secret), "the log says {secret}:\n{text}");
    }
}

#[tokio::test]
async fn no_account_and_no_transaction_is_in_the_log_nor_in_a_refusal() {
    let (log, guard) = Log::start();
    let api = Api::new();
    let linked = api.linked("PROVSESS").await;
    let account = linked.first().await;
    let details = linked.json(&account).await;
    linked.json(&format!("{account}/balances")).await;
    let list = format!("{account}/transactions?bookingStatus=both");
    let page = linked.json(&list).await;
    let one = &page["transactions"]["booked"][0];
    let href = one["_links"]["transactionDetails"]["href"].as_str().unwrap();
    assert_eq!(linked.at(href).await.send().await.status, 200);
    let mut refusals = String::new();
    for below in [
        "/transactions?bookingStatus=canary",
        "/transactions?bookingStatus=booked&dateFrom=canary",
        "/transactions?bookingStatus=booked&entryReferenceFrom=canary",
        "/transactions/canary",
        "/canary",
    ] {
        let answer = linked.get(&format!("{account}{below}")).await;
        assert!(answer.status.is_client_error(), "{below}");
        refusals += &answer.text();
    }
    drop(guard);

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for name in ["readAccountDetails", "getBalances", "getTransactionList", "getTransactionDetails"]
    {
        assert!(text.contains(name), "{text}");
    }
    assert!(!refusals.contains("canary"), "{refusals}");
    for secret in [
        "canary",
        &account[1..],
        details["iban"].as_str().unwrap(),
        details["ownerName"].as_str().unwrap(),
        one["transactionId"].as_str().unwrap().split(':').nth(1).unwrap(),
        one["entryReference"].as_str().unwrap(),
        one["transactionAmount"]["amount"].as_str().unwrap(),
        "bookingStatus",
    ] {
        assert!(!text.contains(secret), "the log says {secret}:\n{text}");
    }
}
