//! One currency of one account, with what decides its transactions.

use protocol::wire::{Account, AccountReference};

use super::money::Money;
use super::payments::{Country, Payments};
use crate::bank::Bank;

/// One currency of one account. An account with several currencies has several.
pub(crate) struct Ledger {
    /// Number and currency: together they are no other ledger's.
    pub(super) key: String,
    pub(crate) currency: String,
    pub(super) kind: Kind,
    pub(super) country: &'static Country,
    /// The account as its own transactions name it.
    pub(super) own: AccountReference,
    pub(super) owner: Option<String>,
    /// The person's other account, which saves or is saved from.
    pub(super) peer: Option<AccountReference>,
    /// What was available on the day on which the sandbox was started.
    pub(super) opening: Money,
}

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Salary, bills and all else.
    Everyday,
    /// Shopping for more than one.
    Household,
    Savings,
    /// Money for travels, in another currency.
    Foreign,
    Card,
}

impl Ledger {
    /// The ledgers of `account`, one of the accounts `all` that a person has at `bank`.
    pub(crate) fn of(account: &Account, all: &[Account], bank: &Bank) -> Vec<Self> {
        let country = Payments::get().of(&bank.country);
        let available = account.balances.iter().filter(|it| it.balance_type == AVAILABLE);
        available
            .map(|balance| {
                let currency = balance.balance_amount.currency.clone();
                let kind = kind(account, all, &currency, country);
                Self {
                    key: [number(account), "/", &currency].concat(),
                    kind,
                    country,
                    own: reference(account, &currency),
                    owner: account.owner_name.clone(),
                    peer: peer(kind, all, country),
                    opening: Money::parse(&balance.balance_amount.amount).unwrap_or_default(),
                    currency,
                }
            })
            .collect()
    }

    /// The card that pays from the account, as its transactions name it.
    pub(super) fn card(&self) -> AccountReference {
        let digits = self.key.bytes().rev().filter(u8::is_ascii_digit).take(4).map(char::from);
        let masked_pan = Some(["000000xxxxxx", &digits.collect::<String>()].concat());
        AccountReference { masked_pan, ..AccountReference::default() }
    }
}

/// The number that names an account.
pub(crate) fn number(account: &Account) -> &str {
    let numbers = [&account.iban, &account.bban, &account.masked_pan, &account.msisdn];
    numbers.into_iter().flatten().next().map_or("", String::as_str)
}

/// An account as others name it.
pub(crate) fn reference(account: &Account, currency: &str) -> AccountReference {
    AccountReference {
        iban: account.iban.clone(),
        bban: account.bban.clone().filter(|_| account.iban.is_none()),
        clearing_number: account.clearing_number.clone().filter(|_| account.iban.is_none()),
        masked_pan: account.masked_pan.clone(),
        msisdn: account.msisdn.clone(),
        currency: Some(currency.to_owned()),
        ..AccountReference::default()
    }
}

fn kind(account: &Account, all: &[Account], currency: &str, country: &Country) -> Kind {
    let is_first = || everyday(all, country).is_some_and(|first| number(first) == number(account));
    match account.cash_account_type.as_deref() {
        Some("SVGS") => Kind::Savings,
        Some("CARD") => Kind::Card,
        _ if currency != country.currency => Kind::Foreign,
        _ if is_first() => Kind::Everyday,
        _ => Kind::Household,
    }
}

/// The person's account for everyday: the first of their current accounts.
fn everyday<'a>(all: &'a [Account], country: &Country) -> Option<&'a Account> {
    let fits = |it: &&Account| {
        let currency = it.currency.as_deref();
        it.cash_account_type.as_deref() == Some("CACC")
            && (currency == Some(&country.currency) || currency == Some(SEVERAL))
    };
    all.iter().find(fits)
}

fn peer(kind: Kind, all: &[Account], country: &Country) -> Option<AccountReference> {
    let savings = all.iter().find(|it| it.cash_account_type.as_deref() == Some("SVGS"));
    let (everyday, savings) = (everyday(all, country)?, savings?);
    let peer = match kind {
        Kind::Everyday => savings,
        Kind::Savings => everyday,
        Kind::Household | Kind::Foreign | Kind::Card => return None,
    };
    Some(reference(peer, &country.currency))
}

/// The balance from which a ledger begins (OpenAPI `balanceType`).
const AVAILABLE: &str = "interimAvailable";
/// The currency of an account that has several (OpenAPI `accountDetails`).
pub(crate) const SEVERAL: &str = "XXX";
