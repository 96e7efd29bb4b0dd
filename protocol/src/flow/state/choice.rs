//! Before the bank's clock starts: the list of banks, the choice, and the person's word that they are ready.

use crate::flow::ask::Ask;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Input};
use crate::flow::output::{Bank, Fault, Headers};
use crate::flow::timer::Timer;
use crate::flow::view::View;
use crate::wire::Aspsp;
use crate::{Call, Tick};

use super::State;
use super::ended::Progress;
use super::setup::AwaitConsent;

/// The list of banks is being asked for.
#[derive(Debug)]
pub(in crate::flow) struct AwaitBanks {
    ask: Ask,
}

/// The person chooses a bank.
#[derive(Debug)]
pub(in crate::flow) struct AwaitChoice;

/// The person reads what will be asked.
#[derive(Debug)]
pub(in crate::flow) struct AwaitReady {
    bank: Bank,
}

impl AwaitBanks {
    /// Asks for the banks, unless they are known.
    pub(super) fn enter(now: Tick, out: &mut Context) -> State {
        if !out.banks.is_empty() {
            return AwaitChoice::enter(now, out);
        }
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.banks);
        let call =
            Call::ListAspsps { countries: vec![out.config.country.clone()], cities: Vec::new() };
        State::AwaitBanks(Self { ask: Ask::now(call, Headers::default(), now, out) })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitBanks(self);
        };
        match reply.answer {
            Ok(Answer::Aspsps(list)) => {
                out.banks = list.aspsps.iter().filter_map(bank).collect();
                AwaitChoice::enter(now, out)
            }
            other => {
                let outcome = self.ask.failed(Failure::of(other), now, out);
                State::AwaitBanks(self).go_on(outcome, out)
            }
        }
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        let fault = match timer {
            Timer::Deadline => Err(self.ask.fault().unwrap_or(Fault::Unreachable)),
            Timer::Answer | Timer::Poll => self.ask.timeout(timer, now, out),
        };
        State::AwaitBanks(self).go_on(fault, out)
    }

    pub(super) fn view(&self) -> View<'_> {
        View::LoadingBanks(self.ask.connection())
    }
}

impl AwaitChoice {
    pub(super) fn enter(now: Tick, out: &mut Context) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.person);
        State::AwaitChoice(Self)
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let chosen = match input {
            Input::Choose(bic) => out.banks.iter().find(|bank| bank.bic == bic).cloned(),
            // An empty list is asked for again.
            Input::Retry => return AwaitBanks::enter(now, out),
            _ => None,
        };
        match chosen {
            Some(bank) => AwaitReady::enter(bank, now, out),
            None => State::AwaitChoice(self),
        }
    }
}

impl AwaitReady {
    pub(super) fn enter(bank: Bank, now: Tick, out: &mut Context) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.person);
        State::AwaitReady(Self { bank })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        match input {
            Input::Begin { device, valid_until } => {
                AwaitConsent::enter(self.bank, device, valid_until, now, out)
            }
            Input::Back => AwaitBanks::enter(now, out),
            _ => State::AwaitReady(self),
        }
    }

    pub(super) fn view<'a>(&'a self, out: &Context) -> View<'a> {
        View::Ready { bank: &self.bank, terms: out.config.terms }
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::chosen(self.bank)
    }
}

/// A bank that calls can name; an entry without a sound BIC is left out.
fn bank(entry: &Aspsp) -> Option<Bank> {
    let bic = entry.bic_fi.parse().ok()?;
    Some(Bank { bic, name: entry.name.clone() })
}
