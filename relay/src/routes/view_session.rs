//! A browser's side of a view session: it claims the session with the page's token, and then sees and ends one person's
//! connections. Account data is read for the person, who is there: with PSU headers, and uncounted.

mod shown;

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::{Method, StatusCode, header, request};
use axum::response::{IntoResponse, Response};
use protocol::own::SESSION_VIEW;
use protocol::wire::{self, Token};
use protocol::{Booking, Day, TransactionQuery};
use serde::{Deserialize, Serialize};

use self::shown::{account, connection, transaction};
use super::session::answer;
use crate::config::AccountData;
use crate::host::{Connection, Ender, ViewSession, written};
use crate::http::body::{collect, parsed};
use crate::http::error::{Lacking, RouteError, Unreadable};
use crate::http::psu::Psu;
use crate::link::account_data::{Reader, Unread};
use crate::link::hosting::Claim;
use crate::link::transactions::{Page, Place};
use crate::relay::Relay;

/// `POST /session/view`: claims a view session, or finds that this browser has it.
pub(crate) async fn claim(State(relay): State<Relay>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let (headers, limits) = (&head.headers, &relay.config().limits);
    answer(&relay, &head, (Method::POST, "POST"), async {
        let bytes = tokio::time::timeout(limits.body, collect(body, limits.request_body));
        let bytes = bytes.await.map_err(|_| RouteError::BodyTooSlow)??;
        let Token { token } = parsed(headers, &bytes)?;
        let visitor = relay.sessions().visitor(headers).await?;
        match relay.claim_view(&token, visitor, headers).await? {
            Claim::NoCookie(cookie) => {
                let mut response = Json(wire::ViewSession::default()).into_response();
                response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
                Ok(response)
            }
            Claim::Own(own) => {
                let left = own.expires().since(relay.now());
                Ok(Json(wire::ViewSession {
                    id: own.id.to_string(),
                    service: relay.config().backend.service_name.clone(),
                    has_data: has_data(&relay),
                    left_millis: u64::try_from(left.as_millis()).unwrap_or_default(),
                })
                .into_response())
            }
        }
    })
    .await
}

/// `GET .../connections`: all of the person's, ended ones too.
pub(crate) async fn connections(
    State(relay): State<Relay>,
    Path(view): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    answer(&relay, &head, (Method::GET, "GET"), async {
        let view = own(&relay, &head, &view).await?;
        let psu = Psu::of(&head, &relay.config().access.trusted_proxies)?;
        let mut all = wire::ViewedConnections::default();
        for known in relay.all_viewed(&view).await? {
            all.connections.push(connection(&relay, &known, &psu).await);
        }
        Ok(Json(all).into_response())
    })
    .await
}

/// `DELETE .../connections/{id}`: the person ends it, here at once and then at the bank.
pub(crate) async fn end(
    State(relay): State<Relay>,
    Path((view, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    answer(&relay, &head, (Method::DELETE, "DELETE"), async {
        let view = own(&relay, &head, &view).await?;
        let known = relay.viewed(&view, &id).await?;
        relay.end_connection(&known.id, Ender::Person).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

/// `GET .../connections/{id}/accounts`.
pub(crate) async fn accounts(
    State(relay): State<Relay>,
    Path((view, id)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    answer(&relay, &head, (Method::GET, "GET"), async {
        let read = Read::begin(&relay, &head, &view, &id).await?;
        let (listed, _) = relay.list_accounts(&read.known, read.by()).await.map_err(refusal)?;
        let accounts = listed.iter().map(|(id, one)| account(id, one)).collect();
        read.end(&relay, wire::ViewedAccounts { accounts }).await
    })
    .await
}

/// `GET .../accounts/{account}/balances`.
pub(crate) async fn balances(
    State(relay): State<Relay>,
    Path((view, id, of)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    answer(&relay, &head, (Method::GET, "GET"), async {
        let read = Read::begin(&relay, &head, &view, &id).await?;
        let found = relay.read_balances(&read.known, &of, read.by()).await;
        let (report, reading) = found.map_err(refusal)?;
        let as_of = written(reading.at);
        read.end(&relay, wire::ViewedBalances { balances: report.balances, as_of }).await
    })
    .await
}

/// Which page of transactions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    cursor: Option<String>,
}

/// `GET .../accounts/{account}/transactions?cursor=`: those of the last 90 days, for which banks want no new signature.
pub(crate) async fn transactions(
    State(relay): State<Relay>,
    Path((view, id, of)): Path<(String, String, String)>,
    wish: Result<Query<Wish>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    answer(&relay, &head, (Method::GET, "GET"), async {
        let Query(Wish { cursor }) = wish.map_err(|_| RouteError::BadQuery)?;
        let read = Read::begin(&relay, &head, &view, &id).await?;
        let today = relay.now().as_millis();
        let from = Day::at_millis(today.saturating_sub(u64::from(DAYS - 1) * DAY));
        let query = TransactionQuery { from: Some(from), ..TransactionQuery::all(Booking::Both) };
        let place = cursor.map_or(Place::Start(query), Place::Cursor);
        let page = relay.read_transactions(&read.known, &of, place, read.by()).await;
        let Page { booked, pending, next_cursor, reading } = page.map_err(refusal)?;
        let shown = wire::ViewedTransactions {
            booked: booked.iter().map(|(id, one)| transaction(Some(id), one)).collect(),
            pending: pending.iter().map(|one| transaction(None, one)).collect(),
            next_cursor,
            as_of: written(reading.at),
        };
        read.end(&relay, shown).await
    })
    .await
}

/// A read of account data for the person.
struct Read {
    view: ViewSession,
    known: Connection,
    psu: Psu,
}

impl Read {
    /// A read under the connection `id`, if pages may have account data.
    async fn begin(
        relay: &Relay,
        head: &request::Parts,
        view: &str,
        id: &str,
    ) -> Result<Self, RouteError> {
        let view = own(relay, head, view).await?;
        let known = relay.viewed(&view, id).await?;
        if !has_data(relay) {
            return Err(RouteError::LinkSession(Lacking::BackendOnly));
        }
        let psu = Psu::of(head, &relay.config().access.trusted_proxies)?;
        relay.quota().read(&known.id)?;
        Ok(Self { view, known, psu })
    }

    fn by(&self) -> Reader<'_> {
        Reader::Person(&self.psu)
    }

    /// The answer with what was read, unless the connection has ended meanwhile.
    async fn end(&self, relay: &Relay, value: impl Serialize) -> Result<Response, RouteError> {
        let now = relay.viewed(&self.view, self.known.id.as_str()).await?;
        if now.state.is_over() {
            return Err(RouteError::Unreadable(Unreadable::Over));
        }
        Ok(Json(value).into_response())
    }
}

async fn own(relay: &Relay, head: &request::Parts, view: &str) -> Result<ViewSession, RouteError> {
    let visitor = relay.sessions().visitor(&head.headers).await?;
    relay.view(view, visitor, &head.headers).await
}

fn has_data(relay: &Relay) -> bool {
    relay.config().backend.account_data == AccountData::Page
}

fn refusal(why: Unread) -> RouteError {
    let cause = match why {
        Unread::Over => Unreadable::Over,
        Unread::Broken => Unreadable::Broken,
        Unread::NotGranted => Unreadable::NotGranted,
        Unread::NeedsPerson => Unreadable::SignAgain,
        Unread::BankRefused => Unreadable::Refused,
        Unread::NoAccount => return RouteError::NotYours,
        Unread::BadCursor => return RouteError::BadQuery,
        Unread::TooOften(_, wait) => return RouteError::TooMany { seconds: wait.as_secs().max(1) },
        Unread::Failed(fault) => return RouteError::Platform(fault),
        Unread::Internal => return RouteError::Internal,
    };
    RouteError::Unreadable(cause)
}

/// The path of a view session, for the router.
pub(crate) fn below(path: &str) -> String {
    [SESSION_VIEW, "/{view}", path].concat()
}

/// Days of transactions for which banks want no new signature (Commission Delegated Regulation 2018/389, article 10).
const DAYS: u32 = 90;
const DAY: u64 = 24 * 60 * 60 * 1000;
