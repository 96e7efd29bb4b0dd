//! Browser sessions: who may use which consent.
//!
//! A session is a random cookie. The store has only its hash, so a reader of the store cannot use a session.
//! The store keeps a session from its first consent on: a visitor who links nothing costs nothing. A consent
//! belongs to the session that created it. The relay does not reveal whether a consent of another session
//! exists.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use protocol::id::ConsentId;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Most;
use crate::crypto::key::{OpaqueId, SessionKey, StateKey};
use crate::crypto::random::Random;
use crate::crypto::ring::Ring;
use crate::crypto::seal::Sealer;
use crate::http::cookie;
use crate::http::error::RouteError;
use crate::link::ends::Ends;
use crate::link::return_page::{KeptPage, ReturnPage};
use crate::link::{Cause, Event, Link, ReturnState, Use};
use crate::metrics::Metrics;
use crate::store::{Intent, Store, StoreError};

/// The sessions, and the links that belong to them.
#[derive(Clone)]
pub(crate) struct Sessions {
    metrics: Arc<Metrics>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    ring: Arc<Ring>,
}

/// The browser that sent a request: the hashes of its cookies, if any. With more than one, another host of the
/// site has planted a cookie, and the relay cannot tell which one that is.
#[derive(Clone, Copy)]
pub(crate) struct Visitor {
    first: Option<SessionKey>,
    others: [Option<SessionKey>; 3],
}

/// A session to which the relay may bind a consent.
pub(crate) struct Session {
    pub key: SessionKey,
    sealer: Sealer,
    /// The cookie for the answer, so that the browser keeps the session as long as the store does.
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

    /// Whether it is the browser of `session`: it sent the secret of this session, with or without others.
    pub(crate) fn is(self, session: SessionKey) -> bool {
        self.sessions().any(|own| own == session)
    }

    /// Its session, where it has exactly one.
    pub(crate) fn session(self) -> Option<SessionKey> {
        self.first.filter(|_| !self.is_ambiguous())
    }

    /// Whether it sent a cookie of the relay.
    pub(crate) fn has_cookie(self) -> bool {
        self.first.is_some()
    }

    /// Whether it sent the cookies of several sessions. Then the relay begins and completes nothing for it,
    /// because one of them may be an attacker's.
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
        ring: Arc<Ring>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self { metrics, store, clock, random, ring }
    }

    /// The browser that sent `headers`. Of several cookies only those count that this relay has made, or that
    /// belong to a session with a consent. So an invented cookie beside the real one changes nothing.
    pub(crate) async fn visitor(&self, headers: &HeaderMap) -> Result<Visitor, RouteError> {
        let sent = cookie::read(headers);
        if sent.len() < 2 {
            return Ok(Visitor::with(sent.iter().map(SessionKey::from)));
        }
        let (mut counted, mut looked_up) = (Vec::new(), 0);
        for bearer in &sent {
            let key = SessionKey::from(bearer);
            let mut is_known = self.ring.has_made(bearer);
            if !is_known && looked_up < LOOKED_UP {
                looked_up += 1;
                is_known = !self.store.of_session(key, self.clock.now()).await?.is_empty();
            }
            if is_known {
                counted.push(key);
            }
        }
        Ok(Visitor::with(counted))
    }

    /// The session of `visitor`, who sent `headers`, or a new one. The store keeps it once it has a consent. An
    /// attacker who plants the only cookie gains nothing by inventing its value: they could plant a real one
    /// too, and the prefix of the cookie's name forbids both.
    ///
    /// # Errors
    /// The browser has several sessions, and the new consent must not go to the wrong one.
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
            None => (self.ring.session(&*self.random), true),
        };
        // With another cookie beside it, the relay leaves the browser's cookies as they are.
        let set_cookie = is_alone.then(|| cookie::write(&bearer, LIFE));
        let sealer = Sealer::of_session(&bearer);
        Ok(Session { key: SessionKey::from(&bearer), sealer, set_cookie })
    }

    /// `page`, in the form in which the store keeps it with `consent` of `session`.
    pub(crate) fn keep_page(
        &self,
        session: &Session,
        page: &ReturnPage,
        consent: &ConsentId,
    ) -> KeptPage {
        KeptPage::seal(page, consent, &session.sealer, &*self.random)
    }

    /// The link of `consent`, if it belongs to `visitor`.
    pub(crate) async fn owned(
        &self,
        visitor: Visitor,
        consent: &ConsentId,
    ) -> Result<Arc<Link>, RouteError> {
        let owned = self.store.get(consent, self.clock.now()).await?;
        owned.filter(|owned| visitor.is(owned.session)).ok_or(RouteError::NotYours)
    }

    /// The links of `visitor`, the newest first. None for a browser with several sessions, because a page must
    /// not continue a link that another person began.
    pub(crate) async fn all(&self, visitor: Visitor) -> Result<Vec<Arc<Link>>, RouteError> {
        match visitor.session() {
            Some(session) => Ok(self.store.of_session(session, self.clock.now()).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Stores a link that belongs to no session, until the platform has deleted its consent.
    pub(crate) async fn keep_ended(&self, link: Link) -> Result<(), RouteError> {
        Ok(self.store.insert(link, self.clock.now(), None).await?)
    }

    /// Stores a new link, and removes the intent of `request`.
    pub(crate) async fn keep(&self, link: Link, request: Uuid) -> Result<(), RouteError> {
        let expires = self.clock.now() + LIFE;
        Ok(self.store.insert(link, expires, Some(request)).await?)
    }

    /// Makes room for one more consent, where the store may have `most`.
    ///
    /// # Errors
    /// There is no room, and the relay cannot make any at once.
    pub(crate) async fn make_room(&self, most: Most) -> Result<(), RouteError> {
        let Most::Number(most) = most else { return Ok(()) };
        let has_room = self.store.make_room(most.get(), self.clock.now()).await?;
        has_room.then_some(()).ok_or(RouteError::Full)
    }

    /// Stores the intent before the relay asks the platform for a consent.
    pub(crate) async fn intend(&self, intent: Intent) -> Result<(), RouteError> {
        Ok(self.store.intend(intent).await?)
    }

    /// Removes the intent of `request`: it led to no consent, or the relay has dealt with the consent.
    pub(crate) async fn forget_intent(&self, request: Uuid) -> Result<(), RouteError> {
        Ok(self.store.forget_intent(request).await?)
    }

    /// Applies `events` to the link of `consent` in one transaction.
    pub(crate) async fn apply(
        &self,
        consent: &ConsentId,
        events: impl IntoIterator<Item = Event>,
    ) -> Result<(), RouteError> {
        let (events, now) = (Vec::from_iter(events), self.clock.now());
        if events.is_empty() {
            return Ok(());
        }
        let ends = Ends::default();
        let all = ends.noting(move |link: &mut Link| {
            for event in events {
                link.apply(event, now);
            }
        });
        self.store.update(consent, Box::new(all), now).await?;
        ends.count(&self.metrics);
        Ok(())
    }

    /// Removes the link of a consent that the platform has deleted.
    pub(crate) async fn remove(&self, consent: &ConsentId) -> Result<(), RouteError> {
        Ok(self.store.remove(consent).await?)
    }

    /// Removes the session of `visitor`. Returns the header that deletes its cookie.
    pub(crate) async fn forget(&self, visitor: Visitor) -> Result<HeaderValue, RouteError> {
        for session in visitor.sessions() {
            self.store.remove_session(session, self.clock.now()).await?;
        }
        Ok(cookie::clear())
    }

    /// Awaits a return. Returns the `state` that it must bring.
    pub(crate) async fn await_return(&self, awaited: ReturnState) -> Result<String, RouteError> {
        let state = OpaqueId::random(&*self.random);
        self.store.insert_return((&state).into(), awaited, self.clock.now()).await?;
        Ok(state.text())
    }

    /// Uses the state of a return. Returns whether this use counts.
    pub(crate) async fn take_return(&self, key: StateKey, how: Use) -> Result<bool, RouteError> {
        let now = self.clock.now();
        let ends = Ends::default();
        let noting = ends.clone();
        let take = move |state: &mut ReturnState, link: &mut Link| {
            noting.noting(|link: &mut Link| state.take(link, how, now))(link)
        };
        let counts = self.store.update_return(key, Box::new(take), now).await?;
        ends.count(&self.metrics);
        Ok(counts)
    }

    /// The store, for returns.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }
}

impl Link {
    /// The page to which its person returns, for a browser that sent `headers`. The browser that began gets it
    /// with its query and fragment.
    pub(crate) fn page(&self, headers: &HeaderMap) -> Option<ReturnPage> {
        let sent = cookie::read(headers);
        let own = sent.iter().find(|bearer| self.session == SessionKey::from(*bearer));
        let sealer = own.map(Sealer::of_session);
        self.terms.return_page.as_ref().map(|page| page.open(&self.id, sealer.as_ref()))
    }

    /// Refuses a link that the relay has ended. If the browser itself ended it, the answer is the same as if it
    /// had never existed.
    pub(crate) fn is_open(&self) -> Result<(), RouteError> {
        match self.ended() {
            None => Ok(()),
            Some(Cause::Person | Cause::Abandoned) => Err(RouteError::NotYours),
            Some(Cause::Foreign { .. }) => Err(RouteError::ForeignCompletion),
        }
    }
}

impl From<StoreError> for RouteError {
    fn from(StoreError: StoreError) -> Self {
        Self::NoSessions
    }
}

const TWO_SESSIONS: &str = "holds two sessions of this relay, and one of them is not this person's: clear \
                            the site's cookies";
/// The most cookies of one request that the relay looks up in the store because its own key has not made them.
const LOOKED_UP: usize = 64;
/// How long a session lasts after its newest consent: a day, so that a page can read in the evening the
/// accounts that a person linked in the morning. No longer, because several persons may share a browser.
const LIFE: Duration = Duration::from_hours(24);
