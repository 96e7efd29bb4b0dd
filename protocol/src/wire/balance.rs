//! The balances of an account, as its own call answers them (OpenAPI `readAccountBalanceResponse-200`).
//!
//! The rule about unknown members is that of transactions: what the OpenAPI document names is kept as the bank
//! wrote it, all else is dropped.

use super::lenient::reads;
use super::{AccountReference, Amount};
use crate::writes;

/// The answer to a question for an account's balances. An answer without `balances` is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BalanceReport {
    /// The account, by its number.
    pub account: Option<AccountReference>,
    /// Its balances; in each currency, where it has several.
    pub balances: Vec<ReportedBalance>,
}

writes!(BalanceReport, it => {
    "account": it.account.as_ref(),
    "balances": Some(&it.balances),
});

reads!(BalanceReport, of => Self {
    account: of.perhaps("account"),
    balances: of.listed("balances")?,
});

/// A balance with all that a bank says of it (OpenAPI `balance`). The page's own [`Balance`](super::Balance) has
/// less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedBalance {
    /// The amount.
    pub balance_amount: Amount,
    /// The kind of balance, such as `interimAvailable`; empty where the bank does not say.
    pub balance_type: String,
    /// Whether a credit limit is counted in.
    pub credit_limit_included: Option<bool>,
    /// The moment since which it is as it is, by ISO 8601.
    pub last_change_date_time: Option<String>,
    /// The day that it is of, `yyyy-MM-dd`.
    pub reference_date: Option<String>,
    /// The `entryReference` of the last transaction in it.
    pub last_committed_transaction: Option<String>,
    /// The number before the national number in Sweden.
    pub clearing_number: Option<String>,
}

writes!(ReportedBalance, it => {
    "balanceAmount": Some(&it.balance_amount),
    "balanceType": Some(&it.balance_type).filter(|value| !value.is_empty()),
    "creditLimitIncluded": it.credit_limit_included.as_ref(),
    "lastChangeDateTime": it.last_change_date_time.as_ref(),
    "referenceDate": it.reference_date.as_ref(),
    "lastCommittedTransaction": it.last_committed_transaction.as_ref(),
    "clearingNumber": it.clearing_number.as_ref(),
});

reads!(ReportedBalance, of => Self {
    balance_amount: of.must("balanceAmount")?,
    balance_type: of.or_default("balanceType"),
    credit_limit_included: of.perhaps("creditLimitIncluded"),
    last_change_date_time: of.perhaps("lastChangeDateTime"),
    reference_date: of.perhaps("referenceDate"),
    last_committed_transaction: of.perhaps("lastCommittedTransaction"),
    clearing_number: of.perhaps("clearingNumber"),
});
