//! Further bodies: members of another type, texts that hold no text, numbers at the edges, and names that mean
//! something else elsewhere.

use protocol::{Balances, Call};
use serde_json::{Value, json};

use super::{Row, of};

/// All rows.
pub(super) fn rows() -> Vec<Row> {
    let mut rows = accounts();
    rows.extend(banks());
    rows.extend(authorisations());
    rows.extend(consents());
    rows
}

fn accounts() -> Vec<Row> {
    let call = Call::ListAccounts { balances: Balances::Included };
    let list = |items: Vec<Value>| Some(json!({"accounts": items}));
    let one = |item: Value| Some(json!({"accounts": [item]}));
    of(
        &call,
        vec![
            (
                r#"{"accounts":[{"resourceId":"r","currency":true,"iban":[],"name":false,"balances":true}]}"#,
                one(json!({"resourceId": "r"})),
            ),
            (
                r#"{"accounts":{"r1":{"resourceId":"r1"},"r2":{"resourceId":"r2"}}}"#,
                one(json!({"resourceId": ""})),
            ),
            (r#"{"accounts":"none"}"#, list(vec![])),
            (r#"{"accounts":[[{"resourceId":"r"}]]}"#, list(vec![])),
            (
                r#"{"__proto__":{"accounts":7},"constructor":1,"accounts":[{"__proto__":{"name":"x"},"toString":7,"resourceId":"r"}]}"#,
                one(json!({"resourceId": "r"})),
            ),
            (
                r#"{"accounts":[{"resourceId":"r","name":"L\u00f6n\u0000konto","product":"\u202ex\ufeff","ownerName":""}]}"#,
                one(
                    json!({"resourceId": "r", "name": "Lön\u{0}konto", "product": "\u{202e}x\u{feff}", "ownerName": ""}),
                ),
            ),
            (
                r#"{"accounts":[{"resourceId":"r","currency":-0,"bban":18446744073709551616,"msisdn":46701740605,"maskedPan":0.1}]}"#,
                one(json!({"resourceId": "r"})),
            ),
            (
                r#"{"accounts":[{"resourceId":"r","balances":[{"balanceAmount":[{"currency":"SEK","amount":"1"}]},
                    {"balanceAmount":{"currency":"SEK","amount":["1"]}},{"balanceAmount":{"amount":"1"}},
                    {"balanceAmount":{"currency":752,"amount":"1"}},{"balanceAmount":{"currency":"SEK","amount":-0}},
                    {"balanceAmount":{"currency":"","amount":""},"balanceType":null}]}]}"#,
                one(
                    json!({"resourceId": "r", "balances": [{"balanceAmount": {"currency": "", "amount": ""}}]}),
                ),
            ),
            (
                r#"{"accounts":[{"resourceId":"r"}],"accounts_total":1e308,"_links":[[[[[[[[[[]]]]]]]]]],"next":1.7976931348623157e308}"#,
                one(json!({"resourceId": "r"})),
            ),
            ("\u{20}\r\n\t[ ]\n", list(vec![])),
            ("", None),
            ("-", None),
            ("NaN", None),
            ("[1,]", None),
        ],
    )
}

fn banks() -> Vec<Row> {
    let call = Call::ListAspsps { countries: Vec::new(), cities: Vec::new() };
    let seb = json!({"bicFi": "ESSESESS", "name": "SEB"});
    let list = |items: Vec<Value>| Some(json!({"aspsps": items}));
    of(
        &call,
        vec![
            (
                r#"{"aspsps":[{"bicFi":"","name":"x"},{"bicFi":"\u00a0","name":"x"},{"bicFi":"HANDSESS","name":""},
                    {"bicFi":"HANDSESS","name":"\t"},{"bicFi":["ESSESESS"],"name":"x"},{"bicFi":"ESSESESS","name":"SEB",
                    "id":"","logoUrl":null}]}"#,
                list(vec![json!({"id": "", "bicFi": "ESSESESS", "name": "SEB"})]),
            ),
            (
                r#"{"aspsps":[{"BicFi":"HANDSESS","Name":"x"},{"bicFi":"ESSESESS","name":"SEB"}]}"#,
                list(vec![seb.clone()]),
            ),
            (r#"{"aspsps":{"ESSESESS":{"name":"SEB"}}}"#, list(vec![])),
            (r#"{"aspsps":false}"#, list(vec![])),
            (
                r#"{"aspsps":[false,0,"",{},{"name":"x"},{"bicFi":"ESSESESS","name":"SEB"},[]]}"#,
                list(vec![seb]),
            ),
            (r#"{"Aspsps":[]}"#, None),
            (r#""""#, None),
            ("false", None),
        ],
    )
}

fn authorisations() -> Vec<Row> {
    let start = Call::StartAuthorisation { consent: "c-1".parse().expect("it is of the form") };
    let [consent, authorisation] = ["c-1", "a-1"];
    let read = Call::ReadScaStatus {
        consent: consent.parse().expect("it is of the form"),
        authorisation: authorisation.parse().expect("it is of the form"),
    };
    let mbid = json!({"authenticationMethodId": "mbid", "authenticationType": ""});
    let started = |methods: Value| {
        Some(
            json!({"scaStatus": "received", "authorisationId": "a 1/å", "scaMethods": methods, "_links": {}}),
        )
    };
    let mut rows = of(
        &start,
        vec![
            (
                r#"{"scaStatus":"received","authorisationId":"a 1/å","scaMethods":[{"authenticationMethodId":"..","name":"x"},
                    {"authenticationMethodId":"%2e%2e","name":"x"},{"authenticationMethodId":"a\u0000b"},{"authenticationMethodId":true},
                    {"authenticationMethodId":"mbid","authenticationType":["PUSH_OTP"],"explanation":7}]}"#,
                started(json!([mbid])),
            ),
            (
                r#"{"scaStatus":"received","authorisationId":"a 1/å","scaMethods":"mbid","chosenScaMethod":[],"challengeData":[],"_links":[]}"#,
                started(json!([])),
            ),
            (
                r#"{"scaStatus":"received","authorisationId":"a 1/å","scaMethods":{"0":{"authenticationMethodId":"mbid"}}}"#,
                started(json!([])),
            ),
            (r#"{"scaStatus":"received","authorisationId":""}"#, None),
            (r#"{"scaStatus":"received","authorisationId":".."}"#, None),
            (r#"{"scaStatus":"received","authorisationId":false}"#, None),
            ("[]", None),
        ],
    );
    rows.extend(of(
        &read,
        vec![
            (r#"{"scaStatus":true}"#, Some(json!({"scaStatus": "", "_links": {}}))),
            (r#"{"scaStatus":"FINALISED"}"#, Some(json!({"scaStatus": "FINALISED", "_links": {}}))),
            (r#"{"scaStatus":["finalised"]}"#, Some(json!({"scaStatus": "", "_links": {}}))),
            ("{}", Some(json!({"scaStatus": "", "_links": {}}))),
            ("[]", None),
            ("null", None),
        ],
    ));
    rows
}

fn consents() -> Vec<Row> {
    let read = Call::ReadConsent { consent: "c-1".parse().expect("it is of the form") };
    let status = Call::ReadConsentStatus { consent: "c-1".parse().expect("it is of the form") };
    let odd = json!({"recurringIndicator": false, "validUntil": "", "frequencyPerDay": 0,
        "lastActionDate": "", "consentStatus": "received"});
    let mut rows = of(
        &read,
        vec![
            (
                r#"{"recurringIndicator":"true","validUntil":20261231,"frequencyPerDay":-4,"lastActionDate":null,"consentStatus":7,"access":[]}"#,
                Some(odd.clone()),
            ),
            ("{}", Some(odd)),
            ("[]", None),
        ],
    );
    rows.extend(of(
        &status,
        vec![
            (r#"{"consentStatus":"VALID"}"#, Some(json!({"consentStatus": "VALID"}))),
            (r#"{"consentStatus":""}"#, Some(json!({"consentStatus": ""}))),
            (r#"{"consentStatus":true}"#, None),
            ("[]", None),
        ],
    ));
    rows
}
