//! The only module of the commands that reads the clock.

use std::time::Instant;

/// The moment from which something is timed.
#[expect(clippy::disallowed_methods, reason = "the clock module is where the clock is read")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
