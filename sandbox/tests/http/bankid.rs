//! The simulated BankID app: its JSON and its page.

use std::time::Duration;

use serde_json::json;

use crate::support::Api;

#[tokio::test]
async fn orders_are_listed_newest_first_with_their_seconds() {
    let api = Api::new();
    assert_eq!(api.bare("GET", "/bankid/orders").send().await.json(), json!([]));
    api.authorise("ESSESESS", "mbid").await;
    api.sandbox.advance(Duration::from_secs(3));
    api.authorise("SWEDSESS", "mbid").await;
    let orders = api.bare("GET", "/bankid/orders").send().await.json();
    let expected = json!({
        "id": orders[0]["id"],
        "bank": "Swedbank and Sparbankerna",
        "bicFi": "SWEDSESS",
        "method": "mbid",
        "text": "Identify yourself to Swedbank.",
        "secondsLeft": 30,
        "secondsTotal": 30,
        "step": 1,
        "steps": 2,
        "pickedUp": false,
    });
    assert_eq!(orders[0], expected);
    assert_eq!(orders[1]["bank"], "SEB");
    assert_eq!(orders[1]["secondsLeft"], 27);
    assert_eq!(orders.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_scan_picks_the_order_up_and_gives_it_back() {
    let api = Api::new();
    let (_, chosen) = api.authorise("SWEDSESS", "mbid").await;
    let token = chosen["challengeData"]["data"][0].as_str().unwrap();
    for qr in [
        format!("bankid:///?autostarttoken={token}&redirect=null"),
        format!("https://app.bankid.com/?autostarttoken={token}"),
    ] {
        let order = api.bankid("/scan", &json!({ "qr": qr })).await.json();
        assert_eq!((&order["pickedUp"], &order["secondsLeft"]), (&json!(true), &json!(180)));
        assert_eq!(order["bank"], "Swedbank and Sparbankerna");
    }
}

#[tokio::test]
async fn codes_that_are_wrong_or_too_old_are_refused_in_words() {
    let api = Api::new();
    let (_, chosen) = api.authorise("HANDSESS", "mbid_animated_qr_token").await;
    let frame = chosen["challengeData"]["data"][0].as_str().unwrap();
    let unknown = "bankid:///?autostarttoken=67df3917-fa0d-44e5-b327-edcc928297f8";
    for (qr, status, words) in [
        ("hello", 400, "This is not a BankID code."),
        ("https://example.com/?autostarttoken=x", 400, "This is not a BankID code."),
        (unknown, 404, "BankID does not know this code."),
        (&frame.replace(".0.", ".1."), 404, "BankID does not know this code."),
    ] {
        let answer = api.bankid("/scan", &json!({ "qr": qr })).await;
        assert_eq!(answer.status, status, "{qr}");
        assert_eq!(answer.json(), json!({ "error": words }), "{qr}");
    }
    api.sandbox.advance(Duration::from_secs(6));
    let old = api.bankid("/scan", &json!({ "qr": frame })).await;
    assert_eq!(old.status, 410);
    let words = "This picture of the code is too old. Scan the code while it is on the screen.";
    assert_eq!(old.json(), json!({ "error": words }));
    api.sandbox.advance(Duration::from_secs(24));
    let over = api.bankid("/scan", &json!({ "qr": frame })).await;
    assert_eq!(over.status, 410);
    let words = "This code is no longer valid. Start again where you got it.";
    assert_eq!(over.json(), json!({ "error": words }));
}

#[tokio::test]
async fn an_order_is_signed_or_cancelled_once() {
    let api = Api::new();
    api.authorise("ESSESESS", "mbid").await;
    let order = api.sandbox.orders()[0].id;
    api.sign(order).await;
    for path in [
        format!("/orders/{order}/sign"),
        format!("/orders/{order}/cancel"),
        "/orders/none/sign".to_owned(),
        "/orders/none/cancel".to_owned(),
    ] {
        let answer = api.bankid(&path, &json!({})).await;
        assert_eq!(answer.status, 404, "{path}");
        let words = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(words.starts_with("There is no such order any more."), "{words}");
    }
}

#[tokio::test]
async fn a_signature_needs_no_body() {
    let api = Api::new();
    api.authorise("ESSESESS", "mbid").await;
    let order = api.sandbox.orders()[0].id;
    let answer = api.bare("POST", &format!("/bankid/orders/{order}/sign")).send().await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_page_is_whole_without_inline_code_and_may_be_framed() {
    let api = Api::new();
    let page = api.bare("GET", "/bankid?autostarttoken=x").send().await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && !policy.contains("frame-ancestors"));
    assert!(!page.headers.contains_key("x-frame-options"));
    let html = String::from_utf8(page.body.clone()).unwrap();
    assert!(!html.contains("style=") && !html.contains(" on") && !html.contains("<style"));
    for (path, kind) in
        [("app.css", "text/css"), ("app.js", "text/javascript"), ("icon.svg", "image/svg+xml")]
    {
        assert!(html.contains(&format!("/bankid/{path}\"")), "{path}");
        let part = api.bare("GET", &format!("/bankid/{path}")).send().await;
        assert_eq!(part.status, 200);
        assert!(part.header("content-type").starts_with(kind));
    }
}
