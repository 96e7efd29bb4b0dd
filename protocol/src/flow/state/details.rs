//! After the choice of a bank: what is known of it is asked for, and where it speaks for a group, which
//! bank of the group the person means.

use crate::Tick;
use crate::flow::context::Context;
use crate::flow::input::Input;
use crate::flow::output::Bank;
use crate::flow::timer::Timer;
use crate::flow::view::View;

use super::State;
use super::choice::{AwaitBanks, AwaitChoice, AwaitReady};
use super::ended::Progress;

/// What is known of the bank is awaited, for a while.
#[derive(Debug)]
pub(in crate::flow) struct AwaitDetails {
    bank: Bank,
    sight: Sight,
}

/// What the person looks at meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// The list that they chose from: mostly it is but a moment.
    List,
    /// That it takes longer.
    Wait,
}

/// The person says which bank of the group is theirs.
#[derive(Debug)]
pub(in crate::flow) struct AwaitAffiliated {
    pub(super) bank: Bank,
}

impl AwaitDetails {
    pub(super) fn enter(bank: Bank, sight: Sight, now: Tick, out: &mut Context) -> State {
        out.look_up(&bank.bic);
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.details);
        out.timers.set(Timer::Poll, now + out.config.patience.blink);
        Self { bank, sight }.go_on(now, out)
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        match input {
            // Another one, in the list that is still there.
            Input::Choose(_) => AwaitChoice.handle(input, now, out),
            _ => self.go_on(now, out),
        }
    }

    pub(super) fn timeout(self, timer: Timer, now: Tick, out: &mut Context) -> State {
        match timer {
            Timer::Deadline => AwaitReady::show(self.bank, now, out),
            Timer::Poll | Timer::Answer => State::AwaitDetails(Self { sight: Sight::Wait, ..self }),
        }
    }

    pub(super) fn view<'a>(&'a self, out: &'a Context) -> View<'a> {
        match self.sight {
            Sight::List => View::ChooseBank { banks: &out.banks },
            Sight::Wait => View::Preparing { bank: &self.bank },
        }
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::chosen(self.bank)
    }

    fn go_on(self, now: Tick, out: &mut Context) -> State {
        if out.known.is_settled() {
            return AwaitReady::show(self.bank, now, out);
        }
        State::AwaitDetails(self)
    }
}

impl AwaitAffiliated {
    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let chosen = match input {
            Input::ChooseAffiliated(id) => {
                out.known.group.iter().find(|bank| bank.affiliated.as_ref() == Some(&id)).cloned()
            }
            Input::Back => return AwaitBanks::enter(None, now, out),
            _ => None,
        };
        match chosen {
            Some(bank) => AwaitReady::show(bank, now, out),
            None => State::AwaitAffiliated(self),
        }
    }

    pub(super) fn view<'a>(&'a self, out: &'a Context) -> View<'a> {
        View::ChooseAffiliated { bank: &self.bank, banks: &out.known.group }
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::chosen(self.bank)
    }
}
