//! The session's own calls: its open links, so that any tab, reload or return in the same browser continues
//! them, and the end of the session.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header, request};
use axum::response::{IntoResponse, Response};
use protocol::wire::{Cookie, KeptAuthorisation, KeptConsent, Returned, SessionConsents};

use crate::clock::Timestamp;
use crate::config::AccountData;
use crate::http::error::RouteError;
use crate::http::gate;
use crate::link::app_return::may_return;
use crate::link::{Authorisation, Link, Listed, Return, Way};
use crate::relay::Relay;

/// `GET /session/consents`: the session's consents that pages of the asking page's origin began, the newest
/// first; only those of one context, where the page names it. Each answer has the default context, and the
/// relay's time, because a device's clock may be wrong. A browser without a session gets its cookie here, so
/// that two tabs cannot get two. A second request shows whether the browser keeps the cookie, before a link
/// begins that it would lose.
pub(crate) async fn consents(State(relay): State<Relay>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let headers = &head.headers;
    answer(&relay, &head, (Method::GET, "GET"), async {
        let visitor = relay.sessions().visitor(headers).await?;
        let links = relay.sessions().all(visitor).await?;
        let (asked, now) = (gate::context(headers)?, relay.now());
        // A link that a person began on one page is not for another page that shares the relay.
        let access = &relay.config().access;
        let meant = |link: &&Arc<Link>| {
            !link.is_gone()
                && asked.is_none_or(|context| context == link.terms.context)
                && link
                    .terms
                    .return_page
                    .as_ref()
                    .is_none_or(|page| page.is_asking(headers, access))
        };
        let context = Some(relay.config().platform.contexts.first);
        let cookie = match visitor.has_cookie() {
            true => Cookie::Came,
            false if gate::is_of_other_site(headers) => Cookie::Withheld,
            false => Cookie::Set,
        };
        let mut answer = SessionConsents {
            consents: Vec::new(),
            context,
            now_millis: Some(now.as_millis()),
            cookie: Some(cookie.clone()),
            backend_reads: relay.config().backend.account_data == AccountData::Backend,
        };
        for link in links.iter().filter(meant) {
            answer.consents.push(kept_consent(&relay, link, now).await?);
        }
        let mut response = Json(answer).into_response();
        if cookie == Cookie::Set {
            let cookie = relay.sessions().open(headers, visitor)?.set_cookie;
            response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
        }
        Ok(response)
    })
    .await
}

/// `DELETE /session`: removes the session and its consents.
pub(crate) async fn forget(State(relay): State<Relay>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    answer(&relay, &head, (Method::DELETE, "DELETE"), async {
        let visitor = relay.sessions().visitor(&head.headers).await?;
        let cookie = relay.sessions().forget(visitor).await?;
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.headers_mut().insert(header::SET_COOKIE, cookie);
        Ok(response)
    })
    .await
}

/// The answer to an allowed page that uses `method`, or to a browser's preflight. `allow` names all methods of the path.
pub(super) async fn answer(
    relay: &Relay,
    head: &request::Parts,
    (method, allow): (Method, &'static str),
    answer: impl Future<Output = Result<Response, RouteError>>,
) -> Response {
    let (headers, access) = (&head.headers, &relay.config().access);
    if head.method == Method::OPTIONS {
        return gate::preflight(headers, access);
    }
    let result = match gate::page(headers, access) {
        Ok(()) if head.method == method => answer.await,
        Ok(()) => Err(RouteError::WrongMethod(allow)),
        Err(refusal) => Err(refusal),
    };
    let mut response = result.unwrap_or_else(IntoResponse::into_response);
    gate::allow_page(headers, access, response.headers_mut());
    response
}

async fn kept_consent(
    relay: &Relay,
    link: &Link,
    now: Timestamp,
) -> Result<KeptConsent, RouteError> {
    let authorisation = match most_relevant(link) {
        Some(one) => Some(kept_authorisation(relay, link, one, now).await?),
        None => None,
    };
    let terms = &link.terms;
    Ok(KeptConsent {
        consent_id: link.id.clone(),
        bic_fi: terms.bank.clone(),
        affiliated_aspsp_id: terms.affiliated.clone(),
        entry: terms.entry.clone(),
        link_session: link.hosted.as_ref().and_then(|it| Some(it.session.as_ref()?.to_string())),
        consent_status: link.status().clone(),
        valid_until: terms.valid_until.clone(),
        redirect_preferred: terms.redirect_preferred,
        accounts_listed: link.listed == Listed::Once,
        age_millis: millis(link.created, now),
        authorisation,
    })
}

/// The authorisation that matters most to a page: one whose return in another browser ended the consent; else
/// the newest with a successful return; else the newest.
fn most_relevant(link: &Link) -> Option<&Authorisation> {
    let all = || link.authorisations.iter();
    let is_good = |one: &&Authorisation| match &one.way {
        Way::AtBank(Return::Exchanging | Return::Taken | Return::Confirmed { .. }) => true,
        Way::AtBank(Return::Arrived { .. }) => one.status.is_approved(),
        _ => false,
    };
    let why = all().find(|one| link.came_back(one) == Some(Returned::Foreign));
    why.or_else(|| all().rfind(is_good)).or_else(|| all().last())
}

async fn kept_authorisation(
    relay: &Relay,
    link: &Link,
    authorisation: &Authorisation,
    now: Timestamp,
) -> Result<KeptAuthorisation, RouteError> {
    let app_return = if may_return(link, authorisation) {
        relay.app_return(link, &authorisation.id).await?
    } else {
        None
    };
    Ok(KeptAuthorisation {
        authorisation_id: authorisation.id.clone(),
        authentication_method_id: authorisation.method.clone(),
        sca_approach: authorisation.way.approach().cloned(),
        sca_status: authorisation.status.clone(),
        age_millis: millis(authorisation.started, now),
        returned: link.came_back(authorisation),
        app_return,
    })
}

fn millis(then: Timestamp, now: Timestamp) -> u64 {
    now.as_millis().saturating_sub(then.as_millis())
}
