//! What the relay serves: a handler for each route. A handler extracts, calls and answers.

pub(crate) mod bundle;
pub(crate) mod link_session;
pub(crate) mod logos;
pub(crate) mod profiles;
pub(crate) mod psd2;
pub(crate) mod redirect;
pub(crate) mod session;
pub(crate) mod view_session;
