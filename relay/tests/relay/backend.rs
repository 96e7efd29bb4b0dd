//! The back-end port from outside: what the host's own server asks and hears, and what browsers may not do without it.

mod connections;
mod counted;
mod denials;
mod reads;
mod renewals;
mod sessions;
mod strangers;
mod views;
pub(super) mod webhooks;

use std::fs;
use std::path::PathBuf;

use axum::body::Bytes;
use axum::http::{Method, Response, StatusCode};
use relay::SystemRandom;
use relay::backend::{self, keys};
use relay::config::{Config, Place, Port, StoreKeys};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{Browser, CONSENT, CONSENTS, World, field, finish};

/// A relay with a back-end port, and the host's server in front of that.
pub(super) struct Host {
    pub world: World,
    url: String,
    key: String,
    client: reqwest::Client,
    keys: PathBuf,
}

impl Host {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (key, line) = keys::make("shop", &SystemRandom).unwrap();
        let path = std::env::temp_dir().join(format!("ais-relay-backend-{}", &line[5..20]));
        fs::write(&path, line).unwrap();
        let keys = path.clone();
        let world = World::with(|config| {
            let listen = Place::Loopback("127.0.0.1:0".parse().unwrap());
            config.backend.port = Some(Port { listen, keys: keys.clone() });
            config.store.keys = StoreKeys::new([[7; 32]]);
            change(config);
        })
        .await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = backend::router(world.relay.clone(), keys::Keys::open(&path).unwrap());
        tokio::spawn(async { axum::serve(listener, router).await });
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        Self { world, url, key, client, keys: path }
    }

    pub(super) fn request(&self, method: Method, target: &str) -> reqwest::RequestBuilder {
        self.client.request(method, [&self.url, target].concat()).bearer_auth(&self.key)
    }

    async fn post(&self, target: &str, body: &Value) -> Response<Bytes> {
        finish(self.request(Method::POST, target).json(body)).await
    }

    pub(super) async fn get(&self, target: &str) -> Value {
        let answer = finish(self.request(Method::GET, target)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{target}: {answer:?}");
        value(&answer)
    }

    /// A new link session: its id and token.
    async fn link_session(&self, body: &Value) -> (String, String) {
        let made = self.post("/v1/link-sessions", body).await;
        assert_eq!(made.status(), StatusCode::CREATED, "{made:?}");
        (field(&made, "id"), field(&made, "token"))
    }

    async fn session_status(&self, id: &str) -> String {
        self.get(&format!("/v1/link-sessions/{id}")).await["status"].as_str().unwrap().to_owned()
    }

    /// The types of all events so far.
    async fn events(&self) -> Vec<String> {
        let events = self.get("/v1/events").await;
        let kinds = events["data"].as_array().unwrap().iter();
        kinds.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    }

    /// Links a bank in a new link session, beside the page; the ids of session, connection and consent.
    pub(super) async fn link(&self, terms: &Value) -> (String, String, String) {
        let (id, token) = self.link_session(terms).await;
        let mut browser = Browser::default();
        claim(&self.world, &mut browser, &token).await;
        let consent = sign_in(&self.world, &mut browser, &id).await;
        let session = self.get(&format!("/v1/link-sessions/{id}")).await;
        assert_eq!(session["status"], "succeeded", "{session}");
        (id, session["connection_id"].as_str().unwrap().to_owned(), consent)
    }

    /// The platform's consents that were deleted.
    fn deleted(&self) -> Vec<String> {
        self.world.deleted()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.keys);
    }
}

pub(super) fn value(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}

/// What the host's server asks for.
pub(super) fn terms() -> Value {
    json!({
        "client_reference": "customer-4711", "purpose": "To see what you can afford", "context": "private",
        "bank": "ESSESESS", "country": "SE", "data": ["balances"], "validity_days": 90, "frequency_per_day": 2,
    })
}

/// Shows a token as the widget does: once for the cookie, once more for the claim.
async fn claim(world: &World, browser: &mut Browser, token: &str) -> Response<Bytes> {
    let body = json!({ "token": token }).to_string();
    let request = || world.call(Method::POST, "/session/link");
    if browser.cookie().is_none() {
        let first = browser.send(request(), Some(&body)).await;
        if first.status() != StatusCode::OK {
            return first;
        }
        assert_eq!(field(&first, "id"), "");
    }
    browser.send(request(), Some(&body)).await
}

/// Makes a consent in the link session `id`, signs it beside the page, and asks how it is: it is valid.
async fn sign_in(world: &World, browser: &mut Browser, id: &str) -> String {
    let session = [("x-ais-link-session", id)];
    let created = browser.call(world, Method::POST, CONSENTS, &session, Some(CONSENT)).await;
    assert_eq!(created.status(), StatusCode::CREATED, "{created:?}");
    let consent = field(&created, "consentId");
    let target = format!("{CONSENTS}/{consent}/authorisations");
    let started = browser.call(world, Method::POST, &target, &[], None).await;
    let target = format!("{target}/{}", field(&started, "authorisationId"));
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    browser.call(world, Method::PUT, &target, &[], method).await;
    world.platform.script(approved);
    browser.get(world, &target).await;
    browser.get(world, &format!("{CONSENTS}/{consent}/status")).await;
    world.platform.script(|_| None);
    consent
}

/// A platform at which all that is asked is approved.
fn approved(received: &crate::support::Received) -> Option<Response<axum::body::Body>> {
    let is_get = received.method == Method::GET;
    let path = received.target.as_str();
    if !is_get {
        None
    } else if path.ends_with("/status") {
        Some(crate::support::json(200, r#"{"consentStatus":"valid"}"#))
    } else if path.contains("/authorisations/") {
        Some(crate::support::json(200, r#"{"scaStatus":"finalised"}"#))
    } else if path.contains("/consents/") {
        let consent = r#"{"consentStatus":"valid","validUntil":"2024-01-20"}"#;
        Some(crate::support::json(200, consent))
    } else {
        None
    }
}
