//! Webhooks, as the official library verifies them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use relay::config::Webhook;
use relay::host::{EventKind, HostEvent};
use relay::webhook::{Attempt, Flow, Webhooks};
use relay::{Clock as _, Secret, SystemClock};
use serde_json::{Value, json};
use standardwebhooks::Webhook as Verifier;
use tokio::net::TcpListener;

use super::{Host, terms};
use crate::database;
use crate::each::on_each_database;
use crate::support::{field, finish};

on_each_database! {
    a_link_is_told_in_a_body_that_both_secrets_verify_and_that_names_no_account,
    what_is_not_taken_is_sent_again_by_the_schedule_and_then_given_up,
    retry_after_is_honoured_and_410_ends_it,
    of_two_relays_one_sends_an_event,
}

/// The host's server, as far as it takes webhooks.
#[derive(Clone)]
pub(crate) struct Receiver {
    url: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    received: Vec<(HeaderMap, Bytes)>,
    answer: (u16, Option<&'static str>),
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner { received: Vec::new(), answer: (204, None) }));
        let receiver = Self { url, inner };
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        receiver
    }

    fn answer(&self, status: u16, retry_after: Option<&'static str>) {
        self.inner.lock().unwrap().answer = (status, retry_after);
    }

    fn received(&self) -> Vec<(HeaderMap, Bytes)> {
        self.inner.lock().unwrap().received.clone()
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// Asserts that an event of `webhooks` comes with a signature by each of these secrets, and no other.
    pub(crate) async fn verifies_next(&self, webhooks: &Webhooks, secrets: &[&str]) {
        let event = HostEvent::new(EventKind::WebhookTest, "reload", SystemClock.now());
        assert_eq!(webhooks.send(&event, SystemClock.now()).await, Attempt::Taken);
        let (headers, body) = self.received().pop().unwrap();
        let signatures = headers["webhook-signature"].to_str().unwrap().split(' ').count();
        assert_eq!(signatures, secrets.len());
        for secret in secrets {
            Verifier::new(secret).unwrap().verify(&body, &headers).unwrap();
        }
    }

    /// Those that post to it, with these secrets.
    pub(super) fn webhooks(&self, secrets: &[&str]) -> Webhooks {
        let secrets = secrets.iter().map(|secret| Secret::new(secret).unwrap()).collect();
        Webhooks::new(Webhook { url: self.url.parse().unwrap(), secrets }).unwrap()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let mut inner = receiver.inner.lock().unwrap();
    inner.received.push((headers, body));
    let (status, retry_after) = inner.answer;
    let mut response = StatusCode::from_u16(status).unwrap().into_response();
    if let Some(wait) = retry_after {
        response.headers_mut().insert("retry-after", wait.parse().unwrap());
    }
    response.headers_mut().insert("location", "/elsewhere".parse().unwrap());
    response
}

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

async fn delivery(host: &Host, index: usize) -> (String, i64) {
    let event = &host.get("/v1/events").await["data"][index];
    (event["delivery"].as_str().unwrap().to_owned(), event["attempts"].as_i64().unwrap())
}

async fn a_link_is_told_in_a_body_that_both_secrets_verify_and_that_names_no_account() {
    let host = Host::new().await;
    let receiver = Receiver::start().await;
    // The library compares the time with the machine's clock.
    host.world.clock.advance(SystemClock.now().since(host.world.clock.now()));
    let (session, connection, consent) = host.link(&terms()).await;
    let (links, webhooks) = (host.world.relay.links(), receiver.webhooks(&[NEW, OLD]));
    assert_eq!(webhooks.run_once(&links).await, Flow::On);
    let received = receiver.received();
    let [(headers, body)] = received.as_slice() else { panic!("one webhook") };
    for secret in [OLD, NEW] {
        Verifier::new(secret).unwrap().verify(body, headers).unwrap();
    }
    let stranger = Verifier::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    assert!(stranger.verify(body, headers).is_err());
    let body: Value = serde_json::from_slice(body).unwrap();
    let ledger = &host.get("/v1/events").await["data"][0];
    assert_eq!(headers["webhook-id"], *ledger["id"].as_str().unwrap());
    assert_eq!(
        body,
        json!({
            "type": "link.succeeded", "timestamp": ledger["timestamp"],
            "data": {
                "link_session_id": session, "connection_id": connection, "client_reference": "customer-4711",
                "status": "succeeded",
            },
        })
    );
    assert_ne!(body["data"]["connection_id"], json!(consent));
    assert_eq!(delivery(&host, 0).await, ("delivered".to_owned(), 1));
    webhooks.run_once(&links).await;
    assert_eq!(receiver.received().len(), 1, "it was taken");
}

async fn what_is_not_taken_is_sent_again_by_the_schedule_and_then_given_up() {
    let host = Host::new().await;
    let receiver = Receiver::start().await;
    host.link(&terms()).await;
    let (links, webhooks, clock) =
        (host.world.relay.links(), receiver.webhooks(&[OLD]), &host.world.clock);
    // A redirect is no success, and the relay does not follow it.
    receiver.answer(302, None);
    let waits = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (attempt, wait) in waits.into_iter().enumerate() {
        webhooks.run_once(&links).await;
        assert_eq!(receiver.received().len(), attempt + 1);
        clock.advance(Duration::from_millis(wait * 1000 - 1));
        webhooks.run_once(&links).await;
        assert_eq!(receiver.received().len(), attempt + 1, "not before {wait} seconds");
        clock.advance(Duration::from_secs(wait) / 10 + Duration::from_secs(1));
    }
    webhooks.run_once(&links).await;
    assert_eq!(delivery(&host, 0).await, ("failed".to_owned(), 10));
    let id = host.get("/v1/events").await["data"][0]["id"].as_str().unwrap().to_owned();
    receiver.answer(200, None);
    let again = finish(host.request(Method::POST, &format!("/v1/events/{id}/redeliver"))).await;
    assert_eq!(
        (again.status(), field(&again, "delivery").as_str()),
        (StatusCode::ACCEPTED, "pending")
    );
    webhooks.run_once(&links).await;
    assert_eq!(delivery(&host, 0).await, ("delivered".to_owned(), 1));
}

async fn retry_after_is_honoured_and_410_ends_it() {
    let host = Host::new().await;
    let receiver = Receiver::start().await;
    let (links, webhooks, clock) =
        (host.world.relay.links(), receiver.webhooks(&[OLD]), &host.world.clock);
    let made = finish(host.request(Method::POST, "/v1/webhooks/test")).await;
    assert_eq!(
        (made.status(), field(&made, "type").as_str()),
        (StatusCode::ACCEPTED, "webhook.test")
    );
    receiver.answer(503, Some("3600"));
    webhooks.run_once(&links).await;
    clock.advance(Duration::from_mins(59));
    webhooks.run_once(&links).await;
    assert_eq!(receiver.received().len(), 1);
    clock.advance(Duration::from_mins(2));
    receiver.answer(410, None);
    assert_eq!(webhooks.run_once(&links).await, Flow::Ended);
    assert_eq!(delivery(&host, 0).await, ("failed".to_owned(), 2));
}

async fn of_two_relays_one_sends_an_event() {
    let host = Host::new().await;
    let receiver = Receiver::start().await;
    for _ in 0..3 {
        finish(host.request(Method::POST, "/v1/webhooks/test")).await;
    }
    let (links, one, two) =
        (host.world.relay.links(), receiver.webhooks(&[OLD]), receiver.webhooks(&[OLD]));
    tokio::join!(one.run_once(&links), two.run_once(&links));
    assert_eq!(receiver.received().len(), 3);
}
