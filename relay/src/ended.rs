//! What the relay does unasked: it ends consents that are not to be, and forgets what has expired.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use protocol::{Call, header as names};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Relay;
use crate::platform::Cargo;
use crate::psu::Psu;
use crate::store::{Consent, Deletion, Ended, Fact};

impl Relay {
    /// Works through what is left to do, again and again, until it is dropped.
    pub async fn tend(&self) -> Infallible {
        loop {
            self.tend_once().await;
            sleep(PAUSE).await;
        }
    }

    /// Works through what is left to do at this moment: some deletions at one time, the rest in turn.
    pub async fn tend_once(&self) {
        let store = self.sessions().store();
        let _ = store.forget_expired(self.now()).await;
        let mut running = JoinSet::new();
        // The store has logged why it cannot answer; the next round tries again.
        for Deletion { consent, failures } in store.to_delete(self.now()).await.unwrap_or_default()
        {
            if running.len() >= AT_ONCE {
                running.join_next().await;
            }
            let relay = self.clone();
            running.spawn(async move { relay.end(&consent, failures, None).await });
        }
        while running.join_next().await.is_some() {}
    }

    /// Deletes at the platform what was ended here. Where that fails, as it did `failures` times before,
    /// it is tried again later.
    ///
    /// `psu` is the person who asks for it, where one does: the platform is told of nobody else.
    pub(crate) async fn end(&self, consent: &Consent, failures: u32, psu: Option<&Psu>) {
        let call = Call::DeleteConsent { consent: consent.id.clone() };
        let Some(headers) = consent_headers(consent, psu) else {
            return;
        };
        let cargo = Cargo { context: consent.context, headers, body: None };
        let mut id = self.request_id();
        let answer = self.platform().call(&call, &cargo, &mut id).await;
        let status = answer.ok().map(|answer| answer.status.as_u16());
        let bank = consent.bank.as_str();
        let told = if matches!(status, Some(200..=299 | 404)) {
            tracing::info!(bank, request_id = %id, "a consent was ended at the platform");
            Fact::Ended(Ended::Everywhere)
        } else {
            tracing::warn!(bank, status, request_id = %id, "a consent is still to be ended");
            Fact::NotDeleted { again: self.now() + delay(failures) }
        };
        // A failure is logged by the store; the platform is then told twice, which is harmless.
        let _ = self.sessions().store().learn(&consent.id, told).await;
    }
}

/// How long to wait after a failure that had `before` others before it.
fn delay(before: u32) -> Duration {
    PAUSE.saturating_mul(1 << before.min(10)).min(LONGEST)
}

/// The headers of a call about `consent` that the relay makes itself.
pub(crate) fn consent_headers(consent: &Consent, psu: Option<&Psu>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    if let Some(psu) = psu {
        psu.write(&mut headers).ok()?;
    }
    let bank = HeaderValue::from_str(consent.bank.as_str()).ok()?;
    headers.insert(HeaderName::from_static(names::X_BIC_FI), bank);
    if let Some(affiliated) = &consent.affiliated {
        let affiliated = HeaderValue::from_str(affiliated.as_str()).ok()?;
        headers.insert(HeaderName::from_static(names::X_AFFILIATED_ASPSP_ID), affiliated);
    }
    if let Some(preferred) = consent.redirect_preferred {
        let preferred = HeaderValue::from_static(if preferred { "true" } else { "false" });
        headers.insert(HeaderName::from_static(names::TPP_REDIRECT_PREFERRED), preferred);
    }
    Some(headers)
}

/// Between two rounds; and after a first failure. The pause doubles with each further one.
const PAUSE: Duration = Duration::from_mins(1);
/// Who has failed often is tried each hour.
const LONGEST: Duration = Duration::from_hours(1);
/// Deletions at one time: a silent platform must not make a round last for an hour.
const AT_ONCE: usize = 8;
