//! Odd answers through the whole product: what makes no sense in one place costs that place, in the bundle too, whose
//! error texts are removed.

use std::time::Duration;

use sandbox::Fault;
use serde_json::{Value, json};

use crate::support::{Browser, choose_bank, scenario};

const ACCOUNTS: &str = "/psd2/accountinformation/";
const AUTHORISATIONS: &str = "/psd2/consent/v1/consents/";

/// An answer with this body.
fn answer(body: impl Into<String>) -> Fault {
    Fault::Answer { status: 200, headers: Vec::new(), body: body.into() }
}

/// The usual answer with these members in place of its own.
fn edited(merge: Value) -> Fault {
    Fault::Edited { status: None, headers: Vec::new(), merge }
}

/// The widget has not stopped: neither it nor the page has thrown.
async fn is_alive(browser: &Browser, name: &str) {
    let dead = |line: &&String| line.contains("unreachable") || line.contains("Uncaught");
    let console = browser.console().await;
    assert_eq!(console.iter().find(dead), None, "{name}");
}

scenario!(accounts_with_odd_parts_are_shown_without_them, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    choose_bank(&browser, "SEB").await;
    browser.click("Show QR code").await;
    world.sign(&world.scan(&browser.qr().await));
    browser.screen("linked").await;
    let deep = ["[".repeat(60), "]".repeat(60)].concat();
    let long = "L\u{e5}ng ".repeat(20_000);
    for (body, shown) in [
        (r#"{"accounts":[{"resourceId":17,"name":7,"iban":{},"product":"Spar"}]}"#.to_owned(), "Spar"),
        (r#"{"accounts":[{"resourceId":"r","name":"Half \ud83d","ownerName":"\udc00"}]}"#.to_owned(), "Half \u{fffd}"),
        (r#"{"accounts":[{"resourceId":"r","name":"Nul\u0000l","currency":"\u0000"}]}"#.to_owned(), "Nul"),
        (r#"{"accounts":[{"resourceId":"r","name":"Huge","x":1e999,"currency":-1e999,"y":123456789012345678901234567890}]}"#.to_owned(), "Huge"),
        (r#"{"accounts":[{"resourceId":"r","name":"Zero","status":-0,"x":-0.0,"y":1e-400}]}"#.to_owned(), "Zero"),
        (format!(r#"{{"accounts":[{{"resourceId":"r","name":"Deep","x":{deep}}}]}}"#), "Deep"),
        (format!(r#"{{"accounts":[{{"resourceId":"r","name":"{long}End"}}]}}"#), "End"),
        (r#"{"accounts":[{"resourceId":"r","name":"Odd sum","balances":[{"balanceAmount":{"currency":"EUR","amount":"1e5"}}]}]}"#.to_owned(), "1e5"),
        (r#"{"accounts":[{"resourceId":"r","name":"Odd coin","balances":[{"balanceAmount":{"currency":"QQQ","amount":"12345678901234567890.123"}}]}]}"#.to_owned(), "QQQ"),
        (r#"{"accounts":[{"resourceId":"r","name":"No coin","balances":[{"balanceAmount":{"currency":"","amount":""}}]}]}"#.to_owned(), "No coin"),
        (r#"{"accounts":[{"resourceId":"r","name":"   ","product":"\u00a0","bban":"12 34","clearingNumber":true}]}"#.to_owned(), "12 34"),
        (r#"{"accounts":{"resourceId":"r","name":"Bare","balances":{"balanceAmount":{"currency":"SEK","amount":"5.00"}}}}"#.to_owned(), "Bare"),
        (r#"{"__proto__":{"accounts":[]},"accounts":[{"__proto__":null,"constructor":7,"resourceId":"r","name":"Proto"}]}"#.to_owned(), "Proto"),
        (r#"{"accounts":[true,[],"x",0,null,{}]}"#.to_owned(), "SEB"),
        (r#"{"accounts":"none","_links":[]}"#.to_owned(), "shows no accounts"),
    ] {
        world.fail("GET", ACCOUNTS, answer(&*body));
        browser.reload().await;
        browser.screen_within("linked", Duration::from_secs(20)).await;
        let text = browser.text().await;
        assert!(text.contains(shown), "{shown}: {text} of {}", body.get(..200).unwrap_or(&body));
        is_alive(&browser, shown).await;
    }
});

scenario!(banks_with_odd_parts_are_listed_without_them, async |scenario| {
    let (world, browser) = (scenario.world().await, scenario.browser().await);
    let long = "Lång ".repeat(2_000);
    let body = format!(
        r#"{{"aspsps":[null,7,"SEB",[],{{}},{{"bicFi":7,"name":"Number"}},{{"bicFi":"HANDSESS","name":7}},
        {{"bicFi":"essesess","name":"Small"}},{{"bicFi":"ESSESESS\u0000","name":"Nul"}},{{"bicFi":"DABASESX","name":"Half \ud83d"}},
        {{"bicFi":"NDEASESS","name":"{long}"}},{{"bicFi":"SWEDSESS","name":"Huge","id":1e999,"logoUrl":[]}},
        {{"bicFi":"NDEAFIHH","name":"\u0000","id":"\u0000\n"}},
        {{"bicFi":"ESSESESS","name":"SEB","__proto__":{{"bicFi":7}},"id":false,"logoUrl":"javascript:alert(1)"}}]}}"#
    );
    world.fail("GET", "/psd2/aspspinformation/v1/aspsps", answer(body));
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.reads("Half \u{fffd}").await;
    browser.reads("Huge").await;
    let text = browser.text().await;
    assert!(!text.contains("Number") && !text.contains("Small"), "{text}");
    choose_bank(&browser, "SEB").await;
    browser.click("Show QR code").await;
    world.sign(&world.scan(&browser.qr().await));
    browser.screen("linked").await;
    is_alive(&browser, "the list").await;
});

scenario!(steps_with_odd_parts_go_on_to_the_accounts, async |scenario| {
    let (world, browser) = (scenario.world().await, scenario.browser().await);
    let deep = (0..50).fold(json!({}), |inner, _| json!([inner]));
    for (step, method, fault) in [
        (
            "details",
            "GET",
            answer(
                r#"{"affiliatedAspsps":{"id":7},"supportedAuthorizationMethods":[7,"OAuth2",{}]}"#,
            ),
        ),
        ("details", "GET", answer("[]")),
        ("details", "GET", answer("")),
        (
            "consent",
            "POST",
            edited(json!({"consentStatus": 7, "_links": [], "scaMethods": {}, "psuMessage": deep})),
        ),
        (
            "start",
            "POST",
            edited(
                json!({"scaStatus": true, "_links": "x", "psuMessage": {}, "chosenScaMethod": [7]}),
            ),
        ),
        (
            "start",
            "POST",
            edited(
                json!({"scaMethods": {"authenticationMethodId": "mbid", "authenticationType": 7, "name": []}}),
            ),
        ),
        ("start", "POST", edited(json!({"authorisationId": 7}))),
        (
            "start",
            "POST",
            edited(json!({"challengeData": "x", "psuMessage": "\u{0}".repeat(10_000)})),
        ),
        (
            "method",
            "PUT",
            edited(json!({"scaStatus": [], "challengeData": 7, "_links": {"scaRedirect": 7}})),
        ),
        (
            "method",
            "PUT",
            edited(
                json!({"challengeData": {"data": [7, "", {}], "image": true, "otpMaxLength": 1e300}, "psuMessage": false}),
            ),
        ),
        ("status", "GET", edited(json!({"scaStatus": 7, "challengeData": []}))),
        ("status", "GET", answer("[]")),
        ("status", "GET", answer("")),
        ("status", "GET", answer(r#"{"scaStatus":1e999,"challengeData":{"data":"\ud83d"}}"#)),
    ] {
        let row = format!("{step} {fault:?}");
        browser.open_as_new_visitor(&world).await;
        let path = match step {
            "details" => "/psd2/aspspinformation/v1/aspsps/",
            "consent" => "/psd2/consent/v1/consents",
            _ => AUTHORISATIONS,
        };
        world.fail(method, path, fault);
        choose_bank(&browser, "SEB").await;
        browser.click("Show QR code").await;
        world.sign(&world.scan(&browser.qr().await));
        browser.screen_within("linked", Duration::from_secs(20)).await;
        is_alive(&browser, &row).await;
        world.release();
    }
});
