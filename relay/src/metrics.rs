//! What the relay counts and measures for those who run it, in Prometheus' form.
//!
//! Each label has a closed set of values: an operation, a status class, a bank of the platform's list or of the profiles,
//! a word of the code. No value comes from a browser or a person.

mod labels;
mod scraped;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::StatusCode;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};
use protocol::id::BicFi;
use protocol::profile::Context;

pub(crate) use self::labels::{Asking, DELIVERIES, ENDINGS, READS, REFUSALS};
use self::labels::{
    AtBank, Built, Called, InContext, OTHER, Outcome, Reason, Requested, Sent, class,
};
pub use self::scraped::Stored;
pub(crate) use self::scraped::{DAYS, Scraped};
use crate::clock::Stopwatch;
use crate::config::Config;

/// All that a relay counts and measures.
pub(crate) struct Metrics {
    registry: Registry,
    /// The banks that are named; each other one is [`OTHER`].
    banks: RwLock<HashMap<BicFi, Arc<str>>>,
    requests: Family<Requested, Counter>,
    durations: Durations<Called>,
    upstream: Durations<Sent>,
    in_flight: Gauge,
    connections: Gauge,
    refused: Family<Reason, Counter>,
    tokenless: Family<InContext, Counter>,
    endings: Family<AtBank, Counter>,
    reads: Family<AtBank, Counter>,
    deliveries: Family<Outcome, Counter>,
}

type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

impl Metrics {
    /// The metrics of a relay that starts.
    pub(crate) fn new(config: &Config) -> Self {
        let mut registry = Registry::with_prefix("ais_relay");
        let mut all = Registering(&mut registry);
        let build: Family<Built, Gauge> =
            all.add("build_info", "Always 1, with the version of the relay");
        build.get_or_create(&Built { version: env!("CARGO_PKG_VERSION") }).set(1);
        let metrics = Self {
            banks: RwLock::default(),
            requests: all.add("requests", "Requests by operation and class of the status"),
            durations: all.add_durations(
                "request_duration_seconds",
                "Time from a request to the head of its answer, by operation",
            ),
            upstream: all.add_durations(
                "upstream_duration_seconds",
                "Time that a request to the platform took, by host and operation",
            ),
            in_flight: all.add("requests_in_flight", "Requests that wait for their answer"),
            connections: all.add("connections", "Open connections of the public port"),
            refused: all.add(
                "connections_refused",
                "Connections that the public port closed at once, by reason",
            ),
            tokenless: all.add(
                "token_failures",
                "Calls and probes that needed an access token and got none, by context",
            ),
            endings: all.add("flow_outcomes", "Flows that ended, by bank and outcome"),
            reads: all.add("unattended_reads", "Reads without the person, by bank and outcome"),
            deliveries: all.add("webhook_deliveries", "Attempts to deliver an event, by outcome"),
            registry,
        };
        metrics.name_banks(config.profiles.banks().cloned());
        metrics.begin(config);
        metrics
    }

    /// Names these banks from now on, which are those of the platform's list.
    pub(crate) fn name_banks(&self, banks: impl Iterator<Item = BicFi>) {
        let mut named = self.banks.write().unwrap_or_else(PoisonError::into_inner);
        for bank in banks {
            if named.len() < MOST_BANKS {
                let name = bank.as_str().into();
                named.entry(bank).or_insert(name);
            }
        }
    }

    /// Makes each name visible before anything was counted.
    fn begin(&self, config: &Config) {
        drop(self.requests.get_or_create(&Requested { call: NO_CALL, status_class: "2xx" }));
        drop(self.durations.get_or_create(&Called { call: NO_CALL }));
        drop(self.upstream.get_or_create(&Asking::TOKEN.into()));
        for reason in REFUSALS {
            drop(self.refused.get_or_create(&Reason { reason }));
        }
        for context in config.platform.contexts.all() {
            drop(self.tokenless.get_or_create(&context.into()));
        }
        for outcome in ENDINGS {
            drop(self.endings.get_or_create(&AtBank { bank: OTHER.into(), outcome }));
        }
        for outcome in READS {
            drop(self.reads.get_or_create(&AtBank { bank: OTHER.into(), outcome }));
        }
        for outcome in DELIVERIES {
            drop(self.deliveries.get_or_create(&Outcome { outcome }));
        }
    }

    /// All metrics, with what is looked at now.
    pub(crate) fn text(&self, scraped: &Scraped) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        encode(&mut text, &scraped.registry())?;
        Ok(text)
    }

    /// A request that has come. It is counted when the result is dropped.
    pub(crate) fn request(self: &Arc<Self>) -> Request {
        self.in_flight.inc();
        Request {
            metrics: Arc::clone(self),
            watch: Stopwatch::start(),
            call: NO_CALL,
            status: None,
        }
    }

    /// A request to the platform that is sent now. Its time is noted when the result is dropped.
    pub(crate) fn send(self: &Arc<Self>, asking: Asking) -> Sending {
        Sending { metrics: Arc::clone(self), watch: Stopwatch::start(), asking }
    }

    /// A connection of the public port. It counts until the result is dropped.
    pub(crate) fn connect(self: &Arc<Self>) -> Connected {
        self.connections.inc();
        Connected(Arc::clone(self))
    }

    /// A connection was refused, for one of [`REFUSALS`].
    pub(crate) fn refuse(&self, reason: &'static str) {
        self.refused.get_or_create(&Reason { reason }).inc();
    }

    /// A call or a probe needed a token of `context` and got none.
    pub(crate) fn lack_token(&self, context: Context) {
        self.tokenless.get_or_create(&context.into()).inc();
    }

    /// A flow has ended, with one of [`ENDINGS`].
    pub(crate) fn end(&self, bank: &BicFi, outcome: &'static str) {
        self.endings.get_or_create(&AtBank { bank: self.bank(bank), outcome }).inc();
    }

    /// A read without the person has ended, with one of [`READS`].
    pub(crate) fn read(&self, bank: &BicFi, outcome: &'static str) {
        self.reads.get_or_create(&AtBank { bank: self.bank(bank), outcome }).inc();
    }

    /// An attempt to deliver an event has ended, with one of [`DELIVERIES`].
    pub(crate) fn deliver(&self, outcome: &'static str) {
        self.deliveries.get_or_create(&Outcome { outcome }).inc();
    }

    fn bank(&self, bank: &BicFi) -> Arc<str> {
        let banks = self.banks.read().unwrap_or_else(PoisonError::into_inner);
        banks.get(bank).map_or_else(|| OTHER.into(), Arc::clone)
    }
}

/// A request in progress.
pub(crate) struct Request {
    metrics: Arc<Metrics>,
    watch: Stopwatch,
    call: &'static str,
    status: Option<StatusCode>,
}

impl Request {
    /// Notes what it was, and its answer.
    pub(crate) fn answered(&mut self, call: &'static str, status: StatusCode) {
        self.call = call;
        self.status = Some(status);
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let Self { metrics, watch, call, status } = self;
        metrics.in_flight.dec();
        let (call, status_class) = (*call, class(*status));
        metrics.durations.get_or_create(&Called { call }).observe(watch.seconds());
        metrics.requests.get_or_create(&Requested { call, status_class }).inc();
    }
}

/// A request to the platform in progress.
pub(crate) struct Sending {
    metrics: Arc<Metrics>,
    watch: Stopwatch,
    asking: Asking,
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.metrics.upstream.get_or_create(&self.asking.into()).observe(self.watch.seconds());
    }
}

/// An open connection.
pub(crate) struct Connected(Arc<Metrics>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.dec();
    }
}

/// A registry that is being filled.
struct Registering<'a>(&'a mut Registry);

impl Registering<'_> {
    fn add<M: Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        let metric = M::default();
        self.0.register(name, help, metric.clone());
        metric
    }

    fn add_durations<L>(&mut self, name: &str, help: &str) -> Durations<L>
    where
        Durations<L>: Metric,
        L: Clone + std::hash::Hash + Eq,
    {
        let metric = Durations::<L>::new_with_constructor(|| Histogram::new(BOUNDS));
        self.0.register(name, help, metric.clone());
        metric
    }
}

/// What a request is called that is for no operation.
pub(crate) const NO_CALL: &str = "none";
/// Banks that are named at most. The platform lists some three thousand.
const MOST_BANKS: usize = 10_000;
/// Seconds: from an answer out of memory to the longest call.
const BOUNDS: [f64; 13] =
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
