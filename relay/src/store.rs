//! What outlives a process: sessions, their consents, and the states of returns. One trait, so that
//! another database can stand behind it; [`SqliteStore`] is the one that is there.
//!
//! Never in it: tokens, secrets, codes, account data, and what opens a session. Cookies, states and codes
//! are kept as hashes, `PSU-ID` only sealed and only until its authorisation has ended.
//!
//! A store that cannot answer says so, and the call is refused: nothing passes unbound.

mod rows;
mod sqlite;

use std::pin::Pin;

use protocol::id::ConsentId;
use thiserror::Error;
use uuid::Uuid;

pub use self::sqlite::{OpenError, SqliteStore};
use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, StateKey};
pub use crate::link::record::{
    Authorisation, Consent, Deletion, Ended, Fact, Intent, ReturnKind, ReturnState, Use,
};

/// Keeps sessions and what belongs to them.
pub trait Store: Send + Sync + 'static {
    /// Notes whose `consent` is, and keeps its session until `expires` at least. A consent that is
    /// bound already stays as it is.
    fn bind_consent(&self, consent: Consent, expires: Timestamp) -> Later<'_, ()>;

    /// Notes that the platform is about to be asked for a consent.
    fn intend(&self, intent: Intent) -> Later<'_, ()>;

    /// The same as [`bind_consent`](Store::bind_consent) for a consent that was intended, in one stroke with
    /// the end of the intent.
    fn bind_intended(&self, consent: Consent, expires: Timestamp, request: Uuid) -> Later<'_, ()>;

    /// Whether one more consent may be kept, where `most` may be. A store that is full first deletes
    /// sessions without a consent and consents that have ended, the oldest first. Consents that nobody has
    /// approved within an hour it ends, and has room once the platform has deleted them.
    fn make_room(&self, most: u32, now: Timestamp) -> Later<'_, bool>;

    /// Forgets an intent: what came of it is known.
    fn forget_intent(&self, request: Uuid) -> Later<'_, ()>;

    /// Takes out the intents from before `before`: nobody waits for an answer to them any more.
    fn take_intents(&self, before: Timestamp) -> Later<'_, Vec<Intent>>;

    /// What is known of a consent, unless its session has expired.
    fn find_consent<'a>(
        &'a self,
        consent: &'a ConsentId,
        now: Timestamp,
    ) -> Later<'a, Option<Consent>>;

    /// The consents of a session that has not expired, the newest first.
    fn consents_of(&self, session: SessionKey, now: Timestamp) -> Later<'_, Vec<Consent>>;

    /// Notes an authorisation of `consent`. One that is known stays as it is.
    fn add_authorisation<'a>(
        &'a self,
        consent: &'a ConsentId,
        authorisation: Authorisation,
    ) -> Later<'a, ()>;

    /// Notes what has become of `consent`, heard of at `now`. What is final does not change again.
    fn learn<'a>(&'a self, consent: &'a ConsentId, fact: Fact, now: Timestamp) -> Later<'a, ()>;

    /// Forgets a consent and what belongs to it.
    fn forget_consent<'a>(&'a self, consent: &'a ConsentId) -> Later<'a, ()>;

    /// Forgets a session and what belongs to it, but for consents that are still to be deleted at the
    /// platform. Among them, from now on, are those that may be used and of which no page was told as linked.
    fn forget_session(&self, session: SessionKey) -> Later<'_, ()>;

    /// Keeps the state of a return that is awaited.
    fn keep_state(&self, key: StateKey, state: ReturnState) -> Later<'_, ()>;

    /// The state with this key, used or not.
    fn find_state(&self, key: StateKey) -> Later<'_, Option<ReturnState>>;

    /// Uses a state, and notes in one stroke what its use means. Of all who try, one gets `true`.
    fn use_state(&self, key: StateKey, used: Use) -> Later<'_, bool>;

    /// Some of the consents that were ended here and are now to be deleted at the platform: those that
    /// were never tried first, then those that have waited longest.
    fn to_delete(&self, now: Timestamp) -> Later<'_, Vec<Deletion>>;

    /// Forgets sessions that have expired, as [`forget_session`](Store::forget_session) does, and ends
    /// consents that nobody went on with.
    fn forget_expired(&self, now: Timestamp) -> Later<'_, ()>;
}

/// The store cannot answer. Why is for the store to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the store cannot answer")]
pub struct StoreError;

/// A store's answer, which may take a while.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;
