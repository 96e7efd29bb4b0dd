//! The queue of what happens to one element, for the one task that handles it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// The queue of one element. Any code may push at any time: a push runs no other code.
pub(crate) struct Queue<T>(RefCell<State<T>>);

enum State<T> {
    Open { waiting: VecDeque<T>, waker: Option<Waker> },
    Closed,
}

impl<T> Queue<T> {
    /// An empty, open queue.
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self(RefCell::new(State::Open { waiting: VecDeque::new(), waker: None })))
    }

    /// Adds `happening` at the end. A closed queue drops it.
    pub(crate) fn push(&self, happening: T) {
        if let State::Open { waiting, waker } = &mut *self.0.borrow_mut() {
            waiting.push_back(happening);
            wake(waker);
        }
    }

    /// Drops the waiting happenings and all later ones.
    pub(crate) fn close(&self) {
        let before = self.0.replace(State::Closed);
        if let State::Open { mut waker, .. } = before {
            wake(&mut waker);
        }
    }

    /// Whether the queue is closed: the element is gone.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(*self.0.borrow(), State::Closed)
    }

    /// The next happening, once there is one; `None` when the queue is closed. One task waits at a time.
    pub(crate) async fn next(&self) -> Option<T> {
        poll_fn(|context| match &mut *self.0.borrow_mut() {
            State::Closed => Poll::Ready(None),
            State::Open { waiting, waker } => {
                let next = waiting.pop_front();
                if next.is_none() {
                    *waker = Some(context.waker().clone());
                }
                next.map_or(Poll::Pending, |happening| Poll::Ready(Some(happening)))
            }
        })
        .await
    }
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}
