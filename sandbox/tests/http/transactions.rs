//! Transactions: two years of them, in pages, under ids, with all members of the document.

use std::collections::BTreeSet;
use std::time::Duration;

use sandbox::{Customer, LinkForm};
use serde_json::{Value, json};

use crate::linked::{entries, next};
use crate::support::{ACCOUNTS, Api};

/// All of two years.
const ALL: &str = "/transactions?bookingStatus=both&dateFrom=2024-01-16";
const LAST_MONTH: &str = "/transactions?bookingStatus=both&dateFrom=2025-12-15";

fn texts<'a>(all: &'a [Value], name: &str) -> Vec<&'a str> {
    all.iter().filter_map(|it| it[name].as_str()).collect()
}

#[tokio::test]
async fn two_years_come_page_by_page_without_a_gap_or_a_repetition() {
    for (bic, rows) in [("ESSESESS", 100), ("PROVSESS", 40)] {
        for form in [LinkForm::Relative, LinkForm::Absolute] {
            let api = Api::new();
            api.sandbox.set_link_form(form);
            let linked = api.linked(bic).await;
            let account = linked.first().await;
            let pages = linked.pages(&[&account, ALL].concat()).await;
            let sizes: Vec<_> = pages.iter().map(|page| entries(page, "booked").len()).collect();
            let (last, whole) = sizes.split_last().unwrap();
            assert!(whole.len() > 8 && whole.iter().all(|it| *it == rows), "{bic} {sizes:?}");
            assert!((1..=rows).contains(last), "{bic} {sizes:?}");
            assert!(pages[1..].iter().all(|page| entries(page, "pending").is_empty()));
            let booked: Vec<_> = pages.iter().flat_map(|page| entries(page, "booked")).collect();
            let ids: BTreeSet<_> = texts(&booked, "transactionId").into_iter().collect();
            let days = texts(&booked, "bookingDate");
            assert_eq!((ids.len(), days.len()), (booked.len(), booked.len()), "{bic}");
            assert!(days.is_sorted_by(|one, next| one >= next), "the newest first");
            assert!(days.iter().all(|day| ("2024-01-16"..="2026-01-15").contains(day)));
            assert!(days.last().unwrap() < &"2024-01-20", "{bic} {:?}", days.last());
            let account = pages[0]["transactions"]["_links"]["account"]["href"].as_str().unwrap();
            assert_eq!(account.starts_with("http"), form == LinkForm::Absolute);
        }
    }
}

#[tokio::test]
async fn a_list_is_the_same_however_often_it_is_read_and_whoever_started_the_sandbox() {
    let (one, other) = (Api::new(), Api::new());
    let mut lists = Vec::new();
    for api in [&one, &one, &other] {
        let linked = api.linked("ESSESESS").await;
        let account = linked.first().await;
        let mut list = linked.booked(&[&account, ALL].concat()).await;
        // The link names the account, whose id is the consent's.
        for one in &mut list {
            one["_links"] = json!(null);
        }
        lists.push(list);
    }
    assert_eq!(lists[0], lists[1]);
    assert_eq!(lists[0], lists[2]);
}

#[tokio::test]
async fn a_pending_transaction_is_booked_later_under_another_id() {
    let api = Api::new();
    let linked = api.linked("ESSESESS").await;
    let account = linked.first().await;
    let list = [&account, LAST_MONTH].concat();
    let before = linked.json(&list).await;
    let pending = entries(&before, "pending");
    assert!(!pending.is_empty(), "some are pending at the start");
    assert!(pending.iter().all(|it| it.get("bookingDate").is_none()));
    assert!(pending.iter().all(|it| it.get("entryReference").is_none()));
    api.sandbox.advance(Duration::from_hours(24 * 7));
    let booked = linked.booked(&list).await;
    let ids = texts(&booked, "transactionId");
    for one in &pending {
        assert!(!ids.contains(&one["transactionId"].as_str().unwrap()));
        let same = |it: &&Value| {
            ["valueDate", "transactionAmount", "creditorName"].map(|name| &it[name])
                == ["valueDate", "transactionAmount", "creditorName"].map(|name| &one[name])
        };
        assert!(booked.iter().any(|it| same(&it)), "{one} is booked");
    }
    let status = |status: &str| format!("{account}/transactions?bookingStatus={status}");
    let only = linked.json(&status("booked")).await;
    assert_eq!(only["transactions"].get("pending"), None);
    let only = linked.json(&status("pending")).await;
    assert_eq!(only["transactions"].get("booked"), None);
}

#[tokio::test]
async fn a_transaction_alone_is_as_in_its_list() {
    let api = Api::new();
    for (bic, is_odd) in [("ESSESESS", false), ("PROVSESS", true)] {
        let linked = api.linked(bic).await;
        let account = linked.first().await;
        let page = linked.json(&[&account, ALL].concat()).await;
        for one in entries(&page, "booked").iter().take(6).chain(&entries(&page, "pending")) {
            let href = one["_links"]["transactionDetails"]["href"].as_str().unwrap();
            assert!(href.starts_with(&format!("{ACCOUNTS}{account}/transactions/")));
            assert_eq!(href.contains("%2F%C3%A5%3A"), is_odd, "{href}");
            let answer = linked.at(href).await.send().await;
            assert_eq!(answer.json(), *one, "{href}");
        }
        let unknown = linked.get(&format!("{account}/transactions/none")).await;
        unknown.refuses(404, "RESOURCE_UNKNOWN", None);
    }
}

#[tokio::test]
async fn banks_differ_in_the_ids_that_they_give() {
    let api = Api::new();
    for (bic, has_id, has_reference) in [
        ("ESSESESS", true, true),
        ("HANDSESS", false, true),
        ("NDEASESS", false, true),
        ("DABASESX", false, false),
        ("OKOYFIHH", true, true),
    ] {
        let linked = api.linked(bic).await;
        let account = linked.first().await;
        let list = format!("{account}/transactions?bookingStatus=booked");
        let booked = linked.booked(&list).await;
        assert!(booked.len() > 100, "{bic}");
        let count = |name: &str| texts(&booked, name).len();
        assert_eq!(count("transactionId") == booked.len(), has_id, "{bic}");
        assert_eq!(count("entryReference") == booked.len(), has_reference, "{bic}");
        assert!(has_id || count("transactionId") == 0);
        if !has_id {
            let answer = linked.get(&format!("{account}/transactions/any")).await;
            answer.refuses(405, "SERVICE_INVALID", None);
        }
        let again = api.linked(bic).await;
        let again_list = format!("{}/transactions?bookingStatus=booked", again.first().await);
        let again = again.booked(&again_list).await;
        let same = texts(&booked, "transactionId") == texts(&again, "transactionId");
        assert_eq!(same, bic != "OKOYFIHH", "{bic}");
        assert_eq!(texts(&booked, "entryReference"), texts(&again, "entryReference"));
    }
}

#[tokio::test]
async fn what_a_bank_does_not_support_is_refused_by_its_name() {
    let api = Api::new();
    for (bic, query, code, name) in [
        ("OKOYFIHH", "bookingStatus=both", "PARAMETER_NOT_SUPPORTED", "bookingStatus"),
        ("ESSESESS", "bookingStatus=both&deltaList=true", "PARAMETER_NOT_SUPPORTED", "deltaList"),
        (
            "DABASESX",
            "bookingStatus=booked&entryReferenceFrom=x",
            "PARAMETER_NOT_SUPPORTED",
            "entryReferenceFrom",
        ),
        (
            "ESSESESS",
            "bookingStatus=booked&entryReferenceFrom=x",
            "FORMAT_ERROR",
            "entryReferenceFrom",
        ),
        (
            "ESSESESS",
            "bookingStatus=both&continuationKey=x",
            "PARAMETER_NOT_SUPPORTED",
            "continuationKey",
        ),
        ("NDEASESS", "bookingStatus=both&page=2", "PARAMETER_NOT_SUPPORTED", "page"),
        ("NDEASESS", "bookingStatus=both&continuationKey=x", "FORMAT_ERROR", "continuationKey"),
        (
            "ESSESESS",
            "bookingStatus=both&dateFrom=2026-01-10&dateTo=2026-01-09",
            "PERIOD_INVALID",
            "dateTo",
        ),
        ("ESSESESS", "bookingStatus=both&dateFrom=2026-1-1", "FORMAT_ERROR", "dateFrom"),
    ] {
        let linked = api.linked(bic).await;
        let account = linked.first().await;
        let answer = linked.get(&format!("{account}/transactions?{query}")).await;
        answer.refuses(400, code, Some(name));
    }
}

#[tokio::test]
async fn a_list_after_a_reference_has_only_what_is_newer() {
    let api = Api::new();
    let linked = api.linked("ESSESESS").await;
    let account = linked.first().await;
    let list = format!("{account}/transactions?bookingStatus=booked");
    let all = linked.booked(&list).await;
    let reference = all[30]["entryReference"].as_str().unwrap();
    let newer = linked.booked(&format!("{list}&entryReferenceFrom={reference}")).await;
    assert_eq!(newer, all[..30]);
}

#[tokio::test]
async fn each_optional_member_of_the_document_is_somewhere() {
    let api = Api::new();
    let mut seen = BTreeSet::new();
    for bic in ["ESSESESS", "OKOYFIHH"] {
        let linked = api.linked(bic).await;
        for account in linked.accounts().await {
            let list = format!("/{account}/transactions?bookingStatus=booked&withBalance=true");
            for page in linked.pages(&format!("{list}&dateFrom=2024-01-16")).await {
                collect("", &page["transactions"], &mut seen);
                collect("list", &page, &mut seen);
            }
            collect(
                "details",
                &linked.json(&format!("/{account}?withBalance=true")).await,
                &mut seen,
            );
        }
    }
    for customer in [Customer::NoIban, Customer::Currencies] {
        api.sandbox.set_customer(&"ESSESESS".parse().unwrap(), customer);
        let linked = api.linked("ESSESESS").await;
        for account in linked.accounts().await {
            collect("details", &linked.json(&format!("/{account}")).await, &mut seen);
            collect("balances", &linked.json(&format!("/{account}/balances")).await, &mut seen);
        }
    }
    let missing: Vec<_> = MEMBERS.iter().filter(|name| !seen.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Adds the names of all members of `value`, and of those below it, once as `place.name` and once bare.
fn collect(place: &str, value: &Value, seen: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                seen.insert(name.clone());
                seen.insert(format!("{place}.{name}"));
                collect(name, value, seen);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(place, item, seen)),
        _ => {}
    }
}

/// The members of `transactionDetails`, `reportExchangeRate`, `accountReference`, `trnsCreditorAccountReference`,
/// `accountDetails`, `balance`, `accountReport` and their links.
const MEMBERS: [&str; 71] = [
    "booked.transactionId",
    "booked.entryReference",
    "booked.endToEndId",
    "booked.mandateId",
    "booked.checkId",
    "booked.creditorId",
    "booked.bookingDate",
    "booked.valueDate",
    "booked.transactionAmount",
    "booked.currencyExchange",
    "booked.creditorName",
    "booked.creditorAccount",
    "booked.ultimateCreditor",
    "booked.debtorName",
    "booked.debtorAccount",
    "booked.ultimateDebtor",
    "booked.remittanceInformationUnstructured",
    "booked.remittanceInformationStructured",
    "booked.additionalInformation",
    "booked.purposeCode",
    "booked.bankTransactionCode",
    "booked.proprietaryBankTransactionCode",
    "booked.transactionListId",
    "booked._links",
    "_links.transactionDetails",
    "currencyExchange.sourceCurrency",
    "currencyExchange.exchangeRate",
    "currencyExchange.unitCurrency",
    "currencyExchange.targetCurrency",
    "currencyExchange.quotationDate",
    "currencyExchange.contractIdentification",
    "creditorAccount.iban",
    "creditorAccount.bban",
    "creditorAccount.pan",
    "creditorAccount.maskedPan",
    "creditorAccount.msisdn",
    "creditorAccount.currency",
    "creditorAccount.bankGiro",
    "creditorAccount.plusGiro",
    "debtorAccount.clearingNumber",
    "account.iban",
    "account.currency",
    "_links.account",
    "_links.first",
    "_links.next",
    "_links.previous",
    "_links.last",
    "list.balances",
    "balances.balanceAmount",
    "balances.balanceType",
    "balances.creditLimitIncluded",
    "balances.lastChangeDateTime",
    "balances.referenceDate",
    "balances.lastCommittedTransaction",
    "balances.clearingNumber",
    "details.resourceId",
    "details.iban",
    "details.bban",
    "details.msisdn",
    "details.bankgiroNumber",
    "details.plusgiroNumber",
    "details.name",
    "details.product",
    "details.cashAccountType",
    "details.status",
    "details.bic",
    "details.linkedAccounts",
    "details.usage",
    "details.details",
    "details.ownerName",
    "details.clearingNumber",
];

#[tokio::test]
async fn a_page_of_its_own_key_is_good_for_its_own_list_only() {
    let api = Api::new();
    let linked = api.linked("NDEASESS").await;
    let account = linked.first().await;
    let page = linked.json(&format!("{account}/transactions?bookingStatus=booked")).await;
    let next = next(&page).unwrap().to_owned();
    assert!(!next.contains("dateFrom") && next.contains("continuationKey="), "{next}");
    let other = api.linked("NDEASESS").await;
    let elsewhere = next.replace(&account, &other.first().await);
    let refused = other.at(&elsewhere).await.send().await;
    refused.refuses(400, "FORMAT_ERROR", Some("continuationKey"));
    assert_eq!(linked.at(&next).await.send().await.status, 200);
    // A page that no link leads to is empty.
    let linked = api.linked("ESSESESS").await;
    let account = linked.first().await;
    for page in ["5000", "18446744073709551615"] {
        let list = format!("{account}/transactions?bookingStatus=both&page={page}");
        assert_eq!(entries(&linked.json(&list).await, "booked"), Vec::<Value>::new());
    }
}
