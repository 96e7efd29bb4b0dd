//! `/v1/connections/{id}/accounts` and below: reads without the person.
//!
//! What a bank says is passed on as it wrote it: amounts as decimal text, members by the names of the platform's OpenAPI
//! document. A member that the document does not name is left out, for nothing says what it holds.

#![expect(unused_qualifications, reason = "the macro of the OpenAPI document writes one")]

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::wire::{BalanceReport, Transaction, TransactionList};
use protocol::{AccountPart, Booking, Call, Day, TransactionQuery};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::Backend;
use super::connections::BAD_QUERY;
use super::link_sessions::NO_CONNECTION;
use super::problem::{Fault, Problem};
use crate::host::{BadTerm, Connection, written};
use crate::id::AccountId;
use crate::link::Data;
use crate::link::unattended::{Question, Reading, Unread};

/// What may be read without the person.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Unattended {
    /// Reads in 24 hours, of this account and kind.
    limit: u32,
    /// How many are left.
    remaining: u32,
    /// When the oldest one that counts does so no longer.
    resets_at: String,
}

/// Accounts or balances.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Answer {
    /// What the bank says, with members by the names of the platform's OpenAPI document. An account has our `id`.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Value>,
    /// For the next page: null, for this list has one.
    next_cursor: Option<String>,
    /// When the bank said it.
    as_of: String,
    /// What may still be read.
    unattended: Unattended,
}

/// A page of transactions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TransactionsAnswer {
    data: Transactions,
    /// For the next page; null on the last one.
    next_cursor: Option<String>,
    /// When the bank said it.
    as_of: String,
    /// What may still be read.
    unattended: Unattended,
}

/// What the bank says, with members by the names of the platform's OpenAPI document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Transactions {
    /// Each has an `ais_id`, which stays the same.
    #[schema(value_type = Vec<Object>)]
    booked: Vec<Value>,
    /// They have none: a pending one is booked under another id.
    #[schema(value_type = Vec<Object>)]
    pending: Vec<Value>,
}

/// Lists the accounts of a connection.
#[utoipa::path(
    get, path = "/v1/connections/{id}/accounts", tag = "accounts", operation_id = "listAccounts",
    params(("id" = String, Path, pattern = "^cn_[A-Za-z0-9_-]{21}[AQgw]$")),
    responses(
        (status = 200, description = "what the bank says, and what may still be read", body = Answer),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn list(
    State(backend): State<Backend>,
    Path(id): Path<String>,
) -> Result<Json<Answer>, Fault> {
    let known = connection(&backend, &id).await?;
    let (accounts, reading) = backend.relay.list_unattended(&known).await.map_err(unread)?;
    let data = accounts.into_iter().map(|(id, account)| {
        let mut value = serde_json::to_value(&account).map_err(|_| Fault::Internal)?;
        if let Some(members) = value.as_object_mut() {
            members.remove("resourceId");
            members.insert("id".to_owned(), id.as_str().into());
        }
        Ok(value)
    });
    let data = data.collect::<Result<Vec<_>, Fault>>()?;
    Ok(Json(answer(&known, data, &reading)))
}

/// Reads the balances of an account.
#[utoipa::path(
    get, path = "/v1/connections/{id}/accounts/{account}/balances", tag = "accounts", operation_id = "getBalances",
    params(("id" = String, Path, pattern = "^cn_[A-Za-z0-9_-]{21}[AQgw]$"), ("account" = String, Path, pattern = "^ac_[A-Za-z0-9_-]{21}[AQgw]$")),
    responses(
        (status = 200, description = "what the bank says, and what may still be read", body = Answer),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn balances(
    State(backend): State<Backend>,
    Path((id, account)): Path<(String, String)>,
) -> Result<Json<Answer>, Fault> {
    let known = connection(&backend, &id).await?;
    let (account, call) =
        of_account(&backend, &known, &account, Data::Balances, AccountPart::Balances).await?;
    let question = Question { call, account: account.to_string(), kind: "balances", page: None };
    let reading = backend.relay.read_unattended(&known, question).await.map_err(unread)?;
    let report: BalanceReport = reading.answer.body.read().map_err(|_| ODD)?;
    Ok(Json(answer(&known, values(&report.balances)?, &reading)))
}

/// Which transactions are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Period {
    /// The first day, `yyyy-MM-dd`.
    #[param(format = Date)]
    from: Option<String>,
    /// The last day, `yyyy-MM-dd`.
    #[param(format = Date)]
    to: Option<String>,
    /// `booked`, `pending` or `both`, which is the default.
    #[param(pattern = "^(booked|pending|both)$")]
    status: Option<String>,
    /// `next_cursor` of the page before, and nothing else.
    cursor: Option<String>,
}

/// Reads transactions of an account. The pages of one list count as one read.
#[utoipa::path(
    get, path = "/v1/connections/{id}/accounts/{account}/transactions", tag = "accounts",
    operation_id = "listTransactions", params(("id" = String, Path, pattern = "^cn_[A-Za-z0-9_-]{21}[AQgw]$"), ("account" = String, Path, pattern = "^ac_[A-Za-z0-9_-]{21}[AQgw]$"), Period),
    responses(
        (status = 200, description = "what the bank says, and what may still be read", body = TransactionsAnswer),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn transactions(
    State(backend): State<Backend>,
    Path((id, account)): Path<(String, String)>,
    period: Result<Query<Period>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<TransactionsAnswer>, Fault> {
    let Query(period) = period.map_err(|_| BAD_QUERY)?;
    let known = connection(&backend, &id).await?;
    let cursor = match &period.cursor {
        Some(text) if period.from.is_none() && period.to.is_none() && period.status.is_none() => {
            Some(Cursor::open(&backend, &known, text).ok_or(BAD_CURSOR)?)
        }
        Some(_) => return Err(BAD_CURSOR),
        None => None,
    };
    let wanted = AccountPart::Transactions(query(&period)?);
    let (account, call) =
        of_account(&backend, &known, &account, Data::Transactions, wanted).await?;
    if cursor.as_ref().is_some_and(|cursor| cursor.account != account.as_str()) {
        return Err(BAD_CURSOR);
    }
    let (page, mut seen) = cursor.map(|cursor| (cursor.query, cursor.seen)).unzip();
    let question =
        Question { call: call.clone(), account: account.to_string(), kind: "transactions", page };
    let reading = backend.relay.read_unattended(&known, question).await.map_err(unread)?;
    let list: TransactionList = reading.answer.body.read().map_err(|_| ODD)?;
    let api = backend.relay.config().platform.api.url();
    let next =
        list.transactions.links.next.as_ref().and_then(|link| next_query(api, &call, &link.href));
    let seen = seen.get_or_insert_default();
    let booked = list.transactions.booked.unwrap_or_default();
    let last_day = booked.last().and_then(|last| last.booking_date.clone()).unwrap_or_default();
    let booked = booked.iter().map(|one| identified(&backend, &account, one, seen));
    let booked = booked.collect::<Option<Vec<_>>>().ok_or(Fault::Internal)?;
    // Lists are in the order of days: the next page may go on with the last one, and with no other.
    seen.retain(|_, (day, _)| *day == last_day);
    let pending = values(&list.transactions.pending.unwrap_or_default())?;
    let next_cursor = match next {
        Some(query) => {
            let cursor = Cursor { account: account.to_string(), query, seen: std::mem::take(seen) };
            Some(cursor.seal(&backend, &known).ok_or(Fault::Internal)?)
        }
        None => None,
    };
    Ok(Json(TransactionsAnswer {
        data: Transactions { booked, pending },
        next_cursor,
        as_of: written(reading.at),
        unattended: Unattended::of(&known, &reading),
    }))
}

fn values<T: Serialize>(all: &[T]) -> Result<Vec<Value>, Fault> {
    all.iter().map(|one| serde_json::to_value(one).map_err(|_| Fault::Internal)).collect()
}

/// A place in a list of transactions. It is sealed: the host cannot make one, and learns nothing from it.
#[derive(Serialize, Deserialize)]
struct Cursor {
    account: String,
    query: String,
    seen: Seen,
}

/// How often each booked transaction of a day was seen: equal ones of one day are told apart by their number.
type Seen = BTreeMap<String, (String, u32)>;

impl Cursor {
    fn seal(&self, backend: &Backend, known: &Connection) -> Option<String> {
        let text = serde_json::to_string(self).ok()?;
        let sealed = backend.relay.seal_for(&text, &cursor_owner(known))?;
        Some(URL_SAFE_NO_PAD.encode(sealed.as_str()))
    }

    fn open(backend: &Backend, known: &Connection, text: &str) -> Option<Self> {
        let sealed = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let text = backend.relay.unseal_text(&sealed, &cursor_owner(known))?;
        serde_json::from_str(&text).ok()
    }
}

/// A cursor belongs to the present consent: its page is of that.
fn cursor_owner(known: &Connection) -> String {
    format!("page {} {}", known.id, known.consents.len())
}

/// A booked transaction with its id: the same at each read, another one for an equal transaction of the same day.
fn identified(
    backend: &Backend,
    account: &AccountId,
    one: &Transaction,
    seen: &mut Seen,
) -> Option<Value> {
    let mut value = serde_json::to_value(one).ok()?;
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
    let hash = backend.relay.transaction_id(&core);
    let day = one.booking_date.clone().unwrap_or_default();
    let (_, number) = seen.entry(hash).or_insert((day, 0));
    *number += 1;
    let id = backend.relay.transaction_id(&format!("{core}\n{number}"));
    value.as_object_mut()?.insert("ais_id".to_owned(), format!("tx_{id}").into());
    Some(value)
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

fn query(period: &Period) -> Result<TransactionQuery, Fault> {
    let day = |member, text: &Option<String>| match text.as_deref().map(Day::parse) {
        Some(None) => Err(Fault::Bad(BadTerm { member, expected: "a day, yyyy-MM-dd" })),
        Some(day) => Ok(day),
        None => Ok(None),
    };
    let bad = BadTerm { member: "status", expected: "booked, pending or both" };
    let booking = Booking::of(period.status.as_deref().unwrap_or("both")).ok_or(bad)?;
    let (from, to) = (day("from", &period.from)?, day("to", &period.to)?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(BadTerm { member: "to", expected: "a day that is not before from" }.into());
    }
    Ok(TransactionQuery { from, to, ..TransactionQuery::all(booking) })
}

/// The account of a connection, and the call for a part of it, which the consent must cover.
async fn of_account(
    backend: &Backend,
    known: &Connection,
    id: &str,
    data: Data,
    wanted: AccountPart,
) -> Result<(AccountId, Call), Fault> {
    let id: AccountId = id.parse().map_err(|_| unread(Unread::NoAccount))?;
    if known.state.is_over() {
        return Err(unread(Unread::Over));
    }
    if !known.granted.data.contains(&data) {
        return Err(unread(Unread::NotGranted));
    }
    let resource = backend.relay.resource(known, &id).await.map_err(unread)?;
    Ok((id, Call::ReadAccount { account: resource, part: wanted }))
}

async fn connection(backend: &Backend, id: &str) -> Result<Connection, Fault> {
    let id = id.parse().map_err(|_| NO_CONNECTION)?;
    backend.relay.sessions().store().get_connection(&id).await?.ok_or(NO_CONNECTION)
}

fn answer(known: &Connection, data: Vec<Value>, reading: &Reading) -> Answer {
    let (as_of, unattended) = (written(reading.at), Unattended::of(known, reading));
    Answer { data, next_cursor: None, as_of, unattended }
}

impl Unattended {
    fn of(known: &Connection, reading: &Reading) -> Self {
        Self {
            limit: known.granted.reads_a_day(),
            remaining: reading.counted.remaining,
            resets_at: written(reading.counted.resets),
        }
    }
}

fn unread(why: Unread) -> Fault {
    match why {
        Unread::Over => Fault::Conflict(
            "connection_ended",
            "this connection has ended: renew it, or link the bank again",
        ),
        Unread::Broken => Fault::Conflict(
            "connection_broken",
            "the bank refuses this connection at the moment: renew it if that lasts",
        ),
        Unread::NotGranted => Fault::Conflict("not_granted", "the consent does not cover this"),
        Unread::NoAccount => Fault::NotFound("the connection has no such account"),
        Unread::NeedsPerson => Fault::Conflict(
            "person_needed",
            "the bank gives this only while the person is there, or after they sign again",
        ),
        Unread::TooOften(counted, wait) => {
            let resets = counted.map(|counted| written(counted.resets));
            Fault::TooOften { seconds: wait.as_secs().max(1), resets }
        }
        Unread::BankRefused | Unread::Failed(_) => Fault::Bank,
        Unread::Internal => Fault::Internal,
    }
}

const ODD: Fault = Fault::Bank;
const BAD_CURSOR: Fault = Fault::Bad(BadTerm {
    member: "cursor",
    expected: "next_cursor of an earlier answer for this account, alone",
});
