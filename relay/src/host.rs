//! What the host's own server asked for and hears of: link sessions, view sessions, connections and their events. All of it is
//! pure: no IO, no clock, no database. A store keeps what these functions say.
//!
//! "The host" is the service whose page has the widget.

mod body;
mod connection;
mod event;
mod follow;
mod session;
mod terms;
mod view;

pub use self::body::{EventBody, written};
pub use self::connection::{Connection, ConnectionEvent, ConnectionState, Ender, KeptAccount};
pub use self::event::{EventKind, HostEvent};
pub use self::follow::{Outcome, follow};
pub use self::session::{LinkSession, Reason, SessionEvent, Stage};
pub(crate) use self::terms::check_reference;
pub use self::terms::{BadTerm, LinkTerms, Request};
pub use self::view::{ViewSession, ViewStage};

#[cfg(test)]
mod tests;
