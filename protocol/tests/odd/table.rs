//! Bodies of real platforms, and what is read from them: `serde_json` reads each in the tests of this
//! crate, and the browser in those of the widget.

use protocol::flow::{Answer, Target};
use protocol::{Balances, Call};
use serde_json::{Value, json, to_value};

#[path = "more.rs"]
mod more;

/// A request, the text of its answer, and what is read from it, written again; `None` for an unusable
/// answer.
pub(crate) type Row = (Target, &'static str, Option<Value>);

/// What was read, as JSON.
pub(crate) fn written(answer: Answer) -> Value {
    let value = match answer {
        Answer::Session(session) => to_value(session),
        Answer::LinkSession(session) => to_value(session),
        Answer::Aspsps(banks) => to_value(banks),
        Answer::Aspsp(details) => {
            to_value((details.affiliated_aspsps, details.supported_authorization_methods))
        }
        Answer::ConsentCreated(created) => to_value(created),
        Answer::AuthorisationStarted(started) => to_value(started),
        Answer::Sca(result) => to_value(result),
        Answer::ConsentState(state) => to_value(state),
        Answer::Consent(consent) => to_value(consent),
        Answer::Accounts(accounts) => to_value(accounts),
        Answer::Profile(_) | Answer::Unread => Ok(Value::Null),
    };
    value.expect("it is JSON")
}

/// All rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = accounts();
    rows.extend(banks());
    rows.extend(bank());
    rows.extend(started());
    rows.extend(progress());
    rows.extend(consents());
    rows.extend(session());
    rows.extend(more::rows());
    rows
}

fn accounts() -> Vec<Row> {
    let call = Call::ListAccounts { balances: Balances::Included };
    let plain = json!({"resourceId": "r1", "iban": "SE4550000000058398257466", "currency": "SEK"});
    let list = |items: Vec<Value>| Some(json!({"accounts": items}));
    of(
        &call,
        vec![
            (
                r#"{"accounts":[{"resourceId":"r1","iban":"SE4550000000058398257466","currency":"SEK"},{"resourceId":"r2"}]}"#,
                list(vec![plain.clone(), json!({"resourceId": "r2"})]),
            ),
            (
                r#"{"accounts":[{"resourceId":"r1","iban":"SE4550000000058398257466","currency":"SEK","balances":[
                    {"balanceType":"interimAvailable","balanceAmount":{"currency":"SEK","amount":1234.5}}]}]}"#,
                list(vec![plain.clone()]),
            ),
            (
                r#"{"accounts":[{"resourceId":"r1","iban":"SE4550000000058398257466","currency":"SEK","balances":[
                    {"balanceAmount":{"currency":"SEK","amount":null}},
                    {"balanceAmount":null,"balanceType":"expected"},
                    {"balanceAmount":"1.00"}, null, 7, "1.00", [], [{}],
                    {"balanceAmount":{"currency":"SEK","amount":"2.00"}},
                    {"balanceAmount":{"currency":"SEK","amount":"3.00"},"balanceType":{"a":[1,{"b":2}]}}]}]}"#,
                list(vec![
                    json!({"resourceId": "r1", "iban": "SE4550000000058398257466", "currency": "SEK",
                    "balances": [{"balanceAmount": {"currency": "SEK", "amount": "2.00"}},
                        {"balanceAmount": {"currency": "SEK", "amount": "3.00"}}]}),
                ]),
            ),
            (
                r#"{"accounts":[{"resourceId":"r","balances":{"balanceAmount":{"currency":"EUR","amount":"-1.5"},"balanceType":"expected"}}]}"#,
                list(vec![json!({"resourceId": "r", "balances":
                    [{"balanceAmount": {"currency": "EUR", "amount": "-1.5"}, "balanceType": "expected"}]})]),
            ),
            (
                r#"{"accounts":[{"resourceId":"r","balances":7}]}"#,
                list(vec![json!({"resourceId": "r"})]),
            ),
            (r#"{"accounts":null}"#, list(vec![])),
            (r#"{"accounts":[]}"#, list(vec![])),
            (r#"{"accounts":7}"#, list(vec![])),
            ("{}", list(vec![])),
            ("[]", list(vec![])),
            (
                r#"{"accounts":[null,7,"x",true,[],[[]],{"resourceId":"r"},null]}"#,
                list(vec![json!({"resourceId": "r"})]),
            ),
            (r#"[{"resourceId":"r"}]"#, list(vec![json!({"resourceId": "r"})])),
            (
                r#"{"accounts":{"resourceId":"r"},"_links":{}}"#,
                list(vec![json!({"resourceId": "r"})]),
            ),
            (
                r#"{"accounts":[{"resourceId":17,"iban":null,"bban":["x"],"currency":752,"name":{"sv":"x"},
                    "product":false,"ownerName":1e30,"cashAccountType":-1,"status":"enabled",
                    "usage":"PRIV","bic":"ESSESESS","unknown":{"deep":[[[[{"a":null}]]]]}}]}"#,
                list(vec![
                    json!({"resourceId": "", "status": "enabled", "usage": "PRIV", "bic": "ESSESESS"}),
                ]),
            ),
            (
                r#"{"accounts":[{"resourceId":"p","plusgiroNumber":"1234-5","currency":"SEK"},
                    {"resourceId":"b","bankgiroNumber":"524-7472"},{"resourceId":"m","msisdn":"+46 70 123"},
                    {"resourceId":"c","maskedPan":"123456xxxxxx1234"},{"resourceId":"n","bban":"5839825746","clearingNumber":"5000"}]}"#,
                list(vec![
                    json!({"resourceId": "p", "plusgiroNumber": "1234-5", "currency": "SEK"}),
                    json!({"resourceId": "b", "bankgiroNumber": "524-7472"}),
                    json!({"resourceId": "m", "msisdn": "+46 70 123"}),
                    json!({"resourceId": "c", "maskedPan": "123456xxxxxx1234"}),
                    json!({"resourceId": "n", "bban": "5839825746", "clearingNumber": "5000"}),
                ]),
            ),
            ("null", None),
            ("7", None),
            ("true", None),
            (r#""accounts""#, None),
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
                r#"{"aspsps":[{"bicFi":"ESSESESS","name":"SEB"},{"id":"x","name":"Testbank"}]}"#,
                list(vec![seb.clone()]),
            ),
            (
                r#"{"aspsps":[{"bicFi":"HANDSESS","name":null},{"bicFi":"ESSESESS","name":"SEB","logoUrl":7}]}"#,
                list(vec![seb.clone()]),
            ),
            (
                r#"[{"name":7,"bicFi":"HANDSESS"},{"bicFi":{},"name":"x"},{"bicFi":"X","name":" "},
                    null,"SEB",{"bicFi":"ESSESESS","name":"SEB","id":7,"more":{"deep":[1,true,null]}}]"#,
                list(vec![seb.clone()]),
            ),
            (r#"{"total":1,"aspsps":{"bicFi":"ESSESESS","name":"SEB"}}"#, list(vec![seb])),
            (
                r#"{"aspsps":[{"bicFi":"NDEASESS","name":"Nordea Privat"},{"bicFi":"NDEASESS","name":"Nordea Företag"}]}"#,
                list(vec![
                    json!({"bicFi": "NDEASESS", "name": "Nordea Privat"}),
                    json!({"bicFi": "NDEASESS", "name": "Nordea Företag"}),
                ]),
            ),
            (r#"{"aspsps":null}"#, list(vec![])),
            ("[]", list(vec![])),
            (r#"{"banks":[]}"#, None),
            ("{}", None),
            ("null", None),
        ],
    )
}

fn bank() -> Vec<Row> {
    let call = Call::ReadAspsp { bic: "SWEDSESS".parse().expect("it is of the form") };
    of(
        &call,
        vec![
            (
                r#"{"bicFi":7,"name":null,"affiliatedAspsps":[{"id":"08999","name":"Swedbank"},{"id":8114,"name":"x"},
                    {"name":"y"},{"id":"08888","name":null}],"supportedAuthorizationMethods":{"name":"Decoupled"}}"#,
                Some(json!([[{"id": "08999", "name": "Swedbank"}], [{"name": "Decoupled"}]])),
            ),
            (
                r#"{"affiliatedAspsps":null,"supportedAuthorizationMethods":["OAuth2",{"name":"OAuth2","uri":{}}]}"#,
                Some(json!([[], [{"name": "OAuth2"}]])),
            ),
        ],
    )
}

fn started() -> Vec<Row> {
    let call = Call::StartAuthorisation { consent: "c-1".parse().expect("it is of the form") };
    let mbid = json!({"authenticationMethodId": "mbid", "authenticationType": "PUSH_OTP"});
    of(
        &call,
        vec![
            (
                r#"{"scaStatus":"started","authorisationId":"a1","chosenScaMethod":{"authenticationMethodId":"mbid",
                    "authenticationType":"PUSH_OTP"},"challengeData":{"data":["token"]},"_links":{}}"#,
                Some(json!({"scaStatus": "started", "authorisationId": "a1", "scaMethods": [],
                    "chosenScaMethod": mbid, "challengeData": {"data": ["token"]}, "_links": {}})),
            ),
            (
                r#"{"scaStatus":"exempted","authorisationId":"a1","scaMethods":null,"_links":null,"psuMessage":7}"#,
                Some(
                    json!({"scaStatus": "exempted", "authorisationId": "a1", "scaMethods": [], "_links": {}}),
                ),
            ),
            (
                r#"{"authorisationId":"a1","scaMethods":{"authenticationMethodId":"mbid","authenticationType":"PUSH_OTP"},
                    "_links":["x"],"chosenScaMethod":"mbid","challengeData":"token"}"#,
                Some(
                    json!({"scaStatus": "", "authorisationId": "a1", "scaMethods": [mbid], "_links": {}}),
                ),
            ),
            (
                r#"{"scaStatus":"somethingNew","authorisationId":"a1","scaMethods":[{"authenticationMethodId":7},{},null,"mbid",
                    {"authenticationMethodId":"","name":"x"},{"authenticationMethodId":"mbid","authenticationType":"PUSH_OTP","name":{}}]}"#,
                Some(
                    json!({"scaStatus": "somethingNew", "authorisationId": "a1", "scaMethods": [mbid], "_links": {}}),
                ),
            ),
            (r#"{"scaStatus":"received","authorisationId":null}"#, None),
            (r#"{"scaStatus":"received","authorisationId":["a1"]}"#, None),
            (r#"{"scaStatus":"received"}"#, None),
        ],
    )
}

fn progress() -> Vec<Row> {
    let [consent, authorisation] = ["c-1", "a-1"];
    let call = Call::ReadScaStatus {
        consent: consent.parse().expect("it is of the form"),
        authorisation: authorisation.parse().expect("it is of the form"),
    };
    let with = |challenge: Value| {
        Some(json!({"scaStatus": "started", "challengeData": challenge, "_links": {}}))
    };
    of(
        &call,
        vec![
            (
                r#"{"scaStatus":"started","challengeData":{"data":"t"}}"#,
                with(json!({"data": ["t"]})),
            ),
            (
                r#"{"scaStatus":"started","challengeData":{"data":[null,"t",7,{"a":1},["x"],"u"],"image":{}}}"#,
                with(json!({"data": ["t", "u"]})),
            ),
            (
                r#"{"scaStatus":"started","challengeData":{"data":null,"otpMaxLength":1e300}}"#,
                with(json!({})),
            ),
            (
                r#"{"scaStatus":"started","challengeData":{"data":{},"image":"i"}}"#,
                with(json!({"image": "i"})),
            ),
            (
                r#"{"scaStatus":"started","challengeData":{"additionalInformation":"a"},
                    "_links":{"scaRedirect":{"href":7},"scaOAuth":"https://b.example","self":[]}}"#,
                with(json!({"additionalInformation": "a"})),
            ),
            (
                r#"{"scaStatus":null,"_links":{"scaOAuth":{"href":"https://b.example"},"scaStatus":{"href":"s"}}}"#,
                Some(
                    json!({"scaStatus": "", "_links": {"scaOAuth": {"href": "https://b.example"}}}),
                ),
            ),
            ("7", None),
        ],
    )
}

fn consents() -> Vec<Row> {
    let state = Call::ReadConsentStatus { consent: "c-1".parse().expect("it is of the form") };
    let mut rows = of(
        &Call::CreateConsent,
        vec![
            (
                r#"{"consentId":"c-1","consentStatus":null,"_links":7}"#,
                Some(json!({"consentId": "c-1", "consentStatus": "received", "_links": {}})),
            ),
            (
                r#"{"consentId":"c-1","consentStatus":"pending","scaMethods":[{}]}"#,
                Some(json!({"consentId": "c-1", "consentStatus": "pending", "_links": {}})),
            ),
            (r#"{"consentId":7,"consentStatus":"received"}"#, None),
        ],
    );
    rows.extend(of(
        &state,
        vec![
            (
                r#"{"consentStatus":"revokedByPsu","more":[{}]}"#,
                Some(json!({"consentStatus": "revokedByPsu"})),
            ),
            (r#"{"consentStatus":["valid"]}"#, None),
            (r#"{"consentStatus":null}"#, None),
            ("{}", None),
        ],
    ));
    rows
}

fn session() -> Vec<Row> {
    let good = json!({"consentId": "c-1", "bicFi": "SWEDSESS", "consentStatus": "valid",
        "validUntil": "2027-02-20", "accountsListed": true, "ageMillis": 4_000_000_000_u64});
    let rows = vec![
        (
            r#"{"context":"of nobody","consents":[{"consentId":"c-1","bicFi":"SWEDSESS","consentStatus":"valid","validUntil":"2027-02-20",
                "accountsListed":true,"ageMillis":4000000000,"redirectPreferred":"no","authorisation":7},
                {"consentId":"c-2"},{"consentId":"c-3","bicFi":"SWEDSESS","consentStatus":"valid","validUntil":"2027-02-20",
                "accountsListed":true,"ageMillis":-1}]}"#,
            Some(json!({"consents": [good]})),
        ),
        (r#"{"consents":null}"#, Some(json!({"consents": []}))),
        ("[", None),
    ];
    rows.into_iter().map(|(text, read)| (Target::SessionConsents, text, read)).collect()
}

fn of(call: &Call, rows: Vec<(&'static str, Option<Value>)>) -> Vec<Row> {
    rows.into_iter().map(|(text, read)| (Target::Call(call.clone()), text, read)).collect()
}
