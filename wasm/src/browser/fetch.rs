//! One call through the relay. Dropping it aborts it.

use std::time::Duration;

use gloo_net::http::{RequestBuilder, Response};
use js_sys::Array;
use protocol::flow::{Answer, Failure, Reply, Request, Target};
use protocol::header::{
    ASPSP_SCA_APPROACH, LOCATION, RETRY_AFTER, X_AIS_LINK, X_AIS_LINK_RETURN, X_AIS_LINK_VALUE,
    X_REQUEST_ID,
};
use protocol::wire::{Approach, Code};
use protocol::{Call, Method};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, RequestCredentials};

use super::decode::{Json, get};
use super::{encode, page};

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
        let url = [base.trim_end_matches('/'), &request.target.address()].concat();
        let builder = prepare(&url, &request).abort_signal(Some(&controller.signal()));
        spawn_local(async move { done(exchange(builder, &request).await) });
        Some(Self { controller })
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

fn prepare(url: &str, request: &Request) -> RequestBuilder {
    let builder = RequestBuilder::new(url)
        .method(method(request.target.method()))
        .credentials(RequestCredentials::Include)
        .header("accept", "application/json")
        .header(X_AIS_LINK, X_AIS_LINK_VALUE);
    let back =
        matches!(request.target, Target::Call(Call::CreateConsent)).then(page::return_address);
    let back = back.flatten();
    let back = back.as_deref().map(|address| (X_AIS_LINK_RETURN, address));
    let pairs = request.headers.pairs().chain(back);
    pairs.fold(builder, |builder, (name, value)| builder.header(name, value))
}

async fn exchange(builder: RequestBuilder, request: &Request) -> Reply {
    let prepared = match request.body.as_ref().and_then(encode::json) {
        Some(body) => builder.header("content-type", "application/json").body(body),
        None => builder.build(),
    };
    let response = match prepared {
        Ok(prepared) => prepared.send().await,
        Err(fault) => Err(fault),
    };
    match response {
        Ok(response) => read(&response, &request.target).await,
        Err(_) => Reply {
            answer: Err(Failure::Lost),
            request_id: None,
            location: None,
            approach: None,
            return_to: None,
        },
    }
}

async fn read(response: &Response, target: &Target) -> Reply {
    let header = |name| response.headers().get(name);
    let body = response.text().await;
    let value = body.as_ref().ok().and_then(|text| js_sys::JSON::parse(text).ok());
    let answer = match (response.ok(), body.is_ok()) {
        (_, false) => Err(Failure::Lost),
        (true, true) => {
            let value = value.unwrap_or(JsValue::NULL);
            Answer::read(target, Json(value)).map_err(|_| Failure::Garbled)
        }
        (false, true) => Err(Failure::Refused {
            status: response.status(),
            code: value.as_ref().and_then(code),
            retry_after: header(RETRY_AFTER).and_then(|text| seconds(&text)),
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

/// The cause of a refusal. The flow acts on the relay's own ones only, which come in the form that the relay
/// writes: reading all forms of [`Problem`](protocol::wire::Problem) would be a part of the module.
fn code(value: &JsValue) -> Option<Code> {
    let messages: Array = get(value, "tppMessages").dyn_into().ok()?;
    get(&messages.get(0), "code").as_string().map(Code::from)
}

/// `Retry-After` in seconds (RFC 9110, section 10.2.3). The form with a date is not read: the own pause
/// is as good.
fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

fn method(method: Method) -> gloo_net::http::Method {
    match method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Put => gloo_net::http::Method::PUT,
        Method::Delete => gloo_net::http::Method::DELETE,
    }
}
