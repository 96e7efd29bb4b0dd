//! The admin port: whether the relay lives and is ready, what it counts, and how it is configured. It is for those who run it,
//! asks for no key, and shows no secret and nothing personal.

mod health;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::metrics::Scraped;
use crate::phase::Phases;
use crate::relay::Relay;

/// What all handlers share.
#[derive(Clone)]
struct Admin {
    relay: Relay,
    phases: Phases,
    scraping: Arc<Mutex<()>>,
}

/// All routes of the admin port.
pub fn router(relay: Relay, phases: Phases) -> Router {
    let no_store = header::HeaderValue::from_static("no-store");
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics))
        .route("/debug/config", get(config))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, no_store))
        .with_state(Admin { relay, phases, scraping: Arc::default() })
}

/// `GET /metrics`: what the relay counts, in Prometheus' text form. One scrape at a time asks the store. A store that is slow
/// or cannot answer costs only its own numbers.
async fn metrics(State(Admin { relay, scraping, .. }): State<Admin>) -> Response {
    let config = relay.config();
    let _turn = scraping.lock().await;
    // The store has logged why it cannot answer.
    let counted = timeout(COUNTING, relay.sessions().store().count(relay.now())).await;
    let mut stored = counted.ok().and_then(Result::ok);
    if let Some(stored) = stored.as_mut().filter(|_| config.backend.webhook.is_none()) {
        // Events are kept for the ledger, and nothing delivers them.
        stored.outbox = 0;
    }
    let end = |context| (context, relay.platform().tokens.end(context));
    let tokens = config.platform.contexts.all().map(end).collect();
    let scraped = Scraped { stored, tokens, reload: relay.reloads().last() };
    match relay.metrics().text(&scraped) {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `GET /debug/config`: each variable with its value, without secrets.
async fn config(State(admin): State<Admin>) -> Response {
    Json(admin.relay.reloads().shown(&admin.relay.config().shown)).into_response()
}

/// How long the store may count.
const COUNTING: Duration = Duration::from_secs(2);
