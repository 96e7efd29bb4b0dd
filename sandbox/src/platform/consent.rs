//! One consent: what a person permits, and its state.

use protocol::id::{AuthorisationId, ConsentId, MethodId};
use protocol::profile::Preference;
use protocol::wire::ConsentStatus;
use time::{Date, UtcDateTime};

use super::authorisation::Authorisation;
use super::link_refusal::LinkRefusal;
use super::order::Order;
use super::reads::{Kind as Read, Reads};
use super::refusal::Refusal;
use super::return_address::ReturnAddress;
use super::signing::{Signed, Signing};
use super::terms::Terms;
use super::token::Holder;
use super::turn::{Action, Turn};
use super::visit::Visit;
use super::{Caller, Presence};
use crate::bank::{Approach, Bank, Kind, RedirectPreference};
use crate::customer::Customer;
use crate::random::Random;
use crate::settings::ChallengeForm;

/// A consent.
pub(crate) struct Consent {
    pub(crate) id: ConsentId,
    pub(crate) bank: &'static Bank,
    pub(crate) terms: Terms,
    pub(crate) status: ConsentStatus,
    pub(crate) last_action: Date,
    /// The newest last; only redirects leave an older one open.
    pub(crate) authorisations: Vec<Authorisation>,
    /// The client that created it, with its context.
    pub(super) holder: Holder,
    /// Whose accounts it is about.
    pub(super) customer: Customer,
    /// The moment of the approval.
    pub(super) granted: Option<UtcDateTime>,
    preference: RedirectPreference,
    /// Reads without the person present.
    unattended: Reads,
}

impl Consent {
    pub(super) fn new(
        caller: &Caller,
        customer: Customer,
        terms: Terms,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Self {
        Self {
            id: random.uuid().to_string().parse().expect("a uuid is a consent's id"),
            bank: caller.bank,
            terms,
            status: ConsentStatus::Received,
            last_action: now.date(),
            authorisations: Vec::new(),
            holder: caller.holder.clone(),
            customer,
            granted: None,
            preference: caller.preference,
            unattended: Reads::default(),
        }
    }

    /// Checks that `caller` is the client that created it, at the same bank and, where the bank wants
    /// one value, with the same preference.
    pub(super) fn admit(&self, caller: &Caller) -> Result<(), Refusal> {
        if self.holder != caller.holder || self.bank.bic != caller.bank.bic {
            return Err(Refusal::UnknownConsent);
        }
        let one_value = self.bank.profile.preference == Preference::OneValue;
        if one_value && self.preference != caller.preference {
            return Err(Refusal::PreferenceChanged);
        }
        Ok(())
    }

    /// The approach that its authorisations take.
    pub(crate) fn approach(&self) -> Approach<'static> {
        self.bank.approach(self.preference)
    }

    /// Starts an authorisation. In the decoupled approach that ends an earlier one; in the redirect
    /// approach an open page stays open.
    pub(super) fn start(
        &mut self,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<&Authorisation, Refusal> {
        if self.status != ConsentStatus::Received {
            return Err(Refusal::StatusInvalid);
        }
        let approach = self.approach();
        if matches!(approach, Approach::Decoupled(_)) {
            self.authorisations.iter_mut().for_each(Authorisation::fail);
        }
        self.last_action = now.date();
        self.authorisations.push(Authorisation::new(approach, random, now));
        Ok(self.authorisations.last().expect("one was just pushed"))
    }

    pub(super) fn authorisation(&self, id: &AuthorisationId) -> Result<&Authorisation, Refusal> {
        self.authorisations.iter().find(|it| it.id == *id).ok_or(Refusal::UnknownResource)
    }

    pub(super) fn choose(
        &mut self,
        id: &AuthorisationId,
        method: &MethodId,
        form: ChallengeForm,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<&Authorisation, Refusal> {
        let found = self.authorisations.iter_mut().find(|it| it.id == *id);
        let authorisation = found.ok_or(Refusal::UnknownResource)?;
        authorisation.choose(method, form, random, now)?;
        Ok(authorisation)
    }

    /// The client ends it.
    pub(super) fn terminate(&mut self, now: UtcDateTime) {
        self.end(ConsentStatus::TerminatedByTpp, now);
    }

    /// Whether the consent lets its client read accounts.
    pub(crate) fn usable(&self) -> Result<(), Refusal> {
        match self.status {
            ConsentStatus::Valid => Ok(()),
            ConsentStatus::Expired => Err(Refusal::ConsentExpired),
            _ => Err(Refusal::ConsentInvalid),
        }
    }

    /// Counts a read of this kind, of the account with this id, if it is permitted.
    pub(super) fn read(
        &mut self,
        read: Read,
        account: Option<&str>,
        presence: Presence,
        now: UtcDateTime,
    ) -> Result<(), Refusal> {
        self.usable()?;
        self.last_action = now.date();
        match presence {
            Presence::Present => Ok(()),
            Presence::Absent => {
                let limit = self.terms.frequency_per_day;
                self.unattended.count(read, account, limit, now.date())
            }
        }
    }

    /// The bank, or the person at the bank, ends it, or its time is over. A final status stays.
    pub(super) fn end(&mut self, status: ConsentStatus, now: UtcDateTime) {
        if matches!(self.status, ConsentStatus::Received | ConsentStatus::Valid) {
            self.status = status;
            self.last_action = now.date();
            self.authorisations.iter_mut().for_each(Authorisation::fail);
        }
    }

    pub(super) fn order(&self) -> Option<&Order> {
        self.authorisations.last().and_then(Authorisation::order)
    }

    /// The part in the BankID app, if the approach has one.
    pub(super) fn signing(&mut self) -> Option<&mut Signing> {
        self.authorisations.last_mut().and_then(Authorisation::signing_mut)
    }

    /// The person signs the open order.
    pub(super) fn sign(&mut self, random: &mut Random, now: UtcDateTime) -> Option<Signed> {
        let signed = self.signing()?.sign(random, now)?;
        if signed == Signed::All {
            self.grant(now);
        }
        Some(signed)
    }

    /// The person cancels the open order. A person who had it open in the app has read the request and
    /// rejects it; one who had not may try again on the same consent.
    pub(super) fn cancel(&mut self, now: UtcDateTime) {
        if self.order().is_some_and(Order::picked_up) {
            self.status = ConsentStatus::Rejected;
            self.last_action = now.date();
        }
        if let Some(signing) = self.signing() {
            signing.fail();
        }
    }

    /// The person follows the link to the bank's page.
    pub(super) fn enter(
        &mut self,
        id: &AuthorisationId,
        kind: Kind,
        back: ReturnAddress,
    ) -> Result<(), LinkRefusal> {
        let foreign = self.holder.client != back.client;
        let visit = self.visit(id).filter(|visit| !foreign && visit.rules.kind == kind);
        visit.ok_or(LinkRefusal::UnknownAuthorisation)?.enter(back)
    }

    /// The person does something on the bank's page.
    pub(super) fn act(
        &mut self,
        id: &AuthorisationId,
        action: Action,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<Turn, LinkRefusal> {
        let visit = self.visit(id).ok_or(LinkRefusal::UnknownAuthorisation)?;
        let turn = visit.act(action, random, now);
        match turn {
            Turn::Finalised(_) => self.grant(now),
            Turn::Rejected(_) => {
                self.status = ConsentStatus::Rejected;
                self.last_action = now.date();
                self.authorisations.iter_mut().for_each(Authorisation::fail);
            }
            Turn::Stay(_) | Turn::Approved(_) | Turn::GoBack(_) => {}
        }
        Ok(turn)
    }

    /// Makes the consent valid after one of its authorisations is finalised, and withdraws the others.
    pub(super) fn grant(&mut self, now: UtcDateTime) {
        self.status = ConsentStatus::Valid;
        self.granted = Some(now);
        self.last_action = now.date();
        self.authorisations.iter_mut().for_each(Authorisation::fail);
    }

    fn visit(&mut self, id: &AuthorisationId) -> Option<&mut Visit> {
        let found = self.authorisations.iter_mut().find(|it| it.id == *id);
        found.and_then(Authorisation::visit_mut)
    }

    /// Ends what has expired.
    pub(super) fn settle(&mut self, now: UtcDateTime) {
        self.authorisations.iter_mut().for_each(|authorisation| authorisation.settle(now));
        let open = matches!(self.status, ConsentStatus::Received | ConsentStatus::Valid);
        if open && now.date() > self.terms.valid_until {
            self.status = ConsentStatus::Expired;
            self.authorisations.iter_mut().for_each(Authorisation::fail);
        }
    }
}
