//! What the browser offers, in the shape that the driver needs. Nothing here knows the flow.

pub(crate) mod clock;
mod decode;
pub(crate) mod encode;
pub(crate) mod fetch;
pub(crate) mod intl;
pub(crate) mod memory;
pub(crate) mod page;
