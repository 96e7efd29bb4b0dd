//! A link that was under way when its page was left, as the relay keeps it: gone on with at the step where
//! it is.

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
use super::finish::{AwaitFinal, AwaitValidity, Back};
use super::redirect::AwaitReturn;
use super::{Link, State, Told, Unreturned};

/// A consent to go on with, as the relay told of it.
#[derive(Debug)]
pub(super) struct Resume {
    kept: KeptConsent,
    heard: Tick,
    origin: Origin,
}

/// Whose link it is that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// This tab's.
    Own,
    /// The browser's. Another tab may still be at it, so it is not ended by the choice of another bank.
    Adopted,
}

impl Resume {
    /// A consent that was found among those that the relay keeps.
    pub(super) fn found(kept: KeptConsent, origin: Origin, now: Tick) -> Self {
        Self { kept, heard: now, origin }
    }

    /// The consent of a link that this page is at, as it has changed.
    pub(super) fn own(kept: KeptConsent, now: Tick) -> Self {
        Self { kept, heard: now, origin: Origin::Own }
    }

    /// The bank that it was made at.
    pub(super) fn bank(&self) -> &BicFi {
        &self.kept.bic_fi
    }

    /// Whether it was made at a bank of a group.
    pub(super) fn is_of_group(&self) -> bool {
        self.kept.affiliated_aspsp_id.is_some()
    }

    pub(super) fn consent(&self) -> &ConsentId {
        &self.kept.consent_id
    }

    /// Goes on at the step where the link is.
    pub(super) fn go(self, now: Tick, out: &mut Context) -> State {
        if let Some(Entry { id, name }) = self.kept.entry.clone() {
            // As it was chosen, in whichever tab.
            out.pick = Some(Pick { bic: self.kept.bic_fi.clone(), entry: id, name });
        }
        let link = self.link(out);
        if is_cut_off(&self.kept) {
            // The person has begun and seen nothing yet: they say once more that they are ready.
            out.delete(link.consent.clone(), link.headers());
            return AwaitReady::enter(link.bank, now, out);
        }
        self.go_with(link, now, out)
    }

    /// Goes on with `link`, which this page has kept itself.
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
            // A valid one of which the return was bad was approved by somebody else: it is not read.
            (ConsentStatus::Received | ConsentStatus::Unknown(_) | ConsentStatus::Valid, _) => {
                return self.open(link, now, out);
            }
        };
        // It is over at the platform too: there is nothing to end.
        Ended::enter(Ending::Failed(fault), Progress::chosen(link.bank), out)
    }

    /// Goes on with a consent that may yet become valid.
    fn open(self, link: Link, now: Tick, out: &mut Context) -> State {
        let began = self.kept.authorisation.as_ref().map(|it| self.began(it.age_millis));
        let (Some(authorisation), Some(began)) = (self.kept.authorisation, began) else {
            return AwaitBanks::enter(None, now, out);
        };
        match (&authorisation.returned, &authorisation.sca_status) {
            (Some(Returned::Completed), _) => {
                AwaitFinal::enter(link, authorisation.authorisation_id, Back::Completed, now, out)
            }
            // The status tells how an exchange ended that the relay did not see the end of.
            (Some(Returned::Exchanging), _) => {
                AwaitFinal::enter(link, authorisation.authorisation_id, Back::Exchanging, now, out)
            }
            (Some(returned), _) => match fault(returned).unwrap_or(Fault::ReturnFailed) {
                // Banks say the same for a person's no and for a time that is over.
                likely @ Fault::ReturnFailed => {
                    AwaitValidity::explain(link, likely, Way::BankPage, None, now, out)
                }
                fault => Ended::enter(Ending::Failed(fault), Progress::unapproved(link, None), out),
            },
            (None, ScaStatus::Failed) => {
                let (fault, way) = unused(&authorisation, out);
                AwaitValidity::explain(link, fault, way, None, now, out)
            }
            (None, ScaStatus::Finalised | ScaStatus::Exempted) => {
                AwaitValidity::confirm(link, now, out)
            }
            (None, _) => AwaitApproval::resume(link, authorisation, began, now, out),
        }
    }

    fn link(&self, out: &Context) -> Link {
        Link {
            bank: out.bank(&self.kept.bic_fi, self.kept.affiliated_aspsp_id.as_ref()),
            consent: self.kept.consent_id.clone(),
            preference: self.kept.redirect_preferred.map(Preference::kept),
            valid_until: self.kept.valid_until.clone(),
            told: Told::PerhapsIds,
            unreturned: Unreturned::Await(None),
        }
    }

    fn began(&self, age_millis: u64) -> Began {
        Began { heard: self.heard, age: Duration::from_millis(age_millis) }
    }
}

/// Whether the tab was left before the bank had told how it wants the person to approve. Nobody was sent
/// to its page, and nothing was shown that starts an app.
pub(super) fn is_cut_off(kept: &KeptConsent) -> bool {
    let has_begun = |it: &KeptAuthorisation| {
        it.sca_approach.is_some() || it.returned.is_some() || it.sca_status.is_final()
    };
    is_undecided(kept) && !kept.authorisation.as_ref().is_some_and(has_begun)
}

fn is_undecided(kept: &KeptConsent) -> bool {
    matches!(kept.consent_status, ConsentStatus::Received | ConsentStatus::Unknown(_))
}

/// Whether the person may yet come back from the bank's page: also while another tab of theirs authorises
/// once more, and the bank has not told how.
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

/// Why a failed authorisation failed, if its consent does not tell, and how it would be done again. Whoever
/// says no rejects the consent, too: an open one was not used in time.
fn unused(authorisation: &KeptAuthorisation, out: &Context) -> (Fault, Way) {
    if authorisation.sca_approach == Some(Approach::Redirect) {
        return (Fault::ReturnFailed, Way::BankPage);
    }
    let id = authorisation.authentication_method_id.as_ref();
    (Fault::Expired, Way::BankId(id.and_then(method::device).unwrap_or(out.device)))
}

/// The fault that a return without success is, as far as it tells.
fn fault(returned: &Returned) -> Option<Fault> {
    match returned {
        Returned::Exchanging | Returned::Completed => None,
        Returned::Late => Some(Fault::Late),
        Returned::ExchangeFailed => Some(Fault::ExchangeFailed),
        Returned::Foreign => Some(Fault::ForeignCompletion),
        Returned::Declined | Returned::Failed | Returned::Unknown(_) => Some(Fault::ReturnFailed),
    }
}
