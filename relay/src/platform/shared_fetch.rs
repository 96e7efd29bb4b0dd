//! A value that many callers need and one fetches: tokens, the list of banks, logos.
//!
//! Whatever the load, at most one fetch is in progress. Its failure answers all who wait for it, and
//! is kept for a pause, so that a broken platform does not get a flood of requests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as Turn;

use crate::clock::{Clock, Timestamp};
use crate::http::error::{Fault, Missing};

/// A kept value, and the right to fetch it.
#[derive(Debug)]
pub(crate) struct SharedFetch<T> {
    kept: Mutex<Kept<T>>,
    turn: Turn<()>,
}

/// A value as it was fetched.
#[derive(Debug)]
pub(crate) struct Fetched<T> {
    /// The value.
    pub value: T,
    /// How long it serves all callers.
    pub fresh: Duration,
    /// How long it serves while one caller fetches the next: at least as long as `fresh`.
    pub usable: Duration,
}

impl From<Fault> for Missing {
    fn from(fault: Fault) -> Self {
        Self { fault, wait: PAUSE }
    }
}

#[derive(Debug)]
struct Kept<T> {
    value: Option<Dated<T>>,
    failure: Option<(Fault, Timestamp)>,
}

#[derive(Debug)]
struct Dated<T> {
    value: Arc<T>,
    stale_at: Timestamp,
    ends_at: Timestamp,
}

/// What is kept, at a moment.
enum Look<T> {
    Fresh(Arc<T>),
    Stale(Arc<T>),
    Failed(Missing),
    Nothing,
}

impl<T> Default for SharedFetch<T> {
    fn default() -> Self {
        Self { kept: Mutex::new(Kept { value: None, failure: None }), turn: Turn::new(()) }
    }
}

impl<T> SharedFetch<T> {
    /// The kept value, or else what `fetch` gets.
    ///
    /// The first caller renews a stale value; the others use it meanwhile.
    pub(crate) async fn get<F, E>(&self, clock: &dyn Clock, fetch: F) -> Result<Arc<T>, Missing>
    where
        F: Future<Output = Result<Fetched<T>, E>>,
        E: Into<Missing>,
    {
        let _turn = match self.look(clock.now()) {
            Look::Fresh(value) => return Ok(value),
            Look::Failed(missing) => return Err(missing),
            Look::Stale(value) => match self.turn.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(value),
            },
            Look::Nothing => self.turn.lock().await,
        };
        // Another caller may have fetched it, or failed to, while this one waited.
        match self.look(clock.now()) {
            Look::Fresh(value) => Ok(value),
            Look::Failed(missing) => Err(missing),
            Look::Stale(old) => {
                let fetched = fetch.await.map_err(Into::into);
                Ok(self.keep(fetched, clock.now()).unwrap_or(old))
            }
            Look::Nothing => {
                let fetched = fetch.await.map_err(Into::into);
                self.keep(fetched, clock.now())
            }
        }
    }

    /// The kept value if it is usable, and whether it is stale, without a fetch.
    pub(crate) fn look_at(&self, now: Timestamp) -> Option<(Arc<T>, bool)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let value = kept.value.as_ref().filter(|dated| now < dated.ends_at)?;
        Some((Arc::clone(&value.value), now >= value.stale_at))
    }

    /// When the kept value ends, if it is usable.
    pub(crate) fn end(&self, now: Timestamp) -> Option<Timestamp> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.value.as_ref().map(|dated| dated.ends_at).filter(|end| now < *end)
    }

    /// Forgets the value, if it is still `value` and not a later one.
    pub(crate) fn forget(&self, value: &Arc<T>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.value.take_if(|dated| Arc::ptr_eq(&dated.value, value));
    }

    /// Whether `value` is the kept one.
    pub(crate) fn holds(&self, value: &Arc<T>) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.value.as_ref().is_some_and(|dated| Arc::ptr_eq(&dated.value, value))
    }

    fn look(&self, now: Timestamp) -> Look<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let value = kept.value.as_ref().filter(|dated| now < dated.ends_at);
        let failure = kept.failure.filter(|(_, until)| now < *until);
        match (value, failure) {
            (Some(dated), None) if now >= dated.stale_at => Look::Stale(Arc::clone(&dated.value)),
            (Some(dated), _) => Look::Fresh(Arc::clone(&dated.value)),
            (None, Some((fault, until))) => Look::Failed(Missing { fault, wait: until.since(now) }),
            (None, None) => Look::Nothing,
        }
    }

    fn keep(
        &self,
        fetched: Result<Fetched<T>, Missing>,
        now: Timestamp,
    ) -> Result<Arc<T>, Missing> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(Fetched { value, fresh, usable }) => {
                let value = Arc::new(value);
                let dated = Dated {
                    value: Arc::clone(&value),
                    stale_at: now + fresh,
                    ends_at: now + usable,
                };
                *kept = Kept { value: Some(dated), failure: None };
                Ok(value)
            }
            Err(missing) => {
                kept.failure = Some((missing.fault, now + missing.wait));
                Err(missing)
            }
        }
    }
}

/// How long a failure is kept: short enough that a recovered platform is found within seconds.
pub(crate) const PAUSE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::clock::ManualClock;

    const MINUTE: Duration = Duration::from_mins(1);

    fn fetched(value: u32) -> Fetched<u32> {
        Fetched { value, fresh: MINUTE, usable: 2 * MINUTE }
    }

    async fn get(
        shared: &SharedFetch<u32>,
        clock: &ManualClock,
        answer: Result<Fetched<u32>, Fault>,
    ) -> Result<u32, Fault> {
        let got = shared.get(clock, ready(answer)).await;
        got.map(|value| *value).map_err(|missing| missing.fault)
    }

    #[tokio::test]
    async fn a_fresh_value_is_kept_and_a_stale_one_renewed() {
        let (shared, clock) = (SharedFetch::default(), ManualClock::default());
        assert_eq!(get(&shared, &clock, Ok(fetched(1))).await, Ok(1));
        assert_eq!(get(&shared, &clock, Ok(fetched(2))).await, Ok(1));
        clock.advance(MINUTE);
        assert_eq!(get(&shared, &clock, Ok(fetched(3))).await, Ok(3));
    }

    #[tokio::test]
    async fn a_stale_value_serves_while_its_renewal_fails_and_no_longer() {
        let (shared, clock) = (SharedFetch::default(), ManualClock::default());
        assert_eq!(get(&shared, &clock, Ok(fetched(1))).await, Ok(1));
        clock.advance(MINUTE);
        assert_eq!(get(&shared, &clock, Err(Fault::Silent)).await, Ok(1));
        assert_eq!(get(&shared, &clock, Ok(fetched(2))).await, Ok(1), "no second try in the pause");
        clock.advance(MINUTE);
        assert_eq!(get(&shared, &clock, Err(Fault::Silent)).await, Err(Fault::Silent));
    }

    #[tokio::test]
    async fn a_failure_is_kept_for_the_pause() {
        let (shared, clock) = (SharedFetch::default(), ManualClock::default());
        assert_eq!(get(&shared, &clock, Err(Fault::Silent)).await, Err(Fault::Silent));
        assert_eq!(get(&shared, &clock, Ok(fetched(1))).await, Err(Fault::Silent));
        clock.advance(PAUSE);
        assert_eq!(get(&shared, &clock, Ok(fetched(2))).await, Ok(2));
    }

    #[tokio::test]
    async fn a_failure_may_ask_for_a_longer_pause_and_tells_what_is_left_of_it() {
        let (shared, clock) = (SharedFetch::<u32>::default(), ManualClock::default());
        let missing = |wait| Missing { fault: Fault::Silent, wait };
        let failed = ready(Err(missing(MINUTE)));
        assert_eq!(shared.get(&clock, failed).await.unwrap_err(), missing(MINUTE));
        clock.advance(Duration::from_secs(20));
        let left = shared.get(&clock, ready(Err(missing(MINUTE)))).await.unwrap_err();
        assert_eq!(left, missing(Duration::from_secs(40)));
        clock.advance(Duration::from_secs(40));
        assert_eq!(get(&shared, &clock, Ok(fetched(1))).await, Ok(1));
    }

    #[tokio::test]
    async fn only_the_named_value_is_forgotten() {
        let (shared, clock) = (SharedFetch::default(), ManualClock::default());
        let first = shared.get(&clock, ready(Ok::<_, Fault>(fetched(1)))).await.unwrap();
        shared.forget(&first);
        let second = shared.get(&clock, ready(Ok::<_, Fault>(fetched(2)))).await.unwrap();
        shared.forget(&first);
        assert_eq!(get(&shared, &clock, Ok(fetched(3))).await, Ok(*second));
    }

    #[tokio::test]
    async fn a_thousand_who_wait_share_one_fetch_and_one_failure() {
        for answer in [Ok(7), Err(Fault::Silent)] {
            let (shared, clock) =
                (Arc::new(SharedFetch::default()), Arc::new(ManualClock::default()));
            let fetches = Arc::new(AtomicUsize::new(0));
            let mut callers = tokio::task::JoinSet::new();
            for _ in 0..1000 {
                let (shared, clock) = (Arc::clone(&shared), Arc::clone(&clock));
                let fetches = Arc::clone(&fetches);
                callers.spawn(async move {
                    let fetch = async {
                        fetches.fetch_add(1, Ordering::SeqCst);
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        answer.map(fetched)
                    };
                    let got = shared.get(&*clock, fetch).await;
                    got.map(|value| *value).map_err(|missing| missing.fault)
                });
            }
            let answers = callers.join_all().await;
            assert!(answers.iter().all(|got| *got == answer));
            assert_eq!(fetches.load(Ordering::SeqCst), 1);
        }
    }
}
