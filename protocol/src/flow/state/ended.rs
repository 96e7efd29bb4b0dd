//! Over, without accounts: what is cleaned up at the platform, and where another try begins.

use crate::Tick;
use crate::flow::context::Context;
use crate::flow::input::Input;
use crate::flow::output::{Bank, Event, Fault};
use crate::flow::view::{Ending, View};

use super::choice::{AwaitBanks, AwaitReady};
use super::finish::AwaitValidity;
use super::{Link, State};

/// The flow is over.
#[derive(Debug)]
pub(in crate::flow) struct Ended {
    ending: Ending,
    bank: Option<Bank>,
    /// A consent that the person has approved, and that another try can go on with.
    approved: Option<Link>,
    message: Option<String>,
}

/// What there was when a flow ended.
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
    Approved(Link),
}

impl Progress {
    /// No more than a choice.
    pub(super) fn chosen(bank: Bank) -> Self {
        Self { bank: Some(bank), ..Self::default() }
    }

    /// A consent that nobody has approved.
    pub(super) fn unapproved(link: Link, message: Option<String>) -> Self {
        let bank = Some(link.bank.clone());
        Self { bank, consent: Some(Consent::Unapproved(link)), message }
    }

    /// A consent that the person has approved.
    pub(super) fn approved(link: Link) -> Self {
        let bank = Some(link.bank.clone());
        Self { bank, consent: Some(Consent::Approved(link)), ..Self::default() }
    }
}

impl Ended {
    pub(super) fn enter(ending: Ending, progress: Progress, out: &mut Context) -> State {
        out.timers.stop_all();
        out.events.push_back(match &ending {
            Ending::Cancelled => Event::Cancelled,
            Ending::Failed(fault) => Event::Failed(fault.clone()),
        });
        let approved = match (progress.consent, &ending) {
            // What the person approved is kept for another try, unless it was their word to stop.
            (Some(Consent::Approved(link)), Ending::Failed(_)) => Some(link),
            // A rejected consent is over at the platform too.
            (None, _) | (Some(_), Ending::Failed(Fault::Rejected)) => None,
            (Some(Consent::Approved(link) | Consent::Unapproved(link)), _) => {
                out.delete(link.consent.clone(), link.headers());
                None
            }
        };
        let Progress { bank, message, .. } = progress;
        State::Ended(Self { ending, bank, approved, message })
    }

    pub(super) fn handle(self, input: &Input, now: Tick, out: &mut Context) -> State {
        match input {
            Input::Retry => match (self.approved, self.bank) {
                (Some(link), _) => AwaitValidity::confirm(link, now, out),
                (None, Some(bank)) => AwaitReady::enter(bank, now, out),
                (None, None) => AwaitBanks::enter(None, now, out),
            },
            Input::Back => {
                if let Some(link) = &self.approved {
                    out.delete(link.consent.clone(), link.headers());
                }
                AwaitBanks::enter(None, now, out)
            }
            _ => State::Ended(self),
        }
    }

    pub(super) fn approved(&self) -> Option<&Link> {
        self.approved.as_ref()
    }

    pub(super) fn view(&self) -> View<'_> {
        View::Ended {
            bank: self.bank.as_ref(),
            ending: &self.ending,
            message: self.message.as_deref(),
        }
    }
}
