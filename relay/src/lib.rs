//! The sidecar between the widget and the Open Payments platform.
//!
//! It holds what a browser must not have: the client's secret, tokens, and the knowledge of whose a
//! consent is. It forwards the closed list of [`protocol::Call`]s and nothing else: what goes to the
//! platform is built from parsed values, what comes back is an extract. Read [`router`] first, then
//! `gate`, `forward`, `platform`.
//!
//! What it must not do: log or show secrets, tokens, bodies or personal data; follow a redirect;
//! pass on a header, a path or a body as a client wrote it.

mod app_return;
mod bundle;
pub mod certificate;
mod clock;
pub mod config;
mod descriptors;
mod ended;
mod error;
mod field;
mod flaw;
mod flight;
mod forward;
mod gate;
mod health;
mod json;
mod key;
mod lists;
pub mod log;
mod logo;
mod platform;
mod poll;
pub mod profile;
mod psu;
mod quota;
mod random;
mod redirect;
mod refusal;
mod resume;
mod retry_after;
mod return_page;
mod returned;
mod sca;
mod seal;
mod secret;
pub mod serve;
mod session;
pub mod store;
mod token;
mod upstream;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use protocol::id::ConsentId;
use protocol::own;
use thiserror::Error;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use uuid::Uuid;

pub use self::clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use self::config::Config;
pub use self::descriptors::fit;
pub use self::key::{CodeKey, SessionKey, StateKey};
pub use self::psu::Peer;
pub use self::random::{Random, SystemRandom};
pub use self::return_page::{KeptPage, ReturnPage};
pub use self::seal::Sealed;
pub use self::secret::{Secret, SecretError};
pub use self::upstream::ClientError;

use self::ended::Leftovers;
use self::error::RouteError;
use self::lists::Lists;
use self::logo::Logos;
use self::platform::Platform;
use self::poll::Polls;
use self::quota::Quota;
use self::returned::Exchanges;
use self::seal::Sealer;
use self::session::Sessions;
use self::store::{OpenError, SqliteStore, Store};
use self::token::Tokens;
use self::upstream::Upstream;

/// The relay: its configuration and all that it keeps. Clones share it.
#[derive(Clone)]
pub struct Relay(Arc<Inner>);

struct Inner {
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    platform: Arc<Platform>,
    sessions: Sessions,
    quota: Quota,
    polls: Polls,
    exchanges: Exchanges,
    leftovers: Leftovers,
    sealer: Arc<Sealer>,
    logos: Logos,
    lists: Lists,
    calls: Arc<Semaphore>,
}

/// Why a relay cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Its store cannot be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// Its client cannot be made.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Relay {
    /// A relay with the store that its configuration names, at the time of the machine.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let store = SqliteStore::open(&config.store.address).await?;
        Ok(Self::new(config, Arc::new(store), Arc::new(SystemClock), Arc::new(SystemRandom))?)
    }

    /// A relay that keeps in `store` whose consents are.
    pub fn new(
        config: Config,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, ClientError> {
        let config = Arc::new(config);
        let upstream = Upstream::new(&config)?;
        let tokens = Tokens::new(Arc::clone(&config), upstream.clone(), Arc::clone(&clock));
        let platform = Arc::new(Platform::new(
            Arc::clone(&config),
            upstream.clone(),
            tokens,
            Arc::clone(&random),
        ));
        let logos = Logos::new(
            Arc::clone(&platform),
            upstream,
            Arc::clone(&config),
            Arc::clone(&clock),
            Arc::clone(&random),
        );
        let sealer = Arc::new(match &config.store.key {
            Some(key) => Sealer::new(key),
            None => Sealer::random(&*random),
        });
        let (now, chance) = (Arc::clone(&clock), Arc::clone(&random));
        let sessions = Sessions::new(store, now, chance, Arc::clone(&sealer));
        let quota = Quota::new(config.quota, Arc::clone(&clock), &*random);
        let polls = Polls::new(Arc::clone(&clock));
        let calls = Arc::new(Semaphore::new(config.limits.calls));
        let lists = Lists::new(config.limits.calls);
        let exchanges = Exchanges::default();
        let inner = Inner {
            config,
            clock,
            random,
            platform,
            sessions,
            quota,
            polls,
            exchanges,
            leftovers: Leftovers::default(),
            sealer,
            logos,
            lists,
            calls,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn request_id(&self) -> Uuid {
        random::request_id(&*self.0.random)
    }

    fn platform(&self) -> &Platform {
        &self.0.platform
    }

    fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    fn exchanges(&self) -> &Exchanges {
        &self.0.exchanges
    }

    fn leftovers(&self) -> &Leftovers {
        &self.0.leftovers
    }

    fn quota(&self) -> &Quota {
        &self.0.quota
    }

    /// Seals what is a person's, for `consent` alone.
    fn seal(&self, text: &str, consent: &ConsentId) -> Option<Sealed> {
        self.0.sealer.seal(text, consent.as_str(), &*self.0.random)
    }

    fn unseal(&self, sealed: &Sealed, consent: &ConsentId) -> Option<String> {
        self.0.sealer.open(sealed, consent.as_str())
    }

    fn logos(&self) -> &Logos {
        &self.0.logos
    }

    fn calls(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.calls)
    }
}

/// All that the relay serves. Each request must carry its [`Peer`], which [`serve::serve`] adds.
pub fn router(relay: Relay) -> Router {
    let refuse_method = |allow| move || async move { RouteError::WrongMethod(allow) };
    Router::new()
        .route("/psd2", any(forward::handle))
        .route("/psd2/", any(forward::handle))
        .route("/psd2/{*call}", any(forward::handle))
        .route(own::SESSION_CONSENTS, any(resume::consents))
        .route(own::SESSION, any(resume::forget))
        .route(own::REDIRECT, any(redirect::handle))
        .route("/redirect.js", get(redirect::script).fallback(refuse_method("GET, HEAD")))
        .route("/redirect.css", get(redirect::style).fallback(refuse_method("GET, HEAD")))
        .route("/logos/{bic}", get(logo::handle).fallback(refuse_method("GET, HEAD")))
        .route(
            &[own::PROFILES, "{bic}"].concat(),
            get(profile::handle).fallback(refuse_method("GET, HEAD")),
        )
        .route("/ais-link.js", any(bundle::bundle))
        .route("/assets/{*file}", any(bundle::bundle))
        .route("/health/live", get(health::live).fallback(refuse_method("GET, HEAD")))
        .route("/health/ready", get(health::ready).fallback(refuse_method("GET, HEAD")))
        .fallback(bundle::pages)
        // From the inside out: a layer wraps those above it.
        .layer(CatchPanicLayer::custom(|_| -> Response { RouteError::Internal.into_response() }))
        .layer(from_fn_with_state(relay.clone(), gate::strict))
        .layer(default_header(header::CACHE_CONTROL, "no-store"))
        .layer(map_response(never_kept))
        .layer(default_header(header::CONTENT_SECURITY_POLICY, NOTHING_LOADS))
        .layer(default_header(header::REFERRER_POLICY, "no-referrer"))
        .layer(default_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(default_header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(default_header(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ))
        .with_state(relay)
}

/// Says of what must not be stored that it fits no other request. A service worker keeps what it likes, whatever
/// `no-store` says, and would answer each question for a status with the first one. What varies by everything
/// its cache refuses (Service Workers, `Cache.put`).
async fn never_kept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if headers.get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store") {
        headers.append(header::VARY, HeaderValue::from_static("*"));
    }
    response
}

/// A header that every answer has, unless its handler gave it another value.
fn default_header(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

const NOTHING_LOADS: &str = "default-src 'none'; frame-ancestors 'none'";
