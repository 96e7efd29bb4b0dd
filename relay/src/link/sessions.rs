//! Browser sessions: who may use which consent.
//!
//! A session is a random cookie; the store knows its hash, so whoever reads the store can use no
//! session. A session is kept from its first consent on: those who only look cost nothing. A consent
//! belongs to the session that created it. Whether a consent of another session exists is not told.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use protocol::id::ConsentId;
use protocol::wire::Returned;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Most;
use crate::crypto::key::{Bearer, SessionKey};
use crate::crypto::random::Random;
use crate::crypto::seal::Sealer;
use crate::http::cookie;
use crate::http::error::RouteError;
use crate::link::return_page::{KeptPage, ReturnPage};
use crate::store::{Authorisation, Consent, Ended, Fact, Intent, ReturnState, Store, StoreError};

/// The sessions and what belongs to them.
#[derive(Clone)]
pub(crate) struct Sessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    sealer: Arc<Sealer>,
}

/// The browser that asks: the hashes of its cookies, where it has any. More than one is the mark of a cookie
/// that another host of the site has planted, and the relay cannot tell which one that is.
#[derive(Clone, Copy)]
pub(crate) struct Visitor {
    first: Option<SessionKey>,
    others: [Option<SessionKey>; 3],
}

/// A session that a consent may be bound to.
pub(crate) struct Session {
    pub key: SessionKey,
    sealer: Sealer,
    /// What the answer sets, so that the browser keeps the session as long as the store does.
    pub set_cookie: Option<HeaderValue>,
}

impl Visitor {
    fn with(keys: impl IntoIterator<Item = SessionKey>) -> Self {
        let mut keys = keys.into_iter();
        let first = keys.next();
        let mut others = [None; 3];
        others.iter_mut().zip(keys).for_each(|(place, key)| *place = Some(key));
        Self { first, others }
    }

    /// Whether it is the browser of `session`: it shows the secret of it, with or without others.
    pub(crate) fn is(self, session: SessionKey) -> bool {
        self.sessions().any(|own| own == session)
    }

    /// Its session, where it has one and no other.
    pub(crate) fn session(self) -> Option<SessionKey> {
        self.first.filter(|_| !self.is_ambiguous())
    }

    /// Whether it has a cookie of ours.
    pub(crate) fn has_cookie(self) -> bool {
        self.first.is_some()
    }

    /// Whether it has the cookies of several sessions. Then nothing is begun or completed for it: one of them
    /// may be an attacker's.
    pub(crate) fn is_ambiguous(self) -> bool {
        self.sessions().count() > 1
    }

    fn sessions(self) -> impl Iterator<Item = SessionKey> {
        self.first.into_iter().chain(self.others.into_iter().flatten())
    }
}

impl Sessions {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        sealer: Arc<Sealer>,
    ) -> Self {
        Self { store, clock, random, sealer }
    }

    /// The browser that sent `headers`. Of several cookies those count that this relay has made, or that
    /// belong to a session with a consent: what somebody has invented and planted beside the real one
    /// changes nothing.
    pub(crate) async fn visitor(&self, headers: &HeaderMap) -> Result<Visitor, RouteError> {
        let sent = cookie::read(headers);
        if sent.len() < 2 {
            return Ok(Visitor::with(sent.iter().map(SessionKey::from)));
        }
        let (mut counted, mut looked_up) = (Vec::new(), 0);
        for bearer in &sent {
            let key = SessionKey::from(bearer);
            let mut is_known = self.sealer.has_made(bearer);
            if !is_known && looked_up < LOOKED_UP {
                looked_up += 1;
                is_known = !self.store.consents_of(key, self.clock.now()).await?.is_empty();
            }
            if is_known {
                counted.push(key);
            }
        }
        Ok(Visitor::with(counted))
    }

    /// The session of `visitor`, who sent `headers`, or a new one. It is kept once a consent is bound to it.
    /// Who plants a cookie alone gains nothing by inventing it: a real one could be planted too, and the
    /// name's prefix forbids both.
    ///
    /// # Errors
    /// The browser has several, and what is begun now must not become another one's.
    pub(crate) fn open(
        &self,
        headers: &HeaderMap,
        visitor: Visitor,
    ) -> Result<Session, RouteError> {
        if visitor.is_ambiguous() {
            return Err(RouteError::BadHeader { name: "cookie", problem: TWO_SESSIONS });
        }
        let mut sent = cookie::read(headers);
        let own = sent.iter().position(|bearer| visitor.session() == Some(bearer.into()));
        let (bearer, is_alone) = match own {
            Some(place) => (sent.swap_remove(place), sent.is_empty()),
            None => (self.sealer.session(&*self.random), true),
        };
        // With another one beside it, the browser is left as it is.
        let set_cookie = is_alone.then(|| cookie::write(&bearer, LIFE));
        let sealer = Sealer::of_session(&bearer);
        Ok(Session { key: SessionKey::from(&bearer), sealer, set_cookie })
    }

    /// `page`, to be kept with `consent` of `session`.
    pub(crate) fn keep_page(
        &self,
        session: &Session,
        page: &ReturnPage,
        consent: &ConsentId,
    ) -> KeptPage {
        KeptPage::seal(page, consent, &session.sealer, &*self.random)
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

    /// The consents of `visitor`, the newest first; of several sessions none, for a page must not take up what
    /// somebody else has begun.
    pub(crate) async fn all(&self, visitor: Visitor) -> Result<Vec<Consent>, RouteError> {
        match visitor.session() {
            Some(session) => Ok(self.store.consents_of(session, self.clock.now()).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Keeps a consent that is nobody's until the platform has deleted it.
    pub(crate) async fn keep_ended(&self, consent: Consent) -> Result<(), RouteError> {
        Ok(self.store.bind_consent(consent, self.clock.now()).await?)
    }

    /// Notes a new consent, and that what was intended is done.
    pub(crate) async fn bind_intended(
        &self,
        consent: Consent,
        request: Uuid,
    ) -> Result<(), RouteError> {
        let expires = self.clock.now() + LIFE;
        Ok(self.store.bind_intended(consent, expires, request).await?)
    }

    /// Makes room for one more consent, where `most` may be kept.
    ///
    /// # Errors
    /// There is none, and none can be made at once.
    pub(crate) async fn make_room(&self, most: Most) -> Result<(), RouteError> {
        let Most::Number(most) = most else { return Ok(()) };
        let has_room = self.store.make_room(most.get(), self.clock.now()).await?;
        has_room.then_some(()).ok_or(RouteError::Full)
    }

    /// Notes that the platform is about to be asked for a consent.
    pub(crate) async fn intend(&self, intent: Intent) -> Result<(), RouteError> {
        Ok(self.store.intend(intent).await?)
    }

    /// Notes that nothing came of what was intended, or that it was seen to.
    pub(crate) async fn forget_intent(&self, request: Uuid) -> Result<(), RouteError> {
        Ok(self.store.forget_intent(request).await?)
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
        for session in visitor.sessions() {
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
    /// The page that its person goes back to, for a browser that sent `headers`: all of it where that is the
    /// browser that began.
    pub(crate) fn page(&self, headers: &HeaderMap) -> Option<ReturnPage> {
        let sent = cookie::read(headers);
        let own = sent.iter().find(|bearer| self.session == SessionKey::from(*bearer));
        let sealer = own.map(Sealer::of_session);
        self.return_page.as_ref().map(|page| page.open(&self.id, sealer.as_ref()))
    }

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

const TWO_SESSIONS: &str = "holds two sessions of this relay, and one of them is not this person's: clear \
                            the site's cookies";
/// Cookies that are looked for in the store, of those that this relay's key does not vouch for.
const LOOKED_UP: usize = 64;
/// How long a session lasts after its newest consent: a day, so that what was linked in the morning can
/// be read at night, and no longer, for a browser may be shared.
const LIFE: Duration = Duration::from_hours(24);
