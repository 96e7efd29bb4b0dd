//! What every call of the platform needs: a token for its product, a request id, a bank; and that no client
//! reaches the consent of another.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use crate::support::{ACCOUNTS, Api, CONSENTS, REQUEST_ID, consent_body};

#[tokio::test]
async fn a_call_without_a_good_token_is_refused() {
    let api = Api::new();
    let consent = api.consent("ESSESESS").await;
    for value in ["", "Bearer", "Basic c2FuZGJveA==", "sbx_at_x", "Bearer sbx_at_x"] {
        let call = api.at("ESSESESS", "GET", &consent).await.header("Authorization", value);
        let answer = call.send().await;
        answer.refuses(401, "TOKEN_INVALID", Some("Authorization"));
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let none = api.at("ESSESESS", "GET", &consent).await.without("Authorization").send().await;
    none.refuses(401, "TOKEN_INVALID", Some("Authorization"));
}

#[tokio::test]
async fn a_token_is_refused_after_its_hour_and_after_revocation() {
    let api = Api::new();
    let old = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    api.sandbox.advance(Duration::from_hours(1));
    old.send().await.refuses(401, "TOKEN_EXPIRED", Some("Authorization"));
    let revoked = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    api.sandbox.revoke_tokens();
    revoked.send().await.refuses(401, "TOKEN_INVALID", Some("Authorization"));
}

#[tokio::test]
async fn a_token_for_another_product_is_refused() {
    let api = Api::new();
    let token = format!("Bearer {}", api.token("aspspinformation private").await);
    let call = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    call.header("Authorization", &token).send().await.refuses(403, "SERVICE_BLOCKED", None);
    let token = format!("Bearer {}", api.token("accountinformation private").await);
    let call = api.information("/psd2/aspspinformation/v1/aspsps").await;
    call.header("Authorization", &token).send().await.refuses(403, "SERVICE_BLOCKED", None);
}

#[tokio::test]
async fn a_token_of_the_other_context_cannot_use_a_consent() {
    let api = Api::new();
    let token = async |context| {
        let token = api.token(&format!("accountinformation {context}")).await;
        format!("Bearer {token}")
    };
    for (own, other) in [("private", "corporate"), ("corporate", "private")] {
        let create = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
        let created = create.header("Authorization", &token(own).await).send().await;
        assert_eq!(created.status, 201);
        let consent = created.header("location").to_owned();
        let start = format!("{consent}/authorisations");
        for (method, target) in
            [("GET", &consent), ("GET", &start), ("POST", &start), ("DELETE", &consent)]
        {
            let call = api.at("ESSESESS", method, target).await;
            let refused = call.header("Authorization", &token(other).await).send().await;
            refused.refuses(403, "CONSENT_UNKNOWN", None);
        }
        let id = consent.rsplit('/').next().unwrap();
        let call = api.at("ESSESESS", "GET", ACCOUNTS).await.header("Consent-ID", id);
        let refused = call.header("Authorization", &token(other).await).send().await;
        refused.refuses(403, "CONSENT_UNKNOWN", None);
        let call = api.at("ESSESESS", "GET", &consent).await;
        let read = call.header("Authorization", &token(own).await).send().await;
        assert_eq!(read.status, 200, "{own}");
    }
}

#[tokio::test]
async fn a_call_needs_one_request_id_that_is_a_uuid_and_gets_it_back() {
    let api = Api::new();
    let target = "/psd2/aspspinformation/v1/aspsps";
    for value in
        ["", "1", "99391c7ead8849eca2ad99ddcb1f7721", "{99391c7e-ad88-49ec-a2ad-99ddcb1f7721}"]
    {
        let call = api.information(target).await.header("X-Request-ID", value);
        let answer = call.send().await;
        answer.refuses(400, "FORMAT_ERROR", Some("X-Request-ID"));
        assert!(answer.header("x-request-id").parse::<Uuid>().is_ok(), "{value}");
    }
    let none = api.information(target).await.without("X-Request-ID").send().await;
    none.refuses(400, "FORMAT_ERROR", Some("X-Request-ID"));
    let own: Uuid = none.header("x-request-id").parse().expect("the answer has an id of its own");
    assert_eq!(own.get_version_num(), 4);
    let two = api.information(target).await.header_too("X-Request-ID", REQUEST_ID).send().await;
    two.refuses(400, "FORMAT_ERROR", Some("X-Request-ID"));
    let one = api.information(target).await.send().await;
    assert_eq!(one.status, 200);
    assert_eq!(one.header("x-request-id"), REQUEST_ID);
}

#[tokio::test]
async fn a_consent_call_names_a_known_bank() {
    let api = Api::new();
    let body = consent_body();
    for value in ["", "ESSE", "essesess", "ESSE/ESS"] {
        let call = api.at("ESSESESS", "POST", CONSENTS).await.json(&body).header("X-BicFi", value);
        call.send().await.refuses(400, "FORMAT_ERROR", Some("X-BicFi"));
    }
    let none = api.at("ESSESESS", "POST", CONSENTS).await.json(&body).without("X-BicFi");
    none.send().await.refuses(400, "FORMAT_ERROR", Some("X-BicFi"));
    let unknown = api.at("OPBKSE21", "POST", CONSENTS).await.json(&body);
    unknown.send().await.refuses(400, "RESOURCE_UNKNOWN", Some("X-BicFi"));
    let accounts = api.at("ESSESESS", "GET", ACCOUNTS).await.without("X-BicFi");
    accounts.send().await.refuses(400, "FORMAT_ERROR", Some("X-BicFi"));
}

#[tokio::test]
async fn banks_insist_on_headers_about_the_persons_device() {
    let api = Api::new();
    for (bic, name, missing) in [
        ("HANDSESS", "PSU-IP-Address", false),
        ("SWEDSESS", "PSU-IP-Address", true),
        ("SWEDSESS", "PSU-User-Agent", true),
        ("HANDSESS", "PSU-User-Agent", false),
        ("ESSESESS", "PSU-IP-Address", false),
    ] {
        let call = api.at(bic, "POST", CONSENTS).await.json(&consent_body()).without(name);
        let answer = call.send().await;
        if missing {
            answer.refuses(400, "FORMAT_ERROR", Some(name));
        } else {
            assert_eq!(answer.status, 201, "{bic} {name}");
        }
    }
    for address in ["localhost", "::g", "192.0.2.256", "192.0.2.7, 192.0.2.8"] {
        let call = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
        let answer = call.header("PSU-IP-Address", address).send().await;
        answer.refuses(400, "FORMAT_ERROR", Some("PSU-IP-Address"));
    }
}

#[tokio::test]
async fn an_address_of_version_6_is_refused_by_a_switch() {
    let api = Api::new();
    let name = "PSU-IP-Address";
    for (form, address, refused) in [
        ("any", "2001:db8::7", false),
        ("ipv4", "2001:db8::7", true),
        ("ipv4", "::ffff:192.0.2.7", true),
        ("ipv4", "192.0.2.7", false),
        ("ipv4", "", false),
    ] {
        let switch = api.bare("PUT", "/control/addresses").json(&json!({ "form": form }));
        assert_eq!(switch.send().await.status, 204);
        for (method, target) in [("POST", CONSENTS), ("GET", ACCOUNTS)] {
            let call = api.at("ESSESESS", method, target).await.json(&consent_body());
            let answer = call.header("Consent-ID", "none").header(name, address).send().await;
            if refused {
                answer.refuses(400, "FORMAT_ERROR", Some(name));
            } else {
                assert_ne!(answer.status, 400, "{form} {address} {target}: {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_address_of_version_6_is_refused_where_the_profile_leaves_it_out() {
    let api = Api::new();
    let name = "PSU-IP-Address";
    for (bic, status) in [("PROVSESS", 400), ("ESSESESS", 201), ("SWEDSESS", 201)] {
        let call = api.at(bic, "POST", CONSENTS).await.json(&consent_body());
        let answer = call.header(name, "2001:db8::7").send().await;
        assert_eq!(answer.status, status, "{bic}: {answer:?}");
    }
}

#[tokio::test]
async fn a_bank_of_a_group_must_be_of_that_group() {
    let api = Api::new();
    let name = "X-AffiliatedASPSP-ID";
    for (bic, id, status) in [("SWEDSESS", "08999", 201), ("SWEDSESS", "08114", 201)] {
        let call = api.at(bic, "POST", CONSENTS).await.json(&consent_body()).header(name, id);
        assert_eq!(call.send().await.status, status);
    }
    let unknown = api.at("SWEDSESS", "POST", CONSENTS).await.json(&consent_body());
    unknown.header(name, "12345").send().await.refuses(400, "FORMAT_ERROR", Some(name));
    let groupless = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    let answer = groupless.header(name, "08999").send().await;
    answer.refuses(400, "PARAMETER_NOT_SUPPORTED", Some(name));
}

#[tokio::test]
async fn a_consent_is_unknown_to_other_clients_and_at_other_banks() {
    let api = Api::new();
    let (authorisation, _) = api.authorise("ESSESESS", "mbid").await;
    let consent = authorisation.split("/authorisations").next().unwrap().to_owned();
    let other = api.token_of("other", "accountinformation private").await;
    let other = format!("Bearer {other}");
    for (method, path) in [
        ("GET", consent.clone()),
        ("DELETE", consent.clone()),
        ("GET", format!("{consent}/status")),
        ("POST", format!("{consent}/authorisations")),
        ("GET", format!("{consent}/authorisations")),
        ("GET", authorisation.clone()),
    ] {
        let foreign = api.at("ESSESESS", method, &path).await.header("Authorization", &other);
        foreign.send().await.refuses(403, "CONSENT_UNKNOWN", None);
        let elsewhere = api.at("HANDSESS", method, &path).await;
        elsewhere.send().await.refuses(403, "CONSENT_UNKNOWN", None);
    }
    let id = consent.rsplit('/').next().unwrap();
    let accounts = api.at("ESSESESS", "GET", ACCOUNTS).await.header("Consent-ID", id);
    let accounts = accounts.header("Authorization", &other).send().await;
    accounts.refuses(403, "CONSENT_UNKNOWN", None);
    assert_eq!(api.read("ESSESESS", &consent).await["consentStatus"], "received");
}

#[tokio::test]
async fn unknown_things_have_errors_of_their_own() {
    let api = Api::new();
    let unknown = format!("{CONSENTS}/00000000-0000-0000-0000-000000000000");
    let consent = api.at("ESSESESS", "GET", &unknown).await.send().await;
    consent.refuses(403, "CONSENT_UNKNOWN", None);
    let consent = api.consent("ESSESESS").await;
    let authorisation = format!("{consent}/authorisations/none");
    let answer = api.at("ESSESESS", "GET", &authorisation).await.send().await;
    answer.refuses(404, "RESOURCE_UNKNOWN", None);
    let path = api.at("ESSESESS", "GET", "/psd2/consent/v2/consents").await.send().await;
    path.refuses(404, "RESOURCE_UNKNOWN", None);
    let method = api.at("ESSESESS", "PUT", CONSENTS).await.send().await;
    method.refuses(405, "SERVICE_INVALID", None);
    let query = api.at("ESSESESS", "GET", &format!("{ACCOUNTS}?withBalance=yes")).await;
    query.send().await.refuses(400, "PARAMETER_NOT_SUPPORTED", None);
}
