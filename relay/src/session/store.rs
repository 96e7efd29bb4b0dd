//! What a store of sessions must be able to do, and no more.

use std::pin::Pin;

use protocol::id::{AuthorisationId, BicFi, ConsentId};
use thiserror::Error;

use super::SessionKey;
use crate::clock::Timestamp;

/// Keeps sessions and what belongs to them. Nothing in it opens a session or an account.
///
/// A store that cannot answer says so, and the call is refused: nothing passes unbound.
pub trait Store: Send + Sync + 'static {
    /// Keeps a new session.
    fn create_session(&self, key: SessionKey, now: Timestamp) -> Later<'_, ()>;

    /// Whether the session is kept and not expired. It counts as used now.
    fn find_session(&self, key: SessionKey, now: Timestamp) -> Later<'_, bool>;

    /// Notes whose `consent` is. The session is kept anew if it was forgotten meanwhile. A consent
    /// that is bound already stays with the session that it is bound to.
    fn bind_consent(&self, consent: ConsentId, owned: Owned, now: Timestamp) -> Later<'_, ()>;

    /// What is known of `consent`, unless its session has expired.
    fn find_consent<'a>(
        &'a self,
        consent: &'a ConsentId,
        now: Timestamp,
    ) -> Later<'a, Option<Owned>>;

    /// Notes an authorisation of `consent`.
    fn add_authorisation<'a>(
        &'a self,
        consent: &'a ConsentId,
        authorisation: AuthorisationId,
    ) -> Later<'a, ()>;

    /// Forgets expired sessions and what belongs to them.
    fn forget_expired(&self, now: Timestamp) -> Later<'_, ()>;
}

/// What is known of a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The session that created it.
    pub session: SessionKey,
    /// The bank that it was created at.
    pub bank: BicFi,
    /// The `TPP-Redirect-Preferred` that it was created with.
    pub redirect_preferred: Option<bool>,
    /// The authorisations of it, the oldest first.
    pub authorisations: Vec<AuthorisationId>,
}

/// The store cannot answer. Why is for the store to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the store of sessions cannot answer")]
pub struct StoreError;

/// A store's answer, which may take a while.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;
