//! How a bank reports accounts: how far back, under which ids, and in how many pages. An entry of `data/banks.toml`
//! may have `[bank.reports]`; what it leaves out is as here.

use serde::{Deserialize, Serialize};

/// A bank's rules about reports.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Reports {
    /// Days that a list of transactions goes back.
    pub(crate) history_days: i64,
    /// What happens to a list that would begin before them.
    pub(crate) beyond: Beyond,
    /// Days that may be read at any time.
    pub(crate) free_days: i64,
    /// Minutes after the approval in which earlier days may be read too.
    pub(crate) sca_minutes: i64,
    /// Transactions of one page.
    pub(crate) rows: usize,
    /// What a link to the next page has in its query.
    pub(crate) paging: Paging,
    /// The ids of transactions. A bank without them has no details of transactions.
    pub(crate) transaction_ids: TransactionIds,
    /// Whether transactions have an `entryReference`.
    pub(crate) entry_references: EntryReferences,
    /// Whether pending transactions are listed.
    pub(crate) pending: Pending,
}

/// What happens to a list that would begin too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Beyond {
    /// The bank refuses it.
    Refused,
    /// The bank lists what it has, and does not say so.
    Cut,
}

/// What a link to the next page has in its query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Paging {
    /// The parameters of the call, and `page`.
    Page,
    /// `bookingStatus`, and a `continuationKey` that holds the rest.
    Key,
}

/// The ids of transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TransactionIds {
    /// The same under each consent.
    Stable,
    /// The same, in letters that a path must encode.
    Odd,
    /// Others under each consent.
    OfConsent,
    /// None.
    LeftOut,
}

/// Whether transactions have an `entryReference`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EntryReferences {
    /// Booked ones have.
    Sent,
    /// None has.
    LeftOut,
}

/// Whether pending transactions are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Pending {
    Listed,
    /// A list that asks for them is refused.
    Refused,
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            history_days: 800,
            beyond: Beyond::Refused,
            free_days: 90,
            sca_minutes: 60,
            rows: 100,
            paging: Paging::Page,
            transaction_ids: TransactionIds::Stable,
            entry_references: EntryReferences::Sent,
            pending: Pending::Listed,
        }
    }
}
