//! The return from the bank (guide, consent API step 4b): a static page posts the bank's parameters here, from
//! the relay's own origin, so that the browser sends the session's cookie.
//!
//! Only the browser that began a link can complete it. A return in another browser completes nothing: an
//! attacker may have lured that person into approving the attacker's consent (consent fixation). The relay then
//! ends the consent and informs both persons.

mod code;
mod foreign;
pub(crate) mod form;
mod page;
mod plain;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header, request};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use protocol::wire::Returned;
use tokio::time::timeout;

use self::foreign::foreign;
use self::form::Return;
use self::page::{End, Language};
use crate::clock::Timestamp;
use crate::config::{Config, Origin};
use crate::crypto::key::StateKey;
use crate::http::body;
use crate::http::error::RouteError;
use crate::http::framing;
use crate::http::gate;
use crate::http::psu::Psu;
use crate::link::return_page::ReturnPage;
use crate::link::{Back, Link, ReturnKind, ReturnState, Use};
use crate::log::Record;
use crate::relay::Relay;
use crate::trace;

/// `GET /redirect`: the page that posts. `POST /redirect`: what it posted.
pub(crate) async fn handle(State(relay): State<Relay>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let language = Language::of(&head.headers);
    let mut response = match head.method {
        Method::GET | Method::HEAD => page::coming_back(language),
        Method::POST => {
            let mut record = Record::start(relay.now(), relay.request_id());
            record.call = "return";
            let next = post(&relay, &head, body, &mut record).await;
            let result = next.as_ref().map(Next::status).map_err(|error| *error);
            record.write(result, None, relay.now());
            next.unwrap_or_else(Next::of).into_response(language)
        }
        _ => RouteError::WrongMethod("GET, HEAD, POST").into_response(),
    };
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy(relay.config()));
    response
}

/// The layer around `/redirect`. Codes are long, so it has its own limit for the target. A person sees the
/// answer, so a longer target gets a page.
pub(crate) async fn framed(
    State(relay): State<Relay>,
    request: Request,
    next: middleware::Next,
) -> Response {
    let (head, body) = request.into_parts();
    match framing::check(&head, relay.config().limits.return_target) {
        Ok(()) => next.run(Request::from_parts(head, body)).await,
        Err(RouteError::TargetTooLong) => too_long(&head.headers, relay.config()),
        Err(refusal) => refusal.into_response(),
    }
}

/// The page for a return that is longer than the relay reads. The connection ends, as after any badly framed
/// request.
fn too_long(headers: &HeaderMap, config: &Config) -> Response {
    let mut response = page::end(End::TooLong, Language::of(headers));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(config));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// `GET /redirect.js`
pub(crate) async fn script() -> Response {
    file("text/javascript; charset=utf-8", include_str!("redirect/redirect.js"))
}

/// `GET /redirect.css`
pub(crate) async fn style() -> Response {
    file("text/css; charset=utf-8", include_str!("redirect/redirect.css"))
}

fn file(content_type: &'static str, text: &'static str) -> Response {
    let cache = (header::CACHE_CONTROL, "no-cache");
    ([(header::CONTENT_TYPE, content_type), cache], text).into_response()
}

/// Where the person goes next.
enum Next {
    /// To the page that began, or to one of the allowed origins' at least.
    Back(HeaderValue),
    /// Nowhere: the relay's own page informs them.
    Stay(End),
}

impl Next {
    fn of(error: RouteError) -> Self {
        match error.answer().0 {
            status if status.is_server_error() => Self::Stay(End::Trouble),
            _ => Self::Stay(End::Unknown),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Back(_) => StatusCode::SEE_OTHER,
            Self::Stay(end) => end.status(),
        }
    }

    fn into_response(self, language: Language) -> Response {
        match self {
            Self::Back(location) => {
                let mut response = StatusCode::SEE_OTHER.into_response();
                response.headers_mut().insert(header::LOCATION, location);
                response
            }
            Self::Stay(end) => page::end(end, language),
        }
    }
}

/// Handles the posted form, even if the browser does not wait.
async fn post(
    relay: &Relay,
    head: &request::Parts,
    body: Body,
    record: &mut Record,
) -> Result<Next, RouteError> {
    let config = relay.config();
    gate::own_form(&head.headers, &config.access)?;
    let content_type = head.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !content_type.is_some_and(|value| body::is(value, b"application/x-www-form-urlencoded")) {
        return Err(RouteError::BadBody("the body must be a form"));
    }
    let bytes = timeout(config.limits.body, body::collect(body, config.limits.request_body))
        .await
        .map_err(|_| RouteError::BodyTooSlow)??;
    let came = Return::parse(&bytes).ok_or(RouteError::BadBody("this is no return"))?;
    let psu = Psu::of(head, &config.access.trusted_proxies)?;
    let permit = relay.calls().try_acquire_owned().map_err(|_| RouteError::Busy)?;
    let (relay, headers, mut inner) = (relay.clone(), head.headers.clone(), record.clone());
    let task = tokio::spawn(trace::carried(async move {
        let _permit = permit;
        let next = come_back(&relay, &headers, &psu, came, &mut inner).await;
        (next, inner)
    }));
    let (next, inner) = task.await.map_err(|_| RouteError::Internal)?;
    *record = inner;
    next
}

async fn come_back(
    relay: &Relay,
    headers: &HeaderMap,
    psu: &Psu,
    came: Return,
    record: &mut Record,
) -> Result<Next, RouteError> {
    let store = relay.sessions().store();
    let key = StateKey::from(&came.state);
    let Some(awaited) = store.get_return(key).await? else {
        return Ok(Next::Stay(End::Unknown));
    };
    let visitor = relay.sessions().visitor(headers).await?;
    if !visitor.is(awaited.session) {
        return foreign(relay, psu, &came, &awaited, record).await.map(Next::Stay);
    }
    if visitor.is_ambiguous() {
        // One of its sessions is planted. If that one began the link, this person was lured; if the other one
        // did, this is their own link. So the relay completes nothing and ends nothing.
        tracing::warn!(request_id = %record.request_id, "ambiguous_session");
        return Ok(Next::Stay(End::Unknown));
    }
    let Some(link) = store.get(&awaited.consent, relay.now()).await? else {
        return Ok(Next::Stay(End::Unknown));
    };
    record.bank = Some(link.terms.bank.clone());
    let back = OwnReturn { relay, psu, key, awaited: &awaited, link: &link, came: &came };
    let returned = match meaning(relay.config(), relay.now(), &awaited, &came) {
        _ if link.ended().is_some() => back.known(),
        Meaning::App => back.counts(None).await?,
        Meaning::Plain => back.without_code().await?,
        Meaning::Known(how) => back.counts(Some(how)).await?,
        Meaning::Code(code) => back.with_code(code).await?,
    };
    Ok(next(relay, headers, &link, &came, returned))
}

/// A return in the browser that began, under a consent that is open.
struct OwnReturn<'a> {
    relay: &'a Relay,
    psu: &'a Psu,
    key: StateKey,
    awaited: &'a ReturnState,
    link: &'a Link,
    came: &'a Return,
}

impl OwnReturn<'_> {
    /// How the person returned, as the relay knew before this return.
    fn known(&self) -> Option<Returned> {
        self.link.outcome(&self.awaited.authorisation)
    }

    /// Stores how the person returned. A second return changes nothing, and gets the answer of the first one.
    async fn counts(&self, how: Option<Back>) -> Result<Option<Returned>, RouteError> {
        let is_first = self.relay.sessions().take_return(self.key, Use::Own(how)).await?;
        Ok(if is_first { how.map(Returned::from) } else { self.known() })
    }
}

/// What a return means for its authorisation.
enum Meaning<'a> {
    /// Nothing: only the SCA status shows whether the person signed in the app.
    App,
    /// Only the SCA status shows whether the person approved at the bank.
    Plain,
    /// The parameters show the outcome.
    Known(Back),
    /// The platform must accept this code first.
    Code(&'a str),
}

fn meaning<'a>(
    config: &Config,
    now: Timestamp,
    awaited: &ReturnState,
    came: &'a Return,
) -> Meaning<'a> {
    if awaited.kind == ReturnKind::App {
        return Meaning::App;
    }
    if now >= awaited.expires {
        return Meaning::Known(Back::Late);
    }
    if let Some(error) = &came.error {
        let declined = error == "access_denied";
        return Meaning::Known(if declined { Back::Declined } else { Back::Failed });
    }
    // RFC 9207, section 2.4: an issuer in the return must be the platform's.
    let issuer = config.platform.auth.to_string();
    if came.iss.as_ref().is_some_and(|iss| iss.trim_end_matches('/') != issuer) {
        return Meaning::Known(Back::Failed);
    }
    match (&came.code, awaited.kind) {
        (_, ReturnKind::Plain) => Meaning::Plain,
        (Some(code), _) => Meaning::Code(code),
        (None, _) => Meaning::Known(Back::Failed),
    }
}

fn next(
    relay: &Relay,
    headers: &HeaderMap,
    link: &Link,
    came: &Return,
    returned: Option<Returned>,
) -> Next {
    let page = link.page(headers).filter(|_| !came.in_popup);
    let page = page.filter(|page| page.is_allowed(headers, &relay.config().access));
    match page.as_ref().and_then(ReturnPage::location) {
        Some(location) => Next::Back(location),
        // Its own browser has ended it meanwhile.
        None if link.is_gone() => Next::Stay(End::Unknown),
        None if link.ended().is_some() => Next::Stay(End::Foreign),
        None => Next::Stay(End::from(returned)),
    }
}

/// The policy of the pages: what they may load, and where their form may lead. A browser follows a `303` only
/// there.
fn policy(config: &Config) -> HeaderValue {
    let origins: Vec<_> = config.access.allowed_origins.iter().map(Origin::as_str).collect();
    let text = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self' {}",
        origins.join(" ")
    );
    HeaderValue::try_from(text).expect("origins are printable ASCII")
}
