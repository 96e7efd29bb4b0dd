//! The control API, and the forms of answers that it sets.

use serde_json::{Value, json};

use crate::support::{Answer, Api, CONSENTS, REQUEST_ID, consent_body};

#[tokio::test]
async fn the_clock_is_advanced() {
    let api = Api::new();
    let before = api.bare("GET", "/control/clock").send().await.json();
    assert_eq!(before, json!({ "now": "2026-01-15T12:00:00Z" }));
    let body = json!({ "advanceSeconds": 90 });
    let after = api.bare("POST", "/control/clock").json(&body).send().await.json();
    assert_eq!(after, json!({ "now": "2026-01-15T12:01:30Z" }));
    let far = json!({ "advanceSeconds": u64::MAX });
    let far = api.bare("POST", "/control/clock").json(&far).send().await.json();
    assert!(far["now"].as_str().unwrap().starts_with("2125-"), "{far}");
}

#[tokio::test]
async fn calls_fail_with_a_status_as_often_as_asked() {
    let api = Api::new();
    let fault = json!({ "kind": "status", "status": 503, "retryAfter": 7 });
    control(&api, &json!({ "path": CONSENTS, "count": 2, "fault": fault })).await;
    for _ in 0..2 {
        let answer = create(&api).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "7"));
    }
    assert_eq!(create(&api).await.status, 201);
}

#[tokio::test]
async fn a_fault_may_be_for_one_method_and_can_be_cleared() {
    let api = Api::new();
    let fault = json!({ "kind": "status", "status": 500 });
    control(&api, &json!({ "path": CONSENTS, "method": "GET", "count": 9, "fault": fault })).await;
    let created = create(&api).await;
    assert_eq!(created.status, 201);
    let path = created.header("location");
    let read = api.at("ESSESESS", "GET", path).await.send().await;
    assert_eq!(read.status, 500);
    assert!(!read.headers.contains_key("retry-after"));
    assert_eq!(api.bare("DELETE", "/control/faults").send().await.status, 204);
    assert_eq!(api.at("ESSESESS", "GET", path).await.send().await.status, 200);
}

#[tokio::test]
async fn garbage_is_neither_json_nor_text() {
    let api = Api::new();
    control(&api, &json!({ "path": CONSENTS, "fault": { "kind": "garbage" } })).await;
    let answer = create(&api).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
    assert!(String::from_utf8(answer.body).is_err());
}

#[tokio::test]
async fn a_call_can_be_answered_with_anything_and_does_nothing_then() {
    let api = Api::new();
    let html = "<html>slow down</html>";
    let headers = json!([["Content-Type", "text/html"], ["Retry-After", "120"]]);
    let fault = json!({ "kind": "answer", "status": 429, "headers": headers, "body": html });
    control(&api, &json!({ "path": CONSENTS, "fault": fault })).await;
    let answer = create(&api).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "120"));
    assert_eq!((answer.header("content-type"), &*answer.body), ("text/html", html.as_bytes()));
    assert!(api.sandbox.consents().is_empty());
    let marked = "\u{feff}{\"aspsps\":[]}";
    let fault = json!({ "kind": "answer", "status": 200, "body": marked });
    control(&api, &json!({ "path": "/psd2/aspspinformation", "fault": fault })).await;
    let list = api.information("/psd2/aspspinformation/v1/aspsps").await.send().await;
    assert_eq!((list.header("content-type"), &*list.body), ("application/json", marked.as_bytes()));
}

#[tokio::test]
async fn a_real_answer_can_be_changed_in_its_status_its_headers_and_parts_of_its_body() {
    let api = Api::new();
    let headers = json!([["Location", "http://internal.example/a1"], ["ASPSP-SCA-Approach", ""]]);
    let merge = json!({ "consentStatus": null, "_links": { "self": null }, "more": [1] });
    let fault = json!({ "kind": "edited", "status": 200, "headers": headers, "merge": merge });
    control(&api, &json!({ "path": CONSENTS, "method": "POST", "fault": fault })).await;
    let answer = create(&api).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("location"), "http://internal.example/a1");
    assert!(!answer.headers.contains_key("aspsp-sca-approach"));
    let body = answer.json();
    assert_eq!((body.get("consentStatus"), &body["more"]), (None, &json!([1])));
    assert!(body["_links"].get("self").is_none() && body["_links"].get("status").is_some());
    let consent = &api.sandbox.consents()[0];
    assert_eq!(body["consentId"], json!(consent.id), "it was made");
    assert_eq!(create(&api).await.status, 201, "only the one answer was changed");
}

#[tokio::test]
async fn faults_hit_the_token_endpoint_too_but_never_the_control_api() {
    let api = Api::new();
    let fault = json!({ "kind": "status", "status": 500 });
    control(&api, &json!({ "path": "/", "count": 1, "fault": fault })).await;
    assert_eq!(api.bare("GET", "/control/clock").send().await.status, 200);
    assert_eq!(api.bare("POST", "/connect/token").form("").send().await.status, 500);
    assert_eq!(api.bare("POST", "/connect/token").form("").send().await.status, 400);
}

#[tokio::test]
async fn faults_that_make_no_sense_are_refused() {
    let api = Api::new();
    for fault in [
        json!({ "kind": "status", "status": 200 }),
        json!({ "kind": "status", "status": 600 }),
        json!({ "kind": "status" }),
        json!({ "kind": "fire" }),
        json!({ "kind": "answer", "status": 199 }),
        json!({ "kind": "answer", "status": 200, "headers": [["a b", "c"]] }),
        json!({ "kind": "edited", "status": 600 }),
        json!({ "kind": "edited", "headers": [["a", "b\nc"]] }),
    ] {
        let body = json!({ "path": "/", "fault": fault });
        let answer = api.bare("POST", "/control/faults").json(&body).send().await;
        assert_eq!(answer.status, 422, "{fault}");
    }
}

#[tokio::test]
async fn links_are_absolute_by_a_switch() {
    let api = Api::new();
    let form = json!({ "form": "absolute" });
    assert_eq!(api.bare("PUT", "/control/links").json(&form).send().await.status, 204);
    let call = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    let created = call.header("Host", "127.0.0.1:9100").send().await;
    let location = created.header("location").to_owned();
    let path = location.strip_prefix("http://127.0.0.1:9100").unwrap();
    assert!(path.starts_with(CONSENTS));
    let start = api.at("ESSESESS", "POST", &format!("{path}/authorisations")).await;
    let started = start.header("Host", "127.0.0.1:9100").send().await;
    let location = started.header("location");
    assert!(location.starts_with("http://127.0.0.1:9100/psd2/consent/v1/"), "{location}");
    assert_eq!(started.json()["_links"]["scaStatus"]["href"], location);
    let form = json!({ "form": "relative" });
    assert_eq!(api.bare("PUT", "/control/links").json(&form).send().await.status, 204);
    assert!(create(&api).await.header("location").starts_with(CONSENTS));
}

#[tokio::test]
async fn lists_data_pictures_and_locations_take_their_other_form_by_a_switch() {
    let api = Api::new();
    let lists = ["countries", "cities", "aspsps"];
    let data = |body: &Value| body["challengeData"]["data"].clone();
    for name in lists {
        assert!(list(&api, name).await[name].is_array(), "{name}");
    }
    assert!(data(&api.authorise("ESSESESS", "mbid").await.1)[0].is_string());
    for (thing, form) in [("lists", "bare"), ("data", "text"), ("images", "base64")] {
        set(&api, thing, form).await;
    }
    for name in lists {
        assert!(list(&api, name).await[0].is_object(), "{name}");
    }
    let (seb, chosen) = api.authorise("ESSESESS", "mbid").await;
    assert!(data(&chosen).is_string(), "{chosen}");
    assert!(data(&api.read("ESSESESS", &seb).await).is_string(), "polled, too");
    let (_, chosen) = api.authorise("SWEDSESS", "mbid_animated_qr_image").await;
    let image = chosen["challengeData"]["image"].as_str().unwrap().to_owned();
    assert!(image.starts_with("iVBORw0KGgo"), "a PNG in base64, and nothing before it");
    set(&api, "locations", "missing").await;
    let created = create(&api).await;
    assert!(!created.headers.contains_key("location"));
    let consent = [CONSENTS, "/", created.json()["consentId"].as_str().unwrap()].concat();
    let start = api.at("ESSESESS", "POST", &format!("{consent}/authorisations")).await;
    let started = start.send().await;
    assert!(!started.headers.contains_key("location"));
    assert!(started.json()["authorisationId"].is_string());
    for (thing, form, status) in
        [("lists", "field", 204), ("lists", "sideways", 422), ("nothing", "bare", 404)]
    {
        let form = json!({ "form": form });
        let answer = api.bare("PUT", &format!("/control/{thing}")).json(&form).send().await;
        assert_eq!(answer.status, status, "{thing}");
    }
    assert!(list(&api, "aspsps").await["aspsps"].is_array());
}

#[tokio::test]
async fn errors_take_the_form_of_rfc_7807_by_a_switch() {
    let api = Api::new();
    let form = json!({ "form": "rfc7807" });
    assert_eq!(api.bare("PUT", "/control/errors").json(&form).send().await.status, 204);
    let call = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    let answer = call.without("X-BicFi").send().await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let body = answer.json();
    assert_eq!(body["type"], "about:blank");
    assert_eq!(body["title"], "Bad Request");
    assert_eq!(body["code"], "FORMAT_ERROR");
    assert!(body["detail"].as_str().unwrap().starts_with("X-BicFi: "));
    let problem: protocol::wire::Problem = serde_json::from_value(body).unwrap();
    assert_eq!(problem.code(), Some(&protocol::wire::Code::FormatError));
}

#[tokio::test]
async fn errors_take_the_other_forms_that_clients_meet_by_a_switch() {
    let api = Api::new();
    for form in ["tppMessages", "rfc7807", "bare", "oauth"] {
        let switch = json!({ "form": form });
        assert_eq!(api.bare("PUT", "/control/errors").json(&switch).send().await.status, 204);
        let call = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
        let body = call.without("X-BicFi").send().await.json();
        let code = match form {
            "tppMessages" => &body["tppMessages"][0]["code"],
            "bare" => &body[0]["code"],
            "oauth" => &body["error"],
            _ => &body["code"],
        };
        assert_eq!(code, "FORMAT_ERROR", "{body}");
        let problem: protocol::wire::Problem = serde_json::from_value(body).unwrap();
        assert_eq!(problem.code(), Some(&protocol::wire::Code::FormatError), "{form}");
    }
}

#[tokio::test]
async fn what_reached_the_platform_can_be_asserted_without_any_token() {
    let api = Api::new();
    create(&api).await;
    api.information("/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE").await.send().await;
    api.bare("GET", "/bankid/orders").send().await;
    let answer = api.bare("GET", "/control/requests").send().await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(!text.contains("sbx_at_") && !text.contains("sandbox-secret"), "{text}");
    let seen = answer.json();
    let paths: Vec<_> = seen["requests"].as_array().unwrap().iter().collect();
    let paths: Vec<_> = paths.iter().map(|it| it["path"].as_str().unwrap()).collect();
    let aspsps = "/psd2/aspspinformation/v1/aspsps";
    assert_eq!(paths, ["/connect/token", CONSENTS, "/connect/token", aspsps]);
    let created = &api.sandbox.requests()[1];
    assert_eq!(created.method, "POST");
    assert_eq!(created.header("x-request-id"), Some(REQUEST_ID));
    assert_eq!(created.header("psu-ip-address"), Some("192.0.2.7"));
    let masked = created.header("authorization").unwrap();
    assert!(masked.starts_with("Bearer sha256:") && masked.len() == 22, "{masked}");
    assert_eq!(seen["requests"][3]["query"], "isoCountryCodes=SE");
    assert_eq!(api.bare("DELETE", "/control/requests").send().await.status, 204);
    assert!(api.sandbox.requests().is_empty());
}

#[tokio::test]
async fn revoked_tokens_are_refused_on_the_next_call() {
    let api = Api::new();
    let call = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    assert_eq!(api.bare("POST", "/control/tokens/revoke").send().await.status, 204);
    call.send().await.refuses(401, "TOKEN_INVALID", Some("Authorization"));
}

#[tokio::test]
async fn the_banks_quirks_can_be_read() {
    let api = Api::new();
    let banks = api.bare("GET", "/control/banks").send().await.json();
    assert_eq!(banks["banks"].as_array().unwrap().len(), 8);
    assert_eq!(banks["banks"][1]["bic"], "HANDSESS");
    assert_eq!(banks["banks"][1]["decoupled"]["clock"], "authorisation");
    assert_eq!(banks["banks"][1]["decoupled"]["sign_seconds"], 180);
}

async fn set(api: &Api, thing: &str, form: &str) {
    let call = api.bare("PUT", &format!("/control/{thing}")).json(&json!({ "form": form }));
    assert_eq!(call.send().await.status, 204, "{thing}");
}

async fn list(api: &Api, name: &str) -> Value {
    let call = api.information(&format!("/psd2/aspspinformation/v1/{name}")).await;
    call.send().await.json()
}

async fn control(api: &Api, rule: &Value) {
    let answer = api.bare("POST", "/control/faults").json(rule).send().await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

async fn create(api: &Api) -> Answer {
    api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body()).send().await
}
