//! After the person's decision at the bank: the SCA status after a return, and the consent status (guide,
//! steps 4a and 4b).

use crate::flow::ask::Ask;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Input, Way};
use crate::flow::output::Fault;
use crate::flow::request::Target;
use crate::flow::timer::Timer;
use crate::flow::view::{Ending, View};
use crate::id::AuthorisationId;
use crate::wire::{ConsentStatus, ScaStatus};
use crate::{Call, Tick};

use super::accounts::AwaitAccounts;
use super::ended::{Ended, Progress};
use super::setup::replace;
use super::{Link, State, Unreturned};

/// The person has come back from the bank's page: the flow polls the authorisation until it is final.
#[derive(Debug)]
pub(in crate::flow) struct AwaitFinal {
    link: Link,
    ask: Ask,
    returned: Return,
}

/// What is known about the return from the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Return {
    /// It succeeded.
    Completed,
    /// It is unknown whether the platform accepted the code.
    Exchanging,
}

/// The flow polls the consent status.
#[derive(Debug)]
pub(in crate::flow) struct AwaitValidity {
    link: Link,
    ask: Ask,
    purpose: Purpose,
}

/// Why the flow polls the consent status.
#[derive(Debug)]
enum Purpose {
    /// The authorisation succeeded: wait until the consent is valid.
    Confirm,
    /// The authorisation failed: the consent may show more than the likely fault.
    Explain { likely: Fault, way: Way, message: Option<String> },
    /// The bank permits no other authorisation: unless the consent is valid, a new one replaces it.
    Replace(Way),
}

impl AwaitFinal {
    pub(super) fn enter(
        link: Link,
        authorisation: AuthorisationId,
        returned: Return,
        now: Tick,
        out: &mut Context,
    ) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.validity);
        let call = Call::ReadScaStatus { consent: link.consent.clone(), authorisation };
        let ask = Ask::now(Target::Call(call), link.headers(), now, out);
        State::AwaitFinal(Self { link, ask, returned })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitFinal(self);
        };
        let outcome = match reply.answer {
            Ok(Answer::Sca(result)) => match result.sca_status {
                status if status.is_approved() => {
                    return AwaitValidity::confirm(self.link, now, out);
                }
                ScaStatus::Failed => {
                    let (likely, way) = (Fault::ExchangeFailed, Way::BankPage);
                    return AwaitValidity::explain(self.link, likely, way, None, now, out);
                }
                _ => {
                    self.ask.again(out.config.poll.waiting, out);
                    Ok(())
                }
            },
            other => {
                let failure = Failure::of(other);
                if failure.is_unknown() {
                    // Some platforms forget an authorisation once it is final.
                    return AwaitValidity::confirm(self.link, now, out);
                }
                self.ask.failed(failure, now, out)
            }
        };
        State::AwaitFinal(self).go_on(outcome, out)
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        let outcome = match timer {
            Timer::Deadline => Err(self.ask.fault().unwrap_or(match self.returned {
                Return::Completed => Fault::Unconfirmed,
                Return::Exchanging => Fault::ExchangeFailed,
            })),
            Timer::Answer | Timer::Poll => self.ask.timeout(timer, now, out),
        };
        State::AwaitFinal(self).go_on(outcome, out)
    }

    pub(super) fn view(&self) -> View<'_> {
        View::Finishing { bank: &self.link.bank, connection: self.ask.connection() }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn into_progress(self) -> Progress {
        match self.returned {
            Return::Completed => Progress::approved(self.link),
            // The code is lost, and polling the consent would never end.
            Return::Exchanging => Progress::unapproved(self.link, None),
        }
    }
}

impl AwaitValidity {
    pub(super) fn confirm(link: Link, now: Tick, out: &mut Context) -> State {
        Self::enter(link, Purpose::Confirm, now, out)
    }

    pub(super) fn explain(
        link: Link,
        likely: Fault,
        way: Way,
        message: Option<String>,
        now: Tick,
        out: &mut Context,
    ) -> State {
        Self::enter(link, Purpose::Explain { likely, way, message }, now, out)
    }

    pub(super) fn replace(link: Link, way: Way, now: Tick, out: &mut Context) -> State {
        Self::enter(link, Purpose::Replace(way), now, out)
    }

    /// Goes on with the status that the platform has just sent.
    pub(super) fn with_status(
        link: Link,
        status: &ConsentStatus,
        message: Option<String>,
        now: Tick,
        out: &mut Context,
    ) -> State {
        match last_word(status) {
            Some(fault) => {
                let progress = Progress::unapproved(link, message);
                Ended::enter(Ending::Failed(fault), progress, out)
            }
            None => AwaitAccounts::enter(link, now, out),
        }
    }

    fn enter(link: Link, purpose: Purpose, now: Tick, out: &mut Context) -> State {
        let patience = out.config.patience;
        let deadline = match purpose {
            Purpose::Confirm => patience.validity,
            Purpose::Explain { .. } | Purpose::Replace(_) => patience.answer,
        };
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + deadline);
        let call = Call::ReadConsentStatus { consent: link.consent.clone() };
        let ask = Ask::now(Target::Call(call), link.headers(), now, out);
        State::AwaitValidity(Self { link, ask, purpose })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitValidity(self);
        };
        match reply.answer {
            Ok(Answer::ConsentState(state)) => self.learn(&state.consent_status, now, out),
            other => {
                let outcome = self.ask.failed(Failure::of(other), now, out);
                self.go_on(outcome, out)
            }
        }
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        let outcome = match timer {
            Timer::Deadline => Err(self.ask.fault().unwrap_or(Fault::Unconfirmed)),
            Timer::Answer | Timer::Poll => self.ask.timeout(timer, now, out),
        };
        self.go_on(outcome, out)
    }

    pub(super) fn view(&self) -> View<'_> {
        let bank = &self.link.bank;
        match self.purpose {
            Purpose::Confirm => View::Finishing { bank, connection: self.ask.connection() },
            // "Almost done" would be wrong for a person who has just declined.
            Purpose::Explain { .. } | Purpose::Replace(_) => View::Preparing { bank },
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn into_progress(self) -> Progress {
        match self.purpose {
            Purpose::Confirm => Progress::approved(self.link),
            Purpose::Explain { likely: Fault::Expired | Fault::Unexplained, way, message } => {
                Progress::unused(self.link, way, message)
            }
            Purpose::Explain { message, .. } => Progress::unapproved(self.link, message),
            Purpose::Replace(way) => Progress::unused(self.link, way, None),
        }
    }

    fn learn(mut self, status: &ConsentStatus, now: Tick, out: &mut Context) -> State {
        let fault = match status {
            // Another person has approved it: this one came back without an approval.
            ConsentStatus::Valid if self.is_after_bad_return() => Some(Fault::ReturnFailed),
            ConsentStatus::Valid => {
                if let Purpose::Replace(way) = self.purpose {
                    self.link.unreturned = Unreturned::Replace(way);
                }
                return AwaitAccounts::enter(self.link, now, out);
            }
            other => last_word(other),
        };
        let (fault, message) = match (fault, self.purpose) {
            (None, Purpose::Confirm) => {
                self.ask.again(out.config.poll.waiting, out);
                return State::AwaitValidity(Self { purpose: Purpose::Confirm, ..self });
            }
            (None, Purpose::Explain { likely, way, message }) => {
                let state = Self {
                    purpose: Purpose::Explain { likely: likely.clone(), way, message },
                    ..self
                };
                return State::AwaitValidity(state).fail(likely, out);
            }
            (_, Purpose::Replace(way)) => return replace(self.link, way, now, out),
            (Some(fault), Purpose::Confirm) => (fault, None),
            (Some(fault), Purpose::Explain { message, .. }) => (fault, message),
        };
        // The bank's answer is final: there is no approval to resume.
        Ended::enter(Ending::Failed(fault), Progress::unapproved(self.link, message), out)
    }

    fn is_after_bad_return(&self) -> bool {
        matches!(self.purpose, Purpose::Explain { likely: Fault::ReturnFailed, .. })
    }

    /// Stays or ends; where the flow only explains a failure, it reports the likely fault.
    fn go_on(self, outcome: Result<(), Fault>, out: &mut Context) -> State {
        let outcome = match &self.purpose {
            Purpose::Confirm | Purpose::Replace(_) => outcome,
            Purpose::Explain { likely, .. } => outcome.map_err(|_| likely.clone()),
        };
        State::AwaitValidity(self).go_on(outcome, out)
    }
}

/// The fault of a consent that will not become valid.
fn last_word(status: &ConsentStatus) -> Option<Fault> {
    match status {
        ConsentStatus::Expired => Some(Fault::Expired),
        ConsentStatus::Rejected | ConsentStatus::RevokedByPsu | ConsentStatus::TerminatedByTpp => {
            Some(Fault::Rejected)
        }
        ConsentStatus::Valid | ConsentStatus::Received | ConsentStatus::Unknown(_) => None,
    }
}
