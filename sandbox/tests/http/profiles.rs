//! The sandbox follows the banks' profiles: which ids it demands and checks, and how long a consent may
//! last.

use serde_json::{Value, json};

use crate::support::{Answer, Api, CONSENTS, Call, consent_body};

const PERSON: &str = "PSU-ID";
const COMPANY: &str = "PSU-Corporate-ID";
/// Invented numbers, with valid check digits.
const PERSONAL: &str = "19811218-9876";
const ORGANISATION: &str = "556000-0001";

/// A new consent with these ids at the invented bank, which demands ids.
async fn create(api: &Api, context: &str, ids: &[(&str, &str)]) -> Answer {
    let call = call(api, context, "POST", CONSENTS).await.json(&consent_body());
    ids.iter().fold(call, |call, (name, value)| call.header(name, value)).send().await
}

async fn call<'a>(api: &'a Api, context: &str, method: &'static str, target: &str) -> Call<'a> {
    let token = api.token(&format!("accountinformation {context}")).await;
    let call = api.at("PROVSESS", method, target).await;
    call.header("Authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn a_company_and_its_person_are_demanded_where_the_profile_says_so() {
    let api = Api::new();
    for (ids, missing) in [
        (&[][..], PERSON),
        (&[(COMPANY, ORGANISATION)], PERSON),
        (&[(PERSON, PERSONAL)], COMPANY),
        (&[(PERSON, ""), (COMPANY, ORGANISATION)], PERSON),
        (&[(PERSON, "19811218-9875"), (COMPANY, ORGANISATION)], PERSON),
        (&[(PERSON, ORGANISATION), (COMPANY, ORGANISATION)], PERSON),
        (&[(PERSON, PERSONAL), (COMPANY, "556000-0002")], COMPANY),
    ] {
        let answer = create(&api, "corporate", ids).await;
        answer.refuses(400, "FORMAT_ERROR", Some(missing));
        let body = String::from_utf8(answer.body).unwrap();
        assert!(!body.contains("811218") && !body.contains("556000"), "{body}");
    }
    let both = [(PERSON, PERSONAL), (COMPANY, ORGANISATION)];
    assert_eq!(create(&api, "corporate", &both).await.status, 201);
}

#[tokio::test]
async fn a_private_person_may_leave_the_id_out_but_not_mistype_it() {
    let api = Api::new();
    for (ids, status) in [
        (&[][..], 201),
        (&[(PERSON, PERSONAL)], 201),
        (&[(PERSON, "811218-9876")], 201),
        (&[(COMPANY, "no use for it here")], 201),
        (&[(PERSON, "811218-9875")], 400),
        (&[(PERSON, "astrid")], 400),
    ] {
        assert_eq!(create(&api, "private", ids).await.status, status, "{ids:?}");
    }
    let call = call(&api, "private", "POST", CONSENTS).await.json(&consent_body());
    let twice = call.header(PERSON, PERSONAL).header_too(PERSON, PERSONAL).send().await;
    twice.refuses(400, "FORMAT_ERROR", Some(PERSON));
}

#[tokio::test]
async fn banks_that_want_no_id_ignore_it() {
    let api = Api::new();
    for bic in ["ESSESESS", "SWEDSESS", "NDEASESS"] {
        let call = api.at(bic, "POST", CONSENTS).await.json(&consent_body());
        let answer = call.header(PERSON, "astrid").send().await;
        assert_eq!(answer.status, 201, "{bic}");
    }
}

#[tokio::test]
async fn each_step_that_begins_something_has_the_ids() {
    let api = Api::new();
    let ids = [(PERSON, PERSONAL), (COMPANY, ORGANISATION)];
    let named = |call| ids.iter().fold(call, |call: Call<'_>, (name, id)| call.header(name, id));
    let created = create(&api, "corporate", &ids).await;
    let consent = created.header("location").to_owned();
    let target = format!("{consent}/authorisations");
    let bare = call(&api, "corporate", "POST", &target).await.send().await;
    bare.refuses(400, "FORMAT_ERROR", Some(PERSON));
    let started = named(call(&api, "corporate", "POST", &target).await).send().await;
    assert_eq!(started.status, 201);
    let location = started.header("location").to_owned();
    let mbid = json!({ "authenticationMethodId": "mbid" });
    let bare = call(&api, "corporate", "PUT", &location).await.json(&mbid).send().await;
    bare.refuses(400, "FORMAT_ERROR", Some(PERSON));
    let chosen = named(call(&api, "corporate", "PUT", &location).await.json(&mbid)).send().await;
    assert_eq!(chosen.status, 200);
    for read in [&consent, &format!("{consent}/status"), &location] {
        let answer = call(&api, "corporate", "GET", read).await.send().await;
        assert_eq!(answer.status, 200, "{read}");
    }
}

#[tokio::test]
async fn the_link_to_the_auth_host_asks_for_the_context_of_the_token() {
    let api = Api::new();
    for context in ["private", "corporate"] {
        let token = api.token(&format!("accountinformation {context}")).await;
        let at = |method, target: String| {
            let (api, token) = (&api, &token);
            async move {
                let call = api.at("NDEASESS", method, &target).await;
                call.header("Authorization", &format!("Bearer {token}"))
            }
        };
        let created = at("POST", CONSENTS.to_owned()).await.json(&consent_body()).send().await;
        let target = format!("{}/authorisations", created.header("location"));
        let started = at("POST", target).await.send().await;
        let location = started.header("location").to_owned();
        let mbid = json!({ "authenticationMethodId": "mbid" });
        let chosen = at("PUT", location).await.json(&mbid).send().await.json();
        let link = chosen["_links"]["scaOAuth"]["href"].as_str().unwrap().to_owned();
        assert!(link.contains(&format!("&scope=accountinformation%20{context}&")), "{link}");
    }
}

#[tokio::test]
async fn no_consent_lasts_longer_than_the_bank_grants() {
    let api = Api::new();
    // The clock stands on 2026-01-15.
    for (bic, last, beyond) in [
        ("NDEASESS", "2026-07-14", "2026-07-15"),
        ("SWEDSESS", "2026-07-14", "2026-07-15"),
        ("PROVSESS", "2026-05-15", "2026-05-16"),
    ] {
        let until = |day: &str| -> Value {
            let mut body = consent_body();
            body["validUntil"] = json!(day);
            body
        };
        let granted = api.at(bic, "POST", CONSENTS).await.json(&until(last)).send().await;
        assert_eq!(granted.status, 201, "{bic}");
        let refused = api.at(bic, "POST", CONSENTS).await.json(&until(beyond)).send().await;
        refused.refuses(400, "FORMAT_ERROR", Some("validUntil"));
    }
}
