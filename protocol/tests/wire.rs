//! Bodies of the guide and the OpenAPI document, and the variants of banks.

use protocol::flow::{Answer, Target};
use protocol::wire::{
    Account, AspspList, AuthorisationStarted, Code, ConsentCreated, ConsentState, ConsentStatus,
    Problem, ScaStatus, UpdatePsuDataResult,
};
use protocol::{Balances, Call};
use serde_json::{from_value, json};

/// Guide, ASPSP API step 2 (`response.body.aspsps`); OpenAPI `aspspList` (the bare list).
#[test]
fn a_list_of_banks_is_read_bare_and_in_its_field() {
    let bank =
        json!({"id": "6c1d", "bicFi": "ESSESESS", "name": "SEB", "logoUrl": "https://x/y.svg"});
    let bare: AspspList = from_value(json!([bank])).unwrap();
    let field: AspspList = from_value(json!({"total": 1, "aspsps": [bank], "more": {}})).unwrap();
    assert_eq!(bare, field);
    assert_eq!(bare.aspsps[0].bic_fi, "ESSESESS");
    assert!(from_value::<AspspList>(json!({"banks": []})).is_err());
}

/// OpenAPI `consentsResponse-201`.
#[test]
fn a_created_consent_gives_its_id() {
    let created: ConsentCreated = from_value(json!({
        "consentStatus": "received",
        "consentId": "1b91e649-3d06-4e16-ada7-bf5af2136b44",
        "scaMethods": [],
        "_links": {"startAuthorisation": {"href": "/psd2/consent/v1/consents/1b91/authorisations"}},
    }))
    .unwrap();
    assert_eq!(created.consent_id.as_str(), "1b91e649-3d06-4e16-ada7-bf5af2136b44");
    assert_eq!(created.consent_status, ConsentStatus::Received);
}

#[test]
fn a_consent_id_that_climbs_a_path_is_refused() {
    for id in ["..", ".", "", "a\nb", "a/../b", "%2e%2e", "a\0", "a/..%2fb"] {
        let body = json!({"consentStatus": "received", "consentId": id, "_links": {}});
        assert!(from_value::<ConsentCreated>(body).is_err(), "{id:?}");
    }
}

/// OpenAPI `startScaprocessResponse`, with the methods that the platform's sample shows.
#[test]
fn a_started_authorisation_gives_its_methods() {
    let started: AuthorisationStarted = from_value(json!({
        "scaStatus": "received",
        "authorisationId": "123auth456",
        "scaMethods": [
            {"authenticationType": "PUSH_OTP", "authenticationMethodId": "mbid", "name": "Mobilt BankID"},
        ],
        "_links": {"scaStatus": {"href": "/psd2/x"}},
    }))
    .unwrap();
    assert_eq!(started.sca_methods[0].authentication_method_id.as_str(), "mbid");
}

/// Guide, step 3 (`challengeData.data[0]`) against OpenAPI `challengeData.data` (a string).
#[test]
fn challenge_data_is_read_as_text_and_as_a_list() {
    for data in [json!("token"), json!(["token"]), json!(["token", "more"])] {
        let body = json!({"scaStatus": "started", "challengeData": {"data": data}});
        let result: UpdatePsuDataResult = from_value(body).unwrap();
        assert_eq!(result.challenge_data.unwrap().data[0], "token");
    }
    for empty in [json!(null), json!([])] {
        let body = json!({"scaStatus": "started", "challengeData": {"data": empty}});
        let result: UpdatePsuDataResult = from_value(body).unwrap();
        assert!(result.challenge_data.unwrap().data.is_empty());
    }
}

#[test]
fn unknown_words_are_kept() {
    let state: ConsentState = from_value(json!({"consentStatus": "partiallyAuthorised"})).unwrap();
    assert_eq!(state.consent_status, ConsentStatus::Unknown("partiallyAuthorised".into()));
    assert_eq!(
        serde_json::to_value(&state).unwrap(),
        json!({"consentStatus": "partiallyAuthorised"})
    );
    let result: UpdatePsuDataResult = from_value(json!({"scaStatus": "unconfirmed"})).unwrap();
    assert_eq!(result.sca_status, ScaStatus::Unknown("unconfirmed".into()));
    assert!(!result.sca_status.is_final());
}

#[test]
fn a_status_that_is_final_or_approved_is_so_by_its_word_alone() {
    let all = ["received", "psuIdentified", "psuAuthenticated", "scaMethodSelected", "started"];
    let open = all.into_iter().chain(["authenticationStarted", "authoriseCreditorAccountStarted"]);
    for word in open.chain(["", "unconfirmed", "Finalised"]) {
        let status = ScaStatus::from(word.to_owned());
        assert!(!status.is_final() && !status.is_approved(), "{word}");
    }
    for (word, is_approved) in [("finalised", true), ("exempted", true), ("failed", false)] {
        let status = ScaStatus::from(word.to_owned());
        assert_eq!((status.is_final(), status.is_approved()), (true, is_approved), "{word}");
    }
    for (word, is_final) in [
        ("received", false),
        ("valid", false),
        ("partiallyAuthorised", false),
        ("rejected", true),
        ("revokedByPsu", true),
        ("expired", true),
        ("terminatedByTpp", true),
    ] {
        assert_eq!(ConsentStatus::from(word.to_owned()).is_final(), is_final, "{word}");
    }
}

/// OpenAPI `Error401_NG_AIS` and `Error401_AIS`.
#[test]
fn both_forms_of_an_error_are_one_problem() {
    let messages: Problem = from_value(json!({"tppMessages": [
        {"category": "WARNING", "code": "SERVICE_BLOCKED"},
        {"category": "ERROR", "code": "CONSENT_EXPIRED", "text": "over"},
    ]}))
    .unwrap();
    assert_eq!(messages.code(), Some(&Code::ConsentExpired));
    let problem: Problem = from_value(json!({
        "type": "https://x/errors/CONSENT_EXPIRED", "code": "CONSENT_EXPIRED", "title": "over",
        "additionalErrors": [{"code": "SOMETHING_NEW", "detail": "else"}],
    }))
    .unwrap();
    assert_eq!(problem.code(), Some(&Code::ConsentExpired));
    assert_eq!(problem.messages[1].code, Code::Unknown("SOMETHING_NEW".into()));
    assert!(from_value::<Problem>(json!({"nope": "error"})).is_err());
}

/// OpenAPI `tppMessages400`, RFC 6749, section 5.2, and the variants of gateways.
#[test]
fn an_error_has_its_cause_in_each_form() {
    let message = json!({"category": "ERROR", "code": "ACCESS_EXCEEDED", "text": "slow down"});
    for body in [
        json!([message]),
        json!([null, "odd", {"code": 7}, message]),
        json!([{"category": "WARNING", "code": "FORMAT_ERROR"}, message]),
        json!({ "tppMessages": message }),
        json!({ "tppMessages": [[], message], "error": "ignored" }),
        json!({ "tppMessages": null, "error": message }),
        json!({ "error": [message] }),
        json!({ "error": "ACCESS_EXCEEDED", "error_description": "slow down" }),
        json!({ "code": "ACCESS_EXCEEDED", "detail": "slow down", "title": 7, "status": 429 }),
        json!({ "code": null, "title": "x", "additionalErrors": message }),
    ] {
        let problem: Problem = from_value(body.clone()).unwrap();
        assert_eq!(problem.code(), Some(&Code::AccessExceeded), "{body}");
        let main = problem.messages.iter().find(|one| one.code == Code::AccessExceeded).unwrap();
        assert_eq!(main.text.as_deref(), Some("slow down"), "{body}");
    }
    let oauth: Problem = from_value(json!({"error": "invalid_client"})).unwrap();
    assert_eq!(oauth.code(), Some(&Code::Unknown("invalid_client".into())));
    for body in [
        json!([]),
        json!({}),
        json!(null),
        json!("ACCESS_EXCEEDED"),
        json!([["ERROR", "ACCESS_EXCEEDED", null, null]]),
        json!({ "error": 7 }),
        json!({ "error": { "message": "x" } }),
        json!({ "type": "about:blank", "title": "Too Many Requests", "status": 429 }),
    ] {
        assert!(from_value::<Problem>(body.clone()).is_err(), "{body}");
    }
}

/// OpenAPI `accountDetails`: an account has one of several numbers.
#[test]
fn an_account_may_have_any_one_of_its_numbers() {
    for (account, expected) in [
        (json!({"iban": "SE45", "bban": "5"}), Some((None, "SE45"))),
        (json!({"bban": "5839825746"}), Some((None, "5839825746"))),
        (json!({"bban": "5746", "clearingNumber": "5000"}), Some((None, "5000 5746"))),
        (json!({"bankgiroNumber": "524-7472"}), Some((Some("Bankgiro"), "524-7472"))),
        (json!({"plusgiroNumber": "1234-5"}), Some((Some("Plusgiro"), "1234-5"))),
        (json!({"maskedPan": "123456xxxxxx1234"}), Some((None, "123456xxxxxx1234"))),
        (json!({"msisdn": "+46 70 123"}), Some((None, "+46 70 123"))),
        (json!({"resourceId": "r", "clearingNumber": "5000"}), None),
    ] {
        let read: Account = from_value(account.clone()).unwrap();
        let expected = expected.map(|(kind, number)| (kind, number.to_owned()));
        assert_eq!(read.number(), expected, "{account}");
    }
}

#[test]
fn each_call_reads_its_own_body() {
    let accounts = Target::Call(Call::ListAccounts { balances: Balances::Included });
    let body = json!({"accounts": [{
        "resourceId": "1", "iban": "SE4550000000058398257466", "currency": "SEK",
        "balances": [
            {"balanceAmount": {"currency": "SEK", "amount": "1.00"}, "balanceType": "interimBooked"},
            {"balanceAmount": {"currency": "SEK", "amount": "2.00"}, "balanceType": "interimAvailable"},
        ],
    }]});
    let read = |target: &Target, body| Answer::read(target, from_value(body).unwrap());
    let Some(Answer::Accounts(list)) = read(&accounts, body) else { panic!() };
    assert_eq!(list.accounts[0].balance().unwrap().balance_amount.amount, "2.00");
    assert_eq!(read(&accounts, json!("none")), None);
    assert_eq!(read(&Target::Call(Call::CreateConsent), json!({"accounts": []})), None);
}
