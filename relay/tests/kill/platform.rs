//! The sandbox over HTTP. It takes a moment to answer after it has done something, as any network
//! does, so that the relay can be killed between the two; and it counts the exchanges of codes.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use sandbox::{Client, Sandbox, Settings};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::bank::{PERSON, WITH_ID};
use crate::random::Random;

/// The platform. Clones share it.
#[derive(Clone)]
pub(crate) struct Platform {
    pub url: String,
    pub sandbox: Sandbox,
    /// Notified after each step that the platform has taken.
    pub acted: Arc<Notify>,
    /// Notified each time that a code has arrived and the platform has not accepted it yet.
    pub reached: Arc<Notify>,
    exchanges: Arc<Mutex<BTreeMap<String, Exchanges>>>,
    strangers: Arc<Mutex<u32>>,
    reads: Arc<Mutex<BTreeMap<String, u32>>>,
    random: Arc<Mutex<Random>>,
}

/// The exchanges of the code of an authorisation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Exchanges {
    /// How often the relay sent it.
    pub sent: u32,
    /// How often the platform accepted it.
    pub taken: u32,
}

impl Platform {
    pub(crate) async fn start(random: Random) -> Self {
        let client = Client::new("sandbox-client", "sandbox-secret");
        let clients = vec![client.with_redirect_uris([REDIRECT_URI])];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platform = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            sandbox: Sandbox::new(Settings { clients, slowness: SLOWNESS, ..Settings::default() })
                .unwrap(),
            acted: Arc::default(),
            reached: Arc::default(),
            exchanges: Arc::default(),
            strangers: Arc::default(),
            reads: Arc::default(),
            random: Arc::new(Mutex::new(random)),
        };
        let router = sandbox::router(platform.sandbox.clone());
        let router = router.layer(from_fn_with_state(platform.clone(), serve));
        tokio::spawn(async { axum::serve(listener, router).await });
        platform
    }

    /// The exchanges of all codes, by authorisation.
    pub(crate) fn exchanges(&self) -> BTreeMap<String, Exchanges> {
        self.exchanges.lock().unwrap().clone()
    }

    /// The number of steps without the person's id at the bank that requires it.
    pub(crate) fn strangers(&self) -> u32 {
        *self.strangers.lock().unwrap()
    }

    /// The reads of balances without the person, by consent.
    pub(crate) fn reads(&self) -> BTreeMap<String, u32> {
        self.reads.lock().unwrap().clone()
    }

    /// A pause in which the test may kill the relay.
    async fn pause(&self) {
        let pause = self.random.lock().unwrap().time(PAUSE);
        sleep(pause).await;
    }

    fn exchange(&self, authorisation: &str, note: impl FnOnce(&mut Exchanges)) {
        note(self.exchanges.lock().unwrap().entry(authorisation.to_owned()).or_default());
    }
}

async fn serve(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let is_page = request.uri().path().starts_with("/bank/");
    let exchanged = request.headers().get("x-consentauthorisationid");
    let exchanged = exchanged.filter(|_| request.uri().path() == "/connect/token");
    let exchanged = exchanged.map(|authorisation| authorisation.to_str().unwrap().to_owned());
    if is_step(&request) && header(&request, "psu-id") != Some(PERSON) {
        *platform.strangers.lock().unwrap() += 1;
    }
    if request.uri().path().ends_with("/balances") && header(&request, "psu-ip-address").is_none() {
        let consent = header(&request, "consent-id").unwrap().to_owned();
        *platform.reads.lock().unwrap().entry(consent).or_default() += 1;
    }
    if let Some(authorisation) = &exchanged {
        platform.exchange(authorisation, |it| it.sent += 1);
        // The test may also kill the relay before the platform accepts its code; then the platform does not
        // accept it.
        platform.reached.notify_waiters();
        platform.pause().await;
    }
    let response = next.run(request).await;
    if let Some(authorisation) = exchanged.filter(|_| response.status().is_success()) {
        platform.exchange(&authorisation, |it| it.taken += 1);
    }
    if !is_page {
        platform.acted.notify_waiters();
        platform.pause().await;
    }
    response
}

/// Whether it is one of the steps (guide, consent API) at the bank that requires the person's id.
fn is_step(request: &Request) -> bool {
    header(request, "x-bicfi") == Some(WITH_ID)
        && matches!(*request.method(), Method::POST | Method::PUT)
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap())
}

/// The registered return address. No browser follows it: the test's browsers post the return to the relay themselves,
/// as its page does.
pub(crate) const REDIRECT_URI: &str = "http://localhost:8080/redirect";
/// The most milliseconds that an answer takes.
const PAUSE: u64 = 30;
/// A code of a bank lives a minute, which is short for a person who waits for a busy machine to kill relays.
const SLOWNESS: NonZeroU32 = NonZeroU32::new(10).unwrap();
