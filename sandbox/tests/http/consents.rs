//! Consents: the checks of a new one, and how a client reads, ends and authorises it.

use serde_json::{Value, json};

use crate::support::{ACCOUNTS, Api, CONSENTS, Call, consent_body};

#[tokio::test]
async fn a_new_consent_says_where_to_go_on() {
    let api = Api::new();
    let call = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    let answer = call.send().await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("aspsp-sca-approach"), "DECOUPLED");
    let body = answer.json();
    let path = format!("{CONSENTS}/{}", body["consentId"].as_str().unwrap());
    assert_eq!(answer.header("location"), path);
    assert_eq!(body["consentStatus"], "received");
    let links = json!({
        "self": { "href": path },
        "status": { "href": format!("{path}/status") },
        "startAuthorisation": { "href": format!("{path}/authorisations") },
    });
    assert_eq!(body["_links"], links);
}

#[tokio::test]
async fn a_consent_is_read_as_it_was_asked_for() {
    let api = Api::new();
    let consent = api.consent("ESSESESS").await;
    let body = api.read("ESSESESS", &consent).await;
    let expected = json!({
        "consentId": consent.rsplit('/').next().unwrap(),
        "_links": { "account": { "href": ACCOUNTS } },
        "access": {},
        "recurringIndicator": true,
        "validUntil": "2026-04-15",
        "frequencyPerDay": 4,
        "lastActionDate": "2026-01-15",
        "consentStatus": "received",
    });
    assert_eq!(body, expected);
    let status = api.read("ESSESESS", &format!("{consent}/status")).await;
    assert_eq!(status, json!({ "consentStatus": "received" }));
}

#[tokio::test]
async fn a_field_that_is_missing_or_malformed_is_named() {
    let api = Api::new();
    let bad = [json!(null), json!("x"), json!(-1), json!([])];
    for name in [
        "access",
        "recurringIndicator",
        "validUntil",
        "frequencyPerDay",
        "combinedServiceIndicator",
    ] {
        let mut body = consent_body();
        body.as_object_mut().unwrap().remove(name);
        refused(&api, &body, "FORMAT_ERROR", Some(name)).await;
        for value in &bad {
            refused(&api, &with(name, value.clone()), "FORMAT_ERROR", Some(name)).await;
        }
    }
}

#[tokio::test]
async fn values_beyond_the_limits_are_refused() {
    let api = Api::new();
    for frequency in [0, 5, 4_294_967_296_u64] {
        let body = with("frequencyPerDay", json!(frequency));
        refused(&api, &body, "FORMAT_ERROR", Some("frequencyPerDay")).await;
    }
    // The clock stands on 2026-01-15.
    for day in ["2026-01-14", "2026-01-15", "2026-07-15", "9999-12-31", "2026-02-30", "2026-2-1"] {
        refused(&api, &with("validUntil", json!(day)), "FORMAT_ERROR", Some("validUntil")).await;
    }
    for day in ["2026-01-16", "2026-07-14"] {
        let call = api.at("ESSESESS", "POST", CONSENTS).await;
        let answer = call.json(&with("validUntil", json!(day))).send().await;
        assert_eq!(answer.status, 201, "{day}");
    }
}

#[tokio::test]
async fn unknown_fields_and_values_are_refused() {
    let api = Api::new();
    let code = "PARAMETER_NOT_SUPPORTED";
    for access in [json!({ "cards": [] }), json!({ "allPsd2": "all" }), json!({ "accounts": [1] })]
    {
        refused(&api, &with("access", access), code, Some("access")).await;
    }
    let numberless = json!({ "accounts": [{ "currency": "SEK" }] });
    refused(&api, &with("access", numberless), "FORMAT_ERROR", Some("access")).await;
    let name = "combinedServiceIndicator";
    refused(&api, &with(name, json!(true)), code, Some(name)).await;
    refused(&api, &with("extra", json!(1)), code, None).await;
}

#[tokio::test]
async fn a_body_must_be_json_and_say_so() {
    let api = Api::new();
    for broken in [&b""[..], b"[]", b"{", b"\xff"] {
        let call = api.at("ESSESESS", "POST", CONSENTS).await;
        let answer = call.body("application/json", broken).send().await;
        answer.refuses(400, "FORMAT_ERROR", None);
    }
    let call = api.at("ESSESESS", "POST", CONSENTS).await;
    let answer = call.body("text/plain", consent_body().to_string().as_bytes()).send().await;
    assert_eq!(answer.status, 415);
    assert!(answer.body.is_empty(), "OpenAPI gives this status no body");
    let call = api.at("ESSESESS", "POST", CONSENTS).await;
    let charset = "application/json; charset=utf-8";
    let answer = call.body(charset, consent_body().to_string().as_bytes()).send().await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn an_authorisation_starts_with_the_banks_methods() {
    let api = Api::new();
    for (bic, methods) in [
        ("ESSESESS", &["mbid", "mbid_same_device"][..]),
        ("HANDSESS", &["mbid", "mbid_same_device", "mbid_animated_qr_token"]),
        ("SWEDSESS", &["mbid", "mbid_same_device", "mbid_animated_qr_image"]),
    ] {
        let consent = api.consent(bic).await;
        let path = format!("{consent}/authorisations");
        let answer = api.at(bic, "POST", &path).await.send().await;
        assert_eq!(answer.status, 201);
        assert_eq!(answer.header("aspsp-sca-approach"), "DECOUPLED");
        let body = answer.json();
        let id = body["authorisationId"].as_str().unwrap();
        assert_eq!(answer.header("location"), format!("{path}/{id}"));
        assert_eq!(body["_links"]["scaStatus"]["href"], format!("{path}/{id}"));
        assert_eq!(body["scaStatus"], "received");
        let offered = body["scaMethods"].as_array().unwrap().iter();
        let offered: Vec<_> = offered.map(|it| it["authenticationMethodId"].clone()).collect();
        assert_eq!(offered, methods);
        assert_eq!(api.read(bic, &path).await, json!({ "authorisationIds": [id] }));
    }
}

#[tokio::test]
async fn a_method_must_be_one_that_the_bank_offers() {
    let api = Api::new();
    let consent = api.consent("ESSESESS").await;
    let started = api.at("ESSESESS", "POST", &format!("{consent}/authorisations")).await;
    let location = started.send().await.header("location").to_owned();
    let unknown = json!({ "authenticationMethodId": "mbid_animated_qr_token" });
    let answer = api.at("ESSESESS", "PUT", &location).await.json(&unknown).send().await;
    answer.refuses(400, "SCA_METHOD_UNKNOWN", Some("authenticationMethodId"));
    for broken in [json!({}), json!({ "authenticationMethodId": 1 }), json!("mbid")] {
        let answer = api.at("ESSESESS", "PUT", &location).await.json(&broken).send().await;
        answer.refuses(400, "FORMAT_ERROR", Some("authenticationMethodId"));
    }
    let mbid = json!({ "authenticationMethodId": "mbid" });
    let call = api.at("ESSESESS", "PUT", &location).await;
    assert_eq!(call.json(&mbid).send().await.status, 200);
    let again = api.at("ESSESESS", "PUT", &location).await.json(&mbid).send().await;
    again.refuses(409, "STATUS_INVALID", None);
}

#[tokio::test]
async fn swedbank_and_nordea_want_one_preference_on_all_calls() {
    let api = Api::new();
    let name = "TPP-Redirect-Preferred";
    let values = [None, Some("true"), Some("false")];
    for bic in ["SWEDSESS", "NDEASESS", "NDEAFIHH"] {
        for made in values {
            let consent = create(&api, bic, made).await;
            let id = consent.rsplit('/').next().unwrap().to_owned();
            let authorisations = format!("{consent}/authorisations");
            for said in values.into_iter().filter(|said| *said != made) {
                for (method, target) in [
                    ("GET", &*consent),
                    ("DELETE", &*consent),
                    ("GET", &*authorisations),
                    ("POST", &*authorisations),
                    ("GET", ACCOUNTS),
                ] {
                    let call = api.at(bic, method, target).await.header("Consent-ID", &id);
                    let answer = preferring(call, said).send().await;
                    answer.refuses(400, "FORMAT_ERROR", Some(name));
                }
            }
            let same = preferring(api.at(bic, "GET", &consent).await, made).send().await;
            assert_eq!(same.status, 200, "{bic} {made:?}");
            let odd = api.at(bic, "GET", &consent).await.header(name, "no").send().await;
            odd.refuses(400, "FORMAT_ERROR", Some(name));
        }
    }
}

#[tokio::test]
async fn other_banks_take_any_preference() {
    let api = Api::new();
    for bic in ["ESSESESS", "HANDSESS", "DABASESX", "OKOYFIHH", "PROVSESS"] {
        let consent = create(&api, bic, Some("true")).await;
        for said in [None, Some("false")] {
            let answer = preferring(api.at(bic, "GET", &consent).await, said).send().await;
            assert_eq!(answer.status, 200, "{bic}");
        }
    }
}

#[tokio::test]
async fn swedbanks_approach_is_the_clients_choice() {
    let api = Api::new();
    for (said, approach) in
        [(None, "REDIRECT"), (Some("true"), "REDIRECT"), (Some("false"), "DECOUPLED")]
    {
        let call = api.at("SWEDSESS", "POST", CONSENTS).await.json(&consent_body());
        let answer = preferring(call, said).send().await;
        assert_eq!(answer.header("aspsp-sca-approach"), approach);
        let path = format!("{}/authorisations", answer.header("location"));
        let start = preferring(api.at("SWEDSESS", "POST", &path).await, said).send().await;
        assert_eq!(start.header("aspsp-sca-approach"), approach);
    }
}

#[tokio::test]
async fn a_deleted_consent_is_terminated() {
    let api = Api::new();
    let (authorisation, _) = api.authorise("ESSESESS", "mbid").await;
    let consent = authorisation.split("/authorisations").next().unwrap();
    let answer = api.at("ESSESESS", "DELETE", consent).await.send().await;
    assert_eq!(answer.status, 204);
    assert!(answer.body.is_empty());
    assert_eq!(api.consent_status("ESSESESS", &authorisation).await, "terminatedByTpp");
    assert_eq!(api.read("ESSESESS", &authorisation).await["scaStatus"], "failed");
    let start = api.at("ESSESESS", "POST", &format!("{consent}/authorisations")).await;
    start.send().await.refuses(409, "STATUS_INVALID", None);
}

#[tokio::test]
async fn a_consent_may_be_ended_without_the_person_present() {
    let api = Api::new();
    for (bic, read) in [("HANDSESS", 200), ("SWEDSESS", 400)] {
        let consent = create(&api, bic, Some("false")).await;
        let unattended = |method| {
            let consent = consent.clone();
            let api = &api;
            async move {
                let call = api.at(bic, method, &consent).await;
                let call = call.header("TPP-Redirect-Preferred", "false");
                call.without("PSU-IP-Address").without("PSU-User-Agent").send().await
            }
        };
        assert_eq!(unattended("GET").await.status, read, "{bic}");
        assert_eq!(unattended("DELETE").await.status, 204, "{bic}");
    }
}

fn with(name: &str, value: Value) -> Value {
    let mut body = consent_body();
    body[name] = value;
    body
}

async fn refused(api: &Api, body: &Value, code: &str, path: Option<&str>) {
    let call = api.at("ESSESESS", "POST", CONSENTS).await;
    call.json(body).send().await.refuses(400, code, path);
}

fn preferring<'a>(call: Call<'a>, said: Option<&str>) -> Call<'a> {
    let name = "TPP-Redirect-Preferred";
    match said {
        Some(value) => call.header(name, value),
        None => call.without(name),
    }
}

async fn create(api: &Api, bic: &str, said: Option<&str>) -> String {
    let call = api.at(bic, "POST", CONSENTS).await.json(&consent_body());
    let answer = preferring(call, said).send().await;
    assert_eq!(answer.status, 201, "{bic} {said:?}");
    answer.header("location").to_owned()
}
