//! Keys, random numbers, sealing, and secrets. Nothing here knows of links, calls or HTTP.

pub(crate) mod key;
pub(crate) mod random;
pub(crate) mod ring;
pub(crate) mod seal;
pub(crate) mod secret;
