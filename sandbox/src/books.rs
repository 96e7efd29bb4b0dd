//! The bank's books: transactions and balances of all accounts. A seed, the account and the day decide what is entered
//! on a day, so the past stays as it was while the clock goes on. Nothing is stored, and all of it is invented.

mod calendar;
mod day;
mod draw;
mod ledger;
mod money;
mod payments;
mod shopping;

use protocol::wire::{Amount, ReportedBalance, Transaction};
use time::format_description::well_known::Rfc3339;
use time::{Date, UtcDateTime};

pub(crate) use self::calendar::later;
use self::calendar::{LONGEST_WAIT, banking_days_after, days};
use self::day::drafts;
use self::draw::{Draw, number_of};
pub(crate) use self::ledger::{Ledger, SEVERAL, number, reference};
use self::money::Money;

/// The books of all banks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Books {
    seed: u64,
    /// The day on which the sandbox was started. Balances are counted from it.
    opened: Date,
}

/// A transaction in the books.
pub(crate) struct Entry {
    /// The day on which the person paid or was paid.
    pub(crate) entered: Date,
    /// The day on which it is booked, or will be.
    pub(crate) booked: Date,
    /// The number of its ledger, and its place on its day: with the day they are no other entry's.
    ledger: u64,
    place: u64,
    transaction: Transaction,
    /// The full number of a card, where a bank writes it. The wire's type has no place for it.
    pub(crate) pan: Option<&'static str>,
}

/// Whether an entry is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Pending,
    Booked,
}

impl Books {
    /// Books that begin on the day `opened`.
    pub(crate) const fn new(seed: u64, opened: Date) -> Self {
        Self { seed, opened }
    }

    /// What was booked from `from` to `to`, the newest first.
    pub(crate) fn booked(&self, ledgers: &[Ledger], from: Date, to: Date) -> Vec<Entry> {
        let mut all = self.entered(ledgers, later(from, -LONGEST_WAIT), to);
        all.retain(|entry| (from..=to).contains(&entry.booked));
        all.sort_by_key(|entry| entry.booked);
        all.reverse();
        all
    }

    /// What is entered at the end of `day` and not booked, the newest first.
    pub(crate) fn pending(&self, ledgers: &[Ledger], day: Date) -> Vec<Entry> {
        let mut all = self.entered(ledgers, later(day, -LONGEST_WAIT), day);
        all.retain(|entry| entry.booked > day);
        all.reverse();
        all
    }

    /// The balances that a list of accounts has: available and booked.
    pub(crate) fn balances(&self, ledger: &Ledger, day: Date) -> [(&'static str, Amount); 2] {
        let amount =
            |money: Money| Amount { currency: ledger.currency.clone(), amount: money.to_string() };
        let (available, booked) = (self.available(ledger, day), self.booked_balance(ledger, day));
        [("interimAvailable", amount(available)), ("interimBooked", amount(booked))]
    }

    /// All balances, with all that a bank says of them.
    pub(crate) fn report(&self, ledger: &Ledger, now: UtcDateTime) -> Vec<ReportedBalance> {
        let (today, yesterday) = (now.date(), later(now.date(), -1));
        let of_today = self.balances(ledger, today);
        let closing = Amount {
            currency: ledger.currency.clone(),
            amount: self.booked_balance(ledger, yesterday).to_string(),
        };
        let all = of_today.map(|(kind, amount)| (kind, amount, today));
        let all = all.into_iter().chain([("closingBooked", closing, yesterday)]);
        let ledgers = std::slice::from_ref(ledger);
        let last = |day| {
            let booked = self.booked(ledgers, later(day, -31), day);
            booked.first().map(Entry::reference)
        };
        all.map(|(kind, balance_amount, day)| ReportedBalance {
            balance_amount,
            balance_type: kind.to_owned(),
            credit_limit_included: (kind == "interimAvailable").then_some(false),
            last_change_date_time: (day == today).then(|| now.format(&Rfc3339).ok()).flatten(),
            reference_date: Some(day.to_string()),
            last_committed_transaction: last(day),
            clearing_number: ledger.own_clearing_number(),
        })
        .collect()
    }

    /// What is available at the end of a day, which may be before the books began.
    fn available(&self, ledger: &Ledger, day: Date) -> Money {
        let ledgers = std::slice::from_ref(ledger);
        let sum = |from, to| self.entered(ledgers, from, to).iter().map(Entry::amount).sum();
        let since: Money = if day >= self.opened {
            sum(later(self.opened, 1), day)
        } else {
            -sum(later(day, 1), self.opened)
        };
        ledger.opening + since
    }

    /// What is booked at the end of a day: all that is available, without what is pending.
    fn booked_balance(&self, ledger: &Ledger, day: Date) -> Money {
        let pending = self.pending(std::slice::from_ref(ledger), day);
        let pending: Money = pending.iter().map(Entry::amount).sum();
        self.available(ledger, day) - pending
    }

    /// What was entered from `from` to `to`, the oldest first.
    fn entered(&self, ledgers: &[Ledger], from: Date, to: Date) -> Vec<Entry> {
        let mut all = Vec::new();
        let numbered = ledgers.iter().map(|ledger| (number_of(self.seed, &ledger.key), ledger));
        let numbered: Vec<_> = numbered.collect();
        for day in days(from, to) {
            for (number, ledger) in &numbered {
                let drafts = drafts(ledger, day, &mut Draw::new(*number, day));
                all.extend((0..).zip(drafts).map(|(place, draft)| Entry {
                    entered: day,
                    booked: banking_days_after(day, draft.wait),
                    ledger: *number,
                    place,
                    transaction: draft.transaction,
                    pan: draft.pan,
                }));
            }
        }
        all
    }
}

impl Entry {
    /// The transaction without its ids. Only a booked one has a day of booking.
    pub(crate) fn transaction(&self, stage: Stage) -> Transaction {
        Transaction {
            booking_date: (stage == Stage::Booked).then(|| self.booked.to_string()),
            value_date: Some(self.entered.to_string()),
            ..self.transaction.clone()
        }
    }

    /// An id of 32 hexadecimal digits. A pending one has another than the same once it is booked. `salt` makes other
    /// ids of it.
    pub(crate) fn id(&self, stage: Stage, salt: u64) -> String {
        let draw = Draw::new(self.ledger, self.entered).and(self.place);
        let mut draw = draw.and(salt).and(stage as u64);
        format!("{:016x}{:016x}", draw.next(), draw.next())
    }

    /// Its name in the bank's books, once it is booked.
    pub(crate) fn reference(&self) -> String {
        format!("{}-{}", self.booked, &self.id(Stage::Booked, REFERENCE)[..12])
    }

    fn amount(&self) -> Money {
        Money::parse(&self.transaction.transaction_amount.amount).unwrap_or_default()
    }
}

impl Ledger {
    fn own_clearing_number(&self) -> Option<String> {
        self.own.clearing_number.clone()
    }
}

/// A number that makes another id for the same salt.
pub(crate) fn salt(text: &str) -> u64 {
    number_of(0, text)
}

/// Makes the names in the bank's books.
const REFERENCE: u64 = 1;

#[cfg(test)]
mod tests;
