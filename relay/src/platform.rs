//! The platform's side: calls with their headers and tokens, the client with its certificate, and the readers of
//! answers. Nothing here knows of browsers or of links.

pub(crate) mod call;
pub(crate) mod client;
pub(crate) mod exchange;
pub(crate) mod json;
pub(crate) mod lists;
pub(crate) mod logos;
pub(crate) mod odd;
pub(crate) mod poll;
pub(crate) mod refusal;
pub(crate) mod shared_fetch;
pub(crate) mod token;
