//! The order in the person's app, inferred from statuses and challenges: which signature it is, since when
//! the bank waits for the app, and whether the app has it. This module sends nothing and decides nothing
//! about the screen.

use crate::Tick;
use crate::flow::challenge::Challenge;
use crate::flow::timer::Began;
use crate::flow::view::Step;
use crate::profile::{AfterPickUp, Facts};
use crate::wire::ScaStatus;

/// What is known about the order and the ones before it.
#[derive(Debug)]
pub(super) struct Order {
    status: ScaStatus,
    /// The latest challenge, removed or not.
    challenge: Option<Challenge>,
    step: Step,
    /// The number of signatures, where a status shows it.
    steps: Option<u32>,
    waits: Began,
    pick_up: PickUp,
}

/// Whether the person has started their app for the order.
#[derive(Clone, Copy, Debug)]
enum PickUp {
    /// Not as far as the bank says.
    Awaited,
    /// The challenge was removed at this moment. It may come back: a single answer may lack it.
    Gone(Tick),
    /// The status moved on at this moment, while the token stayed.
    Passed(Tick),
}

impl Order {
    /// An order about which only the start of the bank's wait is known.
    pub(super) fn new(status: ScaStatus, waits: Began) -> Self {
        let (challenge, step, steps, pick_up) = (None, Step(1), None, PickUp::Awaited);
        Self { status, challenge, step, steps, waits, pick_up }
    }

    /// Takes the bank's answer at `now`.
    pub(super) fn learn(
        &mut self,
        challenge: Option<Challenge>,
        status: ScaStatus,
        facts: &Facts,
        now: Tick,
    ) {
        let moved = self.status != status;
        match (&challenge, &self.challenge) {
            (Some(new), Some(old)) if self.is_another(new, old, moved, facts) => {
                if moved || self.picked_up().is_some() {
                    self.step.0 += 1;
                }
                self.waits = Began::at(now);
                self.pick_up = PickUp::Awaited;
            }
            // New frames mean that the app has not come; a token may be repeated to the end.
            (Some(Challenge::Token(_)), Some(_))
                if moved && self.runs() && facts.after_pick_up != AfterPickUp::Goes =>
            {
                self.pass(now);
            }
            (Some(_), _) => self.come_back(),
            (None, Some(_)) => self.go(now),
            (None, None) => {}
        }
        if challenge.is_some() {
            if status == ScaStatus::AuthenticationStarted {
                self.steps = Some(PROOF_AND_SIGNATURE);
            }
            self.challenge = challenge;
        }
        self.status = status;
    }

    /// The latest challenge.
    pub(super) fn challenge(&self) -> Option<&Challenge> {
        self.challenge.as_ref()
    }

    /// The number of the present signature.
    pub(super) fn step(&self) -> Step {
        self.step
    }

    /// The number of signatures: by the profile, else by the statuses so far.
    pub(super) fn steps(&self, facts: &Facts) -> Option<u32> {
        let steps = if facts.scans > 1 { Some(facts.scans) } else { self.steps };
        steps.filter(|steps| *steps >= self.step.0)
    }

    /// Since when the bank waits for the start of the app.
    pub(super) fn waits(&self) -> Began {
        self.waits
    }

    /// When the app was started, as far as the bank says.
    pub(super) fn picked_up(&self) -> Option<Tick> {
        match self.pick_up {
            PickUp::Awaited => None,
            PickUp::Gone(moment) | PickUp::Passed(moment) => Some(moment),
        }
    }

    /// Whether `new` belongs to another order than `old`. Pictures and changes of form do not show it:
    /// there a later status does, at a bank that wants several signatures.
    fn is_another(&self, new: &Challenge, old: &Challenge, moved: bool, facts: &Facts) -> bool {
        match new.is_of_order(old) {
            Some(same) => !same,
            None => moved && self.runs() && self.steps(facts).is_some_and(|it| it > self.step.0),
        }
    }

    /// Whether the bank has started the method: the statuses before that change without the person.
    fn runs(&self) -> bool {
        !matches!(self.status, ScaStatus::Received | ScaStatus::ScaMethodSelected)
    }

    fn go(&mut self, now: Tick) {
        if let PickUp::Awaited = self.pick_up {
            self.pick_up = PickUp::Gone(now);
        }
    }

    fn pass(&mut self, now: Tick) {
        self.pick_up = PickUp::Passed(self.picked_up().unwrap_or(now));
    }

    fn come_back(&mut self) {
        if let PickUp::Gone(_) = self.pick_up {
            self.pick_up = PickUp::Awaited;
        }
    }
}

/// A status with "authentication" is the first of two (Swedbank): the identification, then the approval.
const PROOF_AND_SIGNATURE: u32 = 2;
