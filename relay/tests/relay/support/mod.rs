//! What the tests share: a relay on a free port, a platform behind it, a browser in front.

mod door;
mod log;
mod platform;
pub(crate) mod proxy;
pub(crate) mod raw;
mod scrape;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, Response, StatusCode};
use protocol::own;
use relay::config::{Config, Vars};
use relay::phase::Phases;
use relay::store::{SqlStore, Store};
use relay::{Clock as _, ManualClock, Relay, SystemClock, SystemRandom, Timestamp, admin, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use crate::database;

pub(crate) use self::door::Door;
pub(crate) use self::log::Log;
pub(crate) use self::platform::{Platform, Received, json};
pub(crate) use self::scrape::Scrape;

/// A relay that runs, its clock, and the platform behind it. It stops when it is dropped.
pub(crate) struct World {
    pub platform: Platform,
    pub relay: Relay,
    pub clock: Arc<ManualClock>,
    pub address: std::net::SocketAddr,
    /// Further relays, which get their turn of the requests.
    pub others: Vec<std::net::SocketAddr>,
    turn: AtomicUsize,
    /// What stands before the path of each request, where a web server passes them on.
    front: Option<String>,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    stopped: tokio::task::JoinHandle<()>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A world with a changed configuration.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::with_store(Arc::new(store().await), change).await
    }

    /// A world with another store and a changed configuration.
    pub(crate) async fn with_store(
        store: Arc<dyn Store>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let platform = Platform::start().await;
        let mut config = config(&platform.url);
        change(&mut config);
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_700_000_000_000)));
        let (now, random) = (Arc::clone(&clock) as _, Arc::new(SystemRandom));
        let relay = Relay::new(config, store, now, random).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = oneshot::channel::<()>();
        let served = serve::serve(listener, relay.clone(), async {
            let _ = stopping.await;
        });
        let stopped = tokio::spawn(served);
        Self {
            platform,
            relay,
            clock,
            address,
            others: Vec::new(),
            turn: AtomicUsize::new(0),
            front: None,
            client: client(),
            stop: Some(stop),
            stopped,
        }
    }

    /// Sends all further requests to the origin `front`, by `client`.
    pub(crate) fn ask_through(&mut self, front: &str, client: reqwest::Client) {
        self.front = Some(front.to_owned());
        self.client = client;
    }

    /// The address that the next request goes to.
    pub(crate) fn url(&self, target: &str) -> String {
        if let Some(front) = &self.front {
            return [front, target].concat();
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let address = self.others.iter().chain([&self.address]).cycle().nth(turn);
        format!("http://{}{target}", address.unwrap_or(&self.address))
    }

    /// A request without the mark, as a stranger sends it.
    pub(crate) fn bare(&self, method: Method, target: &str) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(target))
    }

    /// A call as the widget sends it, without a cookie.
    pub(crate) fn call(&self, method: Method, target: &str) -> reqwest::RequestBuilder {
        self.bare(method, target).header("x-ais-link", "1")
    }

    /// Posts what the bank sent back, from the relay's own page in a browser with `cookie`.
    pub(crate) async fn come_back(&self, cookie: Option<&str>, form: &str) -> Response<Bytes> {
        let request = self
            .bare(Method::POST, own::REDIRECT)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("origin", "null")
            .header("user-agent", "a browser")
            .body(form.to_owned());
        finish(match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        })
        .await
    }

    /// The answer of the admin port, of a relay that serves.
    pub(crate) async fn admin(&self, target: &str) -> Response<Bytes> {
        let (_lead, phases) = Phases::new();
        let request = Request::get(target).body(Body::empty()).unwrap();
        let answer = admin::router(self.relay.clone(), phases).oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        Response::from_parts(head, to_bytes(body, usize::MAX).await.unwrap())
    }

    /// The metrics of the relay.
    pub(crate) async fn scrape(&self) -> Scrape {
        let answer = self.admin("/metrics").await;
        assert_eq!(answer.status(), StatusCode::OK);
        Scrape::read(std::str::from_utf8(answer.body()).unwrap())
    }

    /// The consents that the platform was asked to delete, in that order.
    pub(crate) fn deleted(&self) -> Vec<String> {
        let calls = self.platform.calls().into_iter().filter(|call| call.method == Method::DELETE);
        calls.map(|call| call.target.rsplit('/').next().unwrap().to_owned()).collect()
    }

    /// Waits until the platform was asked to delete `consent`, which the relay does in a task of its own.
    pub(crate) async fn deletes(&self, consent: &str) {
        for _ in 0..1000 {
            if self.deleted().iter().any(|one| one == consent) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{consent} is not deleted");
    }

    /// Tells the relay to stop.
    pub(crate) fn stop(&mut self) {
        let _ = self.stop.take().expect("it is stopped once").send(());
    }

    /// Waits until the relay has stopped.
    pub(crate) async fn stopped(self) {
        self.stopped.await.unwrap();
    }
}

/// A browser: it keeps the session's cookie.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    cookie: Option<String>,
}

impl Browser {
    /// Makes a call at SEB.
    pub(crate) async fn call(
        &mut self,
        world: &World,
        method: Method,
        target: &str,
        extra: &[(&str, &str)],
        body: Option<&str>,
    ) -> Response<Bytes> {
        let mut request = world.call(method, target).header("x-bicfi", "ESSESESS");
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        self.send(request, body).await
    }

    /// Sends a request with the cookie that it has, and keeps the one that it gets.
    pub(crate) async fn send(
        &mut self,
        mut request: reqwest::RequestBuilder,
        body: Option<&str>,
    ) -> Response<Bytes> {
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        let response = finish(request).await;
        if let Some(set) = response.headers().get("set-cookie") {
            self.cookie = set.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        response
    }

    /// The cookie that it has.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub(crate) async fn get(&mut self, world: &World, target: &str) -> Response<Bytes> {
        self.call(world, Method::GET, target, &[], None).await
    }

    /// Creates a consent and starts an authorisation of it; their names.
    pub(crate) async fn link(&mut self, world: &World) -> (String, String) {
        let consent = self.create_consent(world).await;
        let target = format!("/psd2/consent/v1/consents/{consent}/authorisations");
        let started = self.call(world, Method::POST, &target, &[], None).await;
        assert_eq!(started.status(), StatusCode::CREATED);
        (consent, field(&started, "authorisationId"))
    }

    /// Links, with a signature beside the page whose status the relay knows; the names.
    pub(crate) async fn sign(&mut self, world: &World) -> (String, String) {
        let (consent, authorisation) = self.link(world).await;
        let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
        let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
        let chosen = self.call(world, Method::PUT, &target, &[], method).await;
        assert_eq!(chosen.status(), StatusCode::OK);
        world.platform.script(|received| {
            let is_sca = received.method == Method::GET;
            is_sca.then(|| json(200, r#"{"scaStatus":"finalised"}"#))
        });
        assert_eq!(field(&self.get(world, &target).await, "scaStatus"), "finalised");
        world.platform.script(|_| None);
        (consent, authorisation)
    }

    /// Creates a consent; its name.
    pub(crate) async fn create_consent(&mut self, world: &World) -> String {
        let created = self.call(world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
        assert_eq!(created.status(), StatusCode::CREATED);
        field(&created, "consentId")
    }
}

/// An empty store, in the database that the test runs on.
pub(crate) async fn store() -> SqlStore {
    SqlStore::open(&database::empty().await).await.unwrap()
}

/// Sends a request and reads its answer.
pub(crate) async fn finish(request: reqwest::RequestBuilder) -> Response<Bytes> {
    let mut response = request.send().await.unwrap();
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut finished = Response::new(response.bytes().await.unwrap());
    *finished.status_mut() = status;
    *finished.headers_mut() = headers;
    finished
}

/// The code of the first message of a problem.
pub(crate) fn code(response: &Response<Bytes>) -> String {
    let problem: protocol::wire::Problem = serde_json::from_slice(response.body()).unwrap();
    problem.code().unwrap().as_str().to_owned()
}

/// A field of a JSON answer.
pub(crate) fn field(response: &Response<Bytes>, name: &str) -> String {
    let value: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    value[name].as_str().unwrap().to_owned()
}

/// A configuration whose platform is at `url`.
pub(crate) fn config(url: &str) -> Config {
    let mut config = Config::read(&vars(url), None, SystemClock.now()).unwrap();
    // Each call of a test is to reach the platform; what is kept has tests of its own.
    config.limits.list_fresh = Duration::ZERO;
    config
}

/// The variables of [`config`], with secrets that a test can look for.
pub(crate) fn vars(url: &str) -> Vars {
    [
        ("AIS_RELAY_LISTEN", "127.0.0.1:0"),
        ("AIS_RELAY_ADMIN_LISTEN", "127.0.0.1:0"),
        ("AIS_RELAY_DRAIN_DELAY", "0"),
        ("AIS_RELAY_AUTH_URL", url),
        ("AIS_RELAY_API_URL", url),
        ("AIS_RELAY_CLIENT_ID", "test-client"),
        ("AIS_RELAY_CLIENT_SECRET", SECRET),
        ("AIS_RELAY_ALLOWED_ORIGINS", "https://shop.example"),
        ("AIS_RELAY_REDIRECT_URI", "https://relay.example/redirect"),
        ("AIS_RELAY_STORE", "sqlite::memory:"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

pub(crate) const SECRET: &str = "canary-secret-5ZqB";
pub(crate) const ASPSPS: &str = "/psd2/aspspinformation/v1/aspsps";
/// What a browser says of its page there.
pub(crate) const FROM_SHOP: [(&str, &str); 1] = [("origin", "https://shop.example")];
pub(crate) const SESSION_CONSENTS: &str = "/session/consents";
pub(crate) const CONSENTS: &str = "/psd2/consent/v1/consents";
pub(crate) const ACCOUNTS: &str = "/psd2/accountinformation/v1/accounts";
pub(crate) const CONSENT: &str = r#"{"access":{},"recurringIndicator":false,"validUntil":"2027-01-31",
    "frequencyPerDay":1,"combinedServiceIndicator":false}"#;
