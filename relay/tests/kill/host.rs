//! The host's own server: it asks on the back-end port until a relay answers, and takes webhooks.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use reqwest::Method;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::process::SECRET;
use crate::random::Random;

/// The server's side of the back-end port. Clones share it.
#[derive(Clone)]
pub(crate) struct Host {
    client: reqwest::Client,
    backend: SocketAddr,
    key: String,
    /// For keys that make it no matter how often a request is sent.
    requests: Arc<AtomicU32>,
}

/// What a relay answered.
#[derive(Debug)]
pub(crate) struct Said {
    pub status: u16,
    pub body: Value,
}

impl Said {
    pub(crate) fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name}: {self:?}")).to_owned()
    }
}

impl Host {
    pub(crate) fn new(backend: SocketAddr, key: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        // A connection for each request, so that a proxy may give each to another relay.
        let client = client.pool_max_idle_per_host(0).timeout(SILENCE).build().unwrap();
        Self { client, backend, key: key.to_owned(), requests: Arc::default() }
    }

    /// Posts until a relay answers. It does what is asked for once, however often it is sent.
    pub(crate) async fn post(&self, target: &str, body: &Value) -> Said {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let key = format!("request-{number}");
        let request = || {
            let request = self.request(Method::POST, target);
            request.header("idempotency-key", &key).json(body)
        };
        self.ask(request).await
    }

    pub(crate) async fn get(&self, target: &str) -> Said {
        self.ask(|| self.request(Method::GET, target)).await
    }

    pub(crate) async fn delete(&self, target: &str) -> Said {
        self.ask(|| self.request(Method::DELETE, target)).await
    }

    /// All of the ledger, the oldest first.
    pub(crate) async fn ledger(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut target = "/v1/events".to_owned();
        loop {
            let page = self.get(&target).await;
            assert_eq!(page.status, 200, "{page:?}");
            all.extend(page.body["data"].as_array().unwrap().iter().cloned());
            if page.body["has_more"] == false {
                return all;
            }
            target = format!("/v1/events?after={}", page.text("next_cursor"));
        }
    }

    fn request(&self, method: Method, target: &str) -> reqwest::RequestBuilder {
        let target = format!("http://{}{target}", self.backend);
        self.client.request(method, target).bearer_auth(&self.key)
    }

    async fn ask(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Said {
        loop {
            match hear(request()).await {
                // It wants to be asked again in a moment.
                Ok(said) if said.status == 503 => sleep(PATIENCE).await,
                Ok(said) => return said,
                Err(error) => assert!(!error.is_timeout(), "the relay must answer, or be dead"),
            }
            sleep(PAUSE).await;
        }
    }
}

async fn hear(request: reqwest::RequestBuilder) -> reqwest::Result<Said> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let bytes = response.bytes().await?;
    Ok(Said { status, body: serde_json::from_slice(&bytes).unwrap_or_default() })
}

/// Where webhooks arrive. Clones share it.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub url: String,
    /// Notified when one has come, before the relay hears that it was taken.
    pub came: Arc<Notify>,
    taken: Arc<Mutex<BTreeMap<String, u32>>>,
    random: Arc<Mutex<Random>>,
}

impl Receiver {
    pub(crate) async fn start(random: Random) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}/webhooks", listener.local_addr().unwrap()),
            came: Arc::default(),
            taken: Arc::default(),
            random: Arc::new(Mutex::new(random)),
        };
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        receiver
    }

    /// How often each event has come.
    pub(crate) fn taken(&self) -> BTreeMap<String, u32> {
        self.taken.lock().unwrap().clone()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if Webhook::new(SECRET).unwrap().verify(&body, &headers).is_err() {
        return StatusCode::BAD_REQUEST;
    }
    receiver.came.notify_waiters();
    let pause = receiver.random.lock().unwrap().time(TAKING);
    sleep(pause).await;
    let id = headers["webhook-id"].to_str().unwrap().to_owned();
    *receiver.taken.lock().unwrap().entry(id).or_default() += 1;
    StatusCode::NO_CONTENT
}

/// Longer than the relay waits for the platform.
const SILENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(1);
/// The most milliseconds until it says that it has taken an event.
const TAKING: u64 = 30;
