//! The sidecar between the widget and the Open Payments platform.
//!
//! It holds what a browser must not have: the client's secret, tokens, and the database of which session owns
//! which consent. It forwards the closed list of [`protocol::Call`]s and nothing else: it builds each request to
//! the platform from parsed values, and passes on an extract of each answer. Read [`router()`] first, then
//! `http`, `routes`, `link`, `platform`.
//!
//! What it must not do: log or show secrets, tokens, bodies or personal data; follow a redirect;
//! pass on a header, a path or a body as a client wrote it.

pub mod admin;
pub mod backend;
pub mod certificate;
pub mod check;
mod clock;
pub mod config;
mod crypto;
mod embedded;
#[doc(hidden)]
pub mod fuzzing;
pub mod host;
mod http;
mod id;
mod link;
pub mod log;
pub mod metrics;
pub mod phase;
mod platform;
mod relay;
pub mod reload;
mod router;
mod routes;
pub mod serve;
pub mod store;
pub mod trace;
pub mod webhook;

pub use self::clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use self::config::Config;
pub use self::crypto::key::{CodeKey, SessionKey, StateKey, TokenKey};
pub use self::crypto::random::{Random, SystemRandom};
pub use self::crypto::seal::Sealed;
pub use self::crypto::secret::{Secret, SecretError};
pub use self::embedded::Embedded;
pub use self::http::psu::Peer;
pub use self::id::{AccountId, ConnectionId, EventId, LinkSessionId, NoId, ViewSessionId};
pub use self::link::links::Links;
pub use self::link::return_page::{KeptPage, ReturnPage};
pub use self::link::{
    Authorisation, Back, Cause, Data, Event, Granted, Hosted, Link, Listed, Proof, Return,
    ReturnKind, ReturnState, State, Terms, Use, Used, Way,
};
pub use self::platform::client::ClientError;
pub use self::relay::{Relay, RenewError, StartError};
pub use self::router::router;
pub use self::serve::descriptors::fit;
