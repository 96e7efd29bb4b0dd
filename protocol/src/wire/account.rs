//! Accounts and what is on them (OpenAPI `accountList`, `accountDetails`, `balance`).

use serde::{Deserialize, Serialize};

/// The accounts of a consent (guide, AIS API step 1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountList {
    /// The accounts, in the bank's order.
    pub accounts: Vec<Account>,
}

/// One account (OpenAPI `accountDetails`). Personal data: never logged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// What later calls name it by.
    #[serde(default)]
    pub resource_id: String,
    /// The IBAN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// The national number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bban: Option<String>,
    /// Three letters by ISO 4217.
    pub currency: String,
    /// What the person or the bank calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the bank sells it as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The kind of account by ISO 20022, such as `CACC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash_account_type: Option<String>,
    /// The name of the person or company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// What is on it, where the call asked for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub balances: Vec<Balance>,
}

/// What is on an account, in one way of counting (OpenAPI `balance`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// How much.
    pub balance_amount: Amount,
    /// The way of counting, such as `interimAvailable`.
    pub balance_type: String,
}

/// An amount (OpenAPI `amount`). The number stays decimal text: money is no float.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Three letters by ISO 4217.
    pub currency: String,
    /// Digits with a point, at most 14 before it and 3 behind, perhaps with a minus.
    pub amount: String,
}

impl Account {
    /// The balance to show: what can be used now, else whatever the bank gives first.
    pub fn balance(&self) -> Option<&Balance> {
        let order = ["interimAvailable", "expected", "interimBooked", "closingBooked"];
        let preferred = |kind: &&str| self.balances.iter().find(|it| it.balance_type == **kind);
        order.iter().find_map(preferred).or_else(|| self.balances.first())
    }
}
