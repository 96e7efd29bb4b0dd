//! The steps of a call: gate, parse, session, platform, answer. Deny by default: the relay builds the request
//! to the platform from parsed values, and passes on only known parts of its answer.

mod answer;
mod bank_link;
pub(crate) mod create;
pub(crate) mod headers;
mod hosted;
mod lasting;
mod learn;
mod location;
mod onward;
mod permit;

use std::mem::take;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request};
use axum::response::{IntoResponse, Response};
use protocol::{Call, Refusal, Scope, header as names};
use uuid::Uuid;

use self::bank_link::withdraw;
use self::create::{Made, Wanted};
use self::headers::Chosen;
use self::lasting::{Lasting, Panicked};
use self::onward::returns;
use self::permit::{is_backends, permit, reads};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::http::body;
use crate::http::body::Sent;
use crate::http::error::RouteError;
use crate::http::gate;
use crate::http::psu::Psu;
use crate::link::Link;
use crate::link::return_page::ReturnPage;
use crate::link::sessions::Visitor;
use crate::log::Record;
use crate::platform::call::{Asked, Outgoing};
use crate::platform::client::Answer;
use crate::relay::Relay;

/// The handler of all paths under `/psd2/`.
pub(crate) async fn handle(State(relay): State<Relay>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let access = &relay.config().access;
    if head.method == Method::OPTIONS {
        return gate::preflight(&head.headers, access);
    }
    let mut record = Record::start(relay.now(), relay.request_id());
    let admitted = admit(&relay, &head, body, &mut record).await;
    let called = Called(record.call);
    let asked = Arc::new(take(&mut head.headers));
    let reply = match admitted {
        Ok(visit) => pass(&relay, visit, Arc::clone(&asked), record).await,
        Err(refusal) => Reply::of(Err(refusal), &record, relay.now()),
    };
    let mut response = reply.result.unwrap_or_else(RouteError::into_response);
    response.extensions_mut().insert(called);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(reply.request_id.to_string()) {
        headers.insert(HeaderName::from_static(names::X_REQUEST_ID), id);
    }
    if let Some(cookie) = reply.set_cookie {
        headers.insert(header::SET_COOKIE, cookie);
    }
    gate::allow_page(&asked, access, headers);
    response
}

/// The operation of a call, which its answer carries for metrics.
#[derive(Clone, Copy)]
pub(crate) struct Called(pub &'static str);

/// An admitted call. It contains no raw text of the client.
struct Visit {
    call: Call,
    chosen: Chosen,
    psu: Psu,
    sent: Option<Sent>,
    visitor: Visitor,
}

/// Admits a request, or says why not. The relay stores and sends nothing before this has returned.
async fn admit(
    relay: &Relay,
    head: &request::Parts,
    body: Body,
    record: &mut Record,
) -> Result<Visit, RouteError> {
    let config = relay.config();
    gate::page(&head.headers, &config.access)?;
    // The raw target, exactly as the client sent it; a router's decoded path is another text.
    let target = head.uri.path_and_query().ok_or(RouteError::UnknownCall)?.as_str();
    let call = Call::parse(head.method.as_str(), target)?;
    record.call = call.name();
    let chosen = Chosen::parse(&head.headers, &call)?;
    record.bank = headers::bank(&call, &chosen);
    let is_allowed = |page: &ReturnPage| page.is_allowed(&head.headers, &config.access);
    if !chosen.page.as_ref().is_none_or(is_allowed) {
        return Err(RouteError::Foreign("the return page is not one of an allowed origin"));
    }
    let psu = Psu::of(head, &config.access.trusted_proxies)?;
    let sent = body::read(&call, &head.headers, body, &config.limits).await?;
    let visitor = relay.sessions().visitor(&head.headers).await?;
    Ok(Visit { call, chosen, psu, sent, visitor })
}

/// The answer to the browser, with its request id.
struct Reply {
    result: Result<Response, RouteError>,
    set_cookie: Option<HeaderValue>,
    request_id: Uuid,
}

impl Reply {
    /// The reply with this result. It writes the call's line in the log.
    fn of(result: Result<Response, RouteError>, record: &Record, now: Timestamp) -> Self {
        let refusal =
            result.as_ref().ok().and_then(|response| response.extensions().get().copied());
        let status = result.as_ref().map(Response::status).map_err(|error| *error);
        record.write(status, refusal, now);
        Self { result, set_cookie: None, request_id: record.request_id }
    }
}

/// Serves a call to its end, even if the browser goes away: the relay still binds a consent that the platform creates,
/// and keeps a token that it requests.
async fn pass(relay: &Relay, visit: Visit, headers: Arc<HeaderMap>, mut record: Record) -> Reply {
    let (started, here) = (record.clone(), relay.clone());
    let served = Lasting::new(|left| async move {
        let call = exchange(&here, visit, &headers, record.request_id);
        let Outcome { result, request_id, made } = call.await;
        record.request_id = request_id.unwrap_or(record.request_id);
        let (link, set_cookie) = made.map(|Made { link, set_cookie }| (link, set_cookie)).unzip();
        let set_cookie = set_cookie.flatten();
        let reply = Reply { set_cookie, ..Reply::of(result, &record, here.now()) };
        if let Some(link) = link
            && left.is_so()
        {
            // The browser went away: no page has the consent's id, or will ever get it.
            here.end_unheard(&link).await;
        }
        reply
    });
    served
        .await
        .unwrap_or_else(|Panicked| Reply::of(Err(RouteError::Internal), &started, relay.now()))
}

/// The result of a call.
struct Outcome {
    /// What the browser gets.
    result: Result<Response, RouteError>,
    /// The id of the last request to the platform.
    request_id: Option<Uuid>,
    made: Option<Made>,
}

impl From<Result<Response, RouteError>> for Outcome {
    fn from(result: Result<Response, RouteError>) -> Self {
        Self { result, request_id: None, made: None }
    }
}

/// The next step of a call that the browser may make.
enum Step {
    /// None: the browser gets this. The id is that of the request to the platform, if there was one.
    Done(Result<Response, RouteError>, Option<Uuid>),
    Create(Box<Wanted>),
    Ask(Box<Question>),
}

/// A call to the platform, with the link that it names.
struct Question {
    call: Call,
    outgoing: Outgoing,
    psu: Psu,
    sent: Option<Sent>,
    visitor: Visitor,
    owned: Option<Arc<Link>>,
}

/// Asks the platform, if the browser may make the call, and stores the result. `id` is the id of the first
/// request.
async fn exchange(relay: &Relay, visit: Visit, headers: &HeaderMap, id: Uuid) -> Outcome {
    match prepare(relay, visit, headers, id).await {
        Ok(Step::Done(result, request_id)) => Outcome { result, request_id, made: None },
        // Boxed, because it is the largest part of the future, and most calls do not need it.
        Ok(Step::Create(wanted)) => Box::pin(wanted.create(relay)).await,
        Ok(Step::Ask(question)) => {
            let Asked { answer, request_id } = relay.ask(&question.call, &question.outgoing).await;
            let result = match answer {
                Ok(answer) => question.answered(relay, answer).await,
                Err(error) => Err(error),
            };
            Outcome { result, request_id: Some(request_id), made: None }
        }
        Err(error) => Err(error).into(),
    }
}

/// Decides whether the browser may make the call, and builds the request to the platform.
async fn prepare(
    relay: &Relay,
    visit: Visit,
    headers: &HeaderMap,
    request_id: Uuid,
) -> Result<Step, RouteError> {
    let Visit { call, mut chosen, psu, mut sent, visitor } = visit;
    let owned = owned(relay, visitor, &call, &chosen).await?;
    let hosted = match &mut sent {
        Some(Sent::Consent(body)) => hosted::agree(relay, visitor, &mut chosen, body).await?,
        _ => None,
    };
    if let Some(owned) = &owned {
        chosen.agree_with(owned)?;
        if matches!(call, Call::DeleteConsent { .. }) {
            let id = relay.end_for(owned, &psu, request_id).await?;
            return Ok(Step::Done(Ok(StatusCode::NO_CONTENT.into_response()), Some(id)));
        }
        permit(relay, visitor, &call, owned, &psu).await?;
        restore(relay, &call, owned, &mut chosen)?;
        if let Some(answer) = learn::remembered(&call, owned) {
            let passed = answer::pass_on(&call, &answer, relay.config().platform.api.url());
            return Ok(Step::Done(passed, None));
        }
    }
    let context = chosen.context(owned.as_deref(), relay.config().platform.contexts)?;
    if call.scope() == Scope::AspspInformation && !relay.config().limits.list_fresh.is_zero() {
        let admit = || relay.quota().list(psu.address());
        let (response, id) = relay.lists().get(call, context, admit, list).await?;
        return Ok(Step::Done(Ok(response), Some(id)));
    }
    let body = sent.as_ref().map(Sent::bytes).transpose()?;
    let own_headers = own_headers(relay, &call, &psu, &chosen)?;
    let outgoing = Outgoing { request_id, context, headers: own_headers, body, page: None };
    if let Some(owned) = owned.as_deref().filter(|_| is_step(&call)) {
        may_step(relay, &call, owned, &psu, &chosen)?;
    }
    if matches!(call, Call::CreateConsent) {
        // Before the request: a browser with two sessions must not add a consent to either of them.
        let session = relay.sessions().open(headers, visitor)?;
        relay.quota().consent(visitor.session(), psu.address())?;
        let wanted = Wanted { sent, chosen, outgoing, psu, session, hosted };
        return Ok(Step::Create(Box::new(wanted)));
    }
    Ok(Step::Ask(Box::new(Question { call, outgoing, psu, sent, visitor, owned })))
}

impl Question {
    /// The part of the platform's answer for the browser, after the relay has stored what it learned from it.
    async fn answered(self, relay: &Relay, mut answer: Answer) -> Result<Response, RouteError> {
        let Self { call, psu, sent, visitor, owned, .. } = self;
        if let Some(owned) = owned.as_deref().filter(|_| reads(&call)) {
            // The link may have ended during the request.
            relay.still_readable(visitor, &owned.id).await?;
        }
        let api = relay.config().platform.api.url();
        location::name_authorisation(&call, &mut answer, api);
        let learned = learn::learn(relay, &call, sent.as_ref(), owned.as_deref(), &answer).await;
        if let (Call::StartAuthorisation { .. }, Err(RouteError::Platform(_)), Some(owned)) =
            (&call, &learned, &owned)
        {
            // The bank has begun an authorisation that no page can continue.
            relay.end_for(owned, &psu, relay.request_id()).await?;
        }
        learned?;
        let onward = if let Some(owned) = &owned {
            returns(relay, &call, owned, &mut answer).await?
        } else {
            withdraw(&mut answer.body);
            None
        };
        if let (Call::ReadConsent { .. }, Some(owned)) = (&call, &owned)
            && answer.status.is_success()
            && is_backends(relay)
        {
            let owned = relay.sessions().owned(visitor, &owned.id).await?;
            answer.body = hosted::for_page(&answer.body, &owned)?;
        }
        let mut passed = answer::pass_on(&call, &answer, api)?;
        if let Some((name, value)) = onward
            && let Ok(value) = HeaderValue::try_from(value)
        {
            passed.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Ok(passed)
    }
}

/// Fills in the ids that the page sent with the new consent. A step without them would be about another person
/// than the consent, so the relay refuses it. A read needs no ids.
fn restore(
    relay: &Relay,
    call: &Call,
    owned: &Link,
    chosen: &mut Chosen,
) -> Result<(), RouteError> {
    let Some(sealed) = &owned.psu else { return Ok(()) };
    if call.reads_accounts() && !sealed.is_for_accounts() {
        return Ok(());
    }
    match relay.unseal(sealed, &owned.id) {
        Some(person) => chosen.restore(&person),
        None if is_step(call) => return Err(RouteError::IdForgotten),
        None => {}
    }
    Ok(())
}

/// Whether a call may make the bank ask a person to sign.
fn is_step(call: &Call) -> bool {
    matches!(call, Call::StartAuthorisation { .. } | Call::UpdatePsuData { .. })
}

/// Counts a step at the bank, or refuses it where the limit is reached.
fn may_step(
    relay: &Relay,
    call: &Call,
    owned: &Link,
    psu: &Psu,
    chosen: &Chosen,
) -> Result<(), RouteError> {
    let is_full = owned.authorisations.len() >= relay.config().limits.authorisations;
    if is_full && matches!(call, Call::StartAuthorisation { .. }) {
        return Err(RouteError::TooMany { seconds: A_DAY });
    }
    relay.quota().prompt(&owned.id, owned.session, psu.address(), chosen.psu())
}

/// The platform's answer to `call`, which requests a list, in the form for all browsers.
pub(crate) fn list(
    call: &Call,
    mut answer: Answer,
    config: &Config,
) -> Result<Response, RouteError> {
    withdraw(&mut answer.body);
    answer::pass_on(call, &answer, config.platform.api.url())
}

fn own_headers(
    relay: &Relay,
    call: &Call,
    psu: &Psu,
    chosen: &Chosen,
) -> Result<HeaderMap, RouteError> {
    let mut headers = HeaderMap::with_capacity(MOST_HEADERS);
    // Lists of banks, countries and cities are about no person (guide and OpenAPI document).
    if let (Scope::AccountInformation, Some(bank)) = (call.scope(), &chosen.bank) {
        psu.write(relay.config().profiles.of(bank), &mut headers)?;
    }
    chosen.write(call, &mut headers)?;
    Ok(headers)
}

/// The link of the consents that the call names, in its path or in `Consent-ID`. All of them must belong to the
/// browser, and an authorisation to its consent.
async fn owned(
    relay: &Relay,
    visitor: Visitor,
    call: &Call,
    chosen: &Chosen,
) -> Result<Option<Arc<Link>>, RouteError> {
    let mut owned = None;
    if let Some(consent) = &chosen.consent {
        owned = Some(relay.sessions().owned(visitor, consent).await?);
    }
    let Some(consent) = call.consent() else {
        return Ok(owned);
    };
    let in_path = relay.sessions().owned(visitor, consent).await?;
    if let Call::UpdatePsuData { authorisation, .. } | Call::ReadScaStatus { authorisation, .. } =
        call
        && in_path.authorisation(authorisation).is_none()
    {
        return Err(RouteError::NotYours);
    }
    Ok(Some(in_path))
}

/// Room for all headers of a call to the platform.
const MOST_HEADERS: usize = 16;
/// Seconds until a consent with too many authorisations has certainly ended, because its session has.
const A_DAY: u64 = 24 * 60 * 60;

impl From<Refusal> for RouteError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownPath => Self::UnknownCall,
            Refusal::WrongMethod => Self::WrongMethod("GET, POST, PUT, DELETE"),
            Refusal::BadQuery => Self::BadQuery,
        }
    }
}
