//! What exists from the start: banks, countries, cities and the accounts of the invented customers. It is
//! read once from `data/` and the banks' profiles and never changes.

use std::sync::LazyLock;

use protocol::id::{BicFi, CountryCode};
use protocol::profile::Profiles;
use protocol::wire::{Account, Amount, Balance};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::bank::{Bank, BankData, Mismatch};
use crate::customer::Customer;

/// All that exists from the start.
#[derive(Debug)]
pub(crate) struct Directory {
    /// In the order in which they are listed.
    pub(crate) banks: Vec<Bank>,
    pub(crate) countries: Vec<Country>,
    pub(crate) cities: Vec<City>,
    accounts: Vec<AccountData>,
}

/// A country in which banks are listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Country {
    pub(crate) id: String,
    pub(crate) code: CountryCode,
    pub(crate) name: String,
}

/// A city in which banks are listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct City {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) country: CountryCode,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountData {
    bic: BicFi,
    iban: String,
    bban: String,
    currency: String,
    name: String,
    product: String,
    kind: String,
    owner: String,
    available: String,
}

impl Directory {
    /// The one directory.
    pub(crate) fn get() -> &'static Self {
        static DIRECTORY: LazyLock<Directory> = LazyLock::new(Directory::read);
        &DIRECTORY
    }

    /// The bank with this BIC.
    pub(crate) fn bank(&self, bic: &BicFi) -> Option<&Bank> {
        self.banks.iter().find(|bank| bank.bic == *bic)
    }

    /// The country with this code.
    pub(crate) fn country(&self, code: &CountryCode) -> Option<&Country> {
        self.countries.iter().find(|country| country.code == *code)
    }

    /// The accounts that a customer has at a bank, without ids, since those belong to a consent. The balances are
    /// those of the day on which a sandbox is started, and nothing is pending.
    pub(crate) fn accounts(&self, bank: &Bank, customer: Customer) -> Vec<Account> {
        let home = if bank.country.as_str() == "FI" { "EUR" } else { "SEK" };
        let mut accounts = customer.accounts(bank, home).unwrap_or_else(|| {
            let own = self.accounts.iter().filter(|data| data.bic == bank.bic);
            own.map(AccountData::account).collect()
        });
        for account in &mut accounts {
            let booked = account.balances.iter().map(|available| Balance {
                balance_type: "interimBooked".to_owned(),
                ..available.clone()
            });
            let booked: Vec<_> = booked.collect();
            account.balances.extend(booked);
        }
        accounts
    }

    /// The profiles of all banks, if they pass their checks.
    pub(crate) fn profiles() -> Result<Profiles, Mismatch> {
        let profiles: Profiles = parse(include_str!("../../protocol/data/profiles.toml"));
        profiles.check()?;
        Ok(profiles)
    }

    /// What the sandbox invents for all banks.
    pub(crate) fn banks_data() -> Vec<BankData> {
        let Banks { bank: banks } = parse(include_str!("../data/banks.toml"));
        banks
    }

    fn read() -> Self {
        let banks = Self::profiles()
            .and_then(|profiles| Bank::join(Self::banks_data(), &profiles.bank))
            .unwrap_or_else(|mismatch| panic!("the banks' data does not fit: {mismatch}"));
        let Places { country: countries, city: cities } =
            parse(include_str!("../data/places.toml"));
        let Accounts { account: accounts } = parse(include_str!("../data/accounts.toml"));
        Self { banks, countries, cities, accounts }
    }
}

impl AccountData {
    fn account(&self) -> Account {
        let (currency, amount) = (self.currency.clone(), self.available.clone());
        let available = Balance {
            balance_type: "interimAvailable".to_owned(),
            balance_amount: Amount { currency, amount },
        };
        Account {
            resource_id: String::new(),
            iban: Some(self.iban.clone()),
            bban: Some(self.bban.clone()),
            currency: Some(self.currency.clone()),
            name: Some(self.name.clone()),
            product: Some(self.product.clone()),
            cash_account_type: Some(self.kind.clone()),
            owner_name: Some(self.owner.clone()),
            balances: vec![available],
            ..Account::default()
        }
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).expect("the data is compiled in, and a test reads it")
}

#[derive(Deserialize)]
struct Banks {
    bank: Vec<BankData>,
}

#[derive(Deserialize)]
struct Places {
    country: Vec<Country>,
    city: Vec<City>,
}

#[derive(Deserialize)]
struct Accounts {
    account: Vec<AccountData>,
}

#[cfg(test)]
mod tests {
    use super::Directory;
    use crate::customer::{Customer, mod_97};

    #[test]
    fn every_bank_is_in_known_places() {
        let directory = Directory::get();
        assert_eq!(directory.banks.len(), 8);
        for bank in &directory.banks {
            assert!(directory.country(&bank.country).is_some(), "{}", bank.bic);
            for city in bank.cities.iter().map(String::as_str).chain([bank.head_office()]) {
                let known = directory
                    .cities
                    .iter()
                    .any(|it| it.name == city && it.country == bank.country && it.id.len() == 36);
                assert!(known, "{} is in {city}", bank.bic);
            }
        }
    }

    #[test]
    fn every_bank_has_two_to_four_accounts_with_right_check_digits() {
        let directory = Directory::get();
        for bank in &directory.banks {
            let accounts = directory.accounts(bank, Customer::Ordinary);
            assert!((2..=4).contains(&accounts.len()), "{}", bank.bic);
            for account in accounts {
                let iban = account.iban.expect("every account has one");
                assert!(iban.starts_with(bank.country.as_str()), "{iban}");
                assert_eq!(iban.len(), if iban.starts_with("SE") { 24 } else { 18 }, "{iban}");
                assert_eq!(mod_97(&[&iban[4..], &iban[..4]].concat()), 1, "{iban}");
                let bban = account.bban.expect("every account has one");
                assert!(bban.bytes().all(|byte| byte.is_ascii_digit()), "{bban}");
                assert_eq!(account.balances.len(), 2);
            }
        }
    }

    #[test]
    fn finnish_accounts_end_in_their_luhn_digit() {
        let directory = Directory::get();
        let finnish = directory.accounts.iter().filter(|data| data.iban.starts_with("FI"));
        for data in finnish {
            assert_eq!(data.iban[4..], data.bban);
            let sum: u32 = data.bban.chars().rev().enumerate().map(luhn_term).sum();
            assert_eq!(sum % 10, 0, "{}", data.bban);
        }
    }

    #[test]
    fn four_currencies_are_in_use() {
        let mut currencies: Vec<_> =
            Directory::get().accounts.iter().map(|data| data.currency.as_str()).collect();
        currencies.sort_unstable();
        currencies.dedup();
        assert_eq!(currencies, ["DKK", "EUR", "NOK", "SEK"]);
    }

    fn luhn_term((index, digit): (usize, char)) -> u32 {
        let digit = digit.to_digit(10).expect("a digit");
        if index % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
    }
}
