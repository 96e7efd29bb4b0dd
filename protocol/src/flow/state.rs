//! The states, named by what they await, and the dispatch of inputs. A transition consumes the state.

mod accounts;
mod approval;
mod choice;
mod details;
mod ended;
mod finish;
mod redirect;
mod resume;
mod session;
mod setup;
mod today;

use self::accounts::AwaitAccounts;
use self::approval::AwaitApproval;
use self::choice::{AwaitBanks, AwaitChoice, AwaitReady};
use self::details::{AwaitAffiliated, AwaitDetails};
use self::ended::{Ended, Progress};
use self::finish::{AwaitFinal, AwaitValidity};
use self::redirect::AwaitReturn;
use self::session::AwaitSession;
use self::setup::{AwaitAuthorisation, AwaitConsent, AwaitMethod, AwaitMethodChoice};
use self::today::AwaitToday;
use super::context::Context;
use super::input::{Input, Way};
use super::output::{Bank, Fault, Linked};
use super::request::{Headers, Preference};
use super::timer::Timer;
use super::view::{Ending, View};
use crate::Tick;
use crate::id::ConsentId;

/// The state of a flow. All but `Idle`, `Linked` and `Ended` have a deadline.
#[derive(Debug, Default)]
pub(super) enum State {
    #[default]
    Idle,
    AwaitSession(AwaitSession),
    AwaitBanks(AwaitBanks),
    AwaitChoice(AwaitChoice),
    AwaitDetails(AwaitDetails),
    AwaitAffiliated(AwaitAffiliated),
    AwaitReady(AwaitReady),
    AwaitToday(AwaitToday),
    AwaitConsent(AwaitConsent),
    AwaitAuthorisation(AwaitAuthorisation),
    AwaitMethodChoice(AwaitMethodChoice),
    AwaitMethod(AwaitMethod),
    AwaitApproval(AwaitApproval),
    AwaitReturn(AwaitReturn),
    AwaitFinal(AwaitFinal),
    AwaitValidity(AwaitValidity),
    AwaitAccounts(AwaitAccounts),
    Linked(Linked),
    Ended(Ended),
}

/// A consent at the platform, with its bank and the details of its request.
#[derive(Clone, Debug)]
struct Link {
    bank: Bank,
    consent: ConsentId,
    preference: Option<Preference>,
    valid_until: String,
    ids_sent: IdsSent,
    unreturned: Unreturned,
}

/// Which ids went to the bank with a consent. The page does not store the ids themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IdsSent {
    None,
    /// Ids were sent, or an earlier page may have sent some.
    Perhaps,
}

/// What to do when the relay says that an approved link still waits for the person's return.
#[derive(Clone, Copy, Debug)]
enum Unreturned {
    /// Wait for it, until this moment at most.
    Await(Option<Tick>),
    /// Replace the consent: the bank permits no other approval of this one, so there will be no return.
    Replace(Way),
}

impl State {
    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> Self {
        match (self, input) {
            (Self::Idle, Input::Start(arrival)) => {
                out.device = arrival.device;
                out.pick = arrival.pick;
                AwaitSession::enter(arrival.consent, now, out)
            }
            // The link session may be over by now.
            (Self::Idle, Input::Retry) if out.config.token.is_some() => {
                AwaitSession::enter(None, now, out)
            }
            (Self::Idle | Self::Linked(_), Input::Retry) => AwaitBanks::enter(None, now, out),
            (Self::Ended(state), input) => state.handle(&input, now, out),
            (state @ (Self::Idle | Self::Linked(_)), _) => state,
            (state, Input::Cancel) => state.end(Ending::Cancelled, out),
            (Self::AwaitSession(state), input) => state.handle(input, now, out),
            (Self::AwaitBanks(state), input) => state.handle(input, now, out),
            (Self::AwaitChoice(state), input) => state.handle(input, now, out),
            (Self::AwaitDetails(state), input) => state.handle(input, now, out),
            (Self::AwaitAffiliated(state), input) => state.handle(input, now, out),
            (Self::AwaitReady(state), input) => state.handle(input, now, out),
            (Self::AwaitToday(state), input) => state.handle(input, now, out),
            (Self::AwaitConsent(state), input) => state.handle(input, now, out),
            (Self::AwaitAuthorisation(state), input) => state.handle(input, now, out),
            (Self::AwaitMethodChoice(state), input) => state.handle(input, now, out),
            (Self::AwaitMethod(state), input) => state.handle(input, now, out),
            (Self::AwaitApproval(state), input) => state.handle(input, now, out),
            (Self::AwaitReturn(state), input) => state.handle(input, now, out),
            (Self::AwaitFinal(state), input) => state.handle(input, now, out),
            (Self::AwaitValidity(state), input) => state.handle(input, now, out),
            (Self::AwaitAccounts(state), input) => state.handle(input, now, out),
        }
    }

    pub(super) fn timeout(self, timer: Timer, now: Tick, out: &mut Context) -> Self {
        match self {
            Self::AwaitSession(state) => state.timeout(timer, now, out),
            Self::AwaitBanks(state) => state.timeout(timer, now, out),
            Self::AwaitDetails(state) => state.timeout(timer, now, out),
            Self::AwaitToday(state) => state.timeout(timer, now, out),
            Self::AwaitApproval(state) => state.timeout(timer, now, out),
            Self::AwaitReturn(state) => state.timeout(timer, now, out),
            Self::AwaitFinal(state) => state.timeout(timer, now, out),
            Self::AwaitValidity(state) => state.timeout(timer, now, out),
            Self::AwaitAccounts(state) => state.timeout(timer, now, out),
            // A person who was away begins at the start.
            Self::AwaitChoice(_) | Self::AwaitAffiliated(_) | Self::AwaitReady(_) => {
                Self::idle(out)
            }
            Self::AwaitMethodChoice(_) => self.fail(Fault::Undecided, out),
            // A step without an answer must not be repeated.
            Self::AwaitConsent(_) | Self::AwaitAuthorisation(_) | Self::AwaitMethod(_) => {
                self.end(Ending::Failed(Fault::Unreachable), out)
            }
            Self::Ended(state) => state.timeout(),
            Self::Idle | Self::Linked(_) => self,
        }
    }

    pub(super) fn view<'a>(&'a self, out: &'a Context) -> View<'a> {
        match self {
            Self::Idle => View::Idle,
            Self::AwaitSession(state) => state.view(),
            Self::AwaitBanks(state) => state.view(),
            Self::AwaitChoice(_) => View::ChooseBank { banks: &out.banks },
            Self::AwaitDetails(state) => state.view(out),
            Self::AwaitAffiliated(state) => state.view(out),
            Self::AwaitReady(state) => state.view(out),
            Self::AwaitToday(state) => View::Preparing { bank: state.bank() },
            Self::AwaitConsent(state) => View::Preparing { bank: state.bank() },
            Self::AwaitAuthorisation(state) => View::Preparing { bank: &state.link().bank },
            Self::AwaitMethodChoice(state) => state.view(),
            Self::AwaitMethod(state) => View::Preparing { bank: &state.link().bank },
            Self::AwaitApproval(state) => state.view(out),
            Self::AwaitReturn(state) => state.view(),
            Self::AwaitFinal(state) => state.view(),
            Self::AwaitValidity(state) => state.view(),
            Self::AwaitAccounts(state) => state.view(),
            Self::Linked(linked) => View::Linked(linked),
            Self::Ended(state) => state.view(),
        }
    }

    /// The consent that a reloaded page may go on with.
    pub(super) fn consent(&self) -> Option<&ConsentId> {
        let link = match self {
            Self::AwaitBanks(state) => return state.consent(),
            Self::AwaitAuthorisation(state) => state.link(),
            Self::AwaitMethodChoice(state) => state.link(),
            Self::AwaitMethod(state) => state.link(),
            Self::AwaitApproval(state) => state.link(),
            Self::AwaitReturn(state) => state.link(),
            Self::AwaitFinal(state) => state.link(),
            Self::AwaitValidity(state) => state.link(),
            Self::AwaitAccounts(state) => state.link(),
            Self::Ended(state) => state.link()?,
            // A reloaded page shows the linked accounts.
            Self::Linked(linked) => return Some(&linked.consent),
            Self::Idle
            | Self::AwaitSession(_)
            | Self::AwaitChoice(_)
            | Self::AwaitDetails(_)
            | Self::AwaitAffiliated(_)
            | Self::AwaitReady(_)
            | Self::AwaitToday(_)
            | Self::AwaitConsent(_) => return None,
        };
        Some(&link.consent)
    }

    fn idle(out: &mut Context) -> Self {
        out.timers.stop_all();
        Self::Idle
    }

    /// Ends without accounts, in any state.
    fn end(self, ending: Ending, out: &mut Context) -> Self {
        let progress = match self {
            Self::AwaitSession(state) => state.into_progress(),
            Self::AwaitDetails(state) => state.into_progress(),
            Self::AwaitAffiliated(state) => state.into_progress(),
            Self::AwaitReady(state) => state.into_progress(),
            Self::AwaitToday(state) => state.into_progress(),
            Self::AwaitConsent(state) => state.into_progress(out),
            Self::AwaitAuthorisation(state) => state.into_progress(),
            Self::AwaitMethodChoice(state) => state.into_progress(),
            Self::AwaitMethod(state) => state.into_progress(),
            Self::AwaitApproval(state) => state.into_progress(),
            Self::AwaitReturn(state) => state.into_progress(),
            Self::AwaitFinal(state) => state.into_progress(),
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

    /// Stays, or ends with the fault.
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
    /// The headers of consent calls about it.
    fn headers(&self) -> Headers {
        consent_headers(&self.bank, self.preference)
    }

    /// The headers of account calls under it.
    fn account_headers(&self) -> Headers {
        Headers { consent: Some(self.consent.clone()), ..self.headers() }
    }
}

/// The headers of a consent call about `bank`.
fn consent_headers(bank: &Bank, preference: Option<Preference>) -> Headers {
    let (bic, affiliated) = (Some(bank.bic.clone()), bank.affiliated.clone());
    Headers { bic, preference, affiliated, ..Headers::default() }
}
