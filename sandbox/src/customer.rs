//! Test persons: who a bank's customer is. The ordinary one has the accounts in `data/accounts.toml`, the others are
//! made here.

use protocol::wire::{Account, Amount, Balance};
use serde::{Deserialize, Serialize};

use crate::bank::Bank;
use crate::books::SEVERAL;

/// Who the customer of a bank is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Customer {
    /// A person with two to four accounts.
    #[default]
    Ordinary,
    /// A person whose accounts have other numbers than an IBAN.
    NoIban,
    /// A person with an account in three currencies, and one that is listed once for each of three.
    Currencies,
    /// A person without accounts.
    NoAccounts,
    /// A person with 200 accounts.
    Many,
}

impl Customer {
    /// All of them, the ordinary one first.
    pub const ALL: [Self; 5] =
        [Self::Ordinary, Self::NoIban, Self::Currencies, Self::NoAccounts, Self::Many];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::NoIban => "no-iban",
            Self::Currencies => "currencies",
            Self::NoAccounts => "no-accounts",
            Self::Many => "many",
        }
    }

    /// The accounts of this customer at `bank`, whose own currency is `home`, if they are made here.
    pub(crate) fn accounts(self, bank: &Bank, home: &str) -> Option<Vec<Account>> {
        Some(match self {
            Self::Ordinary => return None,
            Self::NoIban => without_iban(home),
            Self::Currencies => in_currencies(bank, home),
            Self::NoAccounts => Vec::new(),
            Self::Many => (1..=MANY).map(|number| one_of_many(bank, home, number)).collect(),
        })
    }
}

/// One account for each kind of number.
fn without_iban(home: &str) -> Vec<Account> {
    let account = |name: &str, kind: &str, amounts: &[(&str, &str)]| Account {
        currency: Some(home.to_owned()),
        name: Some(name.to_owned()),
        cash_account_type: Some(kind.to_owned()),
        owner_name: Some("Nils Utaniban".to_owned()),
        balances: balances(amounts),
        ..Account::default()
    };
    vec![
        Account {
            bban: Some("00001112223".to_owned()),
            clearing_number: Some("0000".to_owned()),
            ..account("Privatkonto", "CACC", &[(home, "9120.40")])
        },
        Account {
            bban: Some("00001112224".to_owned()),
            plusgiro_number: Some("001112-2".to_owned()),
            bankgiro_number: Some("000-1112".to_owned()),
            ..account("Plusgirokonto", "CACC", &[(home, "1500.00")])
        },
        Account {
            masked_pan: Some("000000xxxxxx3004".to_owned()),
            ..account("Kortkonto", "CARD", &[(home, "-2310.75")])
        },
        Account {
            msisdn: Some("+46701740688".to_owned()),
            ..account("Mobilkonto", "SVGS", &[(home, "311.00")])
        },
    ]
}

/// An account for three currencies at once (OpenAPI `accountDetails`, `XXX`), and three with one number.
fn in_currencies(bank: &Bank, home: &str) -> Vec<Account> {
    let (other, third) = if home == "EUR" { ("SEK", "USD") } else { ("EUR", "USD") };
    let amounts = [(home, "5400.00"), (other, "812.35"), (third, "90.10")];
    let account = |number: u32, currency: &str, amounts: &[(&str, &str)]| Account {
        currency: Some(currency.to_owned()),
        name: Some("Valutakonto".to_owned()),
        cash_account_type: Some("CACC".to_owned()),
        owner_name: Some("Vera Valutadotter".to_owned()),
        balances: balances(amounts),
        ..numbered(bank, number)
    };
    let whole = account(1, SEVERAL, &amounts);
    [whole].into_iter().chain(amounts.iter().map(|it| account(2, it.0, &[*it]))).collect()
}

fn one_of_many(bank: &Bank, home: &str, number: u32) -> Account {
    let kind = if number.is_multiple_of(4) { "SVGS" } else { "CACC" };
    Account {
        currency: Some(home.to_owned()),
        name: Some(format!("Konto {number}")),
        cash_account_type: Some(kind.to_owned()),
        owner_name: Some("Mångfald Tvåhundra".to_owned()),
        balances: balances(&[(home, &format!("{}.50", number * 100))]),
        ..numbered(bank, 1000 + number)
    }
}

fn balances(amounts: &[(&str, &str)]) -> Vec<Balance> {
    let balance = |(currency, amount): &(&str, &str)| Balance {
        balance_type: "interimAvailable".to_owned(),
        balance_amount: Amount { currency: (*currency).to_owned(), amount: (*amount).to_owned() },
    };
    amounts.iter().map(balance).collect()
}

/// An account with nothing but an IBAN and its national number. The number begins with zeros, which no bank has.
fn numbered(bank: &Bank, number: u32) -> Account {
    let (country, national) = match bank.country.as_str() {
        "FI" => ("FI", luhn(&format!("0000000{number:06}"))),
        _ => ("SE", format!("000{number:017}")),
    };
    let whole = [&national, country, "00"].concat();
    let iban = format!("{country}{:02}{national}", 98 - mod_97(&whole));
    Account { iban: Some(iban), bban: Some(national), ..Account::default() }
}

/// ISO 13616: letters count from 10.
pub(crate) fn mod_97(text: &str) -> u32 {
    text.chars().fold(0, |rest, character| {
        let value = character.to_digit(36).unwrap_or_default();
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    })
}

/// The number with its check digit, as Finnish accounts have it.
fn luhn(number: &str) -> String {
    let term = |(index, digit): (usize, char)| {
        let digit = digit.to_digit(10).unwrap_or_default();
        if index % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
    };
    let sum: u32 = number.chars().rev().enumerate().map(term).sum();
    format!("{number}{}", (10 - sum % 10) % 10)
}

/// Accounts of a person with many: more than a page of any bank.
const MANY: u32 = 200;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Customer, mod_97};
    use crate::books::number;
    use crate::directory::Directory;

    #[test]
    fn each_customer_has_the_accounts_that_the_name_says() {
        for bank in &Directory::get().banks {
            let accounts = |customer| Directory::get().accounts(bank, customer);
            let without = accounts(Customer::NoIban);
            assert!(without.iter().all(|it| it.iban.is_none() && !number(it).is_empty()));
            let currencies = accounts(Customer::Currencies);
            assert_eq!(currencies[0].currency.as_deref(), Some("XXX"));
            assert_eq!(currencies[0].balances.len(), 6);
            assert!(currencies[1..].iter().all(|it| it.iban == currencies[1].iban));
            let distinct: BTreeSet<_> = currencies.iter().map(|it| it.currency.clone()).collect();
            assert_eq!(distinct.len(), 4);
            assert!(accounts(Customer::NoAccounts).is_empty());
            assert_eq!(accounts(Customer::Many).len(), 200);
        }
    }

    #[test]
    fn each_iban_that_is_made_has_right_check_digits_and_each_account_its_own() {
        for bank in &Directory::get().banks {
            let accounts = Directory::get().accounts(bank, Customer::Many);
            let ibans: BTreeSet<_> = accounts.iter().filter_map(|it| it.iban.clone()).collect();
            assert_eq!(ibans.len(), 200);
            for iban in ibans {
                assert_eq!(iban.len(), if iban.starts_with("SE") { 24 } else { 18 }, "{iban}");
                assert_eq!(mod_97(&[&iban[4..], &iban[..4]].concat()), 1, "{iban}");
            }
        }
    }

    #[test]
    fn a_customer_has_one_word() {
        for customer in Customer::ALL {
            let word = serde_json::to_value(customer).unwrap();
            assert_eq!(word, customer.as_str());
        }
    }
}
