//! One question to the relay.

use gloo_net::http::{Headers, Request};
use js_sys::JSON;
use protocol::concat;
use protocol::header::{RETRY_AFTER, X_AIS_LINK, X_AIS_LINK_VALUE};
use protocol::wire::{Code, Token};
use wasm_bindgen_futures::spawn_local;
use web_sys::{RequestCredentials, RequestInit};

use super::ask::{Answer, Ask, Refusal};
use crate::browser::clock;
use crate::browser::fetch::pause;
use crate::browser::send::{InProgress, send};
use crate::browser::value::{loose, plain, problem};

/// Asks the relay at `base` within the view session `view`, or for it with `token`; passes what comes of it to `done`.
pub(super) fn call(
    base: &str,
    view: &str,
    token: &str,
    ask: &Ask,
    done: impl FnOnce(Result<Answer, Refusal>) + 'static,
) -> InProgress {
    let address = concat(&[base.trim_end_matches('/'), &ask.path(view)]);
    let init = RequestInit::new();
    let in_progress = InProgress::begin(&init, ask.method());
    let request = prepared(&address, token, ask, &init);
    let ask = ask.clone();
    spawn_local(async move { done(exchange(request, &ask).await) });
    in_progress
}

fn prepared(address: &str, token: &str, ask: &Ask, init: &RequestInit) -> Option<Request> {
    let headers = Headers::new();
    headers.set("accept", KIND);
    headers.set(X_AIS_LINK, X_AIS_LINK_VALUE);
    init.set_credentials(RequestCredentials::Include);
    if *ask == Ask::Claim {
        headers.set("content-type", KIND);
        let body = plain(&Token { token: token.to_owned() });
        init.set_body(&JSON::stringify(&body).ok()?.into());
    }
    init.set_headers(&headers.into_raw());
    web_sys::Request::new_with_str_and_init(address, init).ok().map(Request::from)
}

async fn exchange(request: Option<Request>, ask: &Ask) -> Result<Answer, Refusal> {
    let answer = send(request.ok_or(Refusal::Failed)?).await;
    let (response, text) = answer.ok_or(Refusal::Unreached)?;
    let text = text.ok_or(Refusal::Unreached)?;
    if response.ok() {
        return ask.read(loose(&text)).ok_or(Refusal::Failed);
    }
    let problem = problem(&text);
    let code = problem.as_ref().and_then(|problem| problem.code()).map_or("", Code::as_str);
    let header = |name| response.headers().get(name);
    let wait = header(RETRY_AFTER).and_then(|text| pause(&text, header("date")));
    Err(ask.refusal(response.status(), code, wait.map(clock::millis_after)))
}

const KIND: &str = "application/json";
