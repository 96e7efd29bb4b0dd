//! The end without accounts: what is deleted at the platform, and how another try begins.

use crate::Tick;
use crate::flow::context::Context;
use crate::flow::input::{Device, Input, Way};
use crate::flow::output::{Bank, Event, Fault};
use crate::flow::timer::Timer;
use crate::flow::view::{Ending, Next, View};
use crate::id::ConsentId;

use super::choice::{AwaitBanks, AwaitReady};
use super::finish::AwaitValidity;
use super::session::AwaitSession;
use super::setup::AwaitAuthorisation;
use super::{Link, State};

/// The flow has ended.
#[derive(Debug)]
pub(in crate::flow) struct Ended {
    ending: Ending,
    bank: Option<Bank>,
    /// A consent that another try can go on with.
    left: Option<Left>,
    message: Option<String>,
    /// The moment before which another try fails.
    again_from: Option<Tick>,
}

/// The progress of a flow at its end.
#[derive(Debug, Default)]
pub(super) struct Progress {
    bank: Option<Bank>,
    consent: Option<Consent>,
    message: Option<String>,
}

/// A consent at the platform.
#[derive(Debug)]
enum Consent {
    Unapproved(Link),
    Left(Left),
}

/// What another try can resume.
#[derive(Debug)]
enum Left {
    /// A consent that the person has approved.
    Approved(Link),
    /// A consent that was not rejected: the code was not used in time, or without success.
    Unused(Link, Way),
    /// The consent of this tab, where the relay has not answered: its state is unknown.
    Unknown(ConsentId),
}

impl Progress {
    /// Only a choice.
    pub(super) fn chosen(bank: Bank) -> Self {
        Self { bank: Some(bank), ..Self::default() }
    }

    /// A consent in an unknown state, if there is one.
    pub(super) fn unknown(own: Option<ConsentId>) -> Self {
        Self { consent: own.map(|own| Consent::Left(Left::Unknown(own))), ..Self::default() }
    }

    /// A consent without an approval.
    pub(super) fn unapproved(link: Link, message: Option<String>) -> Self {
        let bank = Some(link.bank.clone());
        Self { bank, consent: Some(Consent::Unapproved(link)), message }
    }

    /// A consent with an approval.
    pub(super) fn approved(link: Link) -> Self {
        let bank = Some(link.bank.clone());
        Self { bank, consent: Some(Consent::Left(Left::Approved(link))), ..Self::default() }
    }

    /// A consent whose code was not used in time, or without success.
    pub(super) fn unused(link: Link, way: Way, message: Option<String>) -> Self {
        let bank = Some(link.bank.clone());
        Self { bank, consent: Some(Consent::Left(Left::Unused(link, way))), message }
    }
}

impl Ended {
    pub(super) fn enter(ending: Ending, progress: Progress, out: &mut Context) -> State {
        out.timers.stop_all();
        out.events.push_back(match &ending {
            Ending::Cancelled => Event::Cancelled,
            Ending::Failed(fault) => Event::Failed(fault.clone()),
        });
        let left = match (progress.consent, &ending) {
            // A consent that can be resumed is kept for another try, unless the person cancelled. One in an
            // unknown state cannot be ended.
            (Some(Consent::Left(left @ Left::Unknown(_))), _)
            | (Some(Consent::Left(left)), Ending::Failed(_)) => Some(left),
            // A rejected consent has ended at the platform too.
            (None, _) | (Some(_), Ending::Failed(Fault::Rejected)) => None,
            (Some(Consent::Left(left)), _) => {
                left.delete(out);
                None
            }
            (Some(Consent::Unapproved(link)), _) => {
                out.delete(link.consent.clone(), link.headers());
                None
            }
        };
        if ending == Ending::Cancelled {
            out.leave_link_session();
        }
        let Progress { bank, message, .. } = progress;
        // Another fault does not inherit the earlier pause.
        let again_from = match &ending {
            Ending::Failed(Fault::Busy | Fault::PlatformFailed) => out.quiet_until,
            _ => None,
        };
        if let Some(moment) = again_from {
            out.timers.set(Timer::Deadline, moment);
        }
        State::Ended(Self { ending, bank, left, message, again_from })
    }

    pub(super) fn handle(self, input: &Input, now: Tick, out: &mut Context) -> State {
        match input {
            Input::Retry if self.again_from.is_some_and(|moment| now < moment) => {
                State::Ended(self)
            }
            Input::Retry => match (self.left, self.bank) {
                (Some(Left::Approved(link)), _) => AwaitValidity::confirm(link, now, out),
                (Some(Left::Unused(link, way)), _) => {
                    AwaitAuthorisation::again(link, way, now, out)
                }
                (Some(Left::Unknown(own)), _) => AwaitSession::enter(Some(own), now, out),
                (None, Some(bank)) => AwaitReady::enter(bank, now, out),
                (None, None) if self.ending.is_of_cookies() || out.has_unclaimed() => {
                    AwaitSession::enter(None, now, out)
                }
                (None, None) => AwaitBanks::enter(None, now, out),
            },
            Input::Back => {
                if let Some(left) = self.left {
                    left.delete(out);
                }
                AwaitBanks::enter(None, now, out)
            }
            _ => State::Ended(self),
        }
    }

    /// The platform may be asked again.
    pub(super) fn timeout(self) -> State {
        State::Ended(Self { again_from: None, ..self })
    }

    /// The link that another try resumes.
    pub(super) fn link(&self) -> Option<&Link> {
        self.left.as_ref()?.link()
    }

    pub(super) fn view(&self) -> View<'_> {
        View::Ended {
            bank: self.bank.as_ref(),
            ending: &self.ending,
            message: self.message.as_deref(),
            again_from: self.again_from,
            next: match self.left {
                Some(Left::Unused(_, Way::BankId(Device::Other))) => Next::NewCode,
                Some(Left::Unused(_, Way::BankId(Device::This))) => Next::NewStart,
                _ => Next::Again,
            },
        }
    }
}

impl Left {
    fn link(&self) -> Option<&Link> {
        match self {
            Self::Approved(link) | Self::Unused(link, _) => Some(link),
            Self::Unknown(_) => None,
        }
    }

    fn delete(self, out: &mut Context) {
        if let Some(link) = self.link() {
            out.delete(link.consent.clone(), link.headers());
        }
    }
}
