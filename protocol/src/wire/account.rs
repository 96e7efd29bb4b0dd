//! Accounts and what is on them (OpenAPI `accountList`, `accountDetails`, `balance`).

use serde::Serialize;

use super::lenient::{Loose, OfLoose, Without, body_list, read_by_serde, reads};
use crate::text::concat;

/// The accounts of a consent (guide, AIS API step 1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccountList {
    /// The accounts, in the bank's order.
    pub accounts: Vec<Account>,
}

/// One account (OpenAPI `accountDetails`). Personal data: never logged.
///
/// The document's full card number (`pan`) is not read: a page has no use for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// What later calls name it by. Empty where the bank lets none name it.
    pub resource_id: String,
    /// The IBAN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// The national number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bban: Option<String>,
    /// What stands before the national number in Sweden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clearing_number: Option<String>,
    /// The number of a card, most of it hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masked_pan: Option<String>,
    /// The number of the phone that stands for the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msisdn: Option<String>,
    /// The number at Bankgirot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bankgiro_number: Option<String>,
    /// The number at Plusgirot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plusgiro_number: Option<String>,
    /// Three letters by ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What the person or the bank calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the bank sells it as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The kind of account by ISO 20022, such as `CACC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cash_account_type: Option<String>,
    /// `enabled`, `deleted` or `blocked`; without it, enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The BIC of the bank that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
    /// `PRIV` or `ORGA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// The name of the person or company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// What is on it, where the call asked for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub balances: Vec<Balance>,
}

reads!(Account, of => Self {
    resource_id: of.or_default("resourceId"),
    iban: of.perhaps("iban"),
    bban: of.perhaps("bban"),
    clearing_number: of.perhaps("clearingNumber"),
    masked_pan: of.perhaps("maskedPan"),
    msisdn: of.perhaps("msisdn"),
    bankgiro_number: of.perhaps("bankgiroNumber"),
    plusgiro_number: of.perhaps("plusgiroNumber"),
    currency: of.perhaps("currency"),
    name: of.perhaps("name"),
    product: of.perhaps("product"),
    cash_account_type: of.perhaps("cashAccountType"),
    status: of.perhaps("status"),
    bic: of.perhaps("bic"),
    usage: of.perhaps("usage"),
    owner_name: of.perhaps("ownerName"),
    balances: of.list("balances"),
});

/// What is on an account, in one way of counting (OpenAPI `balance`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    /// How much.
    pub balance_amount: Amount,
    /// The way of counting, such as `interimAvailable`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub balance_type: String,
}

reads!(Balance, of => Self {
    balance_amount: of.perhaps("balanceAmount")?,
    balance_type: of.or_default("balanceType"),
});

/// An amount (OpenAPI `amount`). The number stays decimal text: money is no float.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// Three letters by ISO 4217.
    pub currency: String,
    /// Digits with a point, at most 14 before it and 3 behind, perhaps with a minus.
    pub amount: String,
}

reads!(Amount, of => Self {
    currency: of.must("currency")?,
    amount: of.must("amount")?,
});

impl Account {
    /// The number that people know it by, and what kind of number that is where it has a name of its own.
    pub fn number(&self) -> Option<(Option<&'static str>, String)> {
        let of = |kind, number: &Option<String>| Some((kind, number.clone()?));
        let national = || {
            let clearing = self.clearing_number.as_ref().map(|number| concat(&[number, " "]));
            Some((None, concat(&[&clearing.unwrap_or_default(), self.bban.as_ref()?])))
        };
        of(None, &self.iban)
            .or_else(national)
            .or_else(|| of(Some("Bankgiro"), &self.bankgiro_number))
            .or_else(|| of(Some("Plusgiro"), &self.plusgiro_number))
            .or_else(|| of(None, &self.masked_pan))
            .or_else(|| of(None, &self.msisdn))
    }

    /// The balance to show: what can be used now, else whatever the bank gives first.
    pub fn balance(&self) -> Option<&Balance> {
        let order = ["interimAvailable", "expected", "interimBooked", "closingBooked"];
        let preferred = |kind: &&str| self.balances.iter().find(|it| it.balance_type == **kind);
        order.iter().find_map(preferred).or_else(|| self.balances.first())
    }
}

/// After the person has approved, an answer without the list says that there are no accounts.
impl OfLoose for AccountList {
    fn of_loose(body: Loose) -> Option<Self> {
        body_list(body, "accounts", Without::Empty).map(|accounts| Self { accounts })
    }
}

read_by_serde!(AccountList);
