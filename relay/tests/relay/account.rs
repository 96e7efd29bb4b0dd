//! The parts of one account: details, balances and transactions. As with the list of accounts, only the session
//! that owns the consent reads them; the relay sends the same headers, and passes on the bank's answer
//! unchanged.

use axum::http::Method;
use protocol::Call;
use serde_json::json as value;

use crate::support::{ACCOUNTS, Browser, CONSENTS, Log, World, code, json};

/// The reads of an account: the browser's target and the platform's.
const PARTS: [(&str, &str); 6] = [
    ("/a%2F1", "/a%2F1"),
    ("/a%2F1?withBalance=true", "/a%2F1?withBalance=true"),
    ("/a%2F1/balances", "/a%2F1/balances"),
    ("/a%2F1/transactions?bookingStatus=both", "/a%2F1/transactions?bookingStatus=both"),
    (
        "/a%2F1/transactions?withBalance=true&bookingStatus=booked&dateTo=2026-01-31&dateFrom=2025-01-01",
        "/a%2F1/transactions?dateFrom=2025-01-01&dateTo=2026-01-31&bookingStatus=booked&withBalance=true",
    ),
    ("/a%2F1/transactions/t%3A2%25", "/a%2F1/transactions/t%3A2%25"),
];
/// Targets that begin like a call and are none.
const NO_CALLS: [&str; 9] = [
    "/a%2F1/balances?withBalance=true",
    "/a%2F1/transactions",
    "/a%2F1/transactions?bookingStatus=all",
    "/a%2F1/transactions?bookingStatus=both&page=2",
    "/a%2F1/transactions?bookingStatus=both&dateFrom=2026-02-30",
    "/a%2f1/balances",
    "/a/1/balances",
    "/..%2F1/balances",
    "/a%2F1/transactions/%2e%2e",
];

#[tokio::test]
async fn each_part_of_an_account_is_asked_for_at_its_own_path_with_the_persons_device() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.sign(&world).await;
    let before = world.platform.calls().len();
    for (asked, sent) in PARTS {
        let extra =
            [("consent-id", &*consent), ("user-agent", "Test/1.0"), ("accept-language", "sv")];
        let target = format!("{ACCOUNTS}{asked}");
        let answer = browser.call(&world, Method::GET, &target, &extra, None).await;
        assert_eq!(answer.status(), 200, "{asked}");
        let call = world.platform.calls().pop().unwrap();
        assert_eq!(
            (call.method.clone(), &*call.target),
            (Method::GET, &*format!("{ACCOUNTS}{sent}"))
        );
        assert_eq!(Call::parse("GET", &call.target).unwrap().target(), call.target);
        for (name, value) in [
            ("consent-id", &*consent),
            ("x-bicfi", "ESSESESS"),
            ("psu-ip-address", "127.0.0.1"),
            ("psu-user-agent", "Test/1.0"),
            ("psu-accept-language", "sv"),
        ] {
            assert_eq!(call.all(name), [value], "{asked}: {name}");
        }
    }
    for asked in NO_CALLS {
        let (target, extra) = (format!("{ACCOUNTS}{asked}"), [("consent-id", &*consent)]);
        let answer = browser.call(&world, Method::GET, &target, &extra, None).await;
        assert!(matches!(answer.status().as_u16(), 400 | 404), "{asked}: {answer:?}");
        assert_eq!(code(&answer), "RELAY_REFUSED", "{asked}");
    }
    assert_eq!(world.platform.calls().len(), before + PARTS.len(), "nothing else was sent");
}

#[tokio::test]
async fn a_part_of_an_account_is_refused_whenever_the_list_of_accounts_is() {
    let world = World::new().await;
    let (mut browser, mut stranger) = (Browser::default(), Browser::default());
    let (open, _) = browser.link(&world).await;
    let (signed, _) = browser.sign(&world).await;
    stranger.sign(&world).await;
    let mut ended = Browser::default();
    let (over, _) = ended.sign(&world).await;
    let one = format!("{CONSENTS}/{over}");
    assert_eq!(ended.call(&world, Method::DELETE, &one, &[], None).await.status(), 204);
    for (browser, consent) in [(browser, open), (stranger, signed), (ended, over)] {
        let mut answers = Vec::new();
        for target in [""].into_iter().chain(PARTS.map(|(asked, _)| asked)) {
            let (target, extra) = (format!("{ACCOUNTS}{target}"), [("consent-id", &*consent)]);
            let mut browser = browser.clone();
            let before = world.platform.calls().len();
            let answer = browser.call(&world, Method::GET, &target, &extra, None).await;
            let read = world.platform.calls().split_off(before);
            assert!(read.iter().all(|call| !call.target.starts_with(ACCOUNTS)), "{target}");
            answers.push((answer.status(), code(&answer)));
        }
        assert!(answers[0].0.is_client_error(), "{answers:?}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    let mut browser = Browser::default();
    let bare = format!("{ACCOUNTS}/a1/balances");
    let answer = browser.call(&world, Method::GET, &bare, &[], None).await;
    assert_eq!(answer.status(), 400);
    assert!(String::from_utf8_lossy(answer.body()).contains("consent-id is missing"));
}

#[tokio::test]
async fn a_banks_transactions_are_passed_on_letter_by_letter() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.sign(&world).await;
    let odd = value!({ "transactionId": "canary-1", "debtorName": "Canary" });
    let body = value!({ "transactions": {
        "booked": [
            { "transactionAmount": { "currency": "SEK", "amount": "-1249.900" }, "new": [1, 2.50] },
            odd,
        ],
        "_links": { "account": { "href": "/a" }, "next": { "href": "/a/transactions?page=2" } },
    }});
    let text = body.to_string().replace("2.5", "2.500000000000000001");
    let answered = text.clone();
    world.platform.script(move |received| {
        received.target.contains("/transactions").then(|| json(200, &answered))
    });
    let log = Log::default();
    let _listening = log.listen();
    let target = format!("{ACCOUNTS}/canary-a/transactions?bookingStatus=booked");
    let extra = [("consent-id", &*consent)];
    let answer = browser.call(&world, Method::GET, &target, &extra, None).await;
    assert_eq!(answer.body(), &text);
    let log = log.text();
    assert!(log.contains("getTransactionList") && log.contains("1 Transaction"), "{log}");
    assert!(!log.to_lowercase().contains("canary"), "{log}");
}

#[tokio::test]
async fn a_bank_that_wants_sca_or_no_more_reads_says_so_to_the_page() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.sign(&world).await;
    for (status, word) in [(401, "CONSENT_INVALID"), (429, "ACCESS_EXCEEDED")] {
        world.platform.script(move |received| {
            let problem = value!({ "tppMessages": [{ "category": "ERROR", "code": word }] });
            let mut answer = json(status, &problem.to_string());
            answer.headers_mut().insert("retry-after", "3600".parse().unwrap());
            received.target.contains("/transactions").then_some(answer)
        });
        let target = format!("{ACCOUNTS}/a1/transactions?bookingStatus=booked&dateFrom=2024-01-01");
        let extra = [("consent-id", &*consent)];
        let answer = browser.call(&world, Method::GET, &target, &extra, None).await;
        assert_eq!((answer.status().as_u16(), &*code(&answer)), (status, word));
        assert_eq!(answer.headers()["retry-after"], "3600");
    }
}
