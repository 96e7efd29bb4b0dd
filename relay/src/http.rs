//! HTTP on the browser's side: the gate that every request passes, the forms of headers and bodies, and errors as
//! answers. Nothing here knows of the platform's calls or of links.

pub(crate) mod body;
pub(crate) mod cookie;
pub(crate) mod cors;
pub(crate) mod error;
pub(crate) mod field;
pub(crate) mod flaw;
pub(crate) mod forwarded;
pub(crate) mod framing;
pub(crate) mod gate;
pub(crate) mod psu;
pub(crate) mod retry_after;
