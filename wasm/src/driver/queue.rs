//! The queue of what happens to one element, for the one task that handles it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use protocol::flow::{Reply, RequestId};

use crate::settings::{Settings, Wanted};
use crate::text::Text;
use crate::view::Act;

/// Something that happens to an element.
pub(super) enum Happening {
    /// The person acts, or the browser hides or shows the page.
    Act(Act),
    /// The relay has answered, or the call has failed.
    Reply(RequestId, Box<Reply>),
    /// A timer of the flow is due, or a countdown advances.
    Wake,
    /// The page has changed an attribute or the texts, and the flow applies them.
    Settings(Box<Settings>),
    /// The wanted texts are loaded; `None` if they failed.
    Words(Rc<Wanted>, Option<Text>),
    /// It is time to load the texts again.
    WordsDue,
}

/// The queue of one element. Any code may push at any time: a push runs no other code.
pub(super) struct Queue(RefCell<State>);

enum State {
    Open { waiting: VecDeque<Happening>, waker: Option<Waker> },
    Closed,
}

impl Queue {
    /// An empty, open queue.
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self(RefCell::new(State::Open { waiting: VecDeque::new(), waker: None })))
    }

    /// Adds `happening` at the end. A closed queue drops it.
    pub(super) fn push(&self, happening: Happening) {
        if let State::Open { waiting, waker } = &mut *self.0.borrow_mut() {
            waiting.push_back(happening);
            wake(waker);
        }
    }

    /// Drops the waiting happenings and all later ones.
    pub(super) fn close(&self) {
        let before = self.0.replace(State::Closed);
        if let State::Open { mut waker, .. } = before {
            wake(&mut waker);
        }
    }

    /// Whether the queue is closed: the element is gone.
    pub(super) fn is_closed(&self) -> bool {
        matches!(*self.0.borrow(), State::Closed)
    }

    /// The next happening, once there is one; `None` when the queue is closed. One task waits at a time.
    pub(super) async fn next(&self) -> Option<Happening> {
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
