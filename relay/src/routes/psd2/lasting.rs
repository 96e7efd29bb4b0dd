//! Work that is done to its end, also where the browser that waits for it goes away. It knows nothing of calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;

use crate::trace;

/// Work that a browser waits for. If this is dropped before the work has ended, the work goes on in a task of its own. A task
/// from the start would cost each call several switches between tasks.
pub(super) struct Lasting<T: Send + 'static> {
    work: Option<Work<T>>,
    left: Left,
}

type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Whether the browser has left before the work ended.
#[derive(Clone, Default)]
pub(super) struct Left(Arc<AtomicBool>);

/// The work panicked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Panicked;

impl Left {
    pub(super) fn is_so(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl<T: Send + 'static> Lasting<T> {
    /// The work that `begin` returns.
    pub(super) fn new<W>(begin: impl FnOnce(Left) -> W) -> Self
    where
        W: Future<Output = T> + Send + 'static,
    {
        let left = Left::default();
        Self { work: Some(Box::pin(begin(left.clone()))), left }
    }
}

impl<T: Send + 'static> Future for Lasting<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.work else { return Poll::Pending };
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        let result = match polled {
            Ok(poll) => Ok(ready!(poll)),
            Err(_) => Err(Panicked),
        };
        self.work = None;
        Poll::Ready(result)
    }
}

impl<T: Send + 'static> Drop for Lasting<T> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        self.left.0.store(true, Ordering::Release);
        // Without a runtime the whole process ends.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(trace::carried(work));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_result_that_is_waited_for_comes() {
        let work = Lasting::new(|left| async move { left.is_so() });
        assert_eq!(work.await, Ok(false));
    }

    #[tokio::test]
    async fn work_goes_on_after_its_browser_has_left_and_learns_of_that() {
        let (go, gone) = oneshot::channel();
        let (sender, receiver) = oneshot::channel();
        let mut work = Lasting::new(|left| async move {
            gone.await.unwrap();
            sender.send(left.is_so()).unwrap();
        });
        assert!(timeout(Duration::ZERO, &mut work).await.is_err(), "it waits");
        drop(work);
        go.send(()).unwrap();
        assert!(receiver.await.unwrap());
    }

    #[tokio::test]
    async fn a_panic_of_the_work_is_told_and_the_work_is_not_begun_again() {
        let work = Lasting::new(|_| async { panic!("canary") });
        assert_eq!(work.await, Err::<(), _>(Panicked));
    }
}
