//! The one place that reads a clock. Everything else gets the moment as an argument.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use time::UtcDateTime;

/// Where the sandbox's time comes from: the machine's clock or a fixed moment, plus what tests have added.
#[derive(Debug)]
pub(crate) struct Clock {
    origin: Origin,
    advanced_millis: AtomicU64,
}

#[derive(Debug)]
enum Origin {
    /// The machine's time, `slowness` times slower since `start`.
    System {
        start: UtcDateTime,
        slowness: NonZeroU32,
    },
    Fixed(UtcDateTime),
}

impl Clock {
    /// A clock that starts at the machine's time and runs `slowness` times slower.
    pub(crate) fn system(slowness: NonZeroU32) -> Self {
        let origin = Origin::System { start: system_now(), slowness };
        Self { origin, advanced_millis: AtomicU64::new(0) }
    }

    /// A clock that stands at `start` and moves only by [`Clock::advance`].
    pub(crate) const fn fixed(start: UtcDateTime) -> Self {
        Self { origin: Origin::Fixed(start), advanced_millis: AtomicU64::new(0) }
    }

    /// The present moment of the sandbox.
    pub(crate) fn now(&self) -> UtcDateTime {
        let advanced = Duration::from_millis(self.advanced_millis.load(Ordering::Relaxed));
        match self.origin {
            Origin::System { start, slowness } => {
                start + (system_now() - start) / slowness.get() + advanced
            }
            Origin::Fixed(start) => start + advanced,
        }
    }

    /// Moves the clock forward, to at most [`FURTHEST`] in all.
    pub(crate) fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let furthest = u64::try_from(FURTHEST.as_millis()).unwrap_or(u64::MAX);
        let add = |advanced: u64| Some(advanced.saturating_add(by).min(furthest));
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        self.advanced_millis.fetch_update(set, fetch, add).expect("the update is never refused");
    }
}

/// Measures the duration of a call, for the log. It uses the machine's time, also when tests move the
/// clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is the clock module")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
fn system_now() -> UtcDateTime {
    UtcDateTime::from(SystemTime::now())
}

/// How far tests may move the clock: a hundred years, so that no date leaves the calendar.
const FURTHEST: Duration = Duration::from_hours(100 * 365 * 24);
