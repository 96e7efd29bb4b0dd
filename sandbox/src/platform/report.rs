//! Lists of transactions, as a bank's rules have them: how far back, which of them, in which pages and under which ids.

use protocol::id::{AccountId, ConsentId, TransactionId};
use protocol::wire::{Account, ReportedBalance, Transaction};
use protocol::{Balances, Booking, Delta};
use time::{Date, Duration, UtcDateTime};

use super::account::Opened;
use super::consent::Consent;
use super::cursor::Cursor;
use super::reads::Kind;
use super::refusal::Refusal;
use super::{Caller, Platform, Presence};
use crate::bank::{Beyond, EntryReferences, Paging, Pending, TransactionIds};
use crate::books::{Books, Entry, Ledger, Stage, later, salt};

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportRequest {
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) after: Option<String>,
    pub(crate) booking: Booking,
    pub(crate) delta: Delta,
    pub(crate) balances: Balances,
    pub(crate) place: Place,
}

/// The page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    First,
    /// By its number; the first has 1.
    Numbered(usize),
    /// By the bank's own key.
    Keyed(String),
}

/// A transaction, and the full number of a card where the bank writes it.
pub(crate) type Shown = (Transaction, Option<&'static str>);

/// A page of a list.
pub(crate) struct Report {
    pub(crate) account: Account,
    pub(crate) booked: Option<Vec<Shown>>,
    pub(crate) pending: Option<Vec<Shown>>,
    pub(crate) balances: Vec<ReportedBalance>,
    /// This page of how many.
    pub(crate) page: usize,
    pub(crate) pages: usize,
    pub(crate) next: Option<Page>,
}

/// What leads to another page.
pub(crate) enum Page {
    Numbered(usize),
    Keyed(String),
}

impl Platform {
    /// A page of an account's transactions.
    pub(crate) fn report(
        &mut self,
        caller: &Caller,
        (consent, id): (&ConsentId, &AccountId),
        request: &ReportRequest,
        presence: Presence,
        now: UtcDateTime,
    ) -> Result<Report, Refusal> {
        let books = self.books;
        let granted = self.consent(caller, consent, now)?;
        let opened = granted.open(id)?;
        granted.permits_transactions(&opened.account)?;
        request.suits(granted)?;
        let scope = [consent.as_str(), id.as_str(), request.booking.as_str()].join(" ");
        let mut at = request.place(granted.bank.reports.rows, &scope, now.date())?;
        granted.reaches(&mut at, now)?;
        if at.offset == 0 {
            granted.read(Kind::Transactions, Some(id.as_str()), presence, now)?;
        }
        let booked = request.booked(books, &opened.ledgers, at)?;
        let pending = request.pending(books, &opened.ledgers, at, now.date());
        let has_balances = request.balances == Balances::Included
            && granted.terms.access.covers_balances(&opened.account);
        let reported = opened.ledgers.iter().filter(|_| has_balances);
        let balances = reported.flat_map(|ledger| books.report(ledger, now)).collect();
        let rules = &granted.bank.reports;
        let count = booked.as_ref().map_or(0, Vec::len);
        let end = at.offset.saturating_add(rules.rows).min(count);
        let page = at.offset / rules.rows + 1;
        let next = (end < count).then(|| match rules.paging {
            Paging::Page => Page::Numbered(page + 1),
            Paging::Key => Page::Keyed(Cursor { offset: end, ..at }.key(&scope)),
        });
        let pages = count.div_ceil(rules.rows).max(1);
        let booked = booked.map(|all| {
            granted.all_shown(all.get(at.offset..end).unwrap_or_default(), Stage::Booked)
        });
        let pending = pending.map(|all| granted.all_shown(&all, Stage::Pending));
        Ok(Report { account: opened.account, booked, pending, balances, page, pages, next })
    }

    /// One transaction, by the id that a list has.
    pub(crate) fn transaction(
        &mut self,
        caller: &Caller,
        (consent, id): (&ConsentId, &AccountId),
        transaction: &TransactionId,
        presence: Presence,
        now: UtcDateTime,
    ) -> Result<Shown, Refusal> {
        let books = self.books;
        let granted = self.consent(caller, consent, now)?;
        let Opened { account, ledgers } = granted.open(id)?;
        granted.permits_transactions(&account)?;
        if granted.bank.reports.transaction_ids == TransactionIds::LeftOut {
            return Err(Refusal::NoDetails);
        }
        let first = later(now.date(), -granted.bank.reports.history_days);
        let booked = books.booked(&ledgers, first, now.date());
        let pending = books.pending(&ledgers, now.date());
        let all = booked.iter().map(|entry| (entry, Stage::Booked));
        let mut all = all.chain(pending.iter().map(|entry| (entry, Stage::Pending)));
        let has_id = |entry: &Entry, stage| granted.transaction_id(entry, stage);
        let same = |(entry, stage): &(&Entry, Stage)| {
            has_id(entry, *stage).as_deref() == Some(transaction.as_str())
        };
        let (entry, stage) = all.find(same).ok_or(Refusal::UnknownResource)?;
        let mut at = Cursor { from: entry.booked.min(now.date()), to: now.date(), offset: 0 };
        granted.reaches(&mut at, now)?;
        let shown = (granted.shown(entry, stage), entry.pan);
        granted.read(Kind::Transaction, Some(id.as_str()), presence, now)?;
        Ok(shown)
    }
}

impl ReportRequest {
    /// Refuses what the bank does not support.
    fn suits(&self, consent: &Consent) -> Result<(), Refusal> {
        let rules = &consent.bank.reports;
        let unsupported = |name| Err(Refusal::ParameterUnsupported { name });
        if rules.pending == Pending::Refused && self.booking != Booking::Booked {
            return unsupported("bookingStatus");
        }
        if self.delta == Delta::Asked {
            return unsupported("deltaList");
        }
        if self.after.is_some() && rules.entry_references == EntryReferences::LeftOut {
            return unsupported("entryReferenceFrom");
        }
        match (&self.place, rules.paging) {
            (Place::Numbered(_), Paging::Key) => unsupported("page"),
            (Place::Keyed(_), Paging::Page) => unsupported("continuationKey"),
            _ => Ok(()),
        }
    }

    /// What is booked of the whole list; `None` where it is not asked for.
    fn booked(
        &self,
        books: Books,
        ledgers: &[Ledger],
        at: Cursor,
    ) -> Result<Option<Vec<Entry>>, Refusal> {
        if self.booking == Booking::Pending {
            return Ok(None);
        }
        let mut booked = books.booked(ledgers, at.from, at.to);
        if let Some(after) = &self.after {
            let place = booked.iter().position(|entry| entry.reference() == *after);
            booked.truncate(place.ok_or(Refusal::Query { name: "entryReferenceFrom" })?);
        }
        Ok(Some(booked))
    }

    /// What is pending; `None` where it is not asked for. All of it stands on the first page.
    fn pending(
        &self,
        books: Books,
        ledgers: &[Ledger],
        at: Cursor,
        today: Date,
    ) -> Option<Vec<Entry>> {
        if self.booking == Booking::Booked {
            return None;
        }
        let mut pending = books.pending(ledgers, today);
        pending.retain(|entry| at.offset == 0 && (at.from..=at.to).contains(&entry.entered));
        Some(pending)
    }

    /// The period and the place in it. Without a first day, it is the last three months.
    fn place(&self, rows: usize, scope: &str, today: Date) -> Result<Cursor, Refusal> {
        let offset = match &self.place {
            Place::First => 0,
            Place::Numbered(page) => page.saturating_sub(1).saturating_mul(rows),
            Place::Keyed(key) => {
                let name = "continuationKey";
                return Cursor::read(key, scope).ok_or(Refusal::Query { name });
            }
        };
        let to = self.to.unwrap_or(today).min(today);
        let from = self.from.unwrap_or_else(|| later(to, -USUAL_DAYS));
        if from > to {
            return Err(Refusal::Period { name: "dateTo" });
        }
        Ok(Cursor { from, to, offset })
    }
}

impl Consent {
    fn permits_transactions(&self, account: &Account) -> Result<(), Refusal> {
        let covered = self.terms.access.covers_transactions(account);
        if covered { Ok(()) } else { Err(Refusal::NotCovered) }
    }

    /// Checks that the bank goes back that far, and that the approval is new enough for it.
    fn reaches(&self, at: &mut Cursor, now: UtcDateTime) -> Result<(), Refusal> {
        let rules = &self.bank.reports;
        let first = later(now.date(), -rules.history_days);
        if at.from < first {
            match rules.beyond {
                Beyond::Refused => return Err(Refusal::Period { name: "dateFrom" }),
                Beyond::Cut => at.from = first,
            }
        }
        let fresh = Duration::minutes(rules.sca_minutes);
        let is_fresh = self.granted.is_some_and(|granted| now - granted < fresh);
        if at.from < later(now.date(), -rules.free_days) && !is_fresh {
            return Err(Refusal::ScaNeeded);
        }
        Ok(())
    }

    fn all_shown(&self, entries: &[Entry], stage: Stage) -> Vec<Shown> {
        entries.iter().map(|entry| (self.shown(entry, stage), entry.pan)).collect()
    }

    /// The transaction as this bank shows it.
    fn shown(&self, entry: &Entry, stage: Stage) -> Transaction {
        let has_reference = self.bank.reports.entry_references == EntryReferences::Sent;
        Transaction {
            transaction_id: self.transaction_id(entry, stage),
            entry_reference: (has_reference && stage == Stage::Booked).then(|| entry.reference()),
            ..entry.transaction(stage)
        }
    }

    fn transaction_id(&self, entry: &Entry, stage: Stage) -> Option<String> {
        match self.bank.reports.transaction_ids {
            TransactionIds::LeftOut => None,
            TransactionIds::Stable => Some(entry.id(stage, 0)),
            TransactionIds::OfConsent => Some(entry.id(stage, salt(self.id.as_str()))),
            TransactionIds::Odd => Some(format!("{}/å:{}==", entry.entered, entry.id(stage, 0))),
        }
    }
}

/// Days of a list without a first day.
const USUAL_DAYS: i64 = 90;
