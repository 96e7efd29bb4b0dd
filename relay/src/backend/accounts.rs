//! `/v1/connections/{id}/accounts` and below: reads without the person.
//!
//! What a bank says is passed on as it wrote it: amounts as decimal text, members by the names of the platform's OpenAPI
//! document. A member that the document does not name is left out, for nothing says what it holds.

#![expect(unused_qualifications, reason = "the macro of the OpenAPI document writes one")]

use axum::Json;
use axum::extract::{Path, Query, State};
use protocol::{Booking, Day, TransactionQuery};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::Backend;
use super::connections::BAD_QUERY;
use super::link_sessions::NO_CONNECTION;
use super::problem::{Fault, Problem};
use crate::host::{BadTerm, Connection, written};
use crate::link::account_data::{Reader, Reading, Unread};
use crate::link::transactions::{Page, Place};

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
    let (accounts, reading) =
        backend.relay.list_accounts(&known, Reader::Host).await.map_err(unread)?;
    let data = accounts.into_iter().map(|(id, account)| {
        let mut value = serde_json::to_value(&account).map_err(|_| Fault::Internal)?;
        if let Some(members) = value.as_object_mut() {
            members.remove("resourceId");
            members.insert("id".to_owned(), id.as_str().into());
        }
        Ok(value)
    });
    let data = data.collect::<Result<Vec<_>, Fault>>()?;
    answer(&known, data, &reading)
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
    let read = backend.relay.read_balances(&known, &account, Reader::Host).await;
    let (report, reading) = read.map_err(unread)?;
    answer(&known, values(&report.balances)?, &reading)
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
    let place = match &period.cursor {
        Some(text) if period.from.is_none() && period.to.is_none() && period.status.is_none() => {
            Place::Cursor(text.clone())
        }
        Some(_) => return Err(BAD_CURSOR),
        None => Place::Start(query(&period)?),
    };
    let page = backend.relay.read_transactions(&known, &account, place, Reader::Host).await;
    let Page { booked, pending, next_cursor, reading } = page.map_err(unread)?;
    let booked = booked.into_iter().map(|(id, one)| {
        let mut value = serde_json::to_value(one).map_err(|_| Fault::Internal)?;
        if let Some(members) = value.as_object_mut() {
            members.insert("ais_id".to_owned(), id.into());
        }
        Ok(value)
    });
    let booked = booked.collect::<Result<Vec<_>, Fault>>()?;
    Ok(Json(TransactionsAnswer {
        data: Transactions { booked, pending: values(&pending)? },
        next_cursor,
        as_of: written(reading.at),
        unattended: Unattended::of(&known, &reading)?,
    }))
}

fn values<T: Serialize>(all: &[T]) -> Result<Vec<Value>, Fault> {
    all.iter().map(|one| serde_json::to_value(one).map_err(|_| Fault::Internal)).collect()
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

async fn connection(backend: &Backend, id: &str) -> Result<Connection, Fault> {
    let id = id.parse().map_err(|_| NO_CONNECTION)?;
    backend.relay.sessions().store().get_connection(&id).await?.ok_or(NO_CONNECTION)
}

fn answer(known: &Connection, data: Vec<Value>, reading: &Reading) -> Result<Json<Answer>, Fault> {
    let (as_of, unattended) = (written(reading.at), Unattended::of(known, reading)?);
    Ok(Json(Answer { data, next_cursor: None, as_of, unattended }))
}

impl Unattended {
    fn of(known: &Connection, reading: &Reading) -> Result<Self, Fault> {
        // Each read for the host's server is counted.
        let counted = reading.counted.ok_or(Fault::Internal)?;
        Ok(Self {
            limit: known.granted.reads_a_day(),
            remaining: counted.remaining,
            resets_at: written(counted.resets),
        })
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
        Unread::BadCursor => BAD_CURSOR,
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

const BAD_CURSOR: Fault = Fault::Bad(BadTerm {
    member: "cursor",
    expected: "next_cursor of an earlier answer for this account, alone",
});
