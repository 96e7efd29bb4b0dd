//! Posts events to the host's server (Standard Webhooks 1.0.0): at least once, in no promised order. Several relays
//! share one outbox.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::HeaderMap;
use reqwest::{Client, redirect};
use standardwebhooks::Webhook as Signer;
use thiserror::Error;
use tokio::task::JoinSet;
use tokio::time::sleep;
use url::Url;

use crate::clock::Timestamp;
use crate::config::Webhook;
use crate::crypto::random::Random;
use crate::crypto::secret::Secret;
use crate::host::{EventBody, HostEvent};
use crate::http::retry_after;
use crate::link::links::Links;
use crate::store::host::{AT_ONCE, Delivery, Entry};

/// Posts events. Clones share the secrets.
#[derive(Clone)]
pub struct Webhooks {
    url: Url,
    signers: Arc<RwLock<Vec<Signer>>>,
    client: Client,
}

/// Why events cannot be posted.
#[derive(Debug, Error)]
pub enum WebhookError {
    /// A secret is none.
    #[error("a secret of AIS_RELAY_WEBHOOK_SECRET_FILE cannot be used")]
    Secret,
    /// There is no client.
    #[error("webhooks cannot be sent: {0}")]
    Client(#[from] reqwest::Error),
}

/// What became of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The host's server has taken it.
    Taken,
    /// It wants no more events (410).
    Gone,
    /// It did not take it. The status, where there was one, and when it wants to be asked again.
    Refused(Option<u16>, Option<Duration>),
}

impl Webhooks {
    /// Posts events to `to`.
    pub fn new(to: Webhook) -> Result<Self, WebhookError> {
        let signers = Arc::new(RwLock::new(signers(&to.secrets)?));
        let client =
            Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(PATIENCE);
        Ok(Self { url: to.url, signers, client: client.build()? })
    }

    /// Signs with `secrets` from now on.
    pub fn renew(&self, secrets: &[Secret]) -> Result<(), WebhookError> {
        let signers = signers(secrets)?;
        *self.signers.write().unwrap_or_else(PoisonError::into_inner) = signers;
        Ok(())
    }

    /// Posts what is due, again and again, until it is dropped or the host's server wants no more.
    pub async fn run(self, links: Links) {
        loop {
            let flow = self.run_once(&links).await;
            if flow == Flow::Ended {
                tracing::error!(
                    "the host's server has answered 410 to a webhook: no more are sent until the relay starts again"
                );
                return;
            }
            if flow == Flow::On {
                sleep(PAUSE).await;
            }
        }
    }

    /// Posts what is due at this moment, up to [`AT_ONCE`], all at one time: each is done before another relay may take it.
    pub async fn run_once(&self, links: &Links) -> Flow {
        let store = links.sessions().store();
        let now = links.now();
        // The store has logged why it cannot answer; the next round tries again.
        let due = store.take_deliveries(now, now + CLAIMED).await.unwrap_or_default();
        let is_full = u32::try_from(due.len()).is_ok_and(|taken| taken >= AT_ONCE);
        let mut running = JoinSet::new();
        for entry in due {
            let (own, links) = (self.clone(), links.clone());
            running.spawn(async move { own.deliver(&links, &entry).await });
        }
        let mut flow = if is_full { Flow::More } else { Flow::On };
        while let Some(delivered) = running.join_next().await {
            if matches!(delivered, Ok(Flow::Ended)) {
                flow = Flow::Ended;
            }
        }
        flow
    }

    async fn deliver(&self, links: &Links, entry: &Entry) -> Flow {
        let (now, attempts) = (links.now(), entry.attempts + 1);
        let attempt = if now.since(entry.event.at) > TOO_OLD && entry.attempts == 0 {
            // It was there before webhooks were: the ledger has it.
            Attempt::Refused(None, None)
        } else {
            self.send(&entry.event, now).await
        };
        let delivery = match attempt {
            Attempt::Taken => Delivery::Delivered,
            Attempt::Gone => Delivery::Failed,
            Attempt::Refused(status, wanted) => {
                let next = next(attempts, wanted, links.random());
                let (id, kind) = (&entry.event.id, entry.event.kind.word());
                tracing::warn!(%id, kind, status, attempts, again = next.is_some(), "a webhook was not taken");
                next.map_or(Delivery::Failed, |wait| Delivery::Due(now + wait))
            }
        };
        links.metrics().deliver(match (attempt, delivery) {
            (_, Delivery::Delivered) => "delivered",
            (Attempt::Gone, _) => "gone",
            (_, Delivery::Failed) => "failed",
            (_, Delivery::Due(_)) => "again",
        });
        let _ = links.sessions().store().note_delivery(&entry.event.id, attempts, delivery).await;
        if attempt == Attempt::Gone { Flow::Ended } else { Flow::On }
    }

    fn signatures(&self, id: &str, seconds: i64, body: &[u8]) -> Option<String> {
        let signers = self.signers.read().unwrap_or_else(PoisonError::into_inner);
        let signed: Result<Vec<_>, _> =
            signers.iter().map(|signer| signer.sign(id, seconds, body)).collect();
        Some(signed.ok()?.join(" "))
    }

    /// Posts one event, once.
    pub async fn send(&self, event: &HostEvent, now: Timestamp) -> Attempt {
        let id = event.id.as_str();
        let seconds = i64::try_from(now.as_millis() / 1000).unwrap_or(i64::MAX);
        let Ok(body) = serde_json::to_vec(&EventBody::from(event)) else {
            return Attempt::Refused(None, None);
        };
        let Some(signatures) = self.signatures(id, seconds, &body) else {
            return Attempt::Refused(None, None);
        };
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signatures)
            .body(body);
        match request.send().await {
            Ok(response) if response.status().is_success() => Attempt::Taken,
            Ok(response) if response.status() == 410 => Attempt::Gone,
            Ok(response) => {
                let wanted = wanted(response.headers(), now);
                Attempt::Refused(Some(response.status().as_u16()), wanted)
            }
            Err(_) => Attempt::Refused(None, None),
        }
    }
}

fn signers(secrets: &[Secret]) -> Result<Vec<Signer>, WebhookError> {
    let signers = secrets.iter().map(|secret| Signer::new(secret.expose()));
    signers.collect::<Result<_, _>>().map_err(|_| WebhookError::Secret)
}

/// Whether more events are posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// They are.
    On,
    /// They are, and more may be due at once.
    More,
    /// The host's server wants none.
    Ended,
}

/// How long the host's server wants to be left alone.
fn wanted(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    retry_after::wait(headers, now).map(|wait| wait.min(DAY))
}

/// How long to wait after an attempt that failed, the first having the number 1; `None` after the last one.
fn next(attempts: u32, wanted: Option<Duration>, random: &dyn Random) -> Option<Duration> {
    let wait = SCHEDULE.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    let mut chance = [0; 1];
    random.fill(&mut chance);
    // Up to a tenth more, so that many events do not come at once.
    let wait = *wait + wait.mul_f64(f64::from(chance[0]) / 2550.0);
    Some(wait.max(wanted.unwrap_or_default()))
}

/// Between the attempts, after the first, which is at once.
const SCHEDULE: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    DAY,
];
const DAY: Duration = Duration::from_hours(24);
/// How long the host's server may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// After this time another relay may take an event that one has taken. It is longer than an attempt.
const CLAIMED: Duration = Duration::from_secs(20);
/// Between two rounds.
const PAUSE: Duration = Duration::from_secs(1);
/// An event that is older, and was never sent, is from before webhooks were switched on.
const TOO_OLD: Duration = Duration::from_hours(4 * 24);
