//! What outlives a process: sessions, their links, and the states of returns. One trait, with
//! [`SqlStore`] behind it.
//!
//! A store keeps what [`Link::apply`] says, and decides nothing itself: what is final stands there. Never in it:
//! tokens, secrets, codes, account data, and what opens a session. Cookies, states and codes are kept as hashes,
//! the person's id only sealed and only until its authorisation has ended.
//!
//! A store that cannot answer says so, and the call is refused: nothing passes unbound.

pub mod host;
mod known;
mod sql;

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use protocol::id::{BicFi, ConsentId};
use protocol::profile::Context;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

pub use self::sql::{Copied, CopyError, OpenError, SqlStore, Trouble, copy, probe};
use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, StateKey};
use crate::link::state::{Link, ReturnState};

/// Keeps sessions and what belongs to them. Each operation is one transaction: it is done as a whole, and on the
/// disk, before its future is ready.
pub trait Store: host::HostStore {
    /// Keeps a new link, and its session until `expires` at least; the intent `request` is done with that. A consent
    /// that is known already stays as it is.
    fn insert(&self, link: Link, expires: Timestamp, request: Option<Uuid>) -> BoxFuture<'_, ()>;

    /// A link, unless its session has expired.
    fn get<'a>(&'a self, id: &'a ConsentId, now: Timestamp) -> BoxFuture<'a, Option<Arc<Link>>>;

    /// The links of a session that has not expired, the newest first.
    fn of_session(&self, session: SessionKey, now: Timestamp) -> BoxFuture<'_, Vec<Arc<Link>>>;

    /// Changes a link, and no one else changes it meanwhile; what it has become. One that was removed stays so.
    fn update<'a>(
        &'a self,
        id: &'a ConsentId,
        change: Change,
        now: Timestamp,
    ) -> BoxFuture<'a, Option<Arc<Link>>>;

    /// Removes a link and its returns.
    fn remove<'a>(&'a self, id: &'a ConsentId) -> BoxFuture<'a, ()>;

    /// Removes a session and its links, which are abandoned at `now`; those that are then to be deleted at the
    /// platform stay for that.
    fn remove_session(&self, session: SessionKey, now: Timestamp) -> BoxFuture<'_, ()>;

    /// Keeps the state of a return that is awaited from now on, where its link is there.
    fn insert_return(
        &self,
        key: StateKey,
        awaited: ReturnState,
        now: Timestamp,
    ) -> BoxFuture<'_, ()>;

    /// The return with this key, used or not.
    fn get_return(&self, key: StateKey) -> BoxFuture<'_, Option<ReturnState>>;

    /// Changes a return and its link together; what `change` says, or `false` where either is gone.
    fn update_return(
        &self,
        key: StateKey,
        change: ReturnChange,
        now: Timestamp,
    ) -> BoxFuture<'_, bool>;

    /// Some of the links whose deletion at the platform is due: those that were never tried first, then those that
    /// have waited longest.
    fn due(&self, now: Timestamp) -> BoxFuture<'_, Vec<Arc<Link>>>;

    /// Removes sessions that have expired, as [`remove_session`](Store::remove_session) does, and lets time pass for
    /// the links for which it matters.
    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, ()>;

    /// Makes room for one more link, where `most` may be kept; whether there is any. Links that are over go first,
    /// and sessions without a link; then the oldest links without an approval are ended.
    fn make_room(&self, most: u32, now: Timestamp) -> BoxFuture<'_, bool>;

    /// Notes that the platform is about to be asked for a consent.
    fn intend(&self, intent: Intent) -> BoxFuture<'_, ()>;

    /// Forgets an intent: what became of it is known.
    fn forget_intent(&self, request: Uuid) -> BoxFuture<'_, ()>;

    /// Takes out the intents from before `before`: no call waits for an answer to them any more.
    fn take_intents(&self, before: Timestamp) -> BoxFuture<'_, Vec<Intent>>;

    /// Holds `name` among all relays that share the store, until the hold is dropped or the relay is gone; `None` where
    /// it is held. What is held is nothing that the store keeps: it is for work outside it that is done once at a time.
    fn hold<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Hold>>;
}

/// What is held. It is let go when this is dropped.
#[must_use = "a hold ends when it is dropped"]
pub struct Hold(
    #[expect(dead_code, reason = "it is kept to be dropped")] Box<dyn Any + Send + Sync>,
);

impl Hold {
    /// Lets go when `guard` is dropped.
    pub fn new(guard: impl Any + Send + Sync) -> Self {
        Self(Box::new(guard))
    }
}

/// A consent that the platform is about to be asked for. Its id is known from the answer alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The `X-Request-ID` that the platform is asked with.
    pub request: Uuid,
    /// The bank that it is to be created at.
    pub bank: BicFi,
    /// Whose accounts it is to be for.
    pub context: Context,
    /// When it was asked for.
    pub begun: Timestamp,
}

/// What is done to a link in one transaction. It must be quick: other writers wait.
pub type Change = Box<dyn FnOnce(&mut Link) + Send>;

/// The same for a return and its link.
pub type ReturnChange = Box<dyn FnOnce(&mut ReturnState, &mut Link) -> bool + Send>;

/// The store cannot answer. Why is for the store to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the store cannot answer")]
pub struct StoreError;

/// A store's answer, which may take a while.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;
