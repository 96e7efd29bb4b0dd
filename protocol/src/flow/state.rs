//! The states, named by what they await, and where each input goes. A transition consumes the state.

mod approval;
mod choice;
mod ended;
mod finish;
mod setup;

use self::approval::AwaitApproval;
use self::choice::{AwaitBanks, AwaitChoice, AwaitReady};
use self::ended::{Ended, Progress};
use self::finish::{AwaitAccounts, AwaitValidity};
use self::setup::{AwaitAuthorisation, AwaitConsent, AwaitMethod};
use super::context::Context;
use super::input::Input;
use super::output::{Bank, Fault, Headers, Linked};
use super::timer::Timer;
use super::view::{Ending, View};
use crate::Tick;
use crate::id::ConsentId;

/// Where a flow is. All but `Idle`, `Linked` and `Ended` have a deadline.
#[derive(Debug, Default)]
pub(super) enum State {
    #[default]
    Idle,
    AwaitBanks(AwaitBanks),
    AwaitChoice(AwaitChoice),
    AwaitReady(AwaitReady),
    AwaitConsent(AwaitConsent),
    AwaitAuthorisation(AwaitAuthorisation),
    AwaitMethod(AwaitMethod),
    AwaitApproval(AwaitApproval),
    AwaitValidity(AwaitValidity),
    AwaitAccounts(AwaitAccounts),
    Linked(Linked),
    Ended(Ended),
}

/// A consent that exists at the platform, and the bank that it is for.
#[derive(Clone, Debug)]
struct Link {
    bank: Bank,
    consent: ConsentId,
}

impl State {
    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> Self {
        match (self, input) {
            (Self::Idle | Self::Linked(_), Input::Start | Input::Retry) => {
                AwaitBanks::enter(now, out)
            }
            (Self::Ended(state), input) => state.handle(input, now, out),
            (state @ (Self::Idle | Self::Linked(_)), _) => state,
            (state, Input::Cancel) => state.end(Ending::Cancelled, out),
            (Self::AwaitBanks(state), input) => state.handle(input, now, out),
            (Self::AwaitChoice(state), input) => state.handle(input, now, out),
            (Self::AwaitReady(state), input) => state.handle(input, now, out),
            (Self::AwaitConsent(state), input) => state.handle(input, now, out),
            (Self::AwaitAuthorisation(state), input) => state.handle(input, now, out),
            (Self::AwaitMethod(state), input) => state.handle(input, now, out),
            (Self::AwaitApproval(state), input) => state.handle(input, now, out),
            (Self::AwaitValidity(state), input) => state.handle(input, now, out),
            (Self::AwaitAccounts(state), input) => state.handle(input, now, out),
        }
    }

    pub(super) fn timeout(self, timer: Timer, now: Tick, out: &mut Context) -> Self {
        match self {
            Self::AwaitBanks(state) => state.timeout(timer, now, out),
            Self::AwaitApproval(state) => state.timeout(timer, now, out),
            Self::AwaitValidity(state) => state.timeout(timer, now, out),
            Self::AwaitAccounts(state) => state.timeout(timer, now, out),
            // The person went away: whoever comes back starts afresh.
            Self::AwaitChoice(_) | Self::AwaitReady(_) => Self::idle(out),
            // No answer to a step that must not be repeated unasked.
            Self::AwaitConsent(_) | Self::AwaitAuthorisation(_) | Self::AwaitMethod(_) => {
                self.end(Ending::Failed(Fault::Unreachable), out)
            }
            Self::Idle | Self::Linked(_) | Self::Ended(_) => self,
        }
    }

    pub(super) fn view<'a>(&'a self, out: &'a Context) -> View<'a> {
        match self {
            Self::Idle => View::Idle,
            Self::AwaitBanks(state) => state.view(),
            Self::AwaitChoice(_) => View::ChooseBank { banks: &out.banks },
            Self::AwaitReady(state) => state.view(out),
            Self::AwaitConsent(state) => View::Preparing { bank: state.bank() },
            Self::AwaitAuthorisation(state) => View::Preparing { bank: state.bank() },
            Self::AwaitMethod(state) => View::Preparing { bank: state.bank() },
            Self::AwaitApproval(state) => state.view(),
            Self::AwaitValidity(state) => state.view(),
            Self::AwaitAccounts(state) => state.view(),
            Self::Linked(linked) => View::Linked(linked),
            Self::Ended(state) => state.view(),
        }
    }

    fn idle(out: &mut Context) -> Self {
        out.timers.stop_all();
        Self::Idle
    }

    /// Ends without accounts, wherever the flow is.
    fn end(self, ending: Ending, out: &mut Context) -> Self {
        let progress = match self {
            Self::AwaitReady(state) => state.into_progress(),
            Self::AwaitConsent(state) => state.into_progress(),
            Self::AwaitAuthorisation(state) => state.into_progress(),
            Self::AwaitMethod(state) => state.into_progress(),
            Self::AwaitApproval(state) => state.into_progress(),
            Self::AwaitValidity(state) => state.into_progress(),
            Self::AwaitAccounts(state) => state.into_progress(),
            Self::Idle
            | Self::AwaitBanks(_)
            | Self::AwaitChoice(_)
            | Self::Linked(_)
            | Self::Ended(_) => Progress::default(),
        };
        Ended::enter(ending, progress, out)
    }

    /// Stays, unless there is no use in it.
    fn go_on(self, outcome: Result<(), Fault>, out: &mut Context) -> Self {
        match outcome {
            Ok(()) => self,
            Err(fault) => self.fail(fault, out),
        }
    }

    fn fail(self, fault: Fault, out: &mut Context) -> Self {
        self.end(Ending::Failed(fault), out)
    }
}

impl Link {
    /// The headers of every consent call about it.
    fn headers(&self) -> Headers {
        Headers { bic: Some(self.bank.bic.clone()), consent: None }
    }

    /// The headers of every account call under it.
    fn account_headers(&self) -> Headers {
        Headers { consent: Some(self.consent.clone()), ..self.headers() }
    }
}
