//! The platform as a pure model: tokens, consents, authorisations, BankID orders, accounts.
//!
//! It does no IO and knows no HTTP. The moment and the randomness are arguments, so tests run on simulated
//! time. Nothing ends by a timer: each operation first ends what has expired.

mod access;
mod authorisation;
mod bankid;
mod code;
mod consent;
mod entry;
mod exchange;
mod frame;
mod link_refusal;
mod order;
mod record;
mod refusal;
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
use protocol::id::{AuthorisationId, ConsentId, MethodId};
use protocol::wire::{Account, TokenGranted};
use sha2::{Digest, Sha256};
use time::UtcDateTime;
use uuid::{Builder, Uuid};

pub use self::access::{Access, AccountReference, AllPsd2, AvailableAccounts};
pub(crate) use self::authorisation::{Authorisation, Course};
pub use self::bankid::{BankIdError, PendingOrder, SignOutcome};
pub(crate) use self::consent::Consent;
pub(crate) use self::entry::{AuthorizeRequest, PageId, PageView};
pub(crate) use self::link_refusal::LinkRefusal;
pub(crate) use self::order::Challenge;
pub use self::record::{AuthorisationRecord, ConsentRecord};
pub(crate) use self::refusal::Refusal;
pub(crate) use self::return_address::ReturnAddress;
pub(crate) use self::terms::Terms;
use self::token::{AUTHORIZATION_CODE, Tokens, product};
pub(crate) use self::token::{Holder, TokenRefusal, TokenRequest};
pub(crate) use self::turn::{Action, Ended, Hint, Screen, Turn};
use crate::bank::{Bank, RedirectPreference};
use crate::directory::Directory;
use crate::random::Random;
use crate::settings::{ChallengeForm, Client};

/// The platform and all its banks.
pub(crate) struct Platform {
    tokens: Tokens,
    consents: BTreeMap<ConsentId, Consent>,
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
    pub(crate) fn new(clients: Vec<Client>) -> Self {
        Self { tokens: Tokens::new(clients), consents: BTreeMap::new() }
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
        let consent = Consent::new(caller, terms, random, now);
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

    /// The accounts under a consent, with balances where it covers them.
    pub(crate) fn accounts(
        &mut self,
        caller: &Caller,
        consent: &ConsentId,
        presence: Presence,
        now: UtcDateTime,
    ) -> Result<Vec<Account>, Refusal> {
        let granted = self.consent(caller, consent, now)?;
        granted.read(presence, now)?;
        let access = &granted.terms.access;
        let mut accounts = Directory::get().accounts(&caller.bank.bic);
        accounts.retain(|account| access.covers(account));
        for account in &mut accounts {
            account.resource_id = resource_id(consent, account).to_string();
            if !access.covers_balances(account) {
                account.balances.clear();
            }
        }
        Ok(accounts)
    }

    fn settle(&mut self, now: UtcDateTime) {
        self.consents.values_mut().for_each(|consent| consent.settle(now));
    }
}

/// An account's id. It lasts as long as the consent (OpenAPI parameter `account-id`); the next consent gets
/// another one.
fn resource_id(consent: &ConsentId, account: &Account) -> Uuid {
    let iban = account.iban.as_deref().unwrap_or_default();
    let digest = Sha256::new().chain_update(consent.as_str()).chain_update(iban).finalize();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    Builder::from_random_bytes(half).into_uuid()
}
