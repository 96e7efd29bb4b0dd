//! What a consent may read (OpenAPI `accountAccess`): accounts that the client names, accounts that the
//! person chooses at the bank, or all accounts.

use protocol::wire::Account;
use serde::{Deserialize, Serialize};

/// The access that a consent asks for. An empty one (guide, step 1) means everything that the bank has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Access {
    /// The accounts; an empty list lets the person choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<AccountReference>>,
    /// Their balances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balances: Option<Vec<AccountReference>>,
    /// Their transactions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transactions: Option<Vec<AccountReference>>,
    /// The list of all accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_accounts: Option<AvailableAccounts>,
    /// Everything of all accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_psd2: Option<AllPsd2>,
}

/// An account by one of its numbers (OpenAPI `accountReference`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountReference {
    /// The IBAN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// The national number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bban: Option<String>,
    /// The number of a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pan: Option<String>,
    /// The same with stars in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_pan: Option<String>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msisdn: Option<String>,
    /// The clearing number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clearing_number: Option<String>,
    /// The currency, where the number alone leaves that open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// Which list of all accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AvailableAccounts {
    /// The accounts.
    AllAccounts,
    /// The accounts with their balances.
    AllAccountsWithBalances,
}

/// The only value of `allPsd2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AllPsd2 {
    /// All accounts.
    AllAccounts,
}

impl Access {
    /// Whether the lists are consistent: named accounts have numbers; where one list is empty, all are;
    /// balances and transactions belong to named accounts, where accounts are named.
    pub(super) fn is_sound(&self) -> bool {
        let lists = || self.lists().into_iter().flatten();
        let named = || lists().filter(|list| !list.is_empty());
        let one_kind = named().count() == 0 || named().count() == lists().count();
        let within = self.accounts.as_ref().is_none_or(|accounts| {
            accounts.is_empty() || named().flatten().all(|it| accounts.contains(it))
        });
        one_kind && within && named().flatten().all(AccountReference::has_number)
    }

    /// Whether the account may be listed.
    pub(super) fn covers(&self, account: &Account) -> bool {
        self.is_everything()
            || self.available_accounts.is_some()
            || self.lists().into_iter().flatten().any(|list| holds(list, account))
    }

    /// Whether the account's balances may be read.
    pub(super) fn covers_balances(&self, account: &Account) -> bool {
        self.is_everything()
            || self.available_accounts == Some(AvailableAccounts::AllAccountsWithBalances)
            || self.balances.as_ref().is_some_and(|list| holds(list, account))
    }

    /// Whether the account's transactions may be read.
    pub(super) fn covers_transactions(&self, account: &Account) -> bool {
        self.is_everything() || self.transactions.as_ref().is_some_and(|list| holds(list, account))
    }

    /// Whether balances of some account may be read.
    pub(crate) fn has_balances(&self) -> bool {
        self.is_everything()
            || self.available_accounts == Some(AvailableAccounts::AllAccountsWithBalances)
            || self.balances.is_some()
    }

    /// Whether transactions of some account may be read.
    pub(crate) fn has_transactions(&self) -> bool {
        self.is_everything() || self.transactions.is_some()
    }

    fn is_everything(&self) -> bool {
        *self == Self::default() || self.all_psd2.is_some()
    }

    fn lists(&self) -> [Option<&Vec<AccountReference>>; 3] {
        [self.accounts.as_ref(), self.balances.as_ref(), self.transactions.as_ref()]
    }
}

impl AccountReference {
    fn has_number(&self) -> bool {
        let numbers = [&self.iban, &self.bban, &self.pan, &self.masked_pan, &self.msisdn];
        numbers.into_iter().flatten().any(|number| !number.is_empty())
    }

    /// Whether the reference names `account`. The sandbox's accounts have no cards and no telephones.
    fn names(&self, account: &Account) -> bool {
        let body = serde_json::to_value(account).unwrap_or_default();
        let same = |wanted: &Option<String>, name: &str| {
            wanted.as_ref().is_none_or(|wanted| body[name] == wanted.as_str())
        };
        let numbered = self.iban.is_some() || self.bban.is_some();
        numbered
            && same(&self.iban, "iban")
            && same(&self.bban, "bban")
            && same(&self.currency, "currency")
    }
}

fn holds(list: &[AccountReference], account: &Account) -> bool {
    list.is_empty() || list.iter().any(|it| it.names(account))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::Access;
    use crate::customer::Customer;
    use crate::directory::Directory;

    const SALARY: &str = "SE5250000000054391000421";
    const SAVINGS: &str = "SE7350000000054390011807";

    #[test]
    fn an_access_covers_what_it_says_and_no_more() {
        let everything = (3, 3, true);
        let (salary, savings) = (json!([{ "iban": SALARY }]), json!([{ "iban": SAVINGS }]));
        let both = json!([{ "iban": SALARY }, { "bban": "54390011807", "currency": "SEK" }]);
        for (access, expect) in [
            (json!({}), everything),
            (json!({ "allPsd2": "allAccounts" }), everything),
            (json!({ "availableAccounts": "allAccounts" }), (3, 0, false)),
            (json!({ "availableAccounts": "allAccountsWithBalances" }), (3, 3, false)),
            (json!({ "accounts": [] }), (3, 0, false)),
            (json!({ "accounts": [], "balances": [], "transactions": [] }), everything),
            (json!({ "balances": [], "transactions": [] }), everything),
            (json!({ "accounts": salary }), (1, 0, false)),
            (json!({ "accounts": both, "balances": savings_like(&both) }), (2, 1, false)),
            (json!({ "balances": salary, "transactions": savings }), (2, 1, true)),
            (json!({ "accounts": [{ "iban": "SE0000000000000000000000" }] }), (0, 0, false)),
            (json!({ "accounts": [{ "iban": SALARY, "currency": "EUR" }] }), (0, 0, false)),
            (json!({ "accounts": [{ "maskedPan": "123456xxxxxx1234" }] }), (0, 0, false)),
        ] {
            let read: Access = from_value(access.clone()).unwrap();
            assert!(read.is_sound(), "{access}");
            let bank = Directory::get().bank(&"ESSESESS".parse().unwrap()).unwrap();
            let accounts = Directory::get().accounts(bank, Customer::Ordinary);
            let covered = accounts.iter().filter(|it| read.covers(it)).count();
            let balances = accounts.iter().filter(|it| read.covers_balances(it)).count();
            assert_eq!((covered, balances, read.has_transactions()), expect, "{access}");
            assert_eq!(serde_json::to_value(&read).unwrap(), access, "read and written");
        }
    }

    /// The second of a list, in a list of its own.
    fn savings_like(list: &Value) -> Value {
        json!([list[1]])
    }

    #[test]
    fn lists_that_do_not_fit_together_are_not_sound() {
        for access in [
            json!({ "accounts": [], "balances": [{ "iban": SALARY }] }),
            json!({ "accounts": [{ "iban": SALARY }], "balances": [] }),
            json!({ "accounts": [{ "iban": SALARY }], "balances": [{ "iban": SAVINGS }] }),
            json!({ "accounts": [{ "iban": SALARY }], "transactions": [{ "iban": SAVINGS }] }),
            json!({ "accounts": [{}] }),
            json!({ "accounts": [{ "currency": "SEK" }] }),
        ] {
            assert!(!from_value::<Access>(access.clone()).unwrap().is_sound(), "{access}");
        }
        for access in [
            json!({ "allPsd2": "all" }),
            json!({ "availableAccounts": "allPsd2" }),
            json!({ "accounts": "all" }),
            json!({ "accounts": [{ "number": "1" }] }),
            json!({ "cards": [] }),
        ] {
            assert!(from_value::<Access>(access.clone()).is_err(), "{access}");
        }
    }
}
