//! The reader of the module and serde's, which the rest of the project uses, make the same of every body.

use protocol::flow::{Answer, Target};
use protocol::profile::Profiles;
use protocol::{Balances, Call, concat};
use serde_json::Deserializer;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::answer;

wasm_bindgen_test_configure!(run_in_browser);

/// Both answers to `text` are the same, good or not.
fn same(target: &Target, text: &str) -> Option<Answer> {
    let own = answer(target, js_sys::JSON::parse(text).expect("the test's text is JSON"));
    let twin = Answer::read(target, &mut Deserializer::from_str(text)).ok();
    assert_eq!(own, twin, "{target:?} {text}");
    own
}

/// A request whose answer has a body of its own kind, with a good body.
fn bodies() -> [(Target, &'static str); 9] {
    let consent = || "c-1".parse().expect("it is of the form");
    let authorisation = || "a-1".parse().expect("it is of the form");
    let bic = "SWEDSESS".parse().expect("it is of the form");
    let calls = [
        (
            Call::ListAspsps { countries: Vec::new(), cities: Vec::new() },
            r#"{"aspsps":[{"bicFi":"ESSESESS","name":"SEB","logoUrl":"https://l.example/s.svg"}]}"#,
        ),
        (
            Call::ReadAspsp { bic },
            r#"{"bicFi":"SWEDSESS","affiliatedAspsps":[{"id":"08999","name":"Swedbank"}],
                "supportedAuthorizationMethods":[{"name":"Decoupled","uri":"u"}]}"#,
        ),
        (
            Call::CreateConsent,
            r#"{"consentId":"c-1","consentStatus":"received","scaMethods":[],
                "_links":{"scaRedirect":{"href":"https://b.example"},"self":{"href":"s"}}}"#,
        ),
        (
            Call::StartAuthorisation { consent: consent() },
            r#"{"authorisationId":"a-1","scaStatus":"received","psuMessage":"m",
                "scaMethods":[{"authenticationMethodId":"mbid","name":"n","explanation":"e"}],
                "_links":{"scaOAuth":{"href":"https://b.example"}}}"#,
        ),
        (
            Call::UpdatePsuData { consent: consent(), authorisation: authorisation() },
            r#"{"scaStatus":"started","challengeData":{"data":["t"],"image":"i",
                "additionalInformation":"a"},"psuMessage":"m"}"#,
        ),
        (
            Call::ReadScaStatus { consent: consent(), authorisation: authorisation() },
            r#"{"scaStatus":"something","challengeData":{"data":"t"}}"#,
        ),
        (Call::ReadConsentStatus { consent: consent() }, r#"{"consentStatus":"revokedByPsu"}"#),
        (
            Call::ListAccounts { balances: Balances::Included },
            r#"{"accounts":[{"resourceId":"r","iban":"i","bban":"b","currency":"SEK","name":"n",
                "product":"p","cashAccountType":"CACC","ownerName":"o","balances":[
                {"balanceAmount":{"currency":"SEK","amount":"-1.5"},"balanceType":"expected"}]}]}"#,
        ),
    ];
    let [one, two, three, four, five, six, seven, eight] =
        calls.map(|(call, body)| (Target::Call(call), body));
    let kept = (
        Target::SessionConsents,
        r#"{"context":"private","consents":[{"consentId":"c-1","bicFi":"SWEDSESS","affiliatedAspspId":"08999",
            "consentStatus":"valid","validUntil":"2027-02-20","redirectPreferred":true,
            "accountsListed":true,"ageMillis":4000000000,"authorisation":{"authorisationId":"a-1",
            "authenticationMethodId":"mbid","scaApproach":"DECOUPLED","scaStatus":"finalised",
            "ageMillis":0,"returned":"late","appReturn":"https://r.example"}}]}"#,
    );
    [one, two, three, four, five, six, seven, eight, kept]
}

#[wasm_bindgen_test]
fn a_good_body_is_read_alike() {
    for (target, body) in bodies() {
        assert!(same(&target, body).is_some(), "{body}");
    }
}

#[wasm_bindgen_test]
fn a_body_without_one_of_its_members_is_read_alike() {
    for (target, body) in bodies() {
        // A member by another name is one that is missing.
        for (at, _) in body.match_indices("\":") {
            same(&target, &concat(&[&body[..at], "-", &body[at..]]));
        }
    }
}

#[wasm_bindgen_test]
fn a_number_in_the_place_of_a_text_is_read_alike() {
    for (target, body) in bodies() {
        for (at, _) in body.match_indices(":\"") {
            let rest = &body[at + 2..];
            let end = rest.find('"').expect("a text ends");
            same(&target, &concat(&[&body[..=at], "7", &rest[end + 1..]]));
        }
    }
}

#[wasm_bindgen_test]
fn every_profile_is_read_alike() {
    let profiles: Profiles =
        toml::from_str(include_str!("../../../../protocol/data/profiles.toml")).expect("sound");
    for profile in profiles.bank.iter().chain(&profiles.unknown) {
        let target = Target::Profile("SWEDSESS".parse().expect("it is of the form"));
        let text = serde_json::to_string(profile).expect("a profile is JSON");
        assert!(same(&target, &text).is_some(), "{text}");
    }
}
