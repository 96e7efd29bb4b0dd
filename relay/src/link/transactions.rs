//! Lists of transactions, in pages: the relay follows the platform's own links, and gives each booked transaction an id.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::wire::{Transaction, TransactionList};
use protocol::{AccountPart, Booking, Call, TransactionQuery};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::host::Connection;
use crate::id::AccountId;
use crate::link::Data;
use crate::link::account_data::{Question, Reader, Reading, Unread};
use crate::link::links::Links;

/// Where a list is read.
pub(crate) enum Place {
    /// From its start.
    Start(TransactionQuery),
    /// From the end of an earlier page.
    Cursor(String),
}

/// A page of a list.
pub(crate) struct Page {
    /// Booked ones, each with its id.
    pub booked: Vec<(String, Transaction)>,
    pub pending: Vec<Transaction>,
    /// For the next page; `None` on the last one.
    pub next_cursor: Option<String>,
    pub reading: Reading,
}

impl Links {
    /// Reads a page of an account's transactions.
    pub(crate) async fn read_transactions(
        &self,
        known: &Connection,
        account: &str,
        place: Place,
        reader: Reader<'_>,
    ) -> Result<Page, Unread> {
        let (query, cursor) = match place {
            Place::Start(query) => (query, None),
            Place::Cursor(text) => {
                let cursor =
                    Cursor::open(self, &owner(known, reader), &text).ok_or(Unread::BadCursor)?;
                (TransactionQuery::all(Booking::Both), Some(cursor))
            }
        };
        let (id, resource) = self.account_with(known, account, Data::Transactions, reader).await?;
        if cursor.as_ref().is_some_and(|cursor| cursor.account != id.as_str()) {
            return Err(Unread::BadCursor);
        }
        let (page, mut seen) = cursor.map(|cursor| (cursor.query, cursor.seen)).unzip();
        let call = Call::ReadAccount { account: resource, part: AccountPart::Transactions(query) };
        let question =
            Question { call: call.clone(), account: id.to_string(), kind: "transactions", page };
        let reading = self.read_data(known, question, reader).await?;
        let list: TransactionList =
            reading.answer.body.read().map_err(|flaw| Unread::Failed(flaw.into()))?;
        let api = self.config().platform.api.url();
        let link = list.transactions.links.next.as_ref();
        let next = link.and_then(|link| next_query(api, &call, &link.href));
        let seen = seen.get_or_insert_default();
        let booked = list.transactions.booked.unwrap_or_default();
        let last_day = booked.last().and_then(|last| last.booking_date.clone()).unwrap_or_default();
        let booked = booked.into_iter().map(|one| (identified(self, &id, &one, seen), one));
        let booked = booked.collect();
        // Lists are in the order of days: the next page may go on with the last one, and with no other.
        seen.retain(|_, (day, _)| *day == last_day);
        let next_cursor = match next {
            Some(query) => {
                let cursor = Cursor { account: id.to_string(), query, seen: std::mem::take(seen) };
                Some(cursor.seal(self, &owner(known, reader)).ok_or(Unread::Internal)?)
            }
            None => None,
        };
        let pending = list.transactions.pending.unwrap_or_default();
        Ok(Page { booked, pending, next_cursor, reading })
    }
}

/// A place in a list of transactions. It is sealed: its reader cannot make one, and learns nothing from it.
#[derive(Serialize, Deserialize)]
struct Cursor {
    account: String,
    query: String,
    seen: Seen,
}

/// How often each booked transaction of a day was seen: equal ones of one day are told apart by their number.
type Seen = BTreeMap<String, (String, u32)>;

impl Cursor {
    fn seal(&self, links: &Links, owner: &str) -> Option<String> {
        let text = serde_json::to_string(self).ok()?;
        let sealed = links.seal_for(&text, owner)?;
        Some(URL_SAFE_NO_PAD.encode(sealed.as_str()))
    }

    fn open(links: &Links, owner: &str, text: &str) -> Option<Self> {
        let sealed = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let text = links.unseal_text(&sealed, owner)?;
        serde_json::from_str(&text).ok()
    }
}

/// A cursor belongs to the present consent, whose page it is of, and to its reader: the pages of a person's list are no
/// pages of one that was counted.
fn owner(known: &Connection, reader: Reader<'_>) -> String {
    let kind = match reader {
        Reader::Host => "page",
        Reader::Person(_) => "view",
    };
    format!("{kind} {} {}", known.id, known.consents.len())
}

/// The id of a booked transaction: the same at each read, another one for an equal transaction of the same day.
fn identified(links: &Links, account: &AccountId, one: &Transaction, seen: &mut Seen) -> String {
    // Banks give the same transaction other ids and other texts of their own at another read. What was paid, when, to
    // whom and with which message stays.
    let party = |name: &Option<String>| name.as_deref().unwrap_or_default().trim().to_lowercase();
    let core = [
        account.as_str(),
        one.booking_date.as_deref().unwrap_or_default(),
        &one.transaction_amount.amount,
        &one.transaction_amount.currency,
        &party(&one.creditor_name),
        &party(&one.debtor_name),
        &party(&one.remittance_information_unstructured),
        &party(&one.remittance_information_structured),
        &party(&one.end_to_end_id),
    ]
    .join("\n");
    let hash = links.transaction_id(&core);
    let day = one.booking_date.clone().unwrap_or_default();
    let (_, number) = seen.entry(hash).or_insert((day, 0));
    *number += 1;
    let id = links.transaction_id(&format!("{core}\n{number}"));
    format!("tx_{id}")
}

/// The query of a further page, if `href` leads to the call's own path at the platform.
fn next_query(api: &Url, call: &Call, href: &str) -> Option<String> {
    let own = api.join(&call.path()).ok()?;
    let next = own.join(href).ok()?;
    let is_own = next.origin() == own.origin()
        && next.path() == own.path()
        && next.username().is_empty()
        && next.password().is_none();
    next.query().filter(|query| is_own && query.len() <= 2000).map(str::to_owned)
}
