//! One BankID order: what the app signs, and until when.

use protocol::profile::{AfterPickUp, Challenge as Form, Method};
use protocol::wire::ScaStatus;
use time::UtcDateTime;
use uuid::Uuid;

use super::frame::Frames;
use crate::bank::{Decoupled, Step};
use crate::random::Random;
use crate::settings::ChallengeForm;

/// An order that waits for the person.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) id: Uuid,
    pub(super) method: &'static Method,
    /// Which of the bank's steps it signs, from 0.
    pub(super) step: usize,
    pub(super) start_token: Uuid,
    pub(super) frames: Frames,
    pub(super) started: UtcDateTime,
    wait: Wait,
    form: ChallengeForm,
}

/// What an order waits for.
#[derive(Clone, Copy, Debug)]
enum Wait {
    PickUp { since: UtcDateTime, until: UtcDateTime },
    Signature { since: UtcDateTime, until: UtcDateTime },
}

/// What the client shows, so that the person's app finds the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// A start token.
    StartToken(Uuid),
    /// The text of the present frame.
    FrameText(String),
    /// The text of the present frame, to be drawn.
    FrameImage(String),
}

impl Order {
    /// A new order whose seconds run from `since`.
    pub(super) fn new(
        method: &'static Method,
        step: usize,
        rules: &Decoupled,
        since: UtcDateTime,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Self {
        Self {
            id: random.uuid(),
            method,
            step,
            start_token: random.uuid(),
            frames: Frames { token: random.uuid(), secret: random.bytes() },
            started: now,
            wait: Wait::PickUp { since, until: since + rules.pick_up_time() },
            form: ChallengeForm::AtOnce,
        }
    }

    /// The same order, whose challenge the client gets in `form`.
    pub(super) fn in_form(self, form: ChallengeForm) -> Self {
        Self { form, ..self }
    }

    /// The SCA status. Where there are several, each second brings the next.
    pub(super) fn status<'a>(&self, rules: &'a Decoupled, now: UtcDateTime) -> &'a ScaStatus {
        let own = &self.what(rules).statuses;
        let before = match self.form {
            ChallengeForm::Moving => &rules.before[..],
            ChallengeForm::AtOnce | ChallengeForm::Asked => &[],
        };
        let age = usize::try_from(self.age(now)).unwrap_or(usize::MAX);
        before.iter().chain(own).nth(age).or(own.last()).expect("each step has a status")
    }

    /// The app picks the order up. A second pick-up changes nothing.
    pub(super) fn pick_up(&mut self, rules: &Decoupled, now: UtcDateTime) {
        if let Wait::PickUp { since, until } = self.wait {
            self.wait = match rules.sign_time() {
                Some(time) => Wait::Signature { since: now, until: now + time },
                None => Wait::Signature { since, until },
            };
        }
    }

    pub(super) const fn picked_up(&self) -> bool {
        matches!(self.wait, Wait::Signature { .. })
    }

    pub(super) fn is_over(&self, now: UtcDateTime) -> bool {
        now >= self.span().1
    }

    /// The seconds left, rounded up, and the seconds of the whole wait.
    pub(super) fn seconds(&self, now: UtcDateTime) -> (u64, u64) {
        let (since, until) = self.span();
        let left = (until - now).whole_milliseconds();
        let left = u64::try_from(left).unwrap_or_default().div_ceil(1000);
        (left, u64::try_from((until - since).whole_seconds()).unwrap_or_default())
    }

    /// The whole seconds since the start; they number the frames.
    pub(super) fn age(&self, now: UtcDateTime) -> u64 {
        u64::try_from((now - self.started).whole_seconds()).unwrap_or_default()
    }

    /// What the client shows now.
    pub(super) fn challenge(&self, rules: &Decoupled, now: UtcDateTime) -> Option<Challenge> {
        if self.picked_up() && rules.challenge_after_pick_up == AfterPickUp::Goes {
            return None;
        }
        let frame = || self.frames.text(self.age(now));
        match self.method.challenge {
            Form::Token => Some(Challenge::StartToken(self.start_token)),
            Form::Text => Some(Challenge::FrameText(frame())),
            Form::Picture => Some(Challenge::FrameImage(frame())),
            Form::Page => None,
        }
    }

    pub(super) fn what<'a>(&self, rules: &'a Decoupled) -> &'a Step {
        &rules.steps[self.step]
    }

    const fn span(&self) -> (UtcDateTime, UtcDateTime) {
        match self.wait {
            Wait::PickUp { since, until } | Wait::Signature { since, until } => (since, until),
        }
    }
}
