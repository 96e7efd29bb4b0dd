//! A question that changes nothing, repeated until its answer is good or further tries make no sense.

use std::time::Duration;

use super::context::Context;
use super::input::{Failure, Input, Reply};
use super::output::Fault;
use super::request::{Body, Headers, RequestId, Target};
use super::timer::Timer;
use super::view::Connection;
use crate::Tick;
use crate::wire::Code;

/// One question, its request and its failures. At most one request is in flight.
#[derive(Debug)]
pub(super) struct Ask {
    target: Target,
    headers: Headers,
    in_flight: Option<RequestId>,
    sent: Tick,
    /// How long an answer may take.
    patience: Duration,
    failures: Failures,
    round: Round,
    term: Term,
}

/// What a long `Retry-After` means for the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Term {
    /// The flow ends, and the person reads when to come again.
    Ends,
    /// The question stays: the person may meanwhile do what it asks about.
    Stays,
}

/// Whether this is the last question. A laptop may have slept through the deadline while the person signed
/// on a phone, so the flow asks once more before it gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    Open,
    Last,
}

/// What has failed since the last good answer.
#[derive(Debug, Default)]
struct Failures {
    /// All failures.
    count: u32,
    /// Failures other than temporary ones of network and platform.
    odd: u32,
    /// The latest failure.
    last: Option<Failure>,
}

impl Ask {
    /// Asks at once, and waits for the answer as long as the relay does, since a bank may be slow.
    pub(super) fn now(target: Target, headers: Headers, now: Tick, out: &mut Context) -> Self {
        let mut ask = Self::later(target, headers, Duration::ZERO, now, out);
        ask.patience = out.config.patience.step;
        ask.term = Term::Ends;
        ask.send(now, out);
        ask
    }

    /// Asks after a pause. It waits briefly for an answer, since the next one says more.
    pub(super) fn later(
        target: Target,
        headers: Headers,
        pause: Duration,
        now: Tick,
        out: &mut Context,
    ) -> Self {
        out.timers.set(Timer::Poll, now + pause);
        let patience = out.config.patience.answer;
        let failures = Failures::default();
        let (round, term) = (Round::Open, Term::Stays);
        Self { target, headers, in_flight: None, sent: now, patience, failures, round, term }
    }

    /// The same question, as if it had been asked at `sent`: another one brought its first answer.
    pub(super) fn put_at(self, sent: Tick) -> Self {
        Self { sent, ..self }
    }

    /// When it was asked last.
    pub(super) fn sent(&self) -> Tick {
        self.sent
    }

    /// Sends the question, unless it is in flight.
    pub(super) fn send(&mut self, now: Tick, out: &mut Context) {
        if self.in_flight.is_none() {
            let body = match self.target {
                Target::ClaimLinkSession => out.config.token.clone().map(Body::Token),
                _ => None,
            };
            self.in_flight = Some(out.send(self.target.clone(), self.headers.clone(), body));
            self.sent = now;
            out.timers.stop(Timer::Poll);
            out.timers.set(Timer::Answer, now + self.patience);
        }
    }

    /// Whether it is the question `target`.
    pub(super) fn is_about(&self, target: &Target) -> bool {
        self.target == *target
    }

    /// Replaces the question by another one, and asks at once.
    pub(super) fn turn_to(&mut self, target: Target, now: Tick, out: &mut Context) {
        self.target = target;
        self.send(now, out);
    }

    /// Replaces the question from the next time on.
    pub(super) fn turn_back_to(&mut self, target: Target) {
        self.target = target;
    }

    /// Takes the reply from `input`, if it answers the question in flight.
    pub(super) fn take(&mut self, input: Input, out: &mut Context) -> Option<Reply> {
        let reply = input.into_reply_to(self.in_flight?)?;
        self.in_flight = None;
        out.timers.stop(Timer::Answer);
        Some(reply)
    }

    /// After a good answer that is not final: asks again `interval` after the last time.
    pub(super) fn again(&mut self, interval: Duration, out: &mut Context) {
        self.failures = Failures::default();
        out.timers.set(Timer::Poll, self.sent + interval);
    }

    /// After a good answer that is the last.
    pub(super) fn close(&mut self) {
        self.failures = Failures::default();
    }

    /// After a failure: asks again after a growing pause, or returns why that makes no sense.
    pub(super) fn failed(
        &mut self,
        failure: Failure,
        now: Tick,
        out: &mut Context,
    ) -> Result<(), Fault> {
        let passing = match &failure {
            Failure::Refused { code: Some(Code::SessionUnknown), .. } => {
                return Err(Fault::SessionLost);
            }
            _ if Fault::from(&failure).is_of_link_session() => return Err(Fault::from(&failure)),
            // The platform may find it in a moment: its servers may not agree yet.
            Failure::Lost | Failure::Refused { status: 404 | 408 | 410 | 429 | 500.., .. } => true,
            Failure::Garbled | Failure::Refused { status: 401, .. } => false,
            Failure::Refused { .. } => return Err(Fault::from(&failure)),
        };
        self.failures.count += 1;
        if !passing {
            self.failures.odd += 1;
        }
        let longest = out.config.patience.answer;
        let is_hopeless = failure.retry_after().is_some_and(|wish| wish > longest);
        if self.failures.odd > ODD_FAILURES || self.term == Term::Ends && is_hopeless {
            return Err(Fault::from(&failure));
        }
        self.try_again(failure, now, out);
        Ok(())
    }

    /// After a failure of a question to the relay itself: asks again until the state's time is over. No
    /// refusal is final, since the relay sends none; a proxy before it may while the relay restarts.
    pub(super) fn missed(&mut self, failure: Failure, now: Tick, out: &mut Context) {
        self.failures.count += 1;
        self.try_again(failure, now, out);
    }

    /// Acts on the question's own two timers; `Deadline` belongs to the state.
    pub(super) fn timeout(
        &mut self,
        timer: Timer,
        now: Tick,
        out: &mut Context,
    ) -> Result<(), Fault> {
        match timer {
            Timer::Answer => {
                self.in_flight = None;
                self.failed(Failure::Lost, now, out)
            }
            Timer::Poll => {
                self.send(now, out);
                Ok(())
            }
            Timer::Deadline => Ok(()),
        }
    }

    /// At the state's deadline: asks once more, unless the latest answer is fresh or this was the last
    /// question.
    pub(super) fn overdue(&mut self, now: Tick, out: &mut Context) -> Result<(), Fault> {
        if self.round == Round::Last || self.is_fresh(out.config.poll.longest, now) {
            return Err(self.fault().unwrap_or(Fault::Undecided));
        }
        self.round = Round::Last;
        out.timers.set(Timer::Deadline, now + out.config.patience.answer);
        self.send(now, out);
        Ok(())
    }

    /// Whether a question is in flight or will be repeated.
    pub(super) fn is_open(&self) -> bool {
        self.in_flight.is_some() || self.failures.count > 0
    }

    /// Whether this is the last question.
    pub(super) fn is_last(&self) -> bool {
        self.round == Round::Last
    }

    /// The fault to report when time ran out on a question that kept failing.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.failures.last.as_ref().map(Fault::from)
    }

    /// Whether to show that the connection is poor: a single failure is normal.
    pub(super) fn connection(&self) -> Connection {
        if self.failures.count > 1 { Connection::Troubled } else { Connection::Good }
    }

    fn try_again(&mut self, failure: Failure, now: Tick, out: &mut Context) {
        out.timers.set(Timer::Poll, now + self.pause(&failure, out));
        self.failures.last = Some(failure);
    }

    /// Whether the latest answer is good, and its question was asked less than `span` ago.
    fn is_fresh(&self, span: Duration, now: Tick) -> bool {
        self.in_flight.is_none() && self.failures.count == 0 && self.sent.until(now) < span
    }

    /// Doubles with each failure up to the longest pause; a longer `Retry-After` wins.
    fn pause(&self, failure: &Failure, out: &Context) -> Duration {
        let poll = out.config.poll;
        let doublings = self.failures.count.saturating_sub(1).min(MOST_DOUBLINGS);
        let own = (poll.challenge * 2_u32.pow(doublings)).min(poll.longest);
        failure.retry_after().map_or(own, |wish| wish.max(own))
    }
}

/// Failures in a row that make no sense, or deny access, before the flow gives up.
const ODD_FAILURES: u32 = 2;
/// Enough to exceed any sensible longest pause, too few to overflow.
const MOST_DOUBLINGS: u32 = 10;
