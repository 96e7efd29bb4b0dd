//! The person approves at the bank, and the SCA status is asked for until it is final (guide, step 4a).

use crate::flow::ask::Ask;
use crate::flow::challenge::Challenge;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Input};
use crate::flow::output::Fault;
use crate::flow::timer::Timer;
use crate::flow::view::{Step, View};
use crate::wire::{ScaStatus, UpdatePsuDataResult};
use crate::{Call, Tick};

use super::State;
use super::ended::Progress;
use super::finish::AwaitValidity;
use super::setup::Chosen;

/// The person approves, or does not.
#[derive(Debug)]
pub(in crate::flow) struct AwaitApproval {
    chosen: Chosen,
    status: ScaStatus,
    /// What to show; `None` once the person has picked it up, where the bank tells.
    challenge: Option<Challenge>,
    /// The challenge that was shown last, gone or not.
    seen: Option<Challenge>,
    step: Step,
    pick_up_by: Tick,
    message: Option<String>,
    ask: Ask,
    look: Look,
}

/// Whether there is time left. A laptop may have slept through the deadline while the person signed on
/// a phone, so one more question is asked before the flow gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Open,
    Last,
}

impl AwaitApproval {
    pub(super) fn enter(
        chosen: Chosen,
        result: UpdatePsuDataResult,
        now: Tick,
        out: &mut Context,
    ) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.approval);
        let Chosen { link, authorisation, started, .. } = &chosen;
        let call = Call::ReadScaStatus {
            consent: link.consent.clone(),
            authorisation: authorisation.clone(),
        };
        let pick_up_by = *started + out.config.patience.pick_up;
        let ask = Ask::later(call, link.headers(), out.config.poll.challenge, now, out);
        let fresh = Self {
            chosen,
            status: ScaStatus::Received,
            challenge: None,
            seen: None,
            step: Step(1),
            pick_up_by,
            message: None,
            ask,
            look: Look::Open,
        };
        fresh.learn(result, now, out)
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
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
        match (timer, self.look) {
            (Timer::Deadline, Look::Open) if !self.ask.is_fresh(out.config.poll.longest, now) => {
                self.look = Look::Last;
                out.timers.set(Timer::Deadline, now + out.config.patience.answer);
                self.ask.send(now, out);
                State::AwaitApproval(self)
            }
            (Timer::Deadline, _) => {
                let fault = self.ask.fault().unwrap_or(Fault::Expired);
                State::AwaitApproval(self).fail(fault, out)
            }
            (Timer::Answer | Timer::Poll, _) => {
                let outcome = self.ask.timeout(timer, now, out);
                State::AwaitApproval(self).go_on(outcome, out)
            }
        }
    }

    pub(super) fn view(&self) -> View<'_> {
        let (bank, message) = (&self.chosen.link.bank, self.message.as_deref());
        let connection = self.ask.connection();
        match &self.challenge {
            Some(challenge) => View::Challenge {
                bank,
                challenge,
                device: self.chosen.device,
                step: self.step,
                pick_up_by: self.pick_up_by,
                message,
                connection,
            },
            None => View::Signing { bank, message, connection },
        }
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
                AwaitValidity::explain(self.chosen.link, fault, self.message, now, out)
            }
            _ if self.look == Look::Last => State::AwaitApproval(self).fail(Fault::Expired, out),
            status => {
                let data = result.challenge_data.as_ref();
                let challenge = data.and_then(|data| Challenge::read(data, &self.chosen.method));
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
        // the next frame of an animated code.
        let moved = self.status != status;
        if challenge.is_some() && self.seen.is_some() && moved && challenge != self.seen {
            self.step.0 += 1;
            self.pick_up_by = now + out.config.patience.pick_up;
        }
        if challenge.is_some() {
            self.seen.clone_from(&challenge);
        }
        self.status = status;
        self.challenge = challenge;
        let poll = out.config.poll;
        let interval = if self.challenge.is_some() { poll.challenge } else { poll.waiting };
        self.ask.again(interval, out);
    }

    /// The platform does not tell why an authorisation failed: by then the app was not started in time,
    /// or else the person or the bank said no.
    fn likely_fault(&self, now: Tick, out: &Context) -> Fault {
        if self.chosen.started.until(now) >= out.config.patience.pick_up {
            Fault::Expired
        } else {
            Fault::Rejected
        }
    }
}
