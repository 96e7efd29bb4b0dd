//! The states, named by what they await, and where each input goes. A transition consumes the state.

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

/// Where a flow is. All but `Idle`, `Linked` and `Ended` have a deadline.
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

/// A consent that exists at the platform, the bank that it is for, and how it was asked for.
#[derive(Clone, Debug)]
struct Link {
    bank: Bank,
    consent: ConsentId,
    preference: Option<Preference>,
    valid_until: String,
    told: Told,
    unreturned: Unreturned,
}

/// What the bank was told with a consent of who asks. The ids themselves are kept nowhere in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    /// It was told ids, or that was on a page of which this one does not know.
    PerhapsIds,
}

/// What follows when the relay says of an approved link that its person has not come back from the bank.
#[derive(Clone, Copy, Debug)]
enum Unreturned {
    /// They are waited for: until then, however often it says so.
    Await(Option<Tick>),
    /// Another consent takes its place: the bank lets nobody approve this one again, so nobody comes back.
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
            // The person went away: whoever comes back starts afresh.
            Self::AwaitChoice(_) | Self::AwaitAffiliated(_) | Self::AwaitReady(_) => {
                Self::idle(out)
            }
            Self::AwaitMethodChoice(_) => self.fail(Fault::Undecided, out),
            // No answer to a step that must not be repeated unasked.
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

    /// The consent that a page which comes back may go on with.
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
            // A page that is loaded again shows what it has linked.
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

    /// Ends without accounts, wherever the flow is.
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
        consent_headers(&self.bank, self.preference)
    }

    /// The headers of every account call under it.
    fn account_headers(&self) -> Headers {
        Headers { consent: Some(self.consent.clone()), ..self.headers() }
    }
}

/// The headers of a consent call about `bank`.
fn consent_headers(bank: &Bank, preference: Option<Preference>) -> Headers {
    let (bic, affiliated) = (Some(bank.bic.clone()), bank.affiliated.clone());
    Headers { bic, preference, affiliated, ..Headers::default() }
}
