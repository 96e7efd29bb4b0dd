//! The sandbox over HTTP. It takes a moment to answer after it has done something, as any network
//! does, so that the relay can be killed between the two; and it counts the exchanges of codes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use sandbox::{Client, Sandbox, Settings};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::random::Random;

/// The platform. Clones share it.
#[derive(Clone)]
pub(crate) struct Platform {
    pub url: String,
    pub sandbox: Sandbox,
    /// Told each time that the platform has done something.
    pub acted: Arc<Notify>,
    exchanges: Arc<Mutex<BTreeMap<String, u32>>>,
    random: Arc<Mutex<Random>>,
}

impl Platform {
    pub(crate) async fn start(random: Random) -> Self {
        let client = Client::new("sandbox-client", "sandbox-secret");
        let clients = vec![client.with_redirect_uris([REDIRECT_URI])];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platform = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            sandbox: Sandbox::new(Settings { clients, ..Settings::default() }).unwrap(),
            acted: Arc::default(),
            exchanges: Arc::default(),
            random: Arc::new(Mutex::new(random)),
        };
        let router = platform.sandbox.router();
        let router = router.layer(from_fn_with_state(platform.clone(), serve));
        tokio::spawn(async { axum::serve(listener, router).await });
        platform
    }

    /// How often a code was exchanged, or tried to be, by the authorisation that it was for.
    pub(crate) fn exchanges(&self) -> BTreeMap<String, u32> {
        self.exchanges.lock().unwrap().clone()
    }
}

async fn serve(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let is_page = request.uri().path().starts_with("/bank/");
    let exchanged = request.headers().get("x-consentauthorisationid");
    if let Some(authorisation) = exchanged.filter(|_| request.uri().path() == "/connect/token") {
        let authorisation = authorisation.to_str().unwrap().to_owned();
        *platform.exchanges.lock().unwrap().entry(authorisation).or_default() += 1;
    }
    let response = next.run(request).await;
    if !is_page {
        platform.acted.notify_waiters();
        let pause = platform.random.lock().unwrap().time(PAUSE);
        sleep(pause).await;
    }
    response
}

/// What is registered. Nobody follows it: browsers here post what comes back to the relay themselves,
/// as its page does.
pub(crate) const REDIRECT_URI: &str = "http://localhost:8080/redirect";
/// Milliseconds that an answer is under way, at most.
const PAUSE: u64 = 30;
