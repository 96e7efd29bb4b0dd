//! The person approves at the bank, and the SCA status is asked for until it is final (guide, step 4a).

use std::time::Duration;

use crate::flow::ask::Ask;
use crate::flow::challenge::Challenge;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Device, Failure, Input, Way};
use crate::flow::method;
use crate::flow::output::Fault;
use crate::flow::request::Target;
use crate::flow::timer::{Began, Timer};
use crate::flow::view::{Step, View};
use crate::id::AuthorisationId;
use crate::profile::Facts;
use crate::wire::{KeptAuthorisation, ScaMethod, ScaStatus, UpdatePsuDataResult};
use crate::{Call, Tick};

use super::ended::Progress;
use super::finish::AwaitValidity;
use super::setup::AwaitAuthorisation;
use super::{Link, State};

/// The person approves, or does not.
#[derive(Debug)]
pub(in crate::flow) struct AwaitApproval {
    chosen: Chosen,
    status: ScaStatus,
    shown: Shown,
    /// The challenge that was shown last, gone or not.
    seen: Option<Challenge>,
    /// Until when a challenge that is a frame can be read.
    fresh_until: Tick,
    step: Step,
    /// How many steps there are, where the order of statuses tells.
    steps: Option<u32>,
    start: Start,
    message: Option<String>,
    ask: Ask,
}

/// An authorisation with its method.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) link: Link,
    pub(super) authorisation: AuthorisationId,
    /// Not known of an authorisation that the relay kept without it.
    pub(super) method: Option<ScaMethod>,
    pub(super) device: Device,
    /// When the authorisation was started.
    pub(super) began: Began,
    /// The address that the app opens at the end, where the relay named one.
    pub(super) return_to: Option<String>,
}

/// What the person sees.
#[derive(Debug)]
enum Shown {
    /// The bank has not told yet.
    Nothing,
    /// What starts their app.
    Challenge(Challenge),
    /// That they go on in their app.
    Signing,
}

/// Whether the person has started their app for the challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// Not as far as the bank tells, and the bank has waited since then.
    Since(Began),
    /// Since then.
    Done(Tick),
}

impl AwaitApproval {
    pub(super) fn enter(
        chosen: Chosen,
        result: UpdatePsuDataResult,
        now: Tick,
        out: &mut Context,
    ) -> State {
        let pause = out.config.poll.challenge;
        Self::fresh(chosen, pause, now, out).learn(result, now, out)
    }

    /// Goes on in a page that came on later: asks at once, for the relay keeps no challenge.
    pub(super) fn resume(
        link: Link,
        kept: KeptAuthorisation,
        began: Began,
        now: Tick,
        out: &mut Context,
    ) -> State {
        let id = kept.authentication_method_id;
        let device = id.as_ref().and_then(method::device).unwrap_or(out.device);
        let method = id.map(ScaMethod::unnamed);
        let authorisation = kept.authorisation_id;
        let chosen =
            Chosen { link, authorisation, method, device, began, return_to: kept.app_return };
        let fresh = Self::fresh(chosen, Duration::ZERO, now, out);
        State::AwaitApproval(Self { status: kept.sca_status, ..fresh })
    }

    fn fresh(chosen: Chosen, pause: Duration, now: Tick, out: &mut Context) -> Self {
        let patience = out.config.patience;
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, chosen.began.after(patience.approval));
        let call = Call::ReadScaStatus {
            consent: chosen.link.consent.clone(),
            authorisation: chosen.authorisation.clone(),
        };
        let ask = Ask::later(Target::Call(call), chosen.link.headers(), pause, now, out);
        Self {
            start: Start::Since(chosen.began),
            chosen,
            status: ScaStatus::Received,
            shown: Shown::Nothing,
            seen: None,
            fresh_until: now,
            step: Step(1),
            steps: None,
            message: None,
            ask,
        }
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        if let (Input::Renew(device), Shown::Challenge(_)) = (&input, &self.shown) {
            let way = Way::BankId(*device);
            return AwaitAuthorisation::again(self.chosen.link, way, now, out);
        }
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitApproval(self);
        };
        match reply.answer {
            Ok(Answer::Sca(result)) => self.learn(result, now, out),
            other => {
                let outcome = self.ask.failed(Failure::of(other), now, out);
                State::AwaitApproval(self).go_on(outcome, out)
            }
        }
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        let outcome = match timer {
            Timer::Deadline => self.ask.overdue(now, out),
            Timer::Answer | Timer::Poll => self.ask.timeout(timer, now, out),
        };
        State::AwaitApproval(self).go_on(outcome, out)
    }

    pub(super) fn view(&self, out: &Context) -> View<'_> {
        let facts = &out.known.facts;
        let (after_pick_up, app_returns) = (facts.after_pick_up, facts.app_returns);
        let (bank, message) = (&self.chosen.link.bank, self.message.as_deref());
        let device = self.chosen.device;
        let connection = self.ask.connection();
        match &self.shown {
            Shown::Nothing => View::Preparing { bank },
            Shown::Challenge(challenge) => View::Challenge {
                bank,
                challenge,
                device,
                step: self.step,
                steps: self.steps(facts).filter(|steps| *steps >= self.step.0),
                fresh_until: challenge.is_frame().then_some(self.fresh_until),
                pick_up: out.pick_up(),
                pick_up_by: match self.start {
                    Start::Since(began) => began.after(out.pick_up()),
                    Start::Done(moment) => moment,
                },
                after_pick_up,
                app_returns,
                return_to: self.chosen.return_to.as_deref(),
                message,
                connection,
            },
            Shown::Signing => {
                let method = self
                    .chosen
                    .method
                    .as_ref()
                    .filter(|method| !method::is_bankid(&method.authentication_method_id));
                View::Signing { bank, method, app_returns, device, message, connection }
            }
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.chosen.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.chosen.link, self.message)
    }

    /// Takes in how far the authorisation is.
    fn learn(mut self, result: UpdatePsuDataResult, now: Tick, out: &mut Context) -> State {
        // The TPP is obliged to show either (OpenAPI `challengeData.additionalInformation`).
        let information = result.challenge_data.as_ref().map(|data| &data.additional_information);
        if let Some(told) = result.psu_message.as_ref().or(information.and_then(Option::as_ref)) {
            self.message = Some(told.clone());
        }
        match result.sca_status {
            ScaStatus::Finalised | ScaStatus::Exempted => {
                AwaitValidity::confirm(self.chosen.link, now, out)
            }
            ScaStatus::Failed => {
                let fault = self.likely_fault(now, out);
                let way = Way::BankId(self.chosen.device);
                AwaitValidity::explain(self.chosen.link, fault, way, self.message, now, out)
            }
            _ if self.ask.is_last_look() => State::AwaitApproval(self).fail(Fault::Undecided, out),
            status => {
                let data = result.challenge_data.as_ref();
                let method = self.chosen.method.as_ref().map(|it| &it.authentication_method_id);
                let challenge = data.and_then(|data| Challenge::read(data, method));
                self.show(challenge, status, now, out);
                State::AwaitApproval(self)
            }
        }
    }

    fn show(
        &mut self,
        challenge: Option<Challenge>,
        status: ScaStatus,
        now: Tick,
        out: &mut Context,
    ) {
        // A new challenge in a later status is a second proof (Swedbank); in the same one it is but
        // the next frame of an animated code. The old one in a later status, or none, was picked up.
        let moved = self.seen.is_some() && self.status != status;
        if challenge.is_some() && challenge != self.seen {
            if moved {
                self.step.0 += 1;
                self.start = Start::Since(Began::at(now));
            }
        } else if (moved || challenge.is_none()) && self.is_waiting() {
            self.start = Start::Done(now);
        }
        let poll = out.config.poll;
        let interval = if challenge.is_some() { poll.challenge } else { poll.waiting };
        if challenge.is_some() {
            self.seen.clone_from(&challenge);
            self.fresh_until = now + out.config.patience.frame;
            if status == ScaStatus::AuthenticationStarted {
                self.steps = Some(PROOF_AND_SIGNATURE);
            }
        }
        self.status = status;
        self.shown = challenge.map_or(Shown::Signing, Shown::Challenge);
        self.ask.again(interval, out);
    }

    /// How many steps there will be: by the profile, else by what was seen.
    fn steps(&self, facts: &Facts) -> Option<u32> {
        if facts.scans > 1 { Some(facts.scans) } else { self.steps }
    }

    /// Whether a challenge was shown, and not picked up as far as the bank tells.
    fn is_waiting(&self) -> bool {
        self.seen.is_some() && matches!(self.start, Start::Since(_))
    }

    /// The platform does not tell why an authorisation failed: by then the app was not started in time,
    /// or else the person or the bank said no.
    fn likely_fault(&self, now: Tick, out: &Context) -> Fault {
        match self.start {
            Start::Since(began) if began.after(out.pick_up()) <= now => Fault::Expired,
            Start::Since(_) | Start::Done(_) => Fault::Rejected,
        }
    }
}

/// The status that says "authentication" is the first of two (Swedbank): who the person is, then what
/// they permit.
const PROOF_AND_SIGNATURE: u32 = 2;
