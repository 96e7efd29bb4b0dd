//! Browser sessions: who may use which consent.
//!
//! A session is a random cookie; the store knows its hash, so whoever reads the store can use no
//! session. A session is kept from its first consent on: those who only look cost nothing. A consent
//! belongs to the session that created it. Whether a consent of another session exists is not told.

mod cookie;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use protocol::id::ConsentId;
use protocol::wire::Returned;

use crate::clock::Clock;
use crate::error::RouteError;
use crate::key::{Bearer, SessionKey};
use crate::random::Random;
use crate::store::{Authorisation, Consent, Ended, Fact, ReturnState, Store, StoreError};

/// The sessions and what belongs to them.
#[derive(Clone)]
pub(crate) struct Sessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

/// The browser that asks: the hash of its cookie, where it has one.
#[derive(Clone, Copy)]
pub(crate) struct Visitor(Option<SessionKey>);

/// A session that a consent may be bound to.
pub(crate) struct Session {
    pub key: SessionKey,
    /// What the answer sets, so that the browser keeps the session as long as the store does.
    pub set_cookie: HeaderValue,
}

impl Visitor {
    /// The browser that sent `headers`.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(cookie::read(headers).as_ref().map(SessionKey::from))
    }

    /// Whether it is the browser of `session`.
    pub(crate) fn is(self, session: SessionKey) -> bool {
        self.0 == Some(session)
    }

    /// Its session, where it has one.
    pub(crate) fn session(self) -> Option<SessionKey> {
        self.0
    }

    /// Whether it has a cookie of ours.
    pub(crate) fn has_cookie(self) -> bool {
        self.0.is_some()
    }
}

impl Sessions {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { store, clock, random }
    }

    /// The session of the browser that sent `headers`, or a new one. It is kept once a consent is
    /// bound to it. Who plants a cookie gains nothing by inventing it: a real one could be planted too,
    /// and the name's prefix forbids both.
    pub(crate) fn open(&self, headers: &HeaderMap) -> Session {
        let bearer = cookie::read(headers).unwrap_or_else(|| Bearer::random(&*self.random));
        Session { key: SessionKey::from(&bearer), set_cookie: cookie::write(&bearer, LIFE) }
    }

    /// What the store knows of `consent`, if it belongs to `visitor`.
    pub(crate) async fn owned(
        &self,
        visitor: Visitor,
        consent: &ConsentId,
    ) -> Result<Consent, RouteError> {
        let owned = self.store.find_consent(consent, self.clock.now()).await?;
        owned.filter(|owned| visitor.is(owned.session)).ok_or(RouteError::NotYours)
    }

    /// The consents of `visitor`, the newest first.
    pub(crate) async fn all(&self, visitor: Visitor) -> Result<Vec<Consent>, RouteError> {
        match visitor.0 {
            Some(session) => Ok(self.store.consents_of(session, self.clock.now()).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Notes a new consent. Its session lasts a day from now.
    pub(crate) async fn bind(&self, consent: Consent) -> Result<(), RouteError> {
        let expires = self.clock.now() + LIFE;
        Ok(self.store.bind_consent(consent, expires).await?)
    }

    /// Notes a new authorisation of `consent`.
    pub(crate) async fn add(
        &self,
        consent: &ConsentId,
        authorisation: Authorisation,
    ) -> Result<(), RouteError> {
        Ok(self.store.add_authorisation(consent, authorisation).await?)
    }

    /// Notes what has become of `consent`.
    pub(crate) async fn learn(&self, consent: &ConsentId, fact: Fact) -> Result<(), RouteError> {
        Ok(self.store.learn(consent, fact, self.clock.now()).await?)
    }

    /// Forgets a consent that the platform has deleted.
    pub(crate) async fn forget_consent(&self, consent: &ConsentId) -> Result<(), RouteError> {
        Ok(self.store.forget_consent(consent).await?)
    }

    /// Forgets the session of `visitor`, and gives what takes its cookie away.
    pub(crate) async fn forget(&self, visitor: Visitor) -> Result<HeaderValue, RouteError> {
        if let Some(session) = visitor.0 {
            self.store.forget_session(session).await?;
        }
        Ok(cookie::clear())
    }

    /// Awaits a return; gives the `state` that it must bring.
    pub(crate) async fn await_return(&self, awaited: ReturnState) -> Result<String, RouteError> {
        let state = Bearer::random(&*self.random);
        self.store.keep_state((&state).into(), awaited).await?;
        Ok(state.text())
    }

    /// The store, for returns.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }
}

impl Consent {
    /// Refuses what was ended here. What the browser itself wanted gone is as if it had never been.
    pub(crate) fn is_open(&self) -> Result<(), RouteError> {
        if self.is_gone() {
            return Err(RouteError::NotYours);
        }
        match self.ended {
            Ended::No => Ok(()),
            Ended::Here | Ended::Everywhere => Err(RouteError::ForeignCompletion),
        }
    }

    /// Whether its own browser has ended it; else, where it is ended, somebody came back in another one.
    pub(crate) fn is_gone(&self) -> bool {
        let is_foreign = |one: &Authorisation| one.returned == Some(Returned::Foreign);
        self.ended != Ended::No && !self.authorisations.iter().any(is_foreign)
    }
}

impl From<StoreError> for RouteError {
    fn from(StoreError: StoreError) -> Self {
        Self::NoSessions
    }
}

/// How long a session lasts after its newest consent: a day, so that what was linked in the morning can
/// be read at night, and no longer, for a browser may be shared.
const LIFE: Duration = Duration::from_hours(24);
