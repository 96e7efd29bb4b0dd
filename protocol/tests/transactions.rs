//! Calls and bodies about one account: each member of the OpenAPI document is kept as it was sent, unknown ones are dropped,
//! and an odd part costs that part alone.

use protocol::wire::{BalanceReport, Transaction, TransactionList, left_out};
use protocol::{AccountPart, Booking, Call, TransactionQuery};
use serde_json::{Value, from_value, json};

/// OpenAPI `transactionDetails` with all its members, but those that the wire's rule drops.
fn whole() -> Value {
    json!({
        "transactionId": "t 1/2",
        "entryReference": "e-1",
        "endToEndId": "E2E",
        "mandateId": "M-1",
        "checkId": "C-1",
        "creditorId": "SE00ZZZ",
        "bookingDate": "2026-01-15",
        "valueDate": "2026-01-16",
        "transactionAmount": { "currency": "SEK", "amount": "-1249.900" },
        "currencyExchange": [{
            "sourceCurrency": "EUR",
            "exchangeRate": "11.36270000",
            "unitCurrency": "EUR",
            "targetCurrency": "SEK",
            "quotationDate": "2026-01-14",
            "contractIdentification": "K-1",
        }],
        "creditorName": "Creditor",
        "creditorAccount": { "iban": "SE5250000000054391000421", "bankGiro": "123-4567", "plusGiro": "12-3" },
        "ultimateCreditor": "Someone",
        "debtorName": "Debtor",
        "debtorAccount": {
            "bban": "54391000421",
            "maskedPan": "1234xxxxxxxx1234",
            "msisdn": "+46 70 000 00 00",
            "clearingNumber": "5000",
            "currency": "SEK",
        },
        "ultimateDebtor": "Someone else",
        "remittanceInformationUnstructured": "Rent",
        "remittanceInformationStructured": "1234567897",
        "additionalInformation": "more",
        "purposeCode": "RENT",
        "bankTransactionCode": "PMNT-RCDT-ESCT",
        "proprietaryBankTransactionCode": "HYRA",
        "transactionListId": "L-1",
    })
}

#[test]
fn each_member_of_the_document_is_passed_on_as_it_was_sent() {
    let read: Transaction = from_value(whole()).unwrap();
    assert_eq!(read.transaction_amount.amount, "-1249.900", "no digit is lost");
    assert_eq!(read.currency_exchange[0].exchange_rate.as_deref(), Some("11.36270000"));
    assert_eq!(serde_json::to_value(&read).unwrap(), whole());
    let bare = json!({ "transactionAmount": { "currency": "SEK", "amount": "1" } });
    let read: Transaction = from_value(bare.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), bare, "nothing is added");
}

#[test]
fn what_the_document_does_not_name_is_dropped_and_so_is_the_number_of_a_card() {
    let mut more = whole();
    more["somethingNew"] = json!("x");
    more["_links"] = json!({ "transactionDetails": { "href": "/elsewhere" } });
    more["debtorAccount"]["pan"] = json!("5409050000000000");
    let read: Transaction = from_value(more).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), whole());
}

#[test]
fn an_id_may_be_a_whole_number_and_an_odd_member_counts_as_missing() {
    let mut odd = whole();
    odd["transactionId"] = json!(9_007_199_254_740_991_u64);
    odd["entryReference"] = json!(1.5);
    odd["debtorName"] = json!(["Debtor"]);
    let (read, left) = left_out(|| from_value::<Transaction>(odd).unwrap());
    assert_eq!(read.transaction_id.as_deref(), Some("9007199254740991"));
    assert_eq!((read.entry_reference, read.debtor_name), (None, None));
    assert!(!left.is_empty());
}

#[test]
fn a_list_has_its_booked_and_pending_ones_and_its_next_page() {
    let next = "/psd2/accountinformation/v1/accounts/a/transactions?page=2";
    let body = json!({
        "account": { "iban": "SE5250000000054391000421" },
        "transactions": {
            "booked": [whole(), { "transactionId": "without an amount" }],
            "pending": whole(),
            "_links": { "account": { "href": "/a" }, "next": { "href": next } },
        },
    });
    let (list, left) = left_out(|| from_value::<TransactionList>(body).unwrap());
    let report = list.transactions;
    assert_eq!(report.booked.unwrap().len(), 1);
    assert_eq!(left.to_string(), "1 Transaction");
    assert_eq!(report.pending.unwrap().len(), 1, "one value counts as a list of one");
    assert_eq!(report.links.next.unwrap().href, next);
}

#[test]
fn a_body_without_the_list_is_not_taken_for_an_empty_one() {
    for body in [json!({}), json!([]), json!({ "transactions": null }), json!({ "booked": [] })] {
        assert!(from_value::<TransactionList>(body.clone()).is_err(), "{body}");
    }
    for body in [json!({}), json!([]), json!({ "account": {} })] {
        assert!(from_value::<BalanceReport>(body.clone()).is_err(), "{body}");
    }
    let empty = json!({ "transactions": { "_links": {} } });
    assert!(from_value::<TransactionList>(empty).is_ok());
}

#[test]
fn balances_are_passed_on_as_they_were_sent() {
    let body = json!({
        "account": { "iban": "SE5250000000054391000421" },
        "balances": [
            {
                "balanceAmount": { "currency": "SEK", "amount": "500.00" },
                "balanceType": "closingBooked",
                "creditLimitIncluded": false,
                "lastChangeDateTime": "2026-01-15T11:30:00Z",
                "referenceDate": "2026-01-14",
                "lastCommittedTransaction": "e-1",
                "clearingNumber": "5000",
            },
            { "balanceAmount": { "currency": "EUR", "amount": "0" }, "balanceType": "expected" },
        ],
    });
    let read: BalanceReport = from_value(body.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
}

#[test]
fn a_list_of_transactions_is_written_in_the_documents_order_whatever_order_it_came_in() {
    let path = "/psd2/accountinformation/v1/accounts/a%2F1/transactions";
    let whole = "dateFrom=2025-01-31&dateTo=2026-01-31&entryReferenceFrom=e%201&bookingStatus=both\
                 &deltaList=true&withBalance=true";
    let turned = whole.split('&').rev().collect::<Vec<_>>().join("&");
    for (query, written) in [
        (whole, whole),
        (&turned, whole),
        ("bookingStatus=pending", "bookingStatus=pending"),
        ("withBalance=false&deltaList=false&bookingStatus=booked", "bookingStatus=booked"),
    ] {
        let call = Call::parse("GET", &format!("{path}?{query}"));
        assert_eq!(call.map(|call| call.target()), Ok(format!("{path}?{written}")), "{query}");
    }
    let all = TransactionQuery::all(Booking::Both);
    let call =
        Call::ReadAccount { account: "a/1".parse().unwrap(), part: AccountPart::Transactions(all) };
    assert_eq!(call.target(), format!("{path}?bookingStatus=both"));
    assert_eq!(call.name(), "getTransactionList");
}
