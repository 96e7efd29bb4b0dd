//! One call through the relay. Dropping it aborts it.

use std::time::Duration;

use js_sys::{Array, Date};
use protocol::Call;
use protocol::concat;
use protocol::flow::{Failure, Reply, Request, Target};
use protocol::header::{
    ASPSP_SCA_APPROACH, LOCATION, RETRY_AFTER, X_AIS_LINK, X_AIS_LINK_RETURN, X_AIS_LINK_VALUE,
    X_REQUEST_ID,
};
use protocol::wire::{Approach, Code};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, RequestInit, Response};

use super::decode::{self, get};
use super::encode::{self, object};
use super::page;

/// A call under way.
#[must_use = "dropping it aborts the call"]
pub(crate) struct Fetch {
    controller: AbortController,
}

impl Fetch {
    /// Sends `request` to the relay at `base` and gives the reply to `done`, whatever happens.
    pub(crate) fn send(
        base: &str,
        request: Request,
        done: impl FnOnce(Reply) + 'static,
    ) -> Option<Self> {
        let controller = AbortController::new().ok()?;
        let url = concat(&[base.trim_end_matches('/'), &request.target.address()]);
        let init = init(&request, controller.signal().into());
        spawn_local(async move { done(exchange(&url, &init, &request.target).await) });
        Some(Self { controller })
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

/// What `fetch` takes beside the address: a plain object, which it reads once.
fn init(request: &Request, signal: JsValue) -> RequestInit {
    let creates = request.target == Target::Call(Call::CreateConsent);
    let back = creates.then(page::return_address).flatten();
    let back = back.as_deref().map(|address| (X_AIS_LINK_RETURN, address));
    let body = request.body.as_ref().and_then(encode::json);
    let kind = body.as_ref().map(|_| ("content-type", JSON));
    // What is known of a bank is nobody's own: no cookie, and nothing to ask permission for.
    let own = !matches!(request.target, Target::Profile(_));
    let mark = own.then_some((X_AIS_LINK, X_AIS_LINK_VALUE));
    let chosen: Vec<_> = request.headers.pairs().collect();
    let headers = [("accept", JSON)]
        .into_iter()
        .chain(mark)
        .chain(chosen.iter().map(|(name, value)| (*name, &**value)))
        .chain(back)
        .chain(kind);
    let headers: Vec<_> = headers.map(|(name, value)| (name, value.into())).collect();
    object(&[
        ("method", request.target.method().as_str().into()),
        ("credentials", if own { "include" } else { "omit" }.into()),
        ("headers", object(&headers)),
        ("signal", signal),
        ("body", body.map_or(JsValue::UNDEFINED, JsValue::from)),
    ])
    .unchecked_into()
}

async fn exchange(url: &str, init: &RequestInit, target: &Target) -> Reply {
    let sent = page::window().fetch_with_str_and_init(url, init);
    let response = JsFuture::from(sent).await.ok();
    match response.and_then(|response| response.dyn_into().ok()) {
        Some(response) => read(&response, target).await,
        None => Reply {
            answer: Err(Failure::Lost),
            request_id: None,
            location: None,
            approach: None,
            return_to: None,
        },
    }
}

async fn read(response: &Response, target: &Target) -> Reply {
    let headers = response.headers();
    let header = |name| headers.get(name).ok().flatten();
    let answer = match (text(response).await, response.ok()) {
        (None, _) => Err(Failure::Lost),
        (Some(text), true) => {
            let value = js_sys::JSON::parse(&text).unwrap_or(JsValue::NULL);
            decode::answer(target, value).ok_or(Failure::Garbled)
        }
        (Some(text), false) => Err(Failure::Refused {
            status: response.status(),
            code: js_sys::JSON::parse(&text).ok().and_then(|value| code(&value)),
            retry_after: header(RETRY_AFTER).and_then(|text| pause(&text, header("date"))),
        }),
    };
    Reply {
        answer,
        request_id: header(X_REQUEST_ID),
        location: header(LOCATION),
        approach: header(ASPSP_SCA_APPROACH).map(Approach::from),
        return_to: header(X_AIS_LINK_RETURN),
    }
}

/// The body in full; `None` if the connection ends before it does.
async fn text(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// The cause of a refusal, where it is one that the flow acts on: the relay's own ones, which come in the
/// form that the relay writes. To read all words and forms of [`Problem`](protocol::wire::Problem) would
/// be a part of the module.
fn code(value: &JsValue) -> Option<Code> {
    let messages: Array = get(value, "tppMessages").dyn_into().ok()?;
    let word = get(&messages.get(0), "code").as_string()?;
    match word.as_str() {
        "FOREIGN_COMPLETION" => Some(Code::ForeignCompletion),
        "SESSION_UNKNOWN" => Some(Code::SessionUnknown),
        "ACCESS_EXCEEDED" => Some(Code::AccessExceeded),
        "NOT_RETURNED" => Some(Code::NotReturned),
        _ => None,
    }
}

/// `Retry-After` (RFC 9110, section 10.2.3): in seconds, or a date, which counts from the answer's own `date`: the
/// device's clock may be years off.
fn pause(text: &str, date: Option<String>) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (then, now) = (Date::parse(text), Date::parse(&date?));
    Duration::try_from_secs_f64(((then - now) / 1000.0).max(0.0)).ok()
}

const JSON: &str = "application/json";
