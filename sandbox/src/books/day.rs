//! What is entered in a ledger on one day. The rules are those of an ordinary life: salary, bills, shopping, friends,
//! savings and travels.

use protocol::wire::{Amount, Transaction};
use time::Date;

use super::calendar::{is_weekend, payday};
use super::draw::Draw;
use super::ledger::{Kind, Ledger};
use super::money::Money;
use super::payments::Party;
use super::shopping;

/// An entry, without its days and ids.
pub(super) struct Draft {
    /// Banking days until it is booked.
    pub(super) wait: u8,
    pub(super) transaction: Transaction,
    /// The full number of the card that is paid, which only refunds have.
    pub(super) pan: Option<&'static str>,
}

/// What is entered on `day`, in its order.
pub(super) fn drafts(ledger: &Ledger, day: Date, draw: &mut Draw) -> Vec<Draft> {
    let mut all = Vec::new();
    match ledger.kind {
        Kind::Everyday => {
            bills(ledger, day, draw, &mut all);
            savings(ledger, day, &mut all);
            rare(ledger, day, draw, &mut all);
            shopping::coffees(ledger, day, &mut all);
            shopping::purchases(ledger, day, draw, &mut all);
            friends(ledger, day, draw, &mut all);
        }
        Kind::Household => {
            if payday(day, 26) == day {
                let from = &ledger.country.friends[0];
                let mut paid = ledger.received(Money::units(ledger.country.rent), from);
                paid.remittance_information_unstructured = Some(ledger.country.messages[0].clone());
                all.push(Draft::at_once(paid));
            }
            shopping::coffees(ledger, day, &mut all);
            shopping::purchases(ledger, day, draw, &mut all);
        }
        Kind::Savings => savings(ledger, day, &mut all),
        Kind::Foreign => shopping::travels(ledger, day, draw, &mut all),
        Kind::Card => shopping::purchases(ledger, day, draw, &mut all),
    }
    all
}

impl Draft {
    pub(super) const fn at_once(transaction: Transaction) -> Self {
        Self { wait: 0, transaction, pan: None }
    }

    pub(super) const fn after(wait: u8, transaction: Transaction) -> Self {
        Self { wait, transaction, pan: None }
    }
}

impl Ledger {
    /// A payment with no more than its amount.
    pub(super) fn entry(&self, amount: Money, code: &str) -> Transaction {
        Transaction {
            transaction_id: None,
            entry_reference: None,
            end_to_end_id: None,
            mandate_id: None,
            check_id: None,
            creditor_id: None,
            booking_date: None,
            value_date: None,
            transaction_amount: Amount {
                currency: self.currency.clone(),
                amount: amount.to_string(),
            },
            currency_exchange: Vec::new(),
            creditor_name: None,
            creditor_account: None,
            ultimate_creditor: None,
            debtor_name: None,
            debtor_account: None,
            ultimate_debtor: None,
            remittance_information_unstructured: None,
            remittance_information_structured: None,
            additional_information: None,
            purpose_code: None,
            bank_transaction_code: Some(code.to_owned()),
            proprietary_bank_transaction_code: None,
            transaction_list_id: None,
        }
    }

    /// A payment to someone. `amount` is positive.
    pub(super) fn paid(&self, amount: Money, to: &Party) -> Transaction {
        Transaction {
            creditor_name: Some(to.name.clone()),
            creditor_account: Some(to.account.clone()),
            debtor_name: self.owner.clone(),
            debtor_account: Some(self.own.clone()),
            ..self.entry(-amount, "PMNT-ICDT-ESCT")
        }
    }

    /// A payment by someone.
    pub(super) fn received(&self, amount: Money, from: &Party) -> Transaction {
        Transaction {
            debtor_name: Some(from.name.clone()),
            debtor_account: Some(from.account.clone()),
            creditor_name: self.owner.clone(),
            creditor_account: Some(self.own.clone()),
            ..self.entry(amount, "PMNT-RCDT-ESCT")
        }
    }
}

fn bills(ledger: &Ledger, day: Date, draw: &mut Draw, all: &mut Vec<Draft>) {
    let country = ledger.country;
    let month = format!("{}-{:02}", day.year(), u8::from(day.month()));
    if payday(day, 25) == day {
        let mut salary = ledger.received(Money::units(country.salary), &country.employer);
        salary.remittance_information_unstructured = Some(country.salary_word.clone());
        salary.purpose_code = Some("SALA".to_owned());
        salary.bank_transaction_code = Some("PMNT-RCDT-SALA".to_owned());
        salary.end_to_end_id = Some(["SALARY-", &month].concat());
        all.push(Draft::at_once(salary));
    }
    if payday(day, 28) == day {
        let mut rent = ledger.paid(Money::units(country.rent), &country.landlord);
        rent.remittance_information_unstructured = Some([&country.rent_word, " ", &month].concat());
        rent.ultimate_creditor = Some([&country.landlord.name, " 2"].concat());
        rent.purpose_code = Some("RENT".to_owned());
        all.push(Draft::at_once(rent));
    }
    if payday(day, 27) == day {
        let price = draw.between(country.power_from * 100, country.power_to * 100);
        let mut power = ledger.paid(Money(price), &country.power);
        power.remittance_information_structured = Some(ocr(day));
        power.purpose_code = Some("ELEC".to_owned());
        all.push(Draft::at_once(power));
    }
    for (of_month, party, price, purpose) in [
        (4, &country.telephone, country.telephone_price, "PHON"),
        (7, &country.insurance, country.insurance_price, "INSU"),
    ] {
        if payday(day, of_month) == day {
            let mut bill = ledger.paid(Money::units(price), party);
            bill.mandate_id = Some(format!("MANDATE-{of_month:02}"));
            bill.creditor_id = Some(format!("SE00ZZZ00000000{of_month:02}"));
            bill.purpose_code = Some(purpose.to_owned());
            bill.bank_transaction_code = Some("PMNT-RDDT-ESDD".to_owned());
            bill.proprietary_bank_transaction_code = Some("AUTOGIRO".to_owned());
            all.push(Draft::at_once(bill));
        }
    }
}

/// What is saved, and what is taken from the savings. Both accounts have it, on the same days.
fn savings(ledger: &Ledger, day: Date, all: &mut Vec<Draft>) {
    let country = ledger.country;
    let into = ledger.kind == Kind::Savings;
    if let Some(peer) = &ledger.peer {
        let whole = Money::units(country.saving);
        let is_quarter = u8::from(day.month()) % 3 == 0;
        for (due, amount) in [
            (payday(day, 26) == day, whole),
            (is_quarter && payday(day, 3) == day, Money(-whole.0 / 2)),
        ] {
            if !due {
                continue;
            }
            let amount = if into { amount } else { -amount };
            let party =
                Party { name: ledger.owner.clone().unwrap_or_default(), account: peer.clone() };
            let mut moved = match amount.0 {
                0.. => ledger.received(amount, &party),
                _ => ledger.paid(-amount, &party),
            };
            moved.end_to_end_id = Some(format!("SAVING-{day}"));
            moved.remittance_information_unstructured = Some(country.saving_word.clone());
            moved.purpose_code = Some("SAVG".to_owned());
            all.push(Draft::at_once(moved));
        }
    }
    if (u8::from(day.month()), day.day()) == (12, 31) {
        let interest = Money(ledger.opening.0.abs() / if into { 50 } else { 2000 });
        let mut interest = ledger.entry(interest, "ACMT-MCOP-INTR");
        interest.additional_information = Some(country.interest_word.clone());
        interest.purpose_code = Some("INTE".to_owned());
        all.push(Draft::at_once(interest));
    }
}

/// What comes once a month, or a few times a year, with the members that are rare.
fn rare(ledger: &Ledger, day: Date, draw: &mut Draw, all: &mut Vec<Draft>) {
    match (u8::from(day.month()), day.day()) {
        (1 | 7, 10) => {
            let mut cheque = ledger.entry(Money::units(120), "PMNT-RCHQ-BCHQ");
            cheque.check_id = Some(format!("CHEQUE-{}", day.year()));
            all.push(Draft::after(2, cheque));
        }
        (_, 15) => {
            let count = draw.between(2, 9);
            let mut sum = ledger.received(Money::units(count * 3), &ledger.country.friends[0]);
            sum.transaction_list_id = Some(format!("LIST-{day}"));
            sum.ultimate_debtor = Some(ledger.country.friends[1].name.clone());
            sum.additional_information = Some(format!("{count} payments in one sum"));
            all.push(Draft::at_once(sum));
        }
        (_, 20) => {
            let mut refund = ledger.entry(Money::units(draw.between(1, 9)), "PMNT-CCRD-CDPT");
            refund.creditor_account = Some(ledger.card());
            refund.debtor_name = Some(ledger.country.shops[0].name.clone());
            all.push(Draft { wait: 1, transaction: refund, pan: Some(REFUNDED_CARD) });
        }
        (3 | 9, 12) => all.push(shopping::by_contract(ledger, day, draw)),
        _ => {}
    }
}

fn friends(ledger: &Ledger, day: Date, draw: &mut Draw, all: &mut Vec<Draft>) {
    if !draw.happens(if is_weekend(day) { 25 } else { 9 }) {
        return;
    }
    let friend = draw.one(&ledger.country.friends);
    let least = ledger.country.coffee * 100;
    let amount = Money(draw.between(least, least * 12));
    let mut paid = if draw.happens(40) {
        ledger.received(amount, friend)
    } else {
        ledger.paid(amount, friend)
    };
    paid.remittance_information_unstructured = Some(draw.one(&ledger.country.messages).clone());
    all.push(Draft::at_once(paid));
}

/// A reference with its length and its check digit at the end, by Luhn.
fn ocr(day: Date) -> String {
    let number = format!("{:04}{:02}00010", day.year(), u8::from(day.month()));
    let term = |(index, digit): (usize, u8)| {
        let digit = u32::from(digit - b'0') * if index % 2 == 0 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    let sum: u32 = number.bytes().rev().enumerate().map(term).sum();
    format!("{number}{}", (10 - sum % 10) % 10)
}

/// A bank that writes the whole number of a card. The number is none that an issuer has.
const REFUNDED_CARD: &str = "0000000000000000";

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::ocr;

    #[test]
    fn a_reference_ends_in_its_check_digit() {
        let reference = ocr(date!(2026 - 01 - 27));
        let digits = reference.bytes().rev().enumerate().map(|(index, digit)| {
            let digit = u32::from(digit - b'0') * if index % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        });
        assert_eq!(digits.sum::<u32>() % 10, 0, "{reference}");
    }
}
