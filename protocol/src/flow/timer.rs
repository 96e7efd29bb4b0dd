//! The flow's timers, as data: which there are, and when each is due.

use crate::Tick;

/// What a flow can wait for, besides people and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The answer to the question in flight is overdue: it counts as lost.
    Answer,
    /// It is time to ask again.
    Poll,
    /// The state has lasted as long as it may.
    Deadline,
}

impl Timer {
    /// In the order in which they act when several are due at once, as after a laptop's sleep: a lost
    /// answer is noted before the deadline decides.
    pub(super) const ALL: [Self; 3] = [Self::Answer, Self::Poll, Self::Deadline];
}

/// When each timer is due.
#[derive(Debug, Default)]
pub(super) struct Timers([Option<Tick>; Timer::ALL.len()]);

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, due: Tick) {
        self.0[timer as usize] = Some(due);
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(super) fn stop_all(&mut self) {
        *self = Self::default();
    }

    /// Whether `timer` is due at `now`; if so it is stopped.
    pub(super) fn take_due(&mut self, timer: Timer, now: Tick) -> bool {
        self.0[timer as usize].take_if(|due| *due <= now).is_some()
    }

    pub(super) fn next(&self) -> Option<Tick> {
        self.0.iter().flatten().min().copied()
    }
}
