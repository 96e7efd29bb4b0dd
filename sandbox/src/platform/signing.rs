//! An authorisation in the decoupled approach, from the choice of a method through the bank's orders to its
//! end.

use protocol::id::MethodId;
use protocol::profile::{ClockStart, Method};
use protocol::wire::ScaStatus;
use time::UtcDateTime;
use uuid::Uuid;

use super::order::{Challenge, Order};
use super::refusal::Refusal;
use crate::bank::Decoupled;
use crate::random::Random;
use crate::settings::ChallengeForm;

/// The part of an authorisation in the BankID app.
pub(crate) struct Signing {
    pub(crate) rules: &'static Decoupled,
    started: UtcDateTime,
    state: State,
    /// The tokens of its ended orders: a scan of one is answered with a reason.
    spent: Vec<Uuid>,
}

enum State {
    AwaitMethod,
    AwaitSignature(Order),
    Finalised,
    Failed,
}

/// The result of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    /// All is signed.
    All,
    /// The next step waits for a new scan.
    Step,
}

impl Signing {
    pub(super) const fn new(rules: &'static Decoupled, now: UtcDateTime) -> Self {
        Self { rules, started: now, state: State::AwaitMethod, spent: Vec::new() }
    }

    /// The SCA status.
    pub(super) fn status(&self, now: UtcDateTime) -> ScaStatus {
        match &self.state {
            State::AwaitMethod => ScaStatus::Received,
            State::AwaitSignature(order) => order.status(self.rules, now).clone(),
            State::Finalised => ScaStatus::Finalised,
            State::Failed => ScaStatus::Failed,
        }
    }

    /// The challenge that the client shows now, if any.
    pub(super) fn challenge(&self, now: UtcDateTime) -> Option<Challenge> {
        self.order().and_then(|order| order.challenge(self.rules, now))
    }

    pub(super) const fn order(&self) -> Option<&Order> {
        if let State::AwaitSignature(order) = &self.state { Some(order) } else { None }
    }

    pub(super) fn has_spent(&self, token: Uuid) -> bool {
        self.spent.contains(&token)
    }

    /// Chooses the method, which starts the first order.
    pub(super) fn choose(
        &mut self,
        wanted: &MethodId,
        form: ChallengeForm,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<(), Refusal> {
        let offered = |method: &&Method| method.id == *wanted;
        let method = self.rules.methods.iter().find(offered).ok_or(Refusal::UnknownMethod)?;
        if !matches!(self.state, State::AwaitMethod) {
            return Err(Refusal::StatusInvalid);
        }
        let since = match self.rules.clock {
            ClockStart::Authorisation => self.started,
            ClockStart::Method => now,
        };
        let order = Order::new(method, 0, self.rules, since, random, now);
        self.state = State::AwaitSignature(order.in_form(form));
        Ok(())
    }

    /// The app picks the order up.
    pub(super) fn pick_up(&mut self, now: UtcDateTime) {
        if let State::AwaitSignature(order) = &mut self.state {
            order.pick_up(self.rules, now);
        }
    }

    /// The person signs the open order. `None` if there is none.
    pub(super) fn sign(&mut self, random: &mut Random, now: UtcDateTime) -> Option<Signed> {
        let (method, next) = self.order().map(|order| (order.method, order.step + 1))?;
        if next == self.rules.steps.len() {
            self.end(State::Finalised);
            return Some(Signed::All);
        }
        let order = Order::new(method, next, self.rules, now, random, now);
        self.end(State::AwaitSignature(order));
        Some(Signed::Step)
    }

    /// Fails it, unless it has ended.
    pub(super) fn fail(&mut self) {
        if matches!(self.state, State::AwaitMethod | State::AwaitSignature(_)) {
            self.end(State::Failed);
        }
    }

    /// Fails it if its time is over.
    pub(super) fn settle(&mut self, now: UtcDateTime) {
        let over = match &self.state {
            State::AwaitMethod => {
                self.rules.clock == ClockStart::Authorisation
                    && now >= self.started + self.rules.pick_up_time()
            }
            State::AwaitSignature(order) => order.is_over(now),
            State::Finalised | State::Failed => false,
        };
        if over {
            self.fail();
        }
    }

    fn end(&mut self, state: State) {
        if let State::AwaitSignature(order) = &self.state {
            self.spent.extend([order.start_token, order.frames.token]);
        }
        self.state = state;
    }
}
