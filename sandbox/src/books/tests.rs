//! The books without HTTP.

use std::collections::{BTreeMap, BTreeSet};

use time::macros::date;
use time::{Date, UtcDateTime};

use super::{Books, Entry, Ledger, Stage, later};
use crate::customer::Customer;
use crate::directory::Directory;

const TODAY: Date = date!(2026 - 01 - 15);

fn ledgers(bic: &str, customer: Customer) -> Vec<Ledger> {
    let bank = Directory::get().bank(&bic.parse().unwrap()).unwrap();
    let all = Directory::get().accounts(bank, customer);
    all.iter().flat_map(|account| Ledger::of(account, &all, bank)).collect()
}

fn ids(entries: &[Entry], stage: Stage) -> Vec<String> {
    entries.iter().map(|entry| entry.id(stage, 0)).collect()
}

#[test]
fn the_past_stays_as_it_was_while_days_pass() {
    let books = Books::new(7, TODAY);
    let (from, to) = (later(TODAY, -800), later(TODAY, -10));
    for ledger in ledgers("ESSESESS", Customer::Ordinary) {
        let ledger = [ledger];
        let before = books.booked(&ledger, from, to);
        let later_on = Books::new(7, later(TODAY, 50)).booked(&ledger, from, to);
        assert_eq!(ids(&before, Stage::Booked), ids(&later_on, Stage::Booked));
        assert!(before.is_sorted_by_key(|entry| std::cmp::Reverse(entry.booked)));
        let other = Books::new(8, TODAY).booked(&ledger, from, to);
        assert_ne!(ids(&before, Stage::Booked), ids(&other, Stage::Booked));
    }
}

#[test]
fn two_years_of_a_salary_account_have_all_that_a_life_has() {
    let books = Books::new(1, TODAY);
    for bic in ["ESSESESS", "OKOYFIHH"] {
        let ledger = ledgers(bic, Customer::Ordinary).swap_remove(0);
        let all = books.booked(&[ledger], later(TODAY, -730), TODAY);
        assert!((900..3000).contains(&all.len()), "{bic}: {}", all.len());
        let mut purposes = BTreeMap::<String, u32>::new();
        for entry in &all {
            let purpose = entry.transaction(Stage::Booked).purpose_code;
            *purposes.entry(purpose.unwrap_or_default()).or_default() += 1;
        }
        for purpose in ["SALA", "RENT", "ELEC", "PHON", "INSU"] {
            assert_eq!(purposes[purpose], 24, "{bic} {purpose}");
        }
        assert!(purposes["SAVG"] >= 24 && purposes["GDDS"] > 400, "{purposes:?}");
        let foreign =
            all.iter().filter(|it| !it.transaction(Stage::Booked).currency_exchange.is_empty());
        assert!(foreign.count() > 20);
    }
}

#[test]
fn a_pending_entry_is_booked_within_days_under_another_id() {
    let books = Books::new(1, TODAY);
    let ledger = [ledgers("ESSESESS", Customer::Ordinary).swap_remove(0)];
    let mut seen = 0;
    for days in 0..30 {
        let day = later(TODAY, days);
        for entry in books.pending(&ledger, day) {
            seen += 1;
            assert!(entry.booked > day && entry.booked <= later(entry.entered, 6));
            assert_eq!(entry.transaction(Stage::Pending).booking_date, None);
            let pending = entry.id(Stage::Pending, 0);
            let booked = books.booked(&ledger, entry.booked, entry.booked);
            let ids = ids(&booked, Stage::Booked);
            assert!(ids.contains(&entry.id(Stage::Booked, 0)) && !ids.contains(&pending));
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn equal_entries_of_one_day_differ_in_their_ids_alone() {
    let books = Books::new(1, TODAY);
    let ledger = [ledgers("ESSESESS", Customer::Ordinary).swap_remove(0)];
    let all = books.booked(&ledger, later(TODAY, -90), TODAY);
    let text = |entry: &Entry| format!("{:?}", entry.transaction(Stage::Booked));
    let equal = all
        .iter()
        .enumerate()
        .filter(|(place, entry)| all[place + 1..].iter().any(|other| text(other) == text(entry)));
    assert!(equal.count() >= 12);
    let distinct: BTreeSet<_> = ids(&all, Stage::Booked).into_iter().collect();
    let references: BTreeSet<_> = all.iter().map(Entry::reference).collect();
    assert_eq!((distinct.len(), references.len()), (all.len(), all.len()));
}

#[test]
fn balances_follow_the_entries() {
    let books = Books::new(1, TODAY);
    let amount = |all: &[Entry]| all.iter().map(Entry::amount).sum::<super::Money>();
    for ledger in ledgers("HANDSESS", Customer::Ordinary) {
        let ledger = [ledger];
        let at = |day| {
            let [(_, available), (_, booked)] = books.balances(&ledger[0], day);
            [available, booked].map(|it| super::Money::parse(&it.amount).unwrap())
        };
        assert_eq!(at(TODAY)[0], ledger[0].opening, "at the start they are the data's");
        for days in [-400, -1, 0, 1, 30, 400] {
            let day = later(TODAY, days);
            let [available, booked] = at(day);
            assert_eq!(available - booked, amount(&books.pending(&ledger, day)));
            let next = later(day, 1);
            assert_eq!(at(next)[1] - booked, amount(&books.booked(&ledger, next, next)), "{day}");
        }
    }
}

#[test]
fn what_leaves_one_account_of_a_person_comes_to_the_other() {
    let books = Books::new(1, TODAY);
    let ledgers = ledgers("ESSESESS", Customer::Ordinary);
    let [everyday, savings, _] = &ledgers[..] else { panic!("three accounts") };
    let moved = |ledger: &Ledger| {
        let all = books.booked(std::slice::from_ref(ledger), later(TODAY, -730), TODAY);
        let all = all
            .into_iter()
            .filter(|it| it.transaction(Stage::Booked).purpose_code.as_deref() == Some("SAVG"));
        all.map(|it| (it.booked, it.amount().0)).collect::<Vec<_>>()
    };
    let mirrored: Vec<_> = moved(savings).into_iter().map(|(day, it)| (day, -it)).collect();
    assert!(mirrored.len() > 24);
    assert_eq!(moved(everyday), mirrored);
}

#[test]
fn a_report_of_balances_names_its_day_and_its_last_entry() {
    let books = Books::new(1, TODAY);
    let now = UtcDateTime::new(TODAY, time::Time::MIDNIGHT);
    for ledger in ledgers("ESSESESS", Customer::Currencies) {
        let report = books.report(&ledger, now);
        let kinds: Vec<_> = report.iter().map(|it| it.balance_type.as_str()).collect();
        assert_eq!(kinds, ["interimAvailable", "interimBooked", "closingBooked"]);
        assert_eq!(report[2].reference_date.as_deref(), Some("2026-01-14"));
        assert!(report.iter().all(|it| it.balance_amount.currency == ledger.currency));
        assert!(report[0].last_committed_transaction.is_some(), "{}", ledger.key);
    }
}
