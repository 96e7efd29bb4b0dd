//! Accounts under a consent: the list of them, one of them, and its balances.

use protocol::id::{AccountId, ConsentId};
use protocol::wire::{Account, ReportedBalance};
use sha2::{Digest, Sha256};
use time::UtcDateTime;
use uuid::{Builder, Uuid};

use super::consent::Consent;
use super::reads::Kind;
use super::refusal::Refusal;
use super::{Caller, Platform, Presence};
use crate::books::{Ledger, number};
use crate::directory::Directory;

/// An account that a consent covers, with its ledgers.
pub(super) struct Opened {
    pub(super) account: Account,
    pub(super) ledgers: Vec<Ledger>,
}

impl Platform {
    /// The accounts under a consent, with balances where it covers them.
    pub(crate) fn accounts(
        &mut self,
        caller: &Caller,
        consent: &ConsentId,
        presence: Presence,
        now: UtcDateTime,
    ) -> Result<Vec<Account>, Refusal> {
        let granted = self.consent(caller, consent, now)?;
        granted.read(Kind::Accounts, None, presence, now)?;
        let opened = granted.all_opened();
        Ok(opened.into_iter().map(|opened| self.with_balances(opened, consent, now)).collect())
    }

    /// One account, with balances where the consent covers them.
    pub(crate) fn account(
        &mut self,
        caller: &Caller,
        (consent, id): (&ConsentId, &AccountId),
        presence: Presence,
        now: UtcDateTime,
    ) -> Result<Account, Refusal> {
        let granted = self.consent(caller, consent, now)?;
        let opened = granted.open(id)?;
        granted.read(Kind::Details, Some(id.as_str()), presence, now)?;
        Ok(self.with_balances(opened, consent, now))
    }

    /// An account and its balances.
    pub(crate) fn balances(
        &mut self,
        caller: &Caller,
        (consent, id): (&ConsentId, &AccountId),
        presence: Presence,
        now: UtcDateTime,
    ) -> Result<(Account, Vec<ReportedBalance>), Refusal> {
        let granted = self.consent(caller, consent, now)?;
        let Opened { account, ledgers } = granted.open(id)?;
        if !granted.terms.access.covers_balances(&account) {
            return Err(Refusal::NotCovered);
        }
        granted.read(Kind::Balances, Some(id.as_str()), presence, now)?;
        let balances = ledgers.iter().flat_map(|ledger| self.books.report(ledger, now));
        Ok((account, balances.collect()))
    }

    /// The account with the balances of this moment. They are listed by kind, the available ones first.
    fn with_balances(&self, opened: Opened, consent: &ConsentId, now: UtcDateTime) -> Account {
        let Opened { mut account, ledgers } = opened;
        let covered = self.consents.get(consent).map(|consent| &consent.terms.access);
        if !covered.is_some_and(|access| access.covers_balances(&account)) {
            account.balances.clear();
        }
        let current = ledgers.iter().map(|ledger| self.books.balances(ledger, now.date()));
        let current: Vec<_> = current.flatten().collect();
        for balance in &mut account.balances {
            let same = |(kind, amount): &&(&str, _)| {
                let amount: &protocol::wire::Amount = amount;
                *kind == balance.balance_type && amount.currency == balance.balance_amount.currency
            };
            if let Some((_, amount)) = current.iter().find(same) {
                balance.balance_amount = amount.clone();
            }
        }
        account
    }
}

impl Consent {
    /// The account with this id.
    pub(super) fn open(&self, id: &AccountId) -> Result<Opened, Refusal> {
        self.usable()?;
        let all = Directory::get().accounts(self.bank, self.customer);
        let named = |it: &&Account| resource_id(&self.id, it).to_string() == id.as_str();
        let found = all.iter().find(|it| named(it) && self.terms.access.covers(it));
        Ok(self.opened(found.ok_or(Refusal::UnknownResource)?, &all))
    }

    /// All accounts that it covers.
    fn all_opened(&self) -> Vec<Opened> {
        let all = Directory::get().accounts(self.bank, self.customer);
        let covered = all.iter().filter(|account| self.terms.access.covers(account));
        covered.map(|account| self.opened(account, &all)).collect()
    }

    /// An account, one of `all`, under this consent.
    fn opened(&self, account: &Account, all: &[Account]) -> Opened {
        let resource_id = resource_id(&self.id, account).to_string();
        Opened {
            ledgers: Ledger::of(account, all, self.bank),
            account: Account { resource_id, ..account.clone() },
        }
    }
}

/// An account's id. It lasts as long as the consent (OpenAPI parameter `account-id`); the next consent gets
/// another one.
fn resource_id(consent: &ConsentId, account: &Account) -> Uuid {
    let currency = account.currency.as_deref().unwrap_or_default();
    let digest = Sha256::new()
        .chain_update(consent.as_str())
        .chain_update(number(account))
        .chain_update(currency)
        .finalize();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    Builder::from_random_bytes(half).into_uuid()
}
