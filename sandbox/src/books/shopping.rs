//! Purchases by card, at home and abroad, and money that is changed.

use protocol::wire::{AccountReference, ExchangeRate, Transaction};
use time::{Date, Weekday};

use super::calendar::{is_weekend, payday};
use super::day::Draft;
use super::draw::Draw;
use super::ledger::Ledger;
use super::money::{Money, RATE_UNIT};
use super::payments::{Abroad, Party, Payments};

/// Two coffees on one day that differ in nothing but their ids.
pub(super) fn coffees(ledger: &Ledger, day: Date, all: &mut Vec<Draft>) {
    if day.weekday() != Weekday::Tuesday {
        return;
    }
    for _ in 0..2 {
        let price = Money::units(ledger.country.coffee);
        all.push(Draft::after(1, bought(ledger, price, &ledger.country.cafe)));
    }
}

/// Some purchases, a few of them abroad. They are pending for up to two banking days.
pub(super) fn purchases(ledger: &Ledger, day: Date, draw: &mut Draw, all: &mut Vec<Draft>) {
    let most = if is_weekend(day) { 3 } else { 2 };
    // One at least, so that something is pending every day.
    for _ in 0..draw.between(1, most) {
        let wait = u8::try_from(draw.between(1, 2)).unwrap_or(1);
        if draw.happens(7) {
            let shops = Payments::get().abroad.iter();
            let shops: Vec<&Abroad> = shops.filter(|it| it.currency != ledger.currency).collect();
            let shop = *draw.one(&shops);
            let price = Money(draw.between(shop.from * 100, shop.to * 100));
            let rate = rate(&shop.currency, ledger, draw);
            let mut bought = bought(ledger, price.at(rate), &shop.name);
            bought.additional_information = Some(format!("{} {price}", shop.currency));
            bought.currency_exchange = vec![exchange(&shop.currency, ledger, rate, day)];
            all.push(Draft::after(wait, bought));
        } else {
            let shop = draw.one(&ledger.country.shops);
            let price = Money(draw.between(shop.from * 100, shop.to * 100));
            all.push(Draft::after(wait, bought(ledger, price, &shop.name)));
        }
    }
}

/// In an account for travels: money that is changed each month, and purchases in its own currency.
pub(super) fn travels(ledger: &Ledger, day: Date, draw: &mut Draw, all: &mut Vec<Draft>) {
    let home = &ledger.country.currency;
    if payday(day, 5) == day {
        let rate = rate(home, ledger, draw);
        let amount = Money::units(ledger.country.saving).at(rate);
        let mut changed = ledger.entry(amount, "PMNT-RCDT-XBCT");
        changed.currency_exchange = vec![exchange(home, ledger, rate, day)];
        changed.creditor_account = Some(ledger.own.clone());
        changed.purpose_code = Some("FREX".to_owned());
        all.push(Draft::at_once(changed));
    }
    let abroad = &Payments::get().abroad;
    let shop = abroad.iter().find(|it| it.currency == ledger.currency);
    if let Some(shop) = shop.filter(|_| draw.happens(8)) {
        let price = Money(draw.between(shop.from * 100, shop.to * 100));
        all.push(Draft::after(2, bought(ledger, price, &shop.name)));
    }
}

/// A payment abroad whose rate a contract fixes.
pub(super) fn by_contract(ledger: &Ledger, day: Date, draw: &mut Draw) -> Draft {
    let shop = Payments::get().abroad.iter().find(|it| it.currency != ledger.currency);
    let shop = shop.unwrap_or(&Payments::get().abroad[0]);
    let rate = rate(&shop.currency, ledger, draw);
    let party = Party {
        name: shop.name.clone(),
        account: AccountReference {
            bban: Some("00000000000001".to_owned()),
            currency: Some(shop.currency.clone()),
            ..AccountReference::default()
        },
    };
    let mut paid = ledger.paid(Money::units(shop.to).at(rate), &party);
    let mut exchange = exchange(&shop.currency, ledger, rate, day);
    exchange.contract_identification = Some(format!("CONTRACT-{day}"));
    paid.currency_exchange = vec![exchange];
    paid.end_to_end_id = Some(format!("ABROAD-{day}"));
    paid.bank_transaction_code = Some("PMNT-ICDT-XBCT".to_owned());
    Draft::after(1, paid)
}

fn bought(ledger: &Ledger, price: Money, shop: &str) -> Transaction {
    Transaction {
        creditor_name: Some(shop.to_owned()),
        debtor_account: Some(ledger.card()),
        remittance_information_unstructured: Some(shop.to_owned()),
        purpose_code: Some("GDDS".to_owned()),
        proprietary_bank_transaction_code: Some(ledger.country.card_word.clone()),
        ..ledger.entry(-price, "PMNT-CCRD-POSD")
    }
}

/// The day's rate: what one unit of `from` is in the ledger's currency, in ten thousandths.
fn rate(from: &str, ledger: &Ledger, draw: &mut Draw) -> i64 {
    let ordinary = Payments::get().rate(from, &ledger.currency);
    ordinary * draw.between(RATE_UNIT - 100, RATE_UNIT + 100) / RATE_UNIT
}

fn exchange(from: &str, ledger: &Ledger, rate: i64, day: Date) -> ExchangeRate {
    ExchangeRate {
        source_currency: Some(from.to_owned()),
        exchange_rate: Some(format!("{}.{:04}", rate / RATE_UNIT, rate % RATE_UNIT)),
        unit_currency: Some(from.to_owned()),
        target_currency: Some(ledger.currency.clone()),
        quotation_date: Some(day.to_string()),
        contract_identification: None,
    }
}
