//! What the store keeps for the host's own server: link sessions, view sessions, connections, the ledger of events, the
//! count of reads without the person, and answers that may be asked for twice.

use serde::{Deserialize, Serialize};

use super::BoxFuture;
use crate::clock::Timestamp;
use crate::crypto::key::TokenKey;
use crate::crypto::seal::Sealed;
use crate::host::{Connection, Ender, HostEvent, LinkSession, ViewSession};
use crate::id::{ConnectionId, EventId, LinkSessionId, ViewSessionId};
use crate::link::state::Link;
use crate::metrics::Stored;

/// Keeps what the host's server asked for. Each operation is one transaction, and what the host is to hear of a change
/// is written with it.
pub trait HostStore: Send + Sync + 'static {
    /// Keeps a new link session and the answer that may be asked for again, unless there is an answer for its key: then
    /// nothing is kept, and that answer is the one.
    fn insert_link_session(
        &self,
        session: LinkSession,
        reply: Option<KeyedReply>,
    ) -> BoxFuture<'_, Option<Reply>>;

    /// A link session.
    fn get_link_session<'a>(&'a self, id: &'a LinkSessionId) -> BoxFuture<'a, Option<LinkSession>>;

    /// The link session with this token.
    fn find_link_session(&self, token: TokenKey) -> BoxFuture<'_, Option<LinkSession>>;

    /// Changes a link session; what it has become.
    fn update_link_session<'a>(
        &'a self,
        id: &'a LinkSessionId,
        change: SessionChange,
        now: Timestamp,
    ) -> BoxFuture<'a, Option<LinkSession>>;

    /// Keeps a new view session and its answer, as [`insert_link_session`](Self::insert_link_session) does.
    fn insert_view_session(
        &self,
        session: ViewSession,
        reply: Option<KeyedReply>,
    ) -> BoxFuture<'_, Option<Reply>>;

    /// A view session.
    fn get_view_session<'a>(&'a self, id: &'a ViewSessionId) -> BoxFuture<'a, Option<ViewSession>>;

    /// Changes the view session with this token; what it has become.
    fn update_view_session(
        &self,
        token: TokenKey,
        change: ViewChange,
    ) -> BoxFuture<'_, Option<ViewSession>>;

    /// A connection.
    fn get_connection<'a>(&'a self, id: &'a ConnectionId) -> BoxFuture<'a, Option<Connection>>;

    /// Connections, the oldest first.
    fn list_connections(&self, wanted: Wanted) -> BoxFuture<'_, Vec<Connection>>;

    /// Changes a connection; what it has become.
    fn update_connection<'a>(
        &'a self,
        id: &'a ConnectionId,
        change: ConnectionChange,
        now: Timestamp,
    ) -> BoxFuture<'a, Option<Connection>>;

    /// Ends a connection here, and its consent at the platform; what it has become.
    fn end_connection<'a>(
        &'a self,
        id: &'a ConnectionId,
        by: Ender,
        now: Timestamp,
    ) -> BoxFuture<'a, Option<Connection>>;

    /// Connections for which something is due at `now`.
    fn due_connections(&self, now: Timestamp) -> BoxFuture<'_, Vec<Connection>>;

    /// Links that may be approved without a page having heard of it: those for the host's server that are not linked,
    /// and are neither new nor old at `now`.
    fn unlinked(&self, now: Timestamp) -> BoxFuture<'_, Vec<Link>>;

    /// Lets time pass for link sessions and connections, and removes what has been kept for long enough: connections
    /// that ended before `ended`.
    fn sweep_hosts(&self, now: Timestamp, ended: Timestamp) -> BoxFuture<'_, ()>;

    /// Adds an event to the ledger.
    fn add_event(&self, event: HostEvent) -> BoxFuture<'_, ()>;

    /// The events after the one with the number `after`, the oldest first, at most `most`.
    fn events(&self, after: i64, most: u32) -> BoxFuture<'_, Vec<Entry>>;

    /// An event.
    fn get_event<'a>(&'a self, id: &'a EventId) -> BoxFuture<'a, Option<Entry>>;

    /// Takes some events whose delivery is due at `now`, the oldest first. Another relay does not get them before
    /// `again`.
    fn take_deliveries(&self, now: Timestamp, again: Timestamp) -> BoxFuture<'_, Vec<Entry>>;

    /// Notes how the delivery of an event stands.
    fn note_delivery<'a>(
        &'a self,
        id: &'a EventId,
        attempts: u32,
        delivery: Delivery,
    ) -> BoxFuture<'a, ()>;

    /// Counts a read without the person, unless `read.most` were made in the 24 hours before `now`.
    fn count_read(&self, read: Read, now: Timestamp) -> BoxFuture<'_, Counted>;

    /// What counting a read would come to, without counting it; it may always be made.
    fn look_at_reads(&self, read: Read, now: Timestamp) -> BoxFuture<'_, Counted>;

    /// What the store counts at `now`, for metrics.
    fn count(&self, now: Timestamp) -> BoxFuture<'_, Stored>;

    /// The answer that was kept for `key`.
    fn get_reply(&self, key: TokenKey, now: Timestamp) -> BoxFuture<'_, Option<Reply>>;

    /// Keeps an answer, unless there is one for its key.
    fn keep_reply(&self, reply: KeyedReply) -> BoxFuture<'_, ()>;
}

/// What is done to a link session in one transaction.
pub type SessionChange = Box<dyn FnOnce(&mut LinkSession) + Send>;

/// The same for a connection.
pub type ConnectionChange = Box<dyn FnOnce(&mut Connection) + Send>;

/// The same for a view session.
pub type ViewChange = Box<dyn FnOnce(&mut ViewSession) + Send>;

/// Which connections are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those of this person.
    pub client_reference: Option<String>,
    /// Those with this status.
    pub status: Option<String>,
    /// Those behind this one.
    pub after: Option<(Timestamp, ConnectionId)>,
    /// At most so many.
    pub most: u32,
}

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, which grows.
    pub number: i64,
    /// The event.
    pub event: HostEvent,
    /// How often its delivery was tried.
    pub attempts: u32,
    /// How its delivery stands.
    pub delivery: Delivery,
}

/// How the delivery of an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is tried at this moment.
    Due(Timestamp),
    /// The host's server has taken it.
    Delivered,
    /// It was tried for as long as events are.
    Failed,
}

/// A read without the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The platform's name of the consent.
    pub consent: String,
    /// The account; empty for the list of them.
    pub account: String,
    /// What is read.
    pub kind: &'static str,
    /// How many there may be in 24 hours.
    pub most: u32,
}

/// What came of counting a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Whether it may be made.
    pub may: bool,
    /// How many more may be made now.
    pub remaining: u32,
    /// When the oldest one that counts does so no longer.
    pub resets: Timestamp,
}

/// An answer that may be asked for twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What was asked, as a hash: the same key with another question is an error.
    pub question: TokenKey,
    /// The status.
    pub status: u16,
    /// The body, which may hold a token.
    pub body: Sealed,
}

/// An answer with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedReply {
    /// The hash of who asked, for what, with which key.
    pub key: TokenKey,
    /// The answer.
    pub reply: Reply,
    /// When it was asked for.
    pub now: Timestamp,
    /// Until when it is kept.
    pub expires: Timestamp,
}

/// How many events a relay takes and posts at one time.
pub const AT_ONCE: u32 = 20;
