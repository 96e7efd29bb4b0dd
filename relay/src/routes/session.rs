//! The session's own calls: what it has under way, so that any tab, reload or return in the same browser
//! goes on where it was, and the end of it.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header, request};
use axum::response::{IntoResponse, Response};
use protocol::wire::{Cookie, KeptAuthorisation, KeptConsent, Returned, SessionConsents};

use crate::clock::Timestamp;
use crate::http::error::RouteError;
use crate::http::gate;
use crate::link::app_return::may_return;
use crate::relay::Relay;
use crate::store::{Authorisation, Consent};

/// `GET /session/consents`: the session's consents that pages of the asking page's origin began, the newest
/// first; those of one context, where the page names it. Which one counts where a page names none is told
/// to all, and so is the time, for devices' clocks go wrong. A browser without a session gets its cookie here, before
/// two tabs of it could get two; asked once more, this tells whether the browser keeps it, before anything begins that
/// it would lose.
pub(crate) async fn consents(State(relay): State<Relay>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let headers = &head.headers;
    answer(&relay, &head, Method::GET, async {
        let visitor = relay.sessions().visitor(headers).await?;
        let consents = relay.sessions().all(visitor).await?;
        let (asked, now) = (gate::context(headers)?, relay.now());
        // What a person gave to one page is not for another page that shares the relay.
        let access = &relay.config().access;
        let meant = |consent: &&Consent| {
            !consent.is_gone()
                && asked.is_none_or(|context| context == consent.context)
                && consent.return_page.as_ref().is_none_or(|page| page.is_asking(headers, access))
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
        };
        for consent in consents.iter().filter(meant) {
            answer.consents.push(kept(&relay, consent, now).await?);
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

/// `DELETE /session`: forgets the session and its consents.
pub(crate) async fn forget(State(relay): State<Relay>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    answer(&relay, &head, Method::DELETE, async {
        let visitor = relay.sessions().visitor(&head.headers).await?;
        let cookie = relay.sessions().forget(visitor).await?;
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.headers_mut().insert(header::SET_COOKIE, cookie);
        Ok(response)
    })
    .await
}

/// The answer to a page that may ask, or to a browser that asks whether it may.
async fn answer(
    relay: &Relay,
    head: &request::Parts,
    method: Method,
    answer: impl Future<Output = Result<Response, RouteError>>,
) -> Response {
    let (headers, access) = (&head.headers, &relay.config().access);
    if head.method == Method::OPTIONS {
        return gate::preflight(headers, access);
    }
    let result = match gate::page(headers, access) {
        Ok(()) if head.method == method => answer.await,
        Ok(()) if method == Method::GET => Err(RouteError::WrongMethod("GET")),
        Ok(()) => Err(RouteError::WrongMethod("DELETE")),
        Err(refusal) => Err(refusal),
    };
    let mut response = result.unwrap_or_else(IntoResponse::into_response);
    gate::allow_page(headers, access, response.headers_mut());
    response
}

async fn kept(relay: &Relay, consent: &Consent, now: Timestamp) -> Result<KeptConsent, RouteError> {
    let authorisation = match telling(consent) {
        Some(telling) => Some(told(relay, consent, telling, now).await?),
        None => None,
    };
    Ok(KeptConsent {
        consent_id: consent.id.clone(),
        bic_fi: consent.bank.clone(),
        affiliated_aspsp_id: consent.affiliated.clone(),
        entry: consent.entry.clone(),
        consent_status: consent.status.clone(),
        valid_until: consent.valid_until.clone(),
        redirect_preferred: consent.redirect_preferred,
        accounts_listed: consent.listed,
        age_millis: millis(consent.created, now),
        authorisation,
    })
}

/// The authorisation that tells most: the one for which the consent was ended; else the newest from
/// which the person is back with good news; else the newest.
fn telling(consent: &Consent) -> Option<&Authorisation> {
    let all = || consent.authorisations.iter();
    let back = |one: &&Authorisation| {
        matches!(one.returned, Some(Returned::Completed | Returned::Exchanging))
            || (one.arrived.is_some() && one.is_approved())
    };
    let why = all().find(|one| one.returned == Some(Returned::Foreign));
    why.or_else(|| all().rfind(back)).or_else(|| all().last())
}

async fn told(
    relay: &Relay,
    consent: &Consent,
    authorisation: &Authorisation,
    now: Timestamp,
) -> Result<KeptAuthorisation, RouteError> {
    let app_return = if may_return(consent, authorisation) {
        relay.app_return(consent, &authorisation.id).await?
    } else {
        None
    };
    Ok(KeptAuthorisation {
        authorisation_id: authorisation.id.clone(),
        authentication_method_id: authorisation.method.clone(),
        sca_approach: authorisation.approach.clone(),
        sca_status: authorisation.status.clone(),
        age_millis: millis(authorisation.started, now),
        returned: authorisation.came_back(),
        app_return,
    })
}

fn millis(then: Timestamp, now: Timestamp) -> u64 {
    now.as_millis().saturating_sub(then.as_millis())
}
