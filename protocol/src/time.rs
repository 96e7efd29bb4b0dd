//! A moment on a clock that the host feeds.

use std::ops::Add;
use std::time::Duration;

/// A moment on the host's monotonic clock: milliseconds since an origin of the host's choice.
///
/// `std::time::Instant` panics on `wasm32-unknown-unknown`, and a clock that is read cannot be
/// tested; so the host reads its own (`performance.now()` in a page) and passes the moment in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick(u64);

impl Tick {
    /// The moment `millis` milliseconds after the host's origin.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// How long before `later` this moment is; zero if it is not before it.
    pub const fn until(self, later: Self) -> Duration {
        Duration::from_millis(later.0.saturating_sub(self.0))
    }
}

impl Add<Duration> for Tick {
    type Output = Self;

    /// Saturates at the end of time.
    fn add(self, rhs: Duration) -> Self {
        let millis = u64::try_from(rhs.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}
