//! Browser sessions: who may use which consent.
//!
//! A session is a random cookie; the store knows its hash, so whoever reads the store can use no
//! session. A consent belongs to the session that created it. Whether a consent of another session
//! exists is not told.

mod cookie;
mod memory;
mod store;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use protocol::id::{AuthorisationId, BicFi, ConsentId};

pub use self::cookie::SessionKey;
use self::cookie::SessionToken;
pub use self::memory::MemoryStore;
pub use self::store::{Later, Owned, Store, StoreError};
use crate::clock::Clock;
use crate::error::RouteError;
use crate::random::Random;

/// The sessions and what belongs to them.
#[derive(Clone)]
pub(crate) struct Sessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

/// The session of a call.
pub(crate) struct Session {
    key: SessionKey,
    /// What the answer must set, where the session is new.
    pub set_cookie: Option<HeaderValue>,
}

impl Sessions {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { store, clock, random }
    }

    /// The session that the cookie in `headers` names, or a new one. A cookie that we do not know
    /// is never taken over: it may have been planted.
    pub(crate) async fn enter(&self, headers: &HeaderMap) -> Result<Session, RouteError> {
        let now = self.clock.now();
        if let Some(token) = SessionToken::of(headers)
            && self.store.find_session(token.key(), now).await?
        {
            return Ok(Session { key: token.key(), set_cookie: None });
        }
        let token = SessionToken::random(&*self.random);
        self.store.create_session(token.key(), now).await?;
        Ok(Session { key: token.key(), set_cookie: Some(token.set_cookie(ABSOLUTE_LIFE)) })
    }

    /// What the store knows of `consent`, if it belongs to `session`.
    pub(crate) async fn owned(
        &self,
        session: &Session,
        consent: &ConsentId,
    ) -> Result<Owned, RouteError> {
        let owned = self.store.find_consent(consent, self.clock.now()).await?;
        owned.filter(|owned| owned.session == session.key).ok_or(RouteError::NotYours)
    }

    /// Notes that `consent`, made at `bank`, belongs to `session`.
    pub(crate) async fn bind(
        &self,
        session: &Session,
        consent: &ConsentId,
        bank: &BicFi,
        redirect_preferred: Option<bool>,
    ) -> Result<(), RouteError> {
        let owned = Owned {
            session: session.key,
            bank: bank.clone(),
            redirect_preferred,
            authorisations: Vec::new(),
        };
        Ok(self.store.bind_consent(consent.clone(), owned, self.clock.now()).await?)
    }

    /// Notes that `authorisation` is one of `consent`'s.
    pub(crate) async fn add(
        &self,
        consent: &ConsentId,
        authorisation: AuthorisationId,
    ) -> Result<(), RouteError> {
        Ok(self.store.add_authorisation(consent, authorisation).await?)
    }
}

impl From<StoreError> for RouteError {
    fn from(StoreError: StoreError) -> Self {
        Self::NoSessions
    }
}

/// How long a session without a consent lasts after its last call: a person who reads the list of
/// banks comes back within minutes.
pub const IDLE_LIFE: Duration = Duration::from_mins(30);
/// How long any session lasts: a day, so that a consent made in the morning can be read at night,
/// and no longer, for a browser may be shared.
pub const ABSOLUTE_LIFE: Duration = Duration::from_hours(24);
