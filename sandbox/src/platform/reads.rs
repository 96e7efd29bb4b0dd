//! Reads without the person present: a bank permits so many a day for each consent, account and kind of read.

use std::collections::BTreeMap;

use time::Date;

use super::refusal::Refusal;

/// A kind of read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The list of accounts.
    Accounts,
    Details,
    Balances,
    /// A list of transactions. Its further pages are no reads of their own.
    Transactions,
    Transaction,
}

/// The reads of one consent, on the latest day with any.
#[derive(Default)]
pub(super) struct Reads {
    day: Option<Date>,
    counts: BTreeMap<(Kind, Option<String>), u32>,
}

impl Reads {
    /// Counts a read on the day `today`, or refuses it where there were as many as `limit`.
    pub(super) fn count(
        &mut self,
        kind: Kind,
        account: Option<&str>,
        limit: u32,
        today: Date,
    ) -> Result<(), Refusal> {
        if self.day != Some(today) {
            *self = Self { day: Some(today), counts: BTreeMap::new() };
        }
        let count = self.counts.entry((kind, account.map(str::to_owned))).or_default();
        if *count >= limit {
            return Err(Refusal::AccessExceeded);
        }
        *count += 1;
        Ok(())
    }
}
