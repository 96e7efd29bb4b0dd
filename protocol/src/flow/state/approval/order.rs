//! The order in the person's app, as far as statuses and challenges tell: which proof it is, since when the
//! bank waits for the app, and whether the app has it. Nothing here asks or decides what is shown.

use crate::Tick;
use crate::flow::challenge::Challenge;
use crate::flow::timer::Began;
use crate::flow::view::Step;
use crate::profile::{AfterPickUp, Facts};
use crate::wire::ScaStatus;

/// What is known of the order, and of those before it.
#[derive(Debug)]
pub(super) struct Order {
    status: ScaStatus,
    /// The challenge that was told last, gone or not.
    challenge: Option<Challenge>,
    step: Step,
    /// How many proofs there are, where a status tells.
    steps: Option<u32>,
    waits: Began,
    pick_up: PickUp,
}

/// Whether the person has started their app for the order.
#[derive(Clone, Copy, Debug)]
enum PickUp {
    /// Not as far as the bank tells.
    Awaited,
    /// The challenge went away then. It may come back: one answer may lack it.
    Gone(Tick),
    /// The status moved on then, under a token that stayed.
    Passed(Tick),
}

impl Order {
    /// An order of which no more is known than that the bank waits for it.
    pub(super) fn new(status: ScaStatus, waits: Began) -> Self {
        let (challenge, step, steps, pick_up) = (None, Step(1), None, PickUp::Awaited);
        Self { status, challenge, step, steps, waits, pick_up }
    }

    /// Takes in what the bank tells at `now`.
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
            // New frames are made for an app that has not come; a token may be repeated to the end.
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

    /// The challenge that was told last.
    pub(super) fn challenge(&self) -> Option<&Challenge> {
        self.challenge.as_ref()
    }

    /// Which proof the person is at.
    pub(super) fn step(&self) -> Step {
        self.step
    }

    /// How many there will be: by the profile, else by what was seen.
    pub(super) fn steps(&self, facts: &Facts) -> Option<u32> {
        let steps = if facts.scans > 1 { Some(facts.scans) } else { self.steps };
        steps.filter(|steps| *steps >= self.step.0)
    }

    /// Since when the bank waits for the start of the app.
    pub(super) fn waits(&self) -> Began {
        self.waits
    }

    /// When the app was started, as far as the bank tells.
    pub(super) fn picked_up(&self) -> Option<Tick> {
        match self.pick_up {
            PickUp::Awaited => None,
            PickUp::Gone(moment) | PickUp::Passed(moment) => Some(moment),
        }
    }

    /// Whether `new` belongs to another order than `old`. Pictures do not tell, nor does a change from one
    /// form to another: there it is a later status, at a bank that wants more than one proof.
    fn is_another(&self, new: &Challenge, old: &Challenge, moved: bool, facts: &Facts) -> bool {
        match new.is_of_order(old) {
            Some(same) => !same,
            None => moved && self.runs() && self.steps(facts).is_some_and(|it| it > self.step.0),
        }
    }

    /// Whether the bank has begun with the method: a status before that moves on without the person.
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

/// The status that says "authentication" is the first of two (Swedbank): who the person is, then what
/// they permit.
const PROOF_AND_SIGNATURE: u32 = 2;
