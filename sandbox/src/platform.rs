//! The platform as a pure model: tokens, consents, authorisations, BankID orders, accounts.
//!
//! It does no IO and knows no HTTP. The moment and the randomness are arguments, so tests run on simulated
//! time. Nothing ends by a timer: each operation first ends what has expired.

mod access;
mod account;
mod authorisation;
mod bankid;
mod code;
mod consent;
mod cursor;
mod entry;
mod exchange;
mod frame;
mod link_refusal;
mod order;
mod reads;
mod record;
mod refusal;
mod report;
mod return_address;
mod signing;
mod terms;
#[cfg(test)]
mod tests;
mod token;
mod turn;
mod visit;

use std::collections::BTreeMap;

use protocol::Scope;
use protocol::id::{AuthorisationId, BicFi, ConsentId, MethodId};
use protocol::wire::{ConsentStatus, TokenGranted};
use time::UtcDateTime;

pub use self::access::{Access, AccountReference, AllPsd2, AvailableAccounts};
pub(crate) use self::authorisation::{Authorisation, Course};
pub use self::bankid::{BankIdError, PendingOrder, SignOutcome};
pub(crate) use self::consent::Consent;
pub(crate) use self::entry::{AuthorizeRequest, PageId, PageView};
pub(crate) use self::link_refusal::LinkRefusal;
pub(crate) use self::order::Challenge;
pub use self::record::{AuthorisationRecord, ConsentRecord};
pub(crate) use self::refusal::Refusal;
pub(crate) use self::report::{Page, Place, Report, ReportRequest, Shown};
pub(crate) use self::return_address::ReturnAddress;
pub(crate) use self::terms::Terms;
use self::token::{AUTHORIZATION_CODE, Tokens, product};
pub(crate) use self::token::{Holder, TokenRefusal, TokenRequest};
pub(crate) use self::turn::{Action, Ended, Hint, Screen, Turn};
use crate::bank::{Bank, RedirectPreference};
use crate::books::Books;
use crate::customer::Customer;
use crate::random::Random;
use crate::settings::{ChallengeForm, Client};

/// The platform and all its banks.
pub(crate) struct Platform {
    tokens: Tokens,
    consents: BTreeMap<ConsentId, Consent>,
    /// Who the customers of banks are, where they are not the ordinary ones.
    customers: BTreeMap<BicFi, Customer>,
    books: Books,
}

/// The client, the bank and the circumstances of a call about a consent.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) holder: Holder,
    pub(crate) bank: &'static Bank,
    pub(crate) preference: RedirectPreference,
}

/// Whether the person asked for the call (OpenAPI parameter `PSU-IP-Address`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Present,
    Absent,
}

impl Platform {
    pub(crate) fn new(clients: Vec<Client>, books: Books) -> Self {
        let (consents, customers) = (BTreeMap::new(), BTreeMap::new());
        Self { tokens: Tokens::new(clients), consents, customers, books }
    }

    /// Says who the customer of a bank is in consents to come.
    pub(crate) fn set_customer(&mut self, bank: &'static Bank, customer: Customer) {
        self.customers.insert(bank.bic.clone(), customer);
    }

    pub(crate) fn grant_token(
        &mut self,
        request: &TokenRequest,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<TokenGranted, TokenRefusal> {
        if request.grant_type.as_deref() == Some(AUTHORIZATION_CODE) {
            return self.exchange(request, random, now);
        }
        let (client, asked) = self.tokens.check(request)?;
        let (product, context) = product(&asked).ok_or(TokenRefusal::InvalidScope)?;
        Ok(self.tokens.issue(Holder { client, context }, product, asked, random, now))
    }

    /// Registers an address to which a client's persons may return; `false` if the client is unknown.
    pub(crate) fn add_redirect_uri(&mut self, client: &str, uri: String) -> bool {
        self.tokens.add_redirect_uri(client, uri)
    }

    pub(crate) fn revoke_tokens(&mut self) {
        self.tokens.revoke_all();
    }

    /// The holder of a token that is valid for the product.
    pub(crate) fn holder(
        &self,
        token: &str,
        scope: Scope,
        now: UtcDateTime,
    ) -> Result<&Holder, Refusal> {
        self.tokens.holder(token, scope, now)
    }

    pub(crate) fn create_consent(
        &mut self,
        caller: &Caller,
        terms: Terms,
        random: &mut Random,
        now: UtcDateTime,
    ) -> &Consent {
        let customer = self.customers.get(&caller.bank.bic).copied().unwrap_or_default();
        let consent = Consent::new(caller, customer, terms, random, now);
        self.consents.entry(consent.id.clone()).or_insert(consent)
    }

    pub(crate) fn consent(
        &mut self,
        caller: &Caller,
        id: &ConsentId,
        now: UtcDateTime,
    ) -> Result<&mut Consent, Refusal> {
        self.settle(now);
        let consent = self.consents.get_mut(id).ok_or(Refusal::UnknownConsent)?;
        consent.admit(caller)?;
        Ok(consent)
    }

    /// Ends a consent.
    pub(crate) fn delete_consent(
        &mut self,
        caller: &Caller,
        id: &ConsentId,
        now: UtcDateTime,
    ) -> Result<(), Refusal> {
        self.consent(caller, id, now)?.terminate(now);
        Ok(())
    }

    /// Ends a consent with this status. `None` if there is no such consent, `false` if it was over.
    pub(crate) fn end_consent(
        &mut self,
        id: &ConsentId,
        status: ConsentStatus,
        now: UtcDateTime,
    ) -> Option<bool> {
        self.settle(now);
        let consent = self.consents.get_mut(id)?;
        let was_open = !consent.status.is_final();
        consent.end(status, now);
        Some(was_open)
    }

    pub(crate) fn start_authorisation(
        &mut self,
        caller: &Caller,
        consent: &ConsentId,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<&Authorisation, Refusal> {
        self.consent(caller, consent, now)?.start(random, now)
    }

    pub(crate) fn authorisation(
        &mut self,
        caller: &Caller,
        consent: &ConsentId,
        id: &AuthorisationId,
        now: UtcDateTime,
    ) -> Result<&Authorisation, Refusal> {
        self.consent(caller, consent, now)?.authorisation(id)
    }

    pub(crate) fn choose_method(
        &mut self,
        caller: &Caller,
        (consent, id): (&ConsentId, &AuthorisationId),
        method: &MethodId,
        form: ChallengeForm,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<&Authorisation, Refusal> {
        self.consent(caller, consent, now)?.choose(id, method, form, random, now)
    }

    fn settle(&mut self, now: UtcDateTime) {
        self.consents.values_mut().for_each(|consent| consent.settle(now));
    }
}
