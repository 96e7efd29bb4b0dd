//! The way of a call: gate, parse, session, platform, answer. Deny by default: what is sent to the
//! platform is built here from parsed values, what is answered is an extract of its answer.

mod answer;
mod body;
mod chosen;
mod location;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header, request};
use axum::response::{IntoResponse, Response};
use protocol::{Call, Refusal, header as names};
use tokio::time::timeout;
use uuid::Uuid;

use self::chosen::Chosen;
use crate::Relay;
use crate::clock::Timestamp;
use crate::error::{Fault, RouteError};
use crate::gate;
use crate::log::Record;
use crate::platform::Cargo;
use crate::psu::Psu;
use crate::session::{Owned, Session};

/// The handler of all under `/psd2/`.
pub(crate) async fn handle(State(relay): State<Relay>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let access = &relay.config().access;
    if head.method == Method::OPTIONS {
        return gate::preflight(&head.headers, access);
    }
    let mut record = Record::start(relay.now(), relay.request_id());
    let reply = match admit(&relay, &head, body, &mut record).await {
        Ok(visit) => pass(&relay, visit, head.headers.clone(), record).await,
        Err(refusal) => Reply::of(Err(refusal), &record, relay.now()),
    };
    let mut response = reply.result.unwrap_or_else(RouteError::into_response);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(reply.request_id.to_string()) {
        headers.insert(HeaderName::from_static(names::X_REQUEST_ID), id);
    }
    if let Some(cookie) = reply.set_cookie {
        headers.insert(header::SET_COOKIE, cookie);
    }
    gate::allow_page(&head.headers, access, headers);
    response
}

/// A call that was let in. Nothing of it is a client's raw text any more.
struct Visit {
    call: Call,
    chosen: Chosen,
    psu: Psu,
    body: Option<Bytes>,
}

/// Lets a request in, or says why not. Nothing is kept or sent before it has returned.
async fn admit(
    relay: &Relay,
    head: &request::Parts,
    body: Body,
    record: &mut Record,
) -> Result<Visit, RouteError> {
    let config = relay.config();
    gate::page(&head.headers, &config.access)?;
    // The raw target, letter by letter as it was sent; a router's decoded path is another text.
    let target = head.uri.path_and_query().ok_or(RouteError::UnknownCall)?.as_str();
    let call = Call::parse(head.method.as_str(), target)?;
    record.call = call.name();
    let chosen = Chosen::parse(&head.headers, &call)?;
    record.bank = chosen::bank(&call, &chosen);
    let psu = Psu::of(head, &config.access.trusted_proxies)?;
    let body = body::read(&call, &head.headers, body, &config.limits).await?;
    Ok(Visit { call, chosen, psu, body })
}

/// What the browser gets, and under which request id.
struct Reply {
    result: Result<Response, RouteError>,
    set_cookie: Option<HeaderValue>,
    request_id: Uuid,
}

impl Reply {
    /// The reply with this result. It writes the call's line in the log.
    fn of(result: Result<Response, RouteError>, record: &Record, now: Timestamp) -> Self {
        record.write(result.as_ref().map(Response::status).map_err(|error| *error), now);
        Self { result, set_cookie: None, request_id: record.request_id }
    }
}

/// Serves a call in a task of its own, so that it ends as it should even if the browser goes away
/// meanwhile: a consent that the platform has made is bound, a token that was asked for is kept.
async fn pass(relay: &Relay, visit: Visit, headers: HeaderMap, mut record: Record) -> Reply {
    let Ok(permit) = relay.calls().try_acquire_owned() else {
        return Reply::of(Err(RouteError::Busy), &record, relay.now());
    };
    let (started, here) = (record.clone(), relay.clone());
    let task = tokio::spawn(async move {
        let _permit = permit;
        match here.sessions().enter(&headers).await {
            Ok(session) => {
                let result = exchange(&here, visit, &session, &mut record.request_id).await;
                let reply = Reply::of(result, &record, here.now());
                Reply { set_cookie: session.set_cookie, ..reply }
            }
            Err(error) => Reply::of(Err(error), &record, here.now()),
        }
    });
    let panicked = |_| Reply::of(Err(RouteError::Internal), &started, relay.now());
    task.await.unwrap_or_else(panicked)
}

/// Asks the platform, if the call is the session's to make, and binds what it made.
async fn exchange(
    relay: &Relay,
    visit: Visit,
    session: &Session,
    id: &mut Uuid,
) -> Result<Response, RouteError> {
    let Visit { call, mut chosen, psu, body } = visit;
    if let Some(owned) = owned(relay, session, &call, &chosen).await? {
        chosen.agree_with(&owned)?;
    }
    let mut headers = HeaderMap::new();
    psu.write(&mut headers)?;
    chosen.write(&call, &mut headers)?;
    let cargo = Cargo { headers, body };
    let asked = relay.platform().call(&call, &cargo, id);
    let platforms = timeout(relay.config().limits.whole_call, asked)
        .await
        .map_err(|_| RouteError::Platform(Fault::Silent))??;
    let made = answer::made(&call, &platforms)?;
    made.bind(relay.sessions(), session, &chosen).await?;
    answer::pass_on(&call, platforms, relay.config().platform.api.url())
}

/// What is known of the consents that the call names, in its path or in `Consent-ID`. All of them
/// must be the session's, and an authorisation must be the consent's.
async fn owned(
    relay: &Relay,
    session: &Session,
    call: &Call,
    chosen: &Chosen,
) -> Result<Option<Owned>, RouteError> {
    let mut owned = None;
    if let Some(consent) = &chosen.consent {
        owned = Some(relay.sessions().owned(session, consent).await?);
    }
    let Some(consent) = call.consent() else {
        return Ok(owned);
    };
    let in_path = relay.sessions().owned(session, consent).await?;
    if let Call::UpdatePsuData { authorisation, .. } | Call::ReadScaStatus { authorisation, .. } =
        call
        && !in_path.authorisations.contains(authorisation)
    {
        return Err(RouteError::NotYours);
    }
    Ok(Some(in_path))
}

impl From<Refusal> for RouteError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownPath => Self::UnknownCall,
            Refusal::WrongMethod => Self::WrongMethod("GET, POST, PUT, DELETE"),
            Refusal::BadQuery => Self::BadQuery,
        }
    }
}
