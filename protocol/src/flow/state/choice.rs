//! Before the bank's clock starts: the list of banks, the choice, and the person's confirmation that they
//! are ready.

use crate::flow::ask::Ask;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Input, Pick, Way};
use crate::flow::output::{Bank, Fault};
use crate::flow::request::{Preference, Target};
use crate::flow::timer::Timer;
use crate::flow::view::{Offer, View, Ways};
use crate::id::ConsentId;
use crate::wire::Aspsp;
use crate::{Call, Day, Tick};

use super::State;
use super::details::{AwaitAffiliated, AwaitDetails, Screen};
use super::ended::Progress;
use super::resume::Resume;
use super::today::{AwaitToday, Wish};

/// The flow asks for the list of banks.
#[derive(Debug)]
pub(in crate::flow) struct AwaitBanks {
    ask: Ask,
    /// The link to resume once the banks' names are known or cannot be had.
    resume: Option<Resume>,
}

/// The person chooses a bank.
#[derive(Debug)]
pub(in crate::flow) struct AwaitChoice;

/// The person reads the offer.
#[derive(Debug)]
pub(in crate::flow) struct AwaitReady {
    bank: Bank,
    /// The relay's day when the person came here; `None` where it is unknown.
    today: Option<Day>,
}

impl AwaitBanks {
    /// Asks for the banks unless they are loaded, then resumes `resume` or offers them.
    pub(super) fn enter(resume: Option<Resume>, now: Tick, out: &mut Context) -> State {
        if let Some(resume) = &resume {
            out.look_up(resume.bank());
        }
        if !out.banks.is_empty() {
            return Self::leave(resume, now, out);
        }
        let patience = out.config.patience;
        let deadline = if resume.is_some() { patience.details } else { patience.banks };
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + deadline);
        let call =
            Call::ListAspsps { countries: vec![out.config.country.clone()], cities: Vec::new() };
        let ask = Ask::now(Target::Call(call), out.bankless(), now, out);
        State::AwaitBanks(Self { ask, resume })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = self.ask.take(input, out) else {
            return self.go_on_named(now, out);
        };
        match reply.answer {
            Ok(Answer::Aspsps(list)) => {
                self.ask.close();
                let offered = |bank: &Bank| out.only_bank().is_none_or(|only| *only == bank.bic);
                out.banks = list.aspsps.iter().filter_map(bank).filter(offered).collect();
                self.go_on_named(now, out)
            }
            // A link in progress does not need the names.
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

    /// Goes on once the names are known; the name of a bank of a group comes with the bank's details.
    fn go_on_named(self, now: Tick, out: &mut Context) -> State {
        let waits = self.resume.as_ref().is_some_and(Resume::is_of_group);
        if out.banks.is_empty() && self.ask.is_open() || waits && !out.known.is_settled() {
            return State::AwaitBanks(self);
        }
        Self::leave(self.resume, now, out)
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
        if let [only] = &out.banks[..]
            && out.only_bank().is_some()
        {
            let only = only.clone();
            out.pick = Some(Pick::from(&only));
            return AwaitReady::enter(only, now, out);
        }
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.person);
        State::AwaitChoice(Self)
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let chosen = match input {
            Input::Choose(pick) => out.banks.iter().find(|bank| pick.means(bank)).cloned(),
            // A retry on an empty list asks again.
            Input::Retry => return AwaitBanks::enter(None, now, out),
            _ => None,
        };
        match chosen {
            Some(bank) => {
                out.pick = Some(Pick::from(&bank));
                AwaitDetails::enter(bank, Screen::List, now, out)
            }
            None => State::AwaitChoice(self),
        }
    }
}

impl AwaitReady {
    /// Goes there through the questions about the bank.
    pub(super) fn enter(bank: Bank, now: Tick, out: &mut Context) -> State {
        AwaitDetails::enter(bank, Screen::Wait, now, out)
    }

    /// Shows the offer of `bank`, once its bank of the group is chosen.
    pub(super) fn show(bank: Bank, now: Tick, out: &mut Context) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.person);
        if out.known.asks_which(&bank) {
            return State::AwaitAffiliated(AwaitAffiliated { bank });
        }
        if out.today(now).is_none() {
            // The context stores the answer, and the offer is rendered again.
            out.send(Target::SessionConsents, out.bankless(), None);
        }
        let today = out.today(now);
        State::AwaitReady(Self { bank, today })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        match input {
            Input::Begin { way, ids } if !out.known.lacks(&ids, out.whose()) => {
                // A bank with one approach gets no other preference.
                let preference = match (way, out.known.ways) {
                    (Way::BankPage, Ways::Both) => Preference::Redirect,
                    _ => Preference::Decoupled,
                };
                out.begun = out.config.terms;
                let today = self.today;
                AwaitToday::enter(Wish { bank: self.bank, preference, way, ids, today }, now, out)
            }
            Input::Back => AwaitBanks::enter(None, now, out),
            // The details came late and name a group.
            _ if out.known.asks_which(&self.bank) => Self::show(self.bank, now, out),
            _ => State::AwaitReady(Self { today: self.today.or(out.today(now)), ..self }),
        }
    }

    pub(super) fn view<'a>(&'a self, out: &'a Context) -> View<'a> {
        let (terms, facts) = (out.config.terms, &out.known.facts);
        let (days, edition) = (terms.days_at(facts), out.edition);
        let offer = Offer { terms, days, today: self.today, facts, context: out.whose(), edition };
        View::Ready { bank: &self.bank, offer, ways: out.known.ways }
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::chosen(self.bank)
    }
}

/// A bank that calls can name; an entry without a valid BIC is left out.
fn bank(entry: &Aspsp) -> Option<Bank> {
    let bic = entry.bic_fi.parse().ok()?;
    Some(Bank { bic, name: entry.name.clone(), entry: entry.id.clone(), affiliated: None })
}
