//! What a page is shown of connections, accounts and transactions: no more than it needs.

use std::time::Duration;

use axum::body::to_bytes;
use protocol::id::BicFi;
use protocol::profile::Context;
use protocol::wire::{Account, Transaction, ViewedAccount, ViewedConnection, ViewedTransaction};
use protocol::{Call, Day};
use serde_json::Value;
use tokio::time::timeout;

use crate::host::{Connection, written};
use crate::http::psu::Psu;
use crate::id::AccountId;
use crate::link::Data;
use crate::relay::Relay;
use crate::routes::psd2;

pub(super) async fn connection(relay: &Relay, known: &Connection, psu: &Psu) -> ViewedConnection {
    let bank = &known.terms.bank;
    let name = match known.terms.entry.as_ref().and_then(|entry| entry.name.clone()) {
        Some(name) => Some(name),
        None => bank_name(relay, bank, known.terms.context, psu).await,
    };
    let today = Day::at_millis(relay.now().as_millis());
    let last = Day::parse(&known.valid_until).filter(|last| *last > today);
    let word = |data: &Data| match data {
        Data::Balances => "balances".to_owned(),
        Data::Transactions => "transactions".to_owned(),
    };
    ViewedConnection {
        id: known.id.to_string(),
        bic_fi: bank.as_str().to_owned(),
        bank: name.unwrap_or_else(|| bank.as_str().to_owned()),
        context: known.terms.context.as_str().to_owned(),
        status: known.state.word().to_owned(),
        data: known.granted.data.iter().map(word).collect(),
        purpose: known.purpose.clone(),
        created_at: written(known.created),
        ended_at: known.ended().map(written),
        valid_until: known.valid_until.clone(),
        days_left: last.map_or(0, |last| last.apart_from(today)),
        accounts: known.accounts.iter().map(|account| account.id.to_string()).collect(),
    }
}

/// The name of a bank, from the list that the relay keeps; `None` where it cannot be had at once.
async fn bank_name(relay: &Relay, bank: &BicFi, context: Context, psu: &Psu) -> Option<String> {
    let call = Call::ReadAspsp { bic: bank.clone() };
    let admit = || relay.quota().list(psu.address());
    let read = async {
        let (response, _) = relay.lists().get(call, context, admit, psd2::list).await.ok()?;
        let bytes = to_bytes(response.into_body(), LONGEST).await.ok()?;
        // The type of the wire has what the widget reads, and no name.
        let details: Value = serde_json::from_slice(&bytes).ok()?;
        details.get("name")?.as_str().map(str::to_owned)
    };
    let name = timeout(PATIENCE, Box::pin(read)).await.ok()??;
    Some(name).filter(|name| !name.trim().is_empty())
}

pub(super) fn account(id: &AccountId, account: &Account) -> ViewedAccount {
    let names = [&account.name, &account.product];
    let name = names.into_iter().flatten().find(|name| !name.trim().is_empty());
    ViewedAccount {
        id: id.to_string(),
        name: name.cloned(),
        number: account.number().map(|(_, number)| masked(&number)),
        currency: account.currency.clone(),
    }
}

/// The last letters of a number: enough for its owner to know it by.
fn masked(number: &str) -> String {
    let bare: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let shown = SHOWN.min(bare.len() / 2);
    let end: String = bare[bare.len() - shown..].iter().collect();
    ["•••• ", &end].concat()
}

pub(super) fn transaction(id: Option<&String>, one: &Transaction) -> ViewedTransaction {
    let (other, own) = if one.transaction_amount.amount.starts_with('-') {
        (&one.creditor_name, &one.debtor_name)
    } else {
        (&one.debtor_name, &one.creditor_name)
    };
    let texts = [
        other,
        &one.remittance_information_unstructured,
        &one.remittance_information_structured,
        &one.additional_information,
        own,
    ];
    let title = texts.into_iter().flatten().find(|text| !text.trim().is_empty());
    ViewedTransaction {
        id: id.cloned(),
        day: one.booking_date.clone().or_else(|| one.value_date.clone()),
        amount: one.transaction_amount.clone(),
        title: title.cloned(),
    }
}

/// How long a list of permissions waits for the name of a bank.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of a bank's details.
const LONGEST: usize = 64 * 1024;
/// How many letters of a number are shown.
const SHOWN: usize = 4;

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_page_gets_the_end_of_a_number_and_at_most_half_of_it() {
        assert_eq!(masked("SE45 5000 0000 0583 9825 7466"), "•••• 7466");
        assert_eq!(masked("12 34-5"), "•••• 45");
        assert_eq!(masked("7"), "•••• ");
    }
}
