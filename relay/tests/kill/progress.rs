//! How far the run is. The killer waits for progress and not for time, so that a busy machine has the same kind of run as
//! an idle one.

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore, watch};

/// What the persons have done so far, and how many of them are at it. Clones share it.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Inner>);

struct Inner {
    /// Notified after each answer to a browser.
    answered: Notify,
    now: watch::Sender<Now>,
    /// A permit for each person who may begin.
    room: Semaphore,
}

#[derive(Clone, Copy, Default)]
struct Now {
    answers: u64,
    under_way: usize,
}

/// A person who is at it, until this is dropped.
pub(crate) struct UnderWay(Progress);

impl Progress {
    pub(crate) fn new() -> Self {
        let (answered, room) = (Notify::new(), Semaphore::new(0));
        Self(Arc::new(Inner { answered, now: watch::channel(Now::default()).0, room }))
    }

    /// Lets so many more persons begin. They count as under way from now on.
    pub(crate) fn let_in(&self, persons: usize) {
        self.0.now.send_modify(|now| now.under_way += persons);
        self.0.room.add_permits(persons);
    }

    /// Waits until a person may begin.
    pub(crate) async fn enter(&self) -> UnderWay {
        self.0.room.acquire().await.unwrap().forget();
        UnderWay(self.clone())
    }

    /// A person who left goes on.
    pub(crate) fn go_on(&self) -> UnderWay {
        self.0.now.send_modify(|now| now.under_way += 1);
        UnderWay(self.clone())
    }

    /// A browser has got an answer.
    pub(crate) fn answer(&self) {
        self.0.now.send_modify(|now| now.answers += 1);
        self.0.answered.notify_waiters();
    }

    /// Waits for an answer to a browser.
    pub(crate) async fn answered(&self) {
        self.0.answered.notified().await;
    }

    /// Waits until browsers have got so many more answers, or nobody is under way.
    pub(crate) async fn answers(&self, more: u64) {
        let mut now = self.0.now.subscribe();
        let enough = now.borrow().answers + more;
        now.wait_for(|now| now.answers >= enough || now.under_way == 0).await.unwrap();
    }

    /// Waits until no more persons than these are under way.
    pub(crate) async fn fewer_than(&self, persons: usize) {
        let mut now = self.0.now.subscribe();
        now.wait_for(|now| now.under_way < persons).await.unwrap();
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.now.send_modify(|now| now.under_way -= 1);
    }
}
