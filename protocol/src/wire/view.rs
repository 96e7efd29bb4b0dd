//! A person's connections, as a browser sees them in a view session: calls that the relay answers itself.
//!
//! The relay leaves out what a page does not need: account numbers are masked, and a transaction has no ids of the bank.

use serde::Serialize;

use super::lenient::reads;
use super::{Amount, ReportedBalance};
use crate::writes;

/// The answer to a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewSession {
    /// Its id; empty where the browser had no cookie: it has one now, and claims again.
    pub id: String,
    /// The service that reads, by the name that persons know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Whether pages get account data: else only permissions are shown.
    pub has_data: bool,
    /// For how many milliseconds it may still be used.
    pub left_millis: u64,
}

reads!(ViewSession, of => Self {
    id: of.or_default("id"),
    service: of.perhaps("service"),
    has_data: of.or_default("hasData"),
    left_millis: of.or_default("leftMillis"),
});

/// The person's connections: those that can be read first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ViewedConnections {
    /// The connections, ended ones too.
    pub connections: Vec<ViewedConnection>,
}

reads!(ViewedConnections, of => Self { connections: of.listed("connections")? });

/// A permission to read at a bank (the members that Regulation FIDA, article 8, asks for).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewedConnection {
    /// The connection's id.
    pub id: String,
    /// The bank's BIC.
    pub bic_fi: String,
    /// The name that people know; the BIC where it is not known.
    pub bank: String,
    /// `private` or `corporate`.
    pub context: String,
    /// `active`, `broken`, `expired` or `revoked`.
    pub status: String,
    /// `balances`, `transactions`.
    pub data: Vec<String>,
    /// What the service wants the data for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// When it was made (RFC 3339).
    pub created_at: String,
    /// When it ended (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// The last day, `yyyy-MM-dd`.
    pub valid_until: String,
    /// Days until its end: 0 on the last one.
    pub days_left: u32,
    /// The ids of its accounts, once they were listed.
    pub accounts: Vec<String>,
}

reads!(ViewedConnection, of => Self {
    id: of.non_empty("id")?,
    bic_fi: of.or_default("bicFi"),
    bank: of.or_default("bank"),
    context: of.or_default("context"),
    status: of.or_default("status"),
    data: of.list("data"),
    purpose: of.perhaps("purpose"),
    created_at: of.or_default("createdAt"),
    ended_at: of.perhaps("endedAt"),
    valid_until: of.or_default("validUntil"),
    days_left: of.or_default("daysLeft"),
    accounts: of.list("accounts"),
});

/// The accounts of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewedAccounts {
    /// The accounts, in the bank's order.
    pub accounts: Vec<ViewedAccount>,
}

reads!(ViewedAccounts, of => Self { accounts: of.listed("accounts")? });

/// An account. Personal data: never logged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewedAccount {
    /// Its id here.
    pub id: String,
    /// The name that the person or the bank gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The end of its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Three letters by ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

reads!(ViewedAccount, of => Self {
    id: of.non_empty("id")?,
    name: of.perhaps("name"),
    number: of.perhaps("number"),
    currency: of.perhaps("currency"),
});

/// The balances of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewedBalances {
    /// The balances, as the bank wrote them.
    pub balances: Vec<ReportedBalance>,
    /// When the bank said it (RFC 3339).
    pub as_of: String,
}

writes!(ViewedBalances, it => {
    "balances": Some(&it.balances),
    "asOf": Some(&it.as_of),
});

reads!(ViewedBalances, of => Self {
    balances: of.listed("balances")?,
    as_of: of.or_default("asOf"),
});

/// A page of transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewedTransactions {
    /// Booked ones, in the bank's order.
    pub booked: Vec<ViewedTransaction>,
    /// Those that are not booked yet. They may change, and have other ids later.
    pub pending: Vec<ViewedTransaction>,
    /// For the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// When the bank said it (RFC 3339).
    pub as_of: String,
}

reads!(ViewedTransactions, of => Self {
    booked: of.list("booked"),
    pending: of.list("pending"),
    next_cursor: of.perhaps("nextCursor"),
    as_of: of.or_default("asOf"),
});

/// A transaction. Personal data: never logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewedTransaction {
    /// Its id here; a pending one has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The day of booking, else of value, `yyyy-MM-dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The amount; negative where money leaves the account.
    pub amount: Amount,
    /// The other party, else the message of the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

reads!(ViewedTransaction, of => Self {
    id: of.perhaps("id"),
    day: of.perhaps("day"),
    amount: of.must("amount")?,
    title: of.perhaps("title"),
});
