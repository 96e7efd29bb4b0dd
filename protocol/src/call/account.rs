//! The calls about one account: its details, balances and transactions. The widget makes none of them.

use super::query::{Query, WITH_BALANCE, add};
use super::{Balances, Refusal};
use crate::id::{EntryReference, TransactionId};
use crate::text::concat;
use crate::time::Day;

/// What is read of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountPart {
    /// The account itself (OpenAPI `readAccountDetails`).
    Details(Balances),
    /// Its balances (OpenAPI `getBalances`).
    Balances,
    /// A list of its transactions (OpenAPI `getTransactionList`).
    Transactions(TransactionQuery),
    /// One of its transactions (OpenAPI `getTransactionDetails`).
    Transaction(TransactionId),
}

/// Which transactions are listed: the query parameters of OpenAPI `getTransactionList`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionQuery {
    /// The first day: of booking, or of entry where it is not booked yet. `None` leaves it to the bank.
    pub from: Option<Day>,
    /// The last day; today where it is `None`.
    pub to: Option<Day>,
    /// Only what came after this one. A bank may refuse it, or ignore the days then.
    pub after: Option<EntryReference>,
    /// Booked ones, pending ones or both.
    pub booking: Booking,
    /// Whether only those since the last report are listed. A bank may refuse it.
    pub delta: Delta,
    /// Whether the account's balances come with them.
    pub balances: Balances,
}

/// Whether transactions are booked (OpenAPI query parameter `bookingStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booking {
    /// Those that are booked.
    Booked,
    /// Those that are not booked yet.
    Pending,
    /// All.
    Both,
}

/// Whether a list has only what is new (OpenAPI query parameter `deltaList`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delta {
    /// All of the period.
    Omitted,
    /// What is new since the last report for this person.
    Asked,
}

impl TransactionQuery {
    /// All transactions with this status that the bank gives.
    #[must_use]
    pub const fn all(booking: Booking) -> Self {
        let (delta, balances) = (Delta::Omitted, Balances::Omitted);
        Self { from: None, to: None, after: None, booking, delta, balances }
    }

    fn read(query: &mut Query<'_>) -> Result<Self, Refusal> {
        let after = |text: &str| EntryReference::decoded(text).ok();
        let (from, to) =
            (query.perhaps(DATE_FROM, Day::parse)?, query.perhaps(DATE_TO, Day::parse)?);
        let after = query.perhaps(ENTRY_REFERENCE_FROM, after)?;
        let booking = query.perhaps(BOOKING_STATUS, Booking::of)?.ok_or(Refusal::BadQuery)?;
        let delta = if query.flag(DELTA_LIST)? { Delta::Asked } else { Delta::Omitted };
        Ok(Self { from, to, after, booking, delta, balances: query.balances()? })
    }

    /// The parameters in the document's order.
    fn written(&self) -> String {
        let mut query = String::new();
        let day = |day: Option<Day>| day.map(|day| day.to_string());
        for (name, value) in [
            (DATE_FROM, day(self.from)),
            (DATE_TO, day(self.to)),
            (ENTRY_REFERENCE_FROM, self.after.as_ref().map(EntryReference::encoded)),
            (BOOKING_STATUS, Some(self.booking.as_str().to_owned())),
            (DELTA_LIST, (self.delta == Delta::Asked).then(|| TRUE.to_owned())),
            (WITH_BALANCE, (self.balances == Balances::Included).then(|| TRUE.to_owned())),
        ] {
            if let Some(value) = value {
                add(&mut query, name, 0, &value);
            }
        }
        query
    }
}

impl Booking {
    /// The value of the parameter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Pending => "pending",
            Self::Both => "both",
        }
    }

    /// The status that a parameter names.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        [Self::Booked, Self::Pending, Self::Both].into_iter().find(|it| it.as_str() == text)
    }
}

impl AccountPart {
    /// What the segments `rest` below an account's path, and the query, name.
    pub(super) fn at(rest: &[&str], query: &mut Query<'_>) -> Result<Self, Refusal> {
        Ok(match rest {
            [] => Self::Details(query.balances()?),
            ["balances"] => Self::Balances,
            ["transactions"] => Self::Transactions(TransactionQuery::read(query)?),
            ["transactions", transaction] => {
                let id = TransactionId::decoded(transaction);
                Self::Transaction(id.map_err(|_| Refusal::UnknownPath)?)
            }
            _ => return Err(Refusal::UnknownPath),
        })
    }

    /// Its path below the account's.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Details(_) => String::new(),
            Self::Balances => "/balances".to_owned(),
            Self::Transactions(_) => TRANSACTIONS.to_owned(),
            Self::Transaction(id) => concat(&[TRANSACTIONS, "/", &id.encoded()]),
        }
    }

    pub(super) fn query(&self) -> String {
        match self {
            Self::Details(Balances::Included) => concat(&[WITH_BALANCE, "=", TRUE]),
            Self::Transactions(query) => query.written(),
            Self::Details(Balances::Omitted) | Self::Balances | Self::Transaction(_) => {
                String::new()
            }
        }
    }

    /// Its operation in the OpenAPI document.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Details(_) => "readAccountDetails",
            Self::Balances => "getBalances",
            Self::Transactions(_) => "getTransactionList",
            Self::Transaction(_) => "getTransactionDetails",
        }
    }
}

const TRANSACTIONS: &str = "/transactions";
const TRUE: &str = "true";
/// OpenAPI parameter `dateFrom`.
const DATE_FROM: &str = "dateFrom";
/// OpenAPI parameter `dateTo`.
const DATE_TO: &str = "dateTo";
/// OpenAPI parameter `entryReferenceFrom`.
const ENTRY_REFERENCE_FROM: &str = "entryReferenceFrom";
/// OpenAPI parameter `bookingStatus`.
const BOOKING_STATUS: &str = "bookingStatus";
/// OpenAPI parameter `deltaList`.
const DELTA_LIST: &str = "deltaList";
