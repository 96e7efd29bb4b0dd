//! A stand-in of the Open Payments platform, its banks and BankID, for development and tests.
//!
//! [`Sandbox`] is the handle, [`router`] its HTTP side; [`serve`] and [`serve_tls`] run it, with
//! [`Certificates`] of its own making. Inside, `platform` is a pure model that takes the moment and the
//! randomness as arguments, `bank` and `directory` are data, and `http` only translates. Use it with
//! invented persons and accounts only: any caller may sign and approve for any person.

mod bank;
mod books;
mod clock;
mod control;
mod customer;
mod directory;
mod error;
mod http;
mod platform;
mod qr;
mod random;
mod record;
mod sandbox;
mod serve;
mod settings;
mod tls;

pub use crate::control::{Fault, FaultRule, SeenRequest};
pub use crate::customer::Customer;
pub use crate::error::SandboxError;
pub use crate::http::router;
pub use crate::platform::{
    Access, AccountReference, AllPsd2, AuthorisationRecord, AvailableAccounts, BankIdError,
    ConsentRecord, PendingOrder, SignOutcome,
};
pub use crate::sandbox::Sandbox;
pub use crate::serve::{serve, serve_app, serve_tls};
pub use crate::settings::{
    AddressForm, ChallengeForm, Client, DEFAULT_REDIRECT_URIS, DataForm, ErrorForm, Forms,
    ImageForm, LinkForm, ListForm, LocationForm, Settings,
};
pub use crate::tls::{Authority, Certificates, Identity, Lifetime, Purpose, Tls, TlsError};
