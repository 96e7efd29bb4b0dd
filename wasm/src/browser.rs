//! The browser's functions, in the form that the driver needs. Nothing here knows the flow.

pub(crate) mod clock;
pub(crate) mod fetch;
pub(crate) mod intl;
pub(crate) mod memory;
pub(crate) mod page;
pub(crate) mod send;
pub(crate) mod value;
