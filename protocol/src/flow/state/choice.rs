//! Before the bank's clock starts: the list of banks, the choice, and the person's word that they are ready.

use crate::flow::ask::Ask;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Input, Way};
use crate::flow::output::{Bank, Fault};
use crate::flow::request::{Headers, Preference, RequestId, Target};
use crate::flow::timer::Timer;
use crate::flow::view::{View, Ways};
use crate::id::ConsentId;
use crate::wire::Aspsp;
use crate::{Call, Tick};

use super::State;
use super::ended::Progress;
use super::resume::Resume;
use super::setup::{AwaitConsent, Draft};

/// The list of banks is being asked for.
#[derive(Debug)]
pub(in crate::flow) struct AwaitBanks {
    ask: Ask,
    /// What goes on once the banks' names are known, or are not to be had.
    resume: Option<Resume>,
}

/// The person chooses a bank.
#[derive(Debug)]
pub(in crate::flow) struct AwaitChoice;

/// The person reads what will be asked.
#[derive(Debug)]
pub(in crate::flow) struct AwaitReady {
    bank: Bank,
    ways: Ways,
    /// The question for the ways. Nobody waits for its answer.
    request: RequestId,
}

impl AwaitBanks {
    /// Asks for the banks, unless they are known; then goes on with `resume`, or offers them.
    pub(super) fn enter(resume: Option<Resume>, now: Tick, out: &mut Context) -> State {
        if !out.banks.is_empty() {
            return Self::leave(resume, now, out);
        }
        let patience = out.config.patience;
        let deadline = if resume.is_some() { patience.session } else { patience.banks };
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + deadline);
        let call =
            Call::ListAspsps { countries: vec![out.config.country.clone()], cities: Vec::new() };
        let ask = Ask::now(Target::Call(call), Headers::default(), now, out);
        State::AwaitBanks(Self { ask, resume })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitBanks(self);
        };
        match reply.answer {
            Ok(Answer::Aspsps(list)) => {
                out.banks = list.aspsps.iter().filter_map(bank).collect();
                Self::leave(self.resume, now, out)
            }
            // A link that is under way does not need the names.
            _ if self.resume.is_some() => Self::leave(self.resume, now, out),
            other => {
                let outcome = self.ask.failed(Failure::of(other), now, out);
                State::AwaitBanks(self).go_on(outcome, out)
            }
        }
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        let outcome = match timer {
            Timer::Deadline if self.resume.is_some() => return Self::leave(self.resume, now, out),
            Timer::Deadline => Err(self.ask.fault().unwrap_or(Fault::Unreachable)),
            Timer::Answer | Timer::Poll => self.ask.timeout(timer, now, out),
        };
        State::AwaitBanks(self).go_on(outcome, out)
    }

    pub(super) fn consent(&self) -> Option<&ConsentId> {
        self.resume.as_ref().map(Resume::consent)
    }

    fn leave(resume: Option<Resume>, now: Tick, out: &mut Context) -> State {
        match resume {
            Some(resume) => resume.go(now, out),
            None => AwaitChoice::enter(now, out),
        }
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
            Input::Retry => return AwaitBanks::enter(None, now, out),
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
        let call = Call::ReadAspsp { bic: bank.bic.clone() };
        let request = out.send(Target::Call(call), Headers::default(), None);
        State::AwaitReady(Self { bank, ways: Ways::Unknown, request })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        match input {
            Input::Begin { way, valid_until } => {
                // A bank with one way is not asked to prefer another.
                let preference = match (way, self.ways) {
                    (Way::BankPage, Ways::Both) => Preference::Redirect,
                    _ => Preference::Decoupled,
                };
                let draft = Draft { bank: self.bank, preference: Some(preference), valid_until };
                AwaitConsent::enter(draft, way, now, out)
            }
            Input::Back => AwaitBanks::enter(None, now, out),
            input => {
                let reply = input.into_reply_to(self.request);
                if let Some(Ok(Answer::Aspsp(details))) = reply.map(|reply| reply.answer) {
                    self.ways = Ways::of(&details);
                }
                State::AwaitReady(self)
            }
        }
    }

    pub(super) fn view<'a>(&'a self, out: &Context) -> View<'a> {
        View::Ready { bank: &self.bank, terms: out.config.terms, ways: self.ways }
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
