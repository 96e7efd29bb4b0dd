//! The contract between the widget, the relay and the platform, and the consent flow.
//!
//! It has three parts, each declared once: the names and types of the wire ([`wire`], [`header`], [`id`]),
//! the closed list of calls that the relay forwards ([`Call`]), and the steps that link a bank account
//! ([`flow`]). Nothing here does IO, reads a clock or knows a browser: time is a [`Tick`] that the caller
//! passes in, so that every path can be tested in milliseconds.
//!
//! Sources, named where they are used: the *guide* is the platform's "Integrate to AIS", the
//! *OpenAPI document* is `openpayments-NextGenPSD2-1.3.3`.

mod call;
pub mod flow;
pub mod header;
pub mod id;
pub mod own;
pub mod profile;
mod text;
mod time;
pub mod wire;

pub use call::{AccountPart, Balances, Call, Method, Refusal, Scope};
#[cfg(not(target_arch = "wasm32"))]
pub use call::{Booking, Delta, TransactionQuery};
pub use text::{concat, percent_decoded, percent_encoded};
pub use time::{Day, Tick};
