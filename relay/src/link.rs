//! Links: which browser session owns which consent, how far it is, what proves an approval, and how it ends.

pub(crate) mod account_data;
pub(crate) mod app_return;
pub(crate) mod deletion;
mod ends;
pub(crate) mod hosting;
pub(crate) mod links;
pub(crate) mod quota;
pub(crate) mod reading;
pub(crate) mod return_page;
pub(crate) mod sca;
pub(crate) mod sessions;
pub(crate) mod state;
pub(crate) mod transactions;
pub(crate) mod viewing;
#[cfg(test)]
pub(crate) use self::state::tests;

pub(crate) use self::state::Ending;
pub use self::state::{
    Authorisation, Back, Cause, Data, Event, Granted, Hosted, Link, Listed, Proof, Return,
    ReturnKind, ReturnState, State, Terms, Use, Used, Way,
};
