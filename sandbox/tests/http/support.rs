//! A sandbox on a fixed clock, called through its router like a server.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use sandbox::{Client, Sandbox, Settings, router};
use serde_json::{Value, json};
use time::macros::utc_datetime;
use tower::Service;
use uuid::Uuid;

/// A sandbox with two clients.
pub(crate) struct Api {
    pub(crate) sandbox: Sandbox,
    router: Router,
    preference: &'static str,
}

/// A call under construction.
pub(crate) struct Call<'a> {
    api: &'a Api,
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer, read completely.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Api {
    pub(crate) fn new() -> Self {
        Self::preferring("false")
    }

    /// A sandbox whose client sends this `TPP-Redirect-Preferred`.
    pub(crate) fn preferring(preference: &'static str) -> Self {
        let mut settings = Settings::default();
        settings.clients.push(Client::new("other-client", "other-secret"));
        let sandbox = Sandbox::deterministic(settings, utc_datetime!(2026-01-15 12:00), 1);
        Self { preference, ..Self::of(sandbox) }
    }

    /// Calls of a sandbox.
    pub(crate) fn of(sandbox: Sandbox) -> Self {
        Self { router: router(sandbox.clone()), sandbox, preference: "false" }
    }

    /// A bare call.
    pub(crate) fn bare(&self, method: &'static str, target: &str) -> Call<'_> {
        let target = target.to_owned();
        Call { api: self, method, target, headers: Vec::new(), body: Vec::new() }
    }

    /// A call of the platform with all headers that either approach may need.
    pub(crate) async fn at(&self, bic: &str, method: &'static str, target: &str) -> Call<'_> {
        let token = self.token("accountinformation private").await;
        self.bare(method, target)
            .header("Authorization", &format!("Bearer {token}"))
            .header("X-Request-ID", REQUEST_ID)
            .header("X-BicFi", bic)
            .header("PSU-IP-Address", "192.0.2.7")
            .header("PSU-User-Agent", "Browser/1.0")
            .header("TPP-Redirect-Preferred", self.preference)
    }

    /// A call about banks and places.
    pub(crate) async fn information(&self, target: &str) -> Call<'_> {
        let token = self.token("aspspinformation private").await;
        self.bare("GET", target)
            .header("Authorization", &format!("Bearer {token}"))
            .header("X-Request-ID", REQUEST_ID)
    }

    pub(crate) async fn token(&self, scope: &str) -> String {
        self.token_of("sandbox", scope).await
    }

    /// A token of `sandbox-client` or `other-client`.
    pub(crate) async fn token_of(&self, client: &str, scope: &str) -> String {
        let scope = scope.replace(' ', "+");
        let form = format!(
            "client_id={client}-client&client_secret={client}-secret\
             &grant_type=client_credentials&scope={scope}"
        );
        let answer = self.bare("POST", "/connect/token").form(&form).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Creates a consent; returns its path.
    pub(crate) async fn consent(&self, bic: &str) -> String {
        let call = self.at(bic, "POST", CONSENTS).await;
        let answer = call.json(&consent_body()).send().await;
        assert_eq!(answer.status, 201, "{answer:?}");
        format!("{CONSENTS}/{}", answer.json()["consentId"].as_str().unwrap())
    }

    /// Creates a consent and an authorisation by `method`; returns the path of the authorisation and the
    /// answer to the choice.
    pub(crate) async fn authorise(&self, bic: &str, method: &str) -> (String, Value) {
        let path = self.consent(bic).await;
        self.authorise_again(bic, &path, method).await
    }

    pub(crate) async fn authorise_again(
        &self,
        bic: &str,
        consent: &str,
        method: &str,
    ) -> (String, Value) {
        let started = self.at(bic, "POST", &format!("{consent}/authorisations")).await;
        let started = started.send().await;
        assert_eq!(started.status, 201, "{started:?}");
        let location = started.header("location").to_owned();
        let body = json!({ "authenticationMethodId": method });
        let chosen = self.at(bic, "PUT", &location).await.json(&body).send().await;
        assert_eq!(chosen.status, 200, "{chosen:?}");
        assert_eq!(chosen.header("aspsp-sca-approach"), "DECOUPLED");
        (location, chosen.json())
    }

    /// The answer to a read at a bank.
    pub(crate) async fn read(&self, bic: &str, path: &str) -> Value {
        let answer = self.at(bic, "GET", path).await.send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// The status of the consent that an authorisation belongs to.
    pub(crate) async fn consent_status(&self, bic: &str, authorisation: &str) -> Value {
        let consent = consent_of(authorisation);
        self.read(bic, &format!("{consent}/status")).await["consentStatus"].clone()
    }

    /// The accounts by the consent that an authorisation belongs to.
    pub(crate) async fn accounts(&self, bic: &str, authorisation: &str, query: &str) -> Answer {
        let id = consent_of(authorisation).rsplit('/').next().unwrap();
        let call = self.at(bic, "GET", &format!("{ACCOUNTS}{query}")).await;
        call.header("Consent-ID", id).send().await
    }

    /// Posts to the BankID app.
    pub(crate) async fn bankid(&self, path: &str, body: &Value) -> Answer {
        self.bare("POST", &format!("/bankid{path}")).json(body).send().await
    }

    /// Scans a text; returns the id of the order.
    pub(crate) async fn scan(&self, qr: &str) -> Uuid {
        let answer = self.bankid("/scan", &json!({ "qr": qr })).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["id"].as_str().unwrap().parse().unwrap()
    }

    /// Signs an order; returns the answer.
    pub(crate) async fn sign(&self, order: Uuid) -> Value {
        let answer = self.bankid(&format!("/orders/{order}/sign"), &json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

impl Call<'_> {
    /// The same call again.
    pub(crate) fn copy(&self) -> Self {
        let Self { api, method, target, headers, body } = self;
        let (target, headers, body) = (target.clone(), headers.clone(), body.clone());
        Self { api, method, target, headers, body }
    }

    /// Sets a header; one of the same name is replaced.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let mut call = self.without(name);
        call.headers.push((name.to_owned(), value.to_owned()));
        call
    }

    /// Adds a header beside one of the same name.
    pub(crate) fn header_too(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string().as_bytes())
    }

    pub(crate) fn form(self, body: &str) -> Self {
        self.body("application/x-www-form-urlencoded", body.as_bytes())
    }

    pub(crate) fn body(self, kind: &str, body: &[u8]) -> Self {
        let mut call = self.header("Content-Type", kind);
        call.body = body.to_vec();
        call
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.target);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(self.body)).unwrap();
        let (parts, body) = self.api.router.clone().call(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}"));
        value.to_str().unwrap()
    }

    /// Asserts a refusal by its status, its code and the field or header that it names.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, code: &str, path: Option<&str>) {
        assert_eq!(self.status, status, "{self:?}");
        let body = self.json();
        let message = &body["tppMessages"][0];
        assert_eq!(message["category"], "ERROR", "{body}");
        assert_eq!(message["code"], code, "{body}");
        assert_eq!(message["path"].as_str(), path, "{body}");
        assert!(message["text"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    }
}

/// The consent's path in an authorisation's.
pub(crate) fn consent_of(authorisation: &str) -> &str {
    authorisation.split("/authorisations").next().unwrap()
}

pub(crate) fn consent_body() -> Value {
    json!({
        "access": {},
        "recurringIndicator": true,
        "validUntil": "2026-04-15",
        "frequencyPerDay": 4,
        "combinedServiceIndicator": false,
    })
}

pub(crate) const CONSENTS: &str = "/psd2/consent/v1/consents";
pub(crate) const ACCOUNTS: &str = "/psd2/accountinformation/v1/accounts";
pub(crate) const REQUEST_ID: &str = "99391c7e-ad88-49ec-a2ad-99ddcb1f7721";
