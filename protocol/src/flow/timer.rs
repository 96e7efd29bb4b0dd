//! The flow's timers, as data: their list, and when each is due.

use std::time::Duration;

use crate::Tick;

/// What a flow waits for, besides people and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The answer to the question in flight is overdue and counts as lost.
    Answer,
    /// The next question is due.
    Poll,
    /// The state has lasted as long as it may.
    Deadline,
}

/// When something began, perhaps before the host's clock did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Began {
    /// When the flow learnt of it.
    pub(super) noticed: Tick,
    /// How old it was then.
    pub(super) age: Duration,
}

impl Began {
    pub(super) fn at(now: Tick) -> Self {
        Self { noticed: now, age: Duration::ZERO }
    }

    /// The moment `span` after it began, or the one at which the flow learnt of it, if that is later.
    pub(super) fn after(self, span: Duration) -> Tick {
        self.noticed + span.saturating_sub(self.age)
    }
}

impl Timer {
    /// In the order in which they act when several are due at once, as after a laptop's sleep: the flow
    /// counts a lost answer before the deadline decides.
    pub(super) const ALL: [Self; 3] = [Self::Answer, Self::Poll, Self::Deadline];
}

/// When each timer is due, and whether timers act.
#[derive(Debug, Default)]
pub(super) struct Timers {
    due: [Option<Tick>; Timer::ALL.len()],
    watch: Watch,
}

/// Whether timers act.
#[derive(Clone, Copy, Debug)]
enum Watch {
    /// From this moment on.
    From(Tick),
    /// Not: the page is hidden. A timer that becomes due acts when the page is shown again.
    Paused,
}

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, due: Tick) {
        self.due[timer as usize] = Some(due);
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.due[timer as usize] = None;
    }

    pub(super) fn stop_all(&mut self) {
        self.due = Default::default();
    }

    /// Stops timers from acting until [`Timers::resume`].
    pub(super) fn pause(&mut self) {
        self.watch = Watch::Paused;
    }

    /// Lets timers act again from the moment `from` on. A waiting question is sent then.
    pub(super) fn resume(&mut self, from: Tick) {
        self.watch = Watch::From(from);
        if let Some(due) = &mut self.due[Timer::Poll as usize] {
            *due = from;
        }
    }

    /// Whether `timer` is due at `now`; a due one is stopped.
    pub(super) fn take_due(&mut self, timer: Timer, now: Tick) -> bool {
        match self.watch {
            Watch::From(from) if from <= now => {
                self.due[timer as usize].take_if(|due| *due <= now).is_some()
            }
            Watch::From(_) | Watch::Paused => false,
        }
    }

    pub(super) fn next(&self) -> Option<Tick> {
        match self.watch {
            Watch::From(from) => self.due.iter().flatten().min().map(|due| *due.max(&from)),
            Watch::Paused => None,
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::From(Tick::default())
    }
}
