//! The person approves at the bank, and the flow polls the SCA status until it is final (guide, step 4a).

mod order;

use std::time::Duration;

use crate::flow::ask::Ask;
use crate::flow::challenge::Challenge;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Device, Failure, Input, Way};
use crate::flow::method;
use crate::flow::output::Fault;
use crate::flow::request::Target;
use crate::flow::timer::{Began, Timer};
use crate::flow::view::{Prompt, View};
use crate::id::{AuthorisationId, MethodId};
use crate::wire::{ConsentStatus, KeptAuthorisation, ScaMethod, ScaStatus, UpdatePsuDataResult};
use crate::{Call, Tick};

use self::order::Order;
use super::ended::Progress;
use super::finish::AwaitValidity;
use super::setup::AwaitAuthorisation;
use super::{Link, State};

/// The person decides about the approval.
#[derive(Debug)]
pub(in crate::flow) struct AwaitApproval {
    chosen: Chosen,
    order: Order,
    shown: Shown,
    /// Until when a frame can be read.
    fresh_until: Tick,
    message: Option<String>,
    ask: Ask,
}

/// An authorisation with its method.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) link: Link,
    pub(super) authorisation: AuthorisationId,
    /// Unknown where the relay's record has none.
    pub(super) method: Option<ScaMethod>,
    /// Whether the bank has said how the person approves.
    pub(super) lead: Lead,
    pub(super) device: Device,
    /// When the authorisation was started.
    pub(super) began: Began,
    /// The address that the app opens at the end, where the relay names one.
    pub(super) return_to: Option<String>,
}

/// What a bank without a choice of methods has said about the approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// A method, a challenge, a status beyond the first, or a message.
    Given,
    /// Nothing: unless it soon says something, the person cannot approve.
    Nothing,
}

/// What the person sees.
#[derive(Clone, Copy, Debug)]
enum Shown {
    /// The bank has not sent a challenge yet.
    Nothing,
    /// The challenge, which the order holds.
    Challenge,
    /// A text to go on in their app, since this moment.
    Signing(Tick),
}

impl Chosen {
    /// The request for the SCA status.
    fn status(&self) -> Target {
        let (consent, authorisation) = (self.link.consent.clone(), self.authorisation.clone());
        Target::Call(Call::ReadScaStatus { consent, authorisation })
    }
}

impl AwaitApproval {
    /// Enters with the answer to the choice of the method, whose request was sent at `asked`.
    pub(super) fn enter(
        chosen: Chosen,
        result: UpdatePsuDataResult,
        asked: Tick,
        now: Tick,
        out: &mut Context,
    ) -> State {
        let mut fresh = Self::fresh(chosen, ScaStatus::Received, now, out);
        fresh.ask = fresh.ask.put_at(asked);
        match fresh.learn(result, now, out) {
            // Some banks send the challenge only with the first question, and their clock runs already.
            State::AwaitApproval(mut state) if matches!(state.shown, Shown::Nothing) => {
                state.ask.send(now, out);
                State::AwaitApproval(state)
            }
            state => state,
        }
    }

    /// Resumes on a page that loaded later: asks at once, since the relay stores no challenge.
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
        let chosen = Chosen {
            link,
            authorisation,
            method,
            lead: Lead::Given,
            device,
            began,
            return_to: kept.app_return,
        };
        State::AwaitApproval(Self::fresh(chosen, kept.sca_status, now, out))
    }

    fn fresh(chosen: Chosen, status: ScaStatus, now: Tick, out: &mut Context) -> Self {
        let patience = out.config.patience;
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, chosen.began.after(patience.approval));
        let ask = Ask::later(chosen.status(), chosen.link.headers(), Duration::ZERO, now, out);
        Self {
            order: Order::new(status, chosen.began),
            chosen,
            shown: Shown::Nothing,
            fresh_until: now,
            message: None,
            ask,
        }
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        if let (Input::Renew(device), Shown::Challenge | Shown::Signing(_)) = (&input, self.shown) {
            let way = Way::BankId(*device);
            return AwaitAuthorisation::again(self.chosen.link, way, now, out);
        }
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitApproval(self);
        };
        match reply.answer {
            Ok(Answer::Sca(result)) => self.learn(result, now, out),
            Ok(Answer::ConsentState(state)) => {
                self.learn_of_consent(state.consent_status, now, out)
            }
            other => {
                let failure = Failure::of(other);
                if failure.is_unknown() && self.ask.is_about(&self.chosen.status()) {
                    // Some platforms forget an authorisation once it is final: the consent shows the
                    // result.
                    let consent = self.chosen.link.consent.clone();
                    self.ask.turn_to(Target::Call(Call::ReadConsentStatus { consent }), now, out);
                    return State::AwaitApproval(self);
                }
                let outcome = self.ask.failed(failure, now, out);
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
        let pick_up_by = || self.order.waits().after(out.pick_up());
        match (self.shown, self.order.challenge()) {
            (Shown::Challenge, Some(challenge)) => View::Challenge {
                bank,
                challenge,
                device,
                step: self.order.step(),
                steps: self.order.steps(facts),
                fresh_until: challenge.is_frame().then_some(self.fresh_until),
                pick_up: out.pick_up(),
                pick_up_by: self.order.picked_up().unwrap_or_else(pick_up_by),
                pick_up_to: facts.pick_up_to(),
                after_pick_up,
                app_returns,
                return_to: self.chosen.return_to.as_deref(),
                message,
                connection,
            },
            (Shown::Nothing | Shown::Challenge, _) => View::Preparing { bank },
            (Shown::Signing(since), _) => {
                let method = self
                    .chosen
                    .method
                    .as_ref()
                    .filter(|method| !method::is_bankid(&method.authentication_method_id));
                let later = since + out.config.patience.signing;
                let renew_from = method.is_none().then_some(later);
                let prompt = match self.order.challenge() {
                    Some(_) => Prompt::Shown,
                    None => Prompt::Unseen,
                };
                View::Signing {
                    bank,
                    method,
                    prompt,
                    app_returns,
                    device,
                    renew_from,
                    message,
                    connection,
                }
            }
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.chosen.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.chosen.link, self.message)
    }

    /// Takes the status of the consent whose authorisation the platform does not find. While that is open,
    /// the platform may find the authorisation the next time.
    fn learn_of_consent(mut self, status: ConsentStatus, now: Tick, out: &mut Context) -> State {
        match status {
            ConsentStatus::Received | ConsentStatus::Unknown(_) if self.ask.is_last() => {
                State::AwaitApproval(self).fail(Fault::Undecided, out)
            }
            ConsentStatus::Received | ConsentStatus::Unknown(_) => {
                self.ask.turn_back_to(self.chosen.status());
                self.ask.again(out.config.poll.waiting, out);
                State::AwaitApproval(self)
            }
            status => AwaitValidity::with_status(self.chosen.link, &status, self.message, now, out),
        }
    }

    /// Takes the state of the authorisation.
    fn learn(mut self, result: UpdatePsuDataResult, now: Tick, out: &mut Context) -> State {
        // The TPP must show either (OpenAPI `challengeData.additionalInformation`).
        let information = result.challenge_data.as_ref().map(|data| &data.additional_information);
        if let Some(message) = result.psu_message.as_ref().or(information.and_then(Option::as_ref))
        {
            self.message = Some(message.clone());
        }
        match result.sca_status {
            status if status.is_approved() => AwaitValidity::confirm(self.chosen.link, now, out),
            ScaStatus::Failed => {
                let fault = self.likely_fault(now, out);
                let way = Way::BankId(self.chosen.device);
                AwaitValidity::explain(self.chosen.link, fault, way, self.message, now, out)
            }
            ScaStatus::Received if self.is_without_a_way(now, out) => {
                State::AwaitApproval(self).fail(Fault::NoMethod, out)
            }
            _ if self.ask.is_last() => State::AwaitApproval(self).fail(Fault::Undecided, out),
            status => {
                let data = result.challenge_data.as_ref();
                let challenge = data.and_then(|data| Challenge::read(data, self.method()));
                if challenge.is_some() || status != ScaStatus::Received {
                    self.chosen.lead = Lead::Given;
                }
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
        let (poll, patience) = (out.config.poll, out.config.patience);
        self.shown = match &challenge {
            Some(challenge) => {
                if self.order.challenge() != Some(challenge) || self.is_still(challenge) {
                    self.fresh_until = self.ask.sent() + patience.frame;
                }
                Shown::Challenge
            }
            None if self.awaits_first() && now < self.chosen.began.after(patience.challenge) => {
                Shown::Nothing
            }
            None => match self.shown {
                Shown::Signing(since) => Shown::Signing(since),
                Shown::Nothing | Shown::Challenge => Shown::Signing(now),
            },
        };
        let interval = match self.shown {
            Shown::Nothing | Shown::Challenge => poll.challenge,
            Shown::Signing(_) => poll.waiting,
        };
        self.order.learn(challenge, status, &out.known.facts, now);
        self.ask.again(interval, out);
    }

    /// Whether `challenge` may be an unchanged picture, and so as good as at the last request.
    fn is_still(&self, challenge: &Challenge) -> bool {
        matches!(challenge, Challenge::Picture(_))
            && !self.method().is_some_and(method::shows_pictures)
    }

    /// Whether the bank still owes a challenge. Some report a running method before they send it.
    fn awaits_first(&self) -> bool {
        self.order.challenge().is_none() && self.method().is_none_or(method::is_bankid)
    }

    /// Whether the bank has had its time to say how the person approves, and has not.
    fn is_without_a_way(&self, now: Tick, out: &Context) -> bool {
        self.chosen.lead == Lead::Nothing
            && self.message.is_none()
            && self.chosen.began.after(out.config.patience.challenge) <= now
    }

    fn method(&self) -> Option<&MethodId> {
        self.chosen.method.as_ref().map(|method| &method.authentication_method_id)
    }

    /// The likely cause of a failed authorisation, which the platform does not give: the app was not
    /// started in time, or it is unknown. The consent shows whether the person declined.
    fn likely_fault(&self, now: Tick, out: &Context) -> Fault {
        let overdue = self.order.waits().after(out.pick_up()) <= now;
        if self.order.picked_up().is_none() && overdue {
            Fault::Expired
        } else {
            Fault::Unexplained
        }
    }
}
