//! One call through the relay.

use std::time::Duration;

use gloo_net::http::{self, Headers, Response};
use js_sys::Date;
use protocol::Call;
use protocol::concat;
use protocol::flow::{Failure, Reply, Request, Target};
use protocol::header::{
    ASPSP_SCA_APPROACH, LOCATION, RETRY_AFTER, X_AIS_LINK, X_AIS_LINK_BANK, X_AIS_LINK_RETURN,
    X_AIS_LINK_VALUE, X_REQUEST_ID,
};
use protocol::wire::Approach;
use wasm_bindgen_futures::spawn_local;
use web_sys::{RequestCredentials, RequestInit};

use super::send::{InProgress, send};
use super::{page, value};

/// Sends `request` to the relay at `base` and passes the reply to `done` in every case.
pub(crate) fn fetch(
    base: &str,
    request: Request,
    done: impl FnOnce(Reply) + 'static,
) -> InProgress {
    let url = concat(&[base.trim_end_matches('/'), &request.target.address()]);
    let init = RequestInit::new();
    let in_progress = InProgress::begin(&init, request.target.method().as_str());
    let prepared = prepared(&url, &request, &init);
    spawn_local(async move { done(exchange(prepared, &request.target).await) });
    in_progress
}

/// The browser's request; `None` where it cannot be made, as with an invalid address.
fn prepared(url: &str, request: &Request, init: &RequestInit) -> Option<http::Request> {
    let creates = request.target == Target::Call(Call::CreateConsent);
    let back = creates.then(page::return_address).flatten();
    let back = back.as_deref().map(|address| (X_AIS_LINK_RETURN, address));
    let body = request.body.as_ref().and_then(value::json);
    let kind = body.as_ref().map(|_| ("content-type", JSON));
    // A profile belongs to no session: no cookie, and no preflight.
    let own = !matches!(request.target, Target::Profile(_));
    let mark = own.then_some((X_AIS_LINK, X_AIS_LINK_VALUE));
    let chosen: Vec<_> = request.headers.pairs().collect();
    let chosen = chosen.iter().map(|(name, value)| (*name, &**value));
    let headers = Headers::new();
    for (name, value) in
        [("accept", JSON)].into_iter().chain(mark).chain(chosen).chain(back).chain(kind)
    {
        headers.set(name, value);
    }
    init.set_credentials(if own { RequestCredentials::Include } else { RequestCredentials::Omit });
    init.set_headers(&headers.into_raw());
    if let Some(body) = &body {
        init.set_body(body);
    }
    web_sys::Request::new_with_str_and_init(url, init).ok().map(http::Request::from)
}

async fn exchange(request: Option<http::Request>, target: &Target) -> Reply {
    let response = match request {
        Some(request) => send(request).await,
        None => None,
    };
    match response {
        Some((response, text)) => read(&response, text, target),
        None => Reply {
            answer: Err(Failure::Lost),
            request_id: None,
            location: None,
            approach: None,
            return_to: None,
            bank: None,
        },
    }
}

fn read(response: &Response, text: Option<String>, target: &Target) -> Reply {
    let headers = response.headers();
    let header = |name| headers.get(name);
    let answer = match (text, response.ok()) {
        // The connection ended before the body did.
        (None, _) => Err(Failure::Lost),
        (Some(text), true) => value::answer(target, &text).ok_or(Failure::Garbled),
        (Some(text), false) => Err(Failure::Refused {
            status: response.status(),
            code: value::problem(&text).and_then(|problem| problem.code().cloned()),
            retry_after: header(RETRY_AFTER).and_then(|text| pause(&text, header("date"))),
        }),
    };
    Reply {
        answer,
        request_id: header(X_REQUEST_ID),
        location: header(LOCATION),
        approach: header(ASPSP_SCA_APPROACH).map(Approach::from),
        return_to: header(X_AIS_LINK_RETURN),
        bank: header(X_AIS_LINK_BANK),
    }
}

/// `Retry-After` (RFC 9110, section 10.2.3): in seconds, or a date, which counts from the answer's own `date`: the
/// device's clock may be years off.
pub(crate) fn pause(text: &str, date: Option<String>) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (then, now) = (Date::parse(text), Date::parse(&date?));
    Duration::try_from_secs_f64(((then - now) / 1000.0).max(0.0)).ok()
}

const JSON: &str = "application/json";
