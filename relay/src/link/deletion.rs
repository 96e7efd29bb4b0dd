//! The end of consents that are not to be: here first, then at the platform, again and again if need be.
//! What has expired is forgotten on the way.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use protocol::id::BicFi;
use protocol::wire::ConsentStatus;
use protocol::{Call, header as names};
use tokio::task::JoinSet;
use tokio::time::sleep;
use uuid::Uuid;

use crate::http::error::RouteError;
use crate::http::field;
use crate::http::psu::{Psu, write_person};
use crate::link::links::Links;
use crate::link::{Cause, Ending, Event, Link, State, Terms};
use crate::platform::call::{Asked, Outgoing};
use crate::platform::refusal::Refusal;

impl Links {
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
        let _ = store.sweep(self.now()).await;
        for link in self.leftovers().take() {
            self.disown(link, None).await;
        }
        // A killed relay left them, or one whose store failed in between.
        let old = store.take_intents(self.now() - ANSWERED).await.unwrap_or_default();
        for intent in old {
            unheard(&intent.bank, intent.request);
        }
        self.delete_due().await;
        self.tend_hosts().await;
    }

    /// Deletes what is due at the platform, in a task of its own.
    pub(super) fn delete_soon(&self) {
        let relay = self.clone();
        tokio::spawn(async move { relay.delete_due().await });
    }

    /// Deletes at the platform what is due.
    async fn delete_due(&self) {
        let store = self.sessions().store();
        let mut running = JoinSet::new();
        // The store has logged why it cannot answer; the next round tries again.
        for link in store.due(self.now()).await.unwrap_or_default() {
            if running.len() >= AT_ONCE {
                running.join_next().await;
            }
            let relay = self.clone();
            running.spawn(async move { relay.end(&link, None).await });
        }
        while running.join_next().await.is_some() {}
    }

    /// Ends `link` because its browser wants it gone: here at once, so that no page goes on with it, and
    /// at the platform now or, where that fails, later.
    ///
    /// `request_id` is the id of the first request that the platform is sent. Comes back with that of the last.
    pub(crate) async fn end_for(
        &self,
        link: &Link,
        psu: &Psu,
        mut request_id: Uuid,
    ) -> Result<Uuid, RouteError> {
        let sessions = self.sessions();
        if link.ended().is_none() {
            // Before anything is sent: it is ended even if the browser or the relay is cut off now.
            sessions.apply(&link.id, [Event::End(Cause::Person)]).await?;
        }
        if !matches!(link.state, State::Deleted { .. }) {
            // Where no call is free, the next round sees to it.
            let Ok(_permit) = self.calls().try_acquire_owned() else { return Ok(request_id) };
            let (deletion, last) = self.delete(link, Some(psu), request_id).await;
            request_id = last;
            if deletion == Deletion::Failed {
                let again = self.now() + delay(0);
                sessions.apply(&link.id, [Event::NotDeleted { again }]).await?;
                return Ok(request_id);
            }
        }
        sessions.remove(&link.id).await?;
        Ok(request_id)
    }

    /// Ends `link`, whose browser went away before it heard of it.
    pub(crate) async fn end_unheard(&self, link: &Link) {
        let noted = self.sessions().apply(&link.id, [Event::End(Cause::Abandoned)]).await;
        match noted {
            Ok(()) => self.end(link, None).await,
            Err(_) => self.disown(link.clone(), None).await,
        }
    }

    /// Ends `link`, which is no session's, for the store does not know it: at the platform now; else the
    /// store keeps it until that is done, or, where it cannot, this process.
    pub(crate) async fn disown(&self, mut link: Link, psu: Option<&Psu>) {
        link.apply(Event::End(Cause::Abandoned), self.now());
        if self.delete(&link, psu, self.request_id()).await.0 == Deletion::Failed
            && self.sessions().keep_ended(link.clone()).await.is_err()
        {
            self.leftovers().add(link);
        }
    }

    /// Deletes at the platform what was ended here. Where that fails it is tried again, the later the more often it
    /// has failed before.
    ///
    /// `psu` is the person who asks for it, where one does: the platform hears of no other person.
    pub(crate) async fn end(&self, link: &Link, psu: Option<&Psu>) {
        let store = self.sessions().store();
        // Another relay may be at it, or may have done it since the link was read.
        let held = store.hold(&format!("deletion {}", link.id)).await;
        let now = match &held {
            Ok(None) => None,
            Ok(Some(_)) => match store.update(&link.id, Box::new(|_| {}), self.now()).await {
                Ok(link) => link.filter(|link| self.is_to_delete(link)),
                Err(_) => Some(Arc::new(link.clone())),
            },
            Err(_) => Some(Arc::new(link.clone())),
        };
        let Some(now) = now else { return };
        if let State::AwaitDeletion { cause: Cause::Abandoned, status, failures: 0, .. } =
            &now.state
            && *status != ConsentStatus::Valid
        {
            self.metrics().end(&link.terms.bank, Ending::Abandoned.word());
        }
        let failures = match link.state {
            State::AwaitDeletion { failures, .. } => failures,
            _ => 0,
        };
        let event = match self.delete(link, psu, self.request_id()).await.0 {
            Deletion::Done => Event::Deleted,
            Deletion::Failed => Event::NotDeleted { again: self.now() + delay(failures) },
        };
        // A failure is logged by the store; the platform is then asked twice, which is harmless.
        let _ = self.sessions().apply(&link.id, [event]).await;
    }

    fn is_to_delete(&self, link: &Link) -> bool {
        matches!(link.state, State::AwaitDeletion { due, .. } if due <= self.now())
    }

    /// Asks the platform to delete the consent of `link`. With the outcome comes the id of the request that was sent
    /// last.
    async fn delete(&self, link: &Link, psu: Option<&Psu>, request_id: Uuid) -> (Deletion, Uuid) {
        let call = Call::DeleteConsent { consent: link.id.clone() };
        let Some(headers) = self.consent_headers(link, psu) else {
            return (Deletion::Failed, request_id);
        };
        let outgoing =
            Outgoing { request_id, context: link.terms.context, headers, body: None, page: None };
        let Asked { answer, request_id } = self.platform().call(&call, &outgoing).await;
        let code = answer.as_ref().ok().and_then(Refusal::of).and_then(|refusal| refusal.code);
        let status = answer.ok().map(|answer| answer.status.as_u16());
        let bank = link.terms.bank.as_str();
        // A consent that the platform does not know needs no deletion.
        if matches!(status, Some(200..=299 | 404 | 410)) {
            tracing::info!(bank, %request_id, "a consent was ended at the platform");
            return (Deletion::Done, request_id);
        }
        tracing::warn!(bank, status, code, %request_id, "a consent is still to be ended");
        (Deletion::Failed, request_id)
    }
}

/// How an attempt to delete a consent at the platform ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deletion {
    /// The platform has it no more.
    Done,
    /// It is to be tried again.
    Failed,
}

/// Links whose consents are to be deleted at the platform, and that the store did not take.
#[derive(Clone, Default)]
pub(crate) struct Leftovers(Arc<Mutex<Vec<Link>>>);

impl Leftovers {
    fn add(&self, link: Link) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST {
            all.push(link);
        } else {
            tracing::error!("too many consents are to be ended that the store does not take");
        }
    }

    fn take(&self) -> Vec<Link> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Links {
    /// The headers of a call about the consent of `link` that the relay makes itself. With the person who asks go the ids that
    /// the consent was made with, as with that person's own calls.
    pub(crate) fn consent_headers(&self, link: &Link, psu: Option<&Psu>) -> Option<HeaderMap> {
        let mut headers = headers_about(&link.terms)?;
        if let Some(psu) = psu {
            psu.write(self.config().profiles.of(&link.terms.bank), &mut headers).ok()?;
            let sealed = link.psu.as_ref();
            if let Some(person) = sealed.and_then(|sealed| self.unseal(sealed, &link.id)) {
                write_person(&person, &mut headers).ok()?;
            }
        }
        Some(headers)
    }
}

/// Says that a consent may be at the bank of which the relay does not know the id.
pub(crate) fn unheard(bank: &BicFi, request_id: Uuid) {
    tracing::warn!(
        bank = bank.as_str(),
        %request_id,
        "a consent may be left at the bank: its id was not heard, and only the platform can find it by the \
         request id"
    );
}

/// How long to wait after a failure that had `before` others before it.
fn delay(before: u32) -> Duration {
    PAUSE.saturating_mul(1 << before.min(10)).min(LONGEST)
}

/// The headers about a consent with these terms, but for the person's.
pub(super) fn headers_about(terms: &Terms) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    let bank = HeaderValue::from_str(terms.bank.as_str()).ok()?;
    headers.insert(HeaderName::from_static(names::X_BIC_FI), bank);
    if let Some(affiliated) = &terms.affiliated {
        let affiliated = field::value(affiliated.as_str()).ok()?;
        headers.insert(HeaderName::from_static(names::X_AFFILIATED_ASPSP_ID), affiliated);
    }
    if let Some(preferred) = terms.redirect_preferred {
        let preferred = HeaderValue::from_static(if preferred { "true" } else { "false" });
        headers.insert(HeaderName::from_static(names::TPP_REDIRECT_PREFERRED), preferred);
    }
    Some(headers)
}

/// Between two rounds; and after a first failure. The pause doubles with each further one.
const PAUSE: Duration = Duration::from_mins(1);
/// Who has failed often is tried each hour.
const LONGEST: Duration = Duration::from_hours(1);
/// After so long no call waits for the platform's answer any more: a call may last for half of it.
const ANSWERED: Duration = Duration::from_mins(1);
/// Consents of the size of a few kilobytes that wait in memory.
const MOST: usize = 1000;
/// Deletions at one time: a silent platform must not make a round last for an hour.
const AT_ONCE: usize = 8;
