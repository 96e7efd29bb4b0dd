//! What the tests share: a world of processes, a browser, and an eye for QR codes.

mod browser;
mod eye;
mod world;

pub(crate) use self::browser::{Browser, Scheme, Size};
pub(crate) use self::eye::read_qr;
pub(crate) use self::world::{World, logs, required};

use std::time::Duration;

/// Longer than anything takes that is not waited for on purpose.
pub(crate) const SOON: Duration = Duration::from_secs(20);
