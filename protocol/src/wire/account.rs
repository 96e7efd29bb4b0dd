//! Accounts and their balances (OpenAPI `accountList`, `accountDetails`, `balance`).

use serde::Serialize;

use super::lenient::{Loose, OfLoose, Without, body_list, read_by_serde, reads};
use crate::text::concat;
use crate::writes;

/// The accounts of a consent (guide, AIS API step 1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccountList {
    /// The accounts, in the bank's order.
    pub accounts: Vec<Account>,
}

/// One account (OpenAPI `accountDetails`). Personal data: never logged.
///
/// The full card number of the document (`pan`) is not read: a page does not need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Its id in later calls. Empty where the bank permits none.
    pub resource_id: String,
    /// The IBAN.
    pub iban: Option<String>,
    /// The national number.
    pub bban: Option<String>,
    /// The number before the national number in Sweden.
    pub clearing_number: Option<String>,
    /// The number of a card, most of it hidden.
    pub masked_pan: Option<String>,
    /// The phone number that identifies the account.
    pub msisdn: Option<String>,
    /// The number at Bankgirot.
    pub bankgiro_number: Option<String>,
    /// The number at Plusgirot.
    pub plusgiro_number: Option<String>,
    /// Three letters by ISO 4217.
    pub currency: Option<String>,
    /// The name that the person or the bank gives it.
    pub name: Option<String>,
    /// The bank's product name.
    pub product: Option<String>,
    /// The kind of account by ISO 20022, such as `CACC`.
    pub cash_account_type: Option<String>,
    /// `enabled`, `deleted` or `blocked`; without it, enabled.
    pub status: Option<String>,
    /// The BIC of its bank.
    pub bic: Option<String>,
    /// `PRIV` or `ORGA`.
    pub usage: Option<String>,
    /// The name of the person or company.
    pub owner_name: Option<String>,
    /// Its balances, if the call asked for them.
    pub balances: Vec<Balance>,
}

writes!(Account, it => {
    "resourceId": Some(&it.resource_id),
    "iban": it.iban.as_ref(),
    "bban": it.bban.as_ref(),
    "clearingNumber": it.clearing_number.as_ref(),
    "maskedPan": it.masked_pan.as_ref(),
    "msisdn": it.msisdn.as_ref(),
    "bankgiroNumber": it.bankgiro_number.as_ref(),
    "plusgiroNumber": it.plusgiro_number.as_ref(),
    "currency": it.currency.as_ref(),
    "name": it.name.as_ref(),
    "product": it.product.as_ref(),
    "cashAccountType": it.cash_account_type.as_ref(),
    "status": it.status.as_ref(),
    "bic": it.bic.as_ref(),
    "usage": it.usage.as_ref(),
    "ownerName": it.owner_name.as_ref(),
    "balances": Some(&it.balances).filter(|value| !value.is_empty()),
});

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

/// A balance of an account (OpenAPI `balance`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The amount.
    pub balance_amount: Amount,
    /// The kind of balance, such as `interimAvailable`.
    pub balance_type: String,
}

writes!(Balance, it => {
    "balanceAmount": Some(&it.balance_amount),
    "balanceType": Some(&it.balance_type).filter(|value| !value.is_empty()),
});

reads!(Balance, of => Self {
    balance_amount: of.perhaps("balanceAmount")?,
    balance_type: of.or_default("balanceType"),
});

/// An amount (OpenAPI `amount`). The number stays decimal text, since a float cannot hold money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Three letters by ISO 4217.
    pub currency: String,
    /// Digits with a point, at most 14 before and 3 after it, with an optional minus.
    pub amount: String,
}

writes!(Amount, it => {
    "currency": Some(&it.currency),
    "amount": Some(&it.amount),
});

reads!(Amount, of => Self {
    currency: of.must("currency")?,
    amount: of.must("amount")?,
});

impl Account {
    /// The number that people know, and its kind where that has a name.
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

    /// The balance to show: the available one, else the bank's first.
    pub fn balance(&self) -> Option<&Balance> {
        let order = ["interimAvailable", "expected", "interimBooked", "closingBooked"];
        let preferred = |kind: &&str| self.balances.iter().find(|it| it.balance_type == **kind);
        order.iter().find_map(preferred).or_else(|| self.balances.first())
    }
}

/// After the approval, an answer without the list means no accounts.
impl OfLoose for AccountList {
    fn of_loose(body: Loose) -> Option<Self> {
        body_list(body, "accounts", Without::Empty).map(|accounts| Self { accounts })
    }
}

read_by_serde!(AccountList);
