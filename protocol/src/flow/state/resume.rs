//! Resumes a link from the relay's record, at the step that it had reached when its page was unloaded.

use std::time::Duration;

use crate::Tick;
use crate::flow::context::Context;
use crate::flow::input::{Pick, Way};
use crate::flow::method;
use crate::flow::output::Fault;
use crate::flow::request::Preference;
use crate::flow::timer::Began;
use crate::flow::view::Ending;
use crate::id::{BicFi, ConsentId};
use crate::wire::{
    Approach, ConsentStatus, Entry, KeptAuthorisation, KeptConsent, Returned, ScaStatus,
};

use super::accounts::AwaitAccounts;
use super::approval::AwaitApproval;
use super::choice::{AwaitBanks, AwaitReady};
use super::ended::{Ended, Progress};
use super::finish::{AwaitFinal, AwaitValidity, Return};
use super::redirect::AwaitReturn;
use super::{IdsSent, Link, State, Unreturned};

/// A consent to resume, from the relay's record.
#[derive(Debug)]
pub(super) struct Resume {
    kept: KeptConsent,
    received: Tick,
    origin: Origin,
}

/// Whose link is resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// This tab's.
    Own,
    /// The browser's. Another tab may still work on it, so the choice of another bank does not end it.
    Adopted,
}

impl Resume {
    /// A consent found in the relay's record.
    pub(super) fn found(kept: KeptConsent, origin: Origin, now: Tick) -> Self {
        Self { kept, received: now, origin }
    }

    /// The consent of this page's link, with its changes.
    pub(super) fn own(kept: KeptConsent, now: Tick) -> Self {
        Self { kept, received: now, origin: Origin::Own }
    }

    /// The bank of the consent.
    pub(super) fn bank(&self) -> &BicFi {
        &self.kept.bic_fi
    }

    /// Whether its bank belongs to a group.
    pub(super) fn is_of_group(&self) -> bool {
        self.kept.affiliated_aspsp_id.is_some()
    }

    pub(super) fn consent(&self) -> &ConsentId {
        &self.kept.consent_id
    }

    /// Resumes at the step that the link has reached.
    pub(super) fn go(self, now: Tick, out: &mut Context) -> State {
        if let Some(Entry { id, name }) = self.kept.entry.clone() {
            // The choice, in whichever tab it was made.
            out.pick = Some(Pick { bic: self.kept.bic_fi.clone(), entry: id, name });
        }
        let link = self.link(out);
        if is_cut_off(&self.kept) {
            // The person began but saw nothing: they must confirm again that they are ready.
            out.delete(link.consent.clone(), link.headers());
            return AwaitReady::enter(link.bank, now, out);
        }
        self.go_with(link, now, out)
    }

    /// Resumes `link`, which this page has kept itself.
    pub(super) fn go_with(self, link: Link, now: Tick, out: &mut Context) -> State {
        if awaits_return(&self.kept) {
            let by = self.began(self.kept.age_millis).after(out.config.patience.away);
            return AwaitReturn::resume(link, by, self.origin, now, out);
        }
        let returned = self.kept.authorisation.as_ref().and_then(|it| it.returned.as_ref());
        let fault = match (&self.kept.consent_status, returned.and_then(fault)) {
            (_, Some(Fault::ForeignCompletion)) => Fault::ForeignCompletion,
            // Another tab of this browser saw the return, and has ended it.
            (ConsentStatus::TerminatedByTpp, Some(fault)) => fault,
            (ConsentStatus::Valid, None) => return AwaitAccounts::enter(link, now, out),
            (ConsentStatus::TerminatedByTpp, None) => return AwaitBanks::enter(None, now, out),
            (ConsentStatus::Rejected | ConsentStatus::RevokedByPsu, _) => Fault::Rejected,
            (ConsentStatus::Expired, _) => Fault::Expired,
            // Another person approved a valid consent with a failed return: the flow does not read it.
            (ConsentStatus::Received | ConsentStatus::Unknown(_) | ConsentStatus::Valid, _) => {
                return self.open(link, now, out);
            }
        };
        // It has ended at the platform too: there is nothing to delete.
        Ended::enter(Ending::Failed(fault), Progress::chosen(link.bank), out)
    }

    /// Resumes a consent that may yet become valid.
    fn open(self, link: Link, now: Tick, out: &mut Context) -> State {
        let began = self.kept.authorisation.as_ref().map(|it| self.began(it.age_millis));
        let (Some(authorisation), Some(began)) = (self.kept.authorisation, began) else {
            return AwaitBanks::enter(None, now, out);
        };
        match (&authorisation.returned, &authorisation.sca_status) {
            (Some(Returned::Completed), _) => {
                AwaitFinal::enter(link, authorisation.authorisation_id, Return::Completed, now, out)
            }
            // The status shows the result of an exchange that the relay did not see.
            (Some(Returned::Exchanging), _) => AwaitFinal::enter(
                link,
                authorisation.authorisation_id,
                Return::Exchanging,
                now,
                out,
            ),
            (Some(returned), _) => match fault(returned).unwrap_or(Fault::ReturnFailed) {
                // Banks report a rejection and a time-out in the same way.
                likely @ Fault::ReturnFailed => {
                    AwaitValidity::explain(link, likely, Way::BankPage, None, now, out)
                }
                fault => Ended::enter(Ending::Failed(fault), Progress::unapproved(link, None), out),
            },
            (None, ScaStatus::Failed) => {
                let (fault, way) = unused(&authorisation, out);
                AwaitValidity::explain(link, fault, way, None, now, out)
            }
            (None, status) if status.is_approved() => AwaitValidity::confirm(link, now, out),
            (None, _) => AwaitApproval::resume(link, authorisation, began, now, out),
        }
    }

    fn link(&self, out: &Context) -> Link {
        Link {
            bank: out.bank(&self.kept.bic_fi, self.kept.affiliated_aspsp_id.as_ref()),
            consent: self.kept.consent_id.clone(),
            preference: self.kept.redirect_preferred.map(Preference::kept),
            valid_until: self.kept.valid_until.clone(),
            ids_sent: IdsSent::Perhaps,
            unreturned: Unreturned::Await(None),
        }
    }

    fn began(&self, age_millis: u64) -> Began {
        Began { noticed: self.received, age: Duration::from_millis(age_millis) }
    }
}

/// Whether the tab was unloaded before the bank had said how the person approves. No person went to its
/// page, and nothing was shown that starts an app.
pub(super) fn is_cut_off(kept: &KeptConsent) -> bool {
    let has_begun = |it: &KeptAuthorisation| {
        it.sca_approach.is_some() || it.returned.is_some() || it.sca_status.is_final()
    };
    is_undecided(kept) && !kept.authorisation.as_ref().is_some_and(has_begun)
}

fn is_undecided(kept: &KeptConsent) -> bool {
    matches!(kept.consent_status, ConsentStatus::Received | ConsentStatus::Unknown(_))
}

/// Whether the person may still come back from the bank's page: also while another tab starts another
/// authorisation about which the bank has said nothing yet.
pub(super) fn awaits_return(kept: &KeptConsent) -> bool {
    let (status, undecided) = (&kept.consent_status, is_undecided(kept));
    let Some(authorisation) = &kept.authorisation else {
        return undecided;
    };
    if authorisation.returned.is_some() || authorisation.sca_status == ScaStatus::Failed {
        return false;
    }
    match &authorisation.sca_approach {
        Some(Approach::Redirect) => undecided || *status == ConsentStatus::Valid,
        Some(_) => false,
        None => undecided && !authorisation.sca_status.is_final(),
    }
}

/// The likely fault of a failed authorisation, and the way of another try. A person who declines also
/// rejects the consent: an open one was not used in time.
fn unused(authorisation: &KeptAuthorisation, out: &Context) -> (Fault, Way) {
    if authorisation.sca_approach == Some(Approach::Redirect) {
        return (Fault::ReturnFailed, Way::BankPage);
    }
    let id = authorisation.authentication_method_id.as_ref();
    (Fault::Expired, Way::BankId(id.and_then(method::device).unwrap_or(out.device)))
}

/// The fault of a return without success.
fn fault(returned: &Returned) -> Option<Fault> {
    match returned {
        Returned::Exchanging | Returned::Completed => None,
        Returned::Late => Some(Fault::Late),
        Returned::ExchangeFailed => Some(Fault::ExchangeFailed),
        Returned::Foreign => Some(Fault::ForeignCompletion),
        Returned::Declined | Returned::Failed | Returned::Unknown(_) => Some(Fault::ReturnFailed),
    }
}
