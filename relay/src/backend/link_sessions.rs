//! `/v1/link-sessions`, and renewals, which are link sessions too.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use axum::{Extension, Json};
use serde::de::DeserializeOwned;

use super::idempotency::{Idempotency, Key, created};
use super::problem::{Fault, Problem};
use super::schema::{LinkSessionAnswer, NewLinkSession, RenewalRequest};
use super::{Backend, Caller};
use crate::host::{BadTerm, Connection, LinkSession, LinkTerms, Request, Stage, written};
use crate::http::body::collect;
use crate::id::{ConnectionId, LINK_TOKEN, LinkSessionId, token};
use crate::link::return_page::ReturnPage;

/// Makes a link session: a token for one browser, with the terms of the link.
#[utoipa::path(
    post, path = "/v1/link-sessions", tag = "link sessions", operation_id = "createLinkSession",
    request_body = Request, params(Idempotency),
    responses(
        (status = 201, description = "the new link session, with its token", body = NewLinkSession),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn create(
    State(backend): State<Backend>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let bytes = collect(body, LONGEST).await?;
    let request: Request = parsed(&headers, &bytes)?;
    let key = Key::of(&headers, &caller, "/v1/link-sessions", &bytes)?;
    let mut terms = LinkTerms::check(request)?;
    let connection = match terms.renews.take() {
        None => ConnectionId::random(backend.relay.random()),
        Some(id) => {
            let known = renewable(&backend, &id).await?;
            terms = renewed(terms, &known)?;
            id
        }
    };
    open(&backend, terms, connection, key).await
}

/// Makes a link session that gives a connection a new consent with the same bank, context and terms.
#[utoipa::path(
    post, path = "/v1/connections/{id}/renewals", tag = "connections", operation_id = "renewConnection",
    request_body(content = Option<RenewalRequest>),
    params(("id" = String, Path, pattern = "^cn_[A-Za-z0-9_-]{21}[AQgw]$"), Idempotency),
    responses(
        (status = 201, description = "the new link session, with its token", body = NewLinkSession),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn renew(
    State(backend): State<Backend>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    let bytes = collect(body, LONGEST).await?;
    let mut request: Request =
        if bytes.is_empty() { Request::default() } else { parsed(&headers, &bytes)? };
    let id: ConnectionId = id.parse().map_err(|_| NO_CONNECTION)?;
    let route = format!("/v1/connections/{id}/renewals");
    let key = Key::of(&headers, &caller, &route, &bytes)?;
    let known = renewable(&backend, &id).await?;
    let own = known.client_reference.clone();
    request.client_reference = request.client_reference.or(own).or(Some(id.to_string()));
    let terms = renewed(LinkTerms::check(request)?, &known)?;
    open(&backend, terms, id, key).await
}

/// Says how a link session is.
#[utoipa::path(
    get, path = "/v1/link-sessions/{id}", tag = "link sessions", operation_id = "getLinkSession",
    params(("id" = String, Path, pattern = "^ls_[A-Za-z0-9_-]{21}[AQgw]$")),
    responses(
        (status = 200, description = "the link session", body = LinkSessionAnswer),
        (status = "4XX", description = "a refusal: `code` says why", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", description = "the relay, its store or the bank failed", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn read(
    State(backend): State<Backend>,
    Path(id): Path<String>,
) -> Result<Json<LinkSessionAnswer>, Fault> {
    let id: LinkSessionId = id.parse().map_err(|_| NO_SESSION)?;
    let found = backend.relay.sessions().store().get_link_session(&id).await?;
    found.map(|session| Json(LinkSessionAnswer::from(&session))).ok_or(NO_SESSION)
}

/// Keeps a new link session; its answer has the token.
async fn open(
    backend: &Backend,
    terms: LinkTerms,
    connection: ConnectionId,
    key: Option<Key>,
) -> Result<Response, Fault> {
    if let Some(page) = &terms.return_url {
        let access = &backend.relay.config().access;
        let is_ours = ReturnPage::parse(page).is_some_and(|page| page.is_configured(access));
        if !is_ours {
            let expected = "an https address (http only on loopback) of AIS_RELAY_PUBLIC_ORIGIN or \
                            AIS_RELAY_ALLOWED_ORIGINS, as browsers spell it";
            return Err(BadTerm { member: "return_url", expected }.into());
        }
    }
    if terms.context.is_some_and(|context| !backend.relay.config().platform.contexts.has(context)) {
        return Err(BadTerm { member: "context", expected: "one of AIS_RELAY_CONTEXT" }.into());
    }
    let now = backend.relay.now();
    let (token, hash) = token(LINK_TOKEN, backend.relay.random());
    let session = LinkSession {
        id: LinkSessionId::random(backend.relay.random()),
        token: hash,
        terms,
        connection,
        created: now,
        stage: Stage::Created,
        setback: None,
        support_code: None,
    };
    let expires_at = written(session.expires());
    let answer = NewLinkSession { id: session.id.to_string(), token, expires_at };
    let store = backend.relay.sessions().store();
    created(backend, key, &answer, |reply| store.insert_link_session(session, reply)).await
}

/// A connection that can have a new consent.
async fn renewable(backend: &Backend, id: &ConnectionId) -> Result<Connection, Fault> {
    let known = backend.relay.sessions().store().get_connection(id).await?.ok_or(NO_CONNECTION)?;
    if known.state.is_revoked() {
        return Err(Fault::Conflict(
            "connection_revoked",
            "somebody has ended this connection: link the bank again",
        ));
    }
    Ok(known)
}

/// The terms of a renewal: what the connection has, and nothing more.
fn renewed(terms: LinkTerms, known: &Connection) -> Result<LinkTerms, Fault> {
    let same = |member| BadTerm { member, expected: "left out, or that of the connection" };
    if terms.bank.as_ref().is_some_and(|bank| *bank != known.terms.bank) {
        return Err(same("bank").into());
    }
    if terms.context.is_some_and(|context| context != known.terms.context) {
        return Err(same("context").into());
    }
    if known.client_reference.as_ref().is_some_and(|own| *own != terms.client_reference) {
        return Err(same("client_reference").into());
    }
    Ok(LinkTerms {
        bank: Some(known.terms.bank.clone()),
        context: Some(known.terms.context),
        data: known.granted.data.clone(),
        recurring: known.granted.recurring,
        frequency_per_day: known.granted.frequency_per_day,
        renews: Some(known.id.clone()),
        ..terms
    })
}

/// The body of a request.
pub(super) fn parsed<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Fault> {
    let kind = headers.get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| crate::http::body::is(kind.as_bytes(), b"application/json")) {
        return Err(Fault::BadBody("the body must be application/json".to_owned()));
    }
    // Serde names the member and the place, and quotes no value of a text.
    serde_json::from_slice(bytes).map_err(|error| {
        let known = error.to_string();
        let unknown = known.starts_with("unknown field");
        let place = format!("line {}, column {}", error.line(), error.column());
        Fault::BadBody(if unknown {
            format!("the body has a member that this route does not know, at {place}")
        } else {
            format!("the body is not what this route takes, at {place}")
        })
    })
}

const NO_SESSION: Fault =
    Fault::NotFound("there is no such link session, or it is older than 30 days");
pub(super) const NO_CONNECTION: Fault = Fault::NotFound("there is no such connection");
/// The longest body.
pub(super) const LONGEST: usize = 64 * 1024;
