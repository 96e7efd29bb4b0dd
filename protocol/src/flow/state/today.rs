//! Before the flow makes a consent it asks the relay for two things: its day, from which the consent's last
//! day follows, and whether the browser sends the cookie, without which it would lose the consent. A
//! device's own clock may be years off, and the one that a page reads may stand still while a laptop
//! sleeps.

use std::time::Duration;

use crate::flow::ask::Ask;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Ids, Input, Way};
use crate::flow::output::{Bank, Fault};
use crate::flow::request::{Preference, Target};
use crate::flow::timer::Timer;
use crate::wire::{Cookie, SessionConsents};
use crate::{Day, Tick};

use super::State;
use super::choice::AwaitReady;
use super::ended::Progress;
use super::setup::{AwaitConsent, Draft};

/// The flow waits for the relay's day.
#[derive(Debug)]
pub(in crate::flow) struct AwaitToday {
    wish: Wish,
    ask: Ask,
    probe: Probe,
}

/// What the person has asked for.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) bank: Bank,
    pub(super) preference: Preference,
    pub(super) way: Way,
    pub(super) ids: Ids,
    /// The day that the shown last day was computed from.
    pub(super) today: Option<Day>,
}

/// Whether the browser sends the relay's cookie: the answer to the first question sets it, and the second
/// shows whether it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Probe {
    /// The next answer is the first.
    #[default]
    First,
    /// The next answer is the second.
    Second,
}

/// What an answer shows about the cookie.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// The browser sends it, as far as the relay says.
    Sent,
    /// Another question is needed.
    Unclear,
    /// The flow cannot go on.
    Lacking(Fault),
}

impl Probe {
    /// Takes the answer to a question.
    pub(super) fn learn(&mut self, session: &SessionConsents) -> Finding {
        match (&session.cookie, *self) {
            (Some(Cookie::Withheld), _) => Finding::Lacking(Fault::OtherSite),
            (Some(Cookie::Set), Self::First) => {
                *self = Self::Second;
                Finding::Unclear
            }
            (Some(Cookie::Set), Self::Second) => Finding::Lacking(Fault::CookiesBlocked),
            (Some(Cookie::Came | Cookie::Unknown(_)) | None, _) => Finding::Sent,
        }
    }
}

impl AwaitToday {
    pub(super) fn enter(wish: Wish, now: Tick, out: &mut Context) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.session);
        let (target, headers) = (Target::SessionConsents, out.bankless());
        let mut ask = Ask::later(target, headers, Duration::ZERO, now, out);
        ask.send(now, out);
        State::AwaitToday(Self { wish, ask, probe: Probe::default() })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitToday(self);
        };
        let session = match reply.answer {
            Ok(Answer::Session(session)) => session,
            other => {
                let outcome = self.ask.failed(Failure::of(other), now, out);
                return State::AwaitToday(self).go_on(outcome, out);
            }
        };
        match self.probe.learn(&session) {
            Finding::Sent => self.begin(now, out),
            Finding::Unclear => {
                self.ask.send(now, out);
                State::AwaitToday(self)
            }
            Finding::Lacking(fault) => State::AwaitToday(self).fail(fault, out),
        }
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        let outcome = match timer {
            Timer::Deadline => Err(self.ask.fault().unwrap_or(Fault::Unreachable)),
            Timer::Answer | Timer::Poll => self.ask.timeout(timer, now, out),
        };
        State::AwaitToday(self).go_on(outcome, out)
    }

    pub(super) fn bank(&self) -> &Bank {
        &self.wish.bank
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::chosen(self.wish.bank)
    }

    fn begin(self, now: Tick, out: &mut Context) -> State {
        let Some(today) = out.today(now) else {
            return State::AwaitToday(self).fail(Fault::Garbled, out);
        };
        let Wish { bank, preference, way, ids, today: read } = self.wish;
        if read.is_some_and(|read| read.apart_from(today) > 1) {
            // The person has read another last day than the one that would be requested: a laptop has
            // slept.
            return AwaitReady::enter(bank, now, out);
        }
        let days = out.begun.days_at(&out.known.facts);
        let valid_until = today.plus(days).to_string();
        let draft = Draft { bank, preference: Some(preference), valid_until };
        AwaitConsent::enter(draft, way, ids, now, out)
    }
}
