//! What is not counted as it happens, but looked at when Prometheus asks.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use protocol::profile::Context;

use super::labels::{InContext, InState, Within};
use crate::clock::Timestamp;
use crate::config::Reload;

/// What is looked at when Prometheus asks.
pub(crate) struct Scraped {
    /// What the store counts; `None` where it cannot answer. Then its numbers are left out.
    pub stored: Option<Stored>,
    /// When the first kept token of each context ends; `None` where none is kept.
    pub tokens: Vec<(Context, Option<Timestamp>)>,
    /// How the last reading of files ended.
    pub reload: Reload,
}

/// What the store counts, for all relays that share it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Links by their state.
    pub flows: Vec<(&'static str, i64)>,
    /// Connections whose consent ends within so many days, of [`DAYS`].
    pub expiring: [i64; 3],
    /// Events that are still to be delivered.
    pub outbox: i64,
}

impl Scraped {
    /// A registry with these numbers.
    pub(super) fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix("ais_relay");
        if let Some(stored) = &self.stored {
            stored.register(&mut registry);
        }
        let (tokens, certificate) = (Family::<InContext, Moment>::default(), Moment::default());
        for (context, until) in &self.tokens {
            let context = InContext::from(*context);
            tokens.get_or_create(&context).set(until.map_or(0.0, seconds));
        }
        certificate.set(self.reload.certificate_until.map_or(f64::INFINITY, seconds));
        let (succeeded, is_successful) = (Moment::default(), Gauge::<i64>::default());
        succeeded.set(seconds(self.reload.succeeded));
        is_successful.set(i64::from(self.reload.is_successful));
        registry.register(
            "certificate_expiry_timestamp_seconds",
            "When the client certificate in use ends; +Inf without one",
            certificate,
        );
        registry.register(
            "token_expiry_timestamp_seconds",
            "When the first of the kept access tokens ends, by context; 0 where none is kept",
            tokens,
        );
        registry.register(
            "config_last_reload_successful",
            "Whether what the files of certificates, keys, secrets and the configuration hold can be used: 1 or 0",
            is_successful,
        );
        registry.register(
            "config_last_reload_success_timestamp_seconds",
            "When what is in use was read from those files",
            succeeded,
        );
        registry
    }
}

impl Stored {
    fn register(&self, registry: &mut Registry) {
        let flows = Family::<InState, Gauge>::default();
        for (state, number) in &self.flows {
            flows.get_or_create(&InState { state }).set(*number);
        }
        let expiring = Family::<Within, Gauge>::default();
        for (days, number) in DAYS.into_iter().zip(self.expiring) {
            expiring.get_or_create(&Within { days }).set(number);
        }
        let outbox = Gauge::<i64>::default();
        outbox.set(self.outbox);
        registry.register("flows", "Links in the store, by their state", flows);
        registry.register(
            "consents_expiring",
            "Connections whose consent ends within so many days",
            expiring,
        );
        registry.register("webhook_outbox", "Events that are still to be delivered", outbox);
    }
}

/// A moment, in seconds, as Prometheus has moments.
type Moment = Gauge<f64, AtomicU64>;

fn seconds(moment: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the milliseconds of this millennium fit")]
    let millis = moment.as_millis() as f64;
    millis / 1000.0
}

/// Days, as the events `connection.expiring` have them.
pub(crate) const DAYS: [u32; 3] = [1, 7, 14];
