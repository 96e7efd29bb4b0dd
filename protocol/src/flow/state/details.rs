//! After the choice of a bank: the flow asks for its details and profile and, where it stands for a group,
//! lets the person choose the bank of the group.

use crate::Tick;
use crate::flow::context::Context;
use crate::flow::input::Input;
use crate::flow::output::Bank;
use crate::flow::timer::Timer;
use crate::flow::view::View;

use super::State;
use super::choice::{AwaitBanks, AwaitChoice, AwaitReady};
use super::ended::Progress;

/// The flow waits briefly for the details and the profile.
#[derive(Debug)]
pub(in crate::flow) struct AwaitDetails {
    bank: Bank,
    screen: Screen,
}

/// What the person sees meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    /// The list that they chose from, as the wait is usually short.
    List,
    /// A text that it takes longer.
    Wait,
}

/// The person chooses their bank in the group.
#[derive(Debug)]
pub(in crate::flow) struct AwaitAffiliated {
    pub(super) bank: Bank,
}

impl AwaitDetails {
    pub(super) fn enter(bank: Bank, screen: Screen, now: Tick, out: &mut Context) -> State {
        out.look_up(&bank.bic);
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.details);
        out.timers.set(Timer::Poll, now + out.config.patience.blink);
        Self { bank, screen }.go_on(now, out)
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        match input {
            // Another choice in the list, which is still shown.
            Input::Choose(_) => AwaitChoice.handle(input, now, out),
            _ => self.go_on(now, out),
        }
    }

    pub(super) fn timeout(self, timer: Timer, now: Tick, out: &mut Context) -> State {
        match timer {
            Timer::Deadline => AwaitReady::show(self.bank, now, out),
            Timer::Poll | Timer::Answer => {
                State::AwaitDetails(Self { screen: Screen::Wait, ..self })
            }
        }
    }

    pub(super) fn view<'a>(&'a self, out: &'a Context) -> View<'a> {
        match self.screen {
            Screen::List => View::ChooseBank { banks: &out.banks },
            Screen::Wait => View::Preparing { bank: &self.bank },
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
