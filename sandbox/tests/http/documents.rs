//! The platform's own documents, followed to the letter: its guide, the habits of its C# sample and those
//! of its Postman collection. The tests send exactly what those send.

use serde_json::{Value, json};

use crate::browser::Visit;
use crate::support::{ACCOUNTS, Answer, Api, CONSENTS, Call, REQUEST_ID, consent_body};

const UPDATE: &str = "the choice of a method";

/// A call with the headers that the guide has on every call.
async fn guided<'a>(api: &'a Api, bic: &str, method: &'static str, target: &str) -> Call<'a> {
    let token = api.token("accountinformation private").await;
    api.bare(method, target)
        .header("Accept", "application/json")
        .header("Authorization", &format!("Bearer {token}"))
        .header("Content-Type", "application/json")
        .header("X-BicFi", bic)
        .header("X-Request-ID", REQUEST_ID)
        .header("PSU-IP-Address", "192.0.2.7")
}

/// Steps 1 to 3 of the guide; returns the path of the authorisation and the answer to the choice.
async fn begun(api: &Api, bic: &str) -> (String, Answer) {
    let body = json!({
        "access": {},
        "combinedServiceIndicator": false,
        "frequencyPerDay": 1,
        "recurringIndicator": false,
        "validUntil": "2026-04-23",
    });
    let create = guided(api, bic, "POST", CONSENTS).await.header("PSU-User-Agent", "Browser/1.0");
    let created = create.json(&body).send().await;
    assert_eq!(created.status, 201, "{bic}: {created:?}");
    let created = created.json();
    let consent = created["consentId"].as_str().unwrap();
    let target = format!("{CONSENTS}/{consent}/authorisations");
    let started = guided(api, bic, "POST", &target).await.send().await;
    assert_eq!(started.status, 201, "{bic}: {started:?}");
    let resource = started.header("location").to_owned();
    let started = started.json();
    assert!(resource.ends_with(started["authorisationId"].as_str().unwrap()));
    let method = &started["scaMethods"][0]["authenticationMethodId"];
    let body = json!({ "authenticationMethodId": method });
    let chosen = guided(api, bic, "PUT", &resource).await.json(&body).send().await;
    assert_eq!(chosen.status, 200, "{bic}: {chosen:?}");
    (resource, chosen)
}

#[tokio::test]
async fn the_guide_is_followed_letter_by_letter_at_each_bank() {
    let api = Api::new();
    let list = api.information("/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE").await;
    let list = list.header("Accept", "application/json").header("Content-Type", "application/json");
    assert_eq!(list.send().await.json()["aspsps"].as_array().unwrap().len(), 6);
    for (bic, approach) in [
        ("ESSESESS", "DECOUPLED"),
        ("HANDSESS", "DECOUPLED"),
        ("SWEDSESS", "REDIRECT"),
        ("NDEASESS", "REDIRECT"),
        ("DABASESX", "REDIRECT"),
        ("PROVSESS", "REDIRECT"),
        ("NDEAFIHH", "REDIRECT"),
        ("OKOYFIHH", "REDIRECT"),
    ] {
        let (authorisation, chosen) = begun(&api, bic).await;
        assert_eq!(chosen.header("aspsp-sca-approach"), approach, "{bic}");
        let body = chosen.json();
        if approach == "DECOUPLED" {
            let token = body["challengeData"]["data"][0].as_str().unwrap();
            let order = api.scan(&format!("bankid:///?autostarttoken={token}")).await;
            api.sign(order).await;
        } else {
            let links = &body["_links"];
            let kind = if bic == "PROVSESS" { "scaRedirect" } else { "scaOAuth" };
            let link = links[kind]["href"].as_str().unwrap().to_owned();
            let visit = Visit { api: &api, bic, authorisation: authorisation.clone(), link };
            let returned = visit.approve().await;
            if kind == "scaOAuth" {
                exchange(&visit, &returned["code"], &returned["scope"]).await;
            }
        }
        let consent = crate::support::consent_of(&authorisation);
        let status = guided(&api, bic, "GET", &format!("{consent}/status")).await.send().await;
        assert_eq!(status.json()["consentStatus"], "valid", "{bic}");
        let id = consent.rsplit('/').next().unwrap();
        let accounts = guided(&api, bic, "GET", ACCOUNTS).await.header("Consent-ID", id);
        let accounts = accounts.send().await.json();
        assert!(accounts["accounts"].as_array().unwrap().len() >= 2, "{bic}");
    }
}

async fn exchange(visit: &Visit<'_>, code: &str, scope: &str) {
    let form = crate::browser::form(code, &[("scope", scope)]);
    let (consent, authorisation) = visit.ids();
    let call = visit.api.bare("POST", "/connect/token").form(&form);
    let call = call.header("X-ConsentAuthorisationId", authorisation);
    let answer = call.header("X-ConsentId", consent).send().await;
    assert!(answer.json()["access_token"].is_string(), "{answer:?}");
}

/// A call of the sample: all headers at once, empty where it has no value.
async fn sampled<'a>(api: &'a Api, bic: &str, method: &'static str, target: &str) -> Call<'a> {
    let token = api.token("private accountinformation").await;
    api.bare(method, target)
        .header("PSU-ID", "")
        .header("PSU-Corporate-ID", "")
        .header("PSU-IP-Address", "192.0.2.7")
        .header("PSU-User-Agent", "Mozilla/5.0")
        .header("X-BicFi", bic)
        .header("X-AffiliatedASPSP-ID", "")
        .header("X-Request-ID", REQUEST_ID)
        .header("TPP-Redirect-Preferred", "false")
        .header("Authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn the_sample_links_each_of_its_banks() {
    let api = Api::new();
    for bic in ["ESSESESS", "HANDSESS", "SWEDSESS", "NDEASESS"] {
        let mut create = sampled(&api, bic, "POST", CONSENTS).await.json(&consent_body());
        if bic == "SWEDSESS" {
            // Named at create, and empty on all later calls.
            create = create.header("X-AffiliatedASPSP-ID", "08999");
        }
        let created = create.send().await;
        assert_eq!(created.status, 201, "{bic}: {created:?}");
        let consent = created.header("location").to_owned();
        let start = format!("{consent}/authorisations");
        let started = sampled(&api, bic, "POST", &start).await.send().await;
        let authorisation = started.header("location").to_owned();
        let methods = started.json()["scaMethods"].clone();
        let offers = |id: &str| {
            methods.as_array().unwrap().iter().any(|it| it["authenticationMethodId"] == id)
        };
        let animated = "mbid_animated_qr_image";
        let method = if offers(animated) { animated } else { "mbid" };
        let body = json!({ "authenticationMethodId": method });
        let chosen = sampled(&api, bic, "PUT", &authorisation).await.json(&body).send().await;
        assert_eq!(chosen.status, 200, "{bic}: {chosen:?}");
        let links = chosen.json()["_links"].clone();
        if let Some(link) = links["scaOAuth"]["href"].as_str() {
            let (authorisation, link) = (authorisation.clone(), link.to_owned());
            let visit = Visit { api: &api, bic: "NDEASESS", authorisation, link };
            let code = visit.approve().await["code"].clone();
            // docs/consent.md sends the product alone.
            exchange(&visit, &code, "accountinformation").await;
        } else {
            while let Some(order) = api.sandbox.orders().pop() {
                api.sign(order.id).await;
            }
        }
        let status = sampled(&api, bic, "GET", &authorisation).await.send().await;
        assert_eq!(status.json()["scaStatus"], "finalised", "{bic}");
        let id = consent.rsplit('/').next().unwrap();
        // C# prints a boolean like this.
        let accounts = sampled(&api, bic, "GET", &format!("{ACCOUNTS}?withBalance=True")).await;
        let accounts = accounts.header("Consent-ID", id).send().await.json();
        assert!(accounts["accounts"][0]["balances"].is_array(), "{bic}: {accounts}");
        let deleted = sampled(&api, bic, "DELETE", &consent).await.send().await;
        assert_eq!(deleted.status, 204, "{bic}");
    }
}

#[tokio::test]
async fn a_bank_insists_on_a_header_where_the_documents_say_so_and_nowhere_else() {
    let api = Api::new();
    let (address, agent) = ("PSU-IP-Address", "PSU-User-Agent");
    // The calls that the bank refuses without the header: create, start, choice, status, accounts.
    for (bic, header, refused) in [
        ("HANDSESS", address, [false, false, true, false, true]),
        ("HANDSESS", agent, [false; 5]),
        ("SWEDSESS", address, [true, true, true, true, false]),
        ("SWEDSESS", agent, [true, false, false, false, false]),
        ("ESSESESS", address, [false; 5]),
        ("NDEASESS", address, [false; 5]),
    ] {
        let consent = api.consent(bic).await;
        let start = format!("{consent}/authorisations");
        let started = api.at(bic, "POST", &start).await.send().await;
        let authorisation = started.header("location").to_owned();
        let method = json!({ "authenticationMethodId": "mbid" });
        let id = consent.rsplit('/').next().unwrap().to_owned();
        let status = format!("{consent}/status");
        let create = api.at(bic, "POST", CONSENTS).await.json(&consent_body());
        let start = api.at(bic, "POST", &start).await;
        let update = api.at(bic, "PUT", &authorisation).await.json(&method);
        let status = api.at(bic, "GET", &status).await;
        let accounts = api.at(bic, "GET", ACCOUNTS).await.header("Consent-ID", &id);
        let calls = [
            ("create", create),
            (UPDATE, update),
            ("start", start),
            ("status", status),
            ("accounts", accounts),
        ];
        let [create, start, update, status, accounts] = refused;
        let refused = [create, update, start, status, accounts];
        for ((name, call), refused) in calls.into_iter().zip(refused) {
            for (empty, call) in
                [(false, call.copy().without(header)), (true, call.header(header, ""))]
            {
                let answer = call.send().await;
                let names = String::from_utf8_lossy(&answer.body).contains(header);
                assert_eq!(names, refused, "{bic} {name} {header} empty: {empty} {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_collections_habits_are_served() {
    let api = Api::new();
    for target in [
        "countries/se",
        "countries?isoCountryCodes=se,fi",
        "countries?isoCountryCodes=",
        "aspsps?isoCountryCodes=SE&isoCountryCodes=FI",
        "aspsps?isoCountryCodes=se&cityIds=",
        "cities?isoCountryCodes=Se",
    ] {
        let call = api.information(&format!("/psd2/aspspinformation/v1/{target}")).await;
        let empty = call.header("PSU-IP-Address", "").header("X-AffiliatedASPSP-ID", "");
        assert_eq!(empty.send().await.status, 200, "{target}");
    }
    let named = [{ json!({ "iban": "SE5250000000054391000421" }) }];
    for (access, listed, balances) in [
        (json!({ "allPsd2": "allAccounts" }), 3, 3),
        (json!({ "availableAccounts": "allAccounts" }), 3, 0),
        (json!({ "availableAccounts": "allAccountsWithBalances" }), 3, 3),
        (json!({ "accounts": named, "balances": named, "transactions": named }), 1, 1),
        (json!({ "balances": named }), 1, 1),
    ] {
        let mut body = consent_body();
        body["access"] = access.clone();
        let created = api.at("ESSESESS", "POST", CONSENTS).await.json(&body);
        let created = created.header("TPP-Redirect-Preferred", "True").send().await;
        assert_eq!(created.status, 201, "{access}");
        let consent = created.header("location").to_owned();
        assert_eq!(api.read("ESSESESS", &consent).await["access"], access);
        let (authorisation, _) = api.authorise_again("ESSESESS", &consent, "mbid").await;
        api.sign(api.sandbox.orders()[0].id).await;
        let answer = api.accounts("ESSESESS", &authorisation, "?withBalance=True").await;
        let body = answer.json();
        let accounts = body["accounts"].as_array().unwrap();
        let with_balances = accounts.iter().filter(|it| it.get("balances").is_some()).count();
        assert_eq!((accounts.len(), with_balances), (listed, balances), "{access}");
    }
}

#[tokio::test]
async fn what_the_platforms_pages_show_is_sent() {
    let api = Api::new();
    let create = api.at("ESSESESS", "POST", CONSENTS).await.json(&consent_body());
    let created = create.send().await;
    let body = created.json();
    let method = json!({
        "authenticationMethodId": "mbid",
        "authenticationType": "PUSH_OTP",
        "name": body["scaMethods"][0]["name"],
    });
    assert_eq!(body["scaMethods"][0], method);
    let consent = created.header("location").to_owned();
    let start = api.at("ESSESESS", "POST", &format!("{consent}/authorisations")).await;
    let started = start.send().await;
    let authorisation = started.header("location").to_owned();
    let body = started.json();
    assert_eq!(body["_links"]["selectAuthenticationMethod"]["href"], *authorisation);
    assert!(body["psuMessage"].as_str().is_some_and(|it| !it.is_empty()));
    let choice = json!({ "authenticationMethodId": "mbid" });
    let chosen = api.at("ESSESESS", "PUT", &authorisation).await.json(&choice).send().await;
    assert_eq!(chosen.json()["chosenScaMethod"], method);
    let polled = api.read("ESSESESS", &authorisation).await;
    assert_eq!(polled["chosenScaMethod"], method);
    api.sign(api.sandbox.orders()[0].id).await;
    let accounts = api.accounts("ESSESESS", &authorisation, "").await.json();
    let account = &accounts["accounts"][0];
    let own = ["bic", "status", "usage"].map(|name| account[name].clone());
    assert_eq!(own, ["ESSESESS", "enabled", "PRIV"].map(Value::from));
    let id = account["resourceId"].as_str().unwrap();
    let balances = format!("{ACCOUNTS}/{id}/balances");
    assert_eq!(account["_links"]["balances"]["href"], balances);
    let visit = api.visit("PROVSESS", "mbid").await;
    let body = api.choose("PROVSESS", &visit.authorisation, "mbid").await.json();
    assert_eq!(body["psuMessage"], "Provbanken asks you to approve on its page.");
}

#[tokio::test]
async fn the_calls_about_one_account_have_the_checks_of_all_account_calls() {
    let api = Api::new();
    let (authorisation, _) = api.authorise("ESSESESS", "mbid").await;
    let consent = crate::support::consent_of(&authorisation).rsplit('/').next().unwrap();
    let call = |target: &str| {
        let (api, target) = (&api, format!("{ACCOUNTS}/a-1{target}"));
        async move { api.at("ESSESESS", "GET", &target).await.header("Consent-ID", consent) }
    };
    let targets = [
        "",
        "?withBalance=True",
        "/balances",
        "/transactions?bookingStatus=both&dateFrom=2026-01-01&dateTo=2026-01-14",
        "/transactions?bookingStatus=both&dateFrom=&dateTo=&withBalance=",
        "/transactions/t-1",
    ];
    for target in targets {
        call(target).await.send().await.refuses(401, "CONSENT_INVALID", None);
    }
    api.sign(api.sandbox.orders()[0].id).await;
    for target in targets {
        let answer = call(target).await.send().await;
        answer.refuses(404, "RESOURCE_UNKNOWN", None);
        assert_eq!(answer.header("x-request-id"), REQUEST_ID);
        let bare = call(target).await.without("Consent-ID").send().await;
        bare.refuses(400, "FORMAT_ERROR", Some("Consent-ID"));
        let bare = call(target).await.without("Authorization").send().await;
        bare.refuses(401, "TOKEN_INVALID", Some("Authorization"));
    }
    let open = call("/transactions").await.send().await;
    open.refuses(400, "FORMAT_ERROR", Some("bookingStatus"));
}
