//! Sends a request, whatever the page has put in the place of the browser's `fetch`. `gloo-net` takes for granted
//! that it rejects with an `Error` and gives a `Response`, and would end the widget where it does not: what is sent,
//! and what comes, is `gloo-net`'s, and only the waiting is done here.

use std::cell::RefCell;

use gloo_net::http;
use js_sys::{Array, Function, Promise, Reflect};
use protocol::Method;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit, Response};

/// Requests go by `send`, which takes one and returns the promise of its response and the text of that (`read.js`).
pub(crate) fn by(send: Function) {
    SEND.set(Some(send));
}

/// The response to `request`, if one comes, with its text.
pub(crate) async fn send(request: http::Request) -> Option<(http::Response, Option<String>)> {
    let request: web_sys::Request = request.into();
    let send = SEND.with_borrow(Clone::clone)?;
    let answer = send.call1(&JsValue::UNDEFINED, &request).ok()?;
    let both: Array = JsFuture::from(Promise::resolve(&answer)).await.ok()?.dyn_into().ok()?;
    let response: Response = both.get(0).dyn_into().ok()?;
    Some((response.into(), both.get(1).as_string()))
}

/// A request in progress. Dropping it aborts it. A deletion goes on: what the person has ended stays ended, also where
/// the page removes the element or goes away at that moment.
#[must_use = "dropping it aborts the request"]
pub(crate) struct InProgress(Option<AbortController>);

impl InProgress {
    /// One with `method`, which is to be made of `init`.
    pub(crate) fn begin(init: &RequestInit, method: &str) -> Self {
        init.set_method(method);
        if method == Method::Delete.as_str() {
            // Setting a property of a new plain object cannot fail.
            let _ = Reflect::set(init, &JsValue::from_str("keepalive"), &JsValue::TRUE);
            return Self(None);
        }
        let controller = AbortController::new().ok();
        init.set_signal(controller.as_ref().map(AbortController::signal).as_ref());
        Self(controller)
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

thread_local! {
    static SEND: RefCell<Option<Function>> = const { RefCell::new(None) };
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use gloo_net::http;
    use js_sys::{Function, Reflect, global};
    use wasm_bindgen::JsValue;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::{by, send};

    wasm_bindgen_test_configure!(run_in_browser);

    const SEND: &str = concat!(include_str!("../read.js"), "return read(fetch(request))");

    /// What comes of a page's own `fetch` with this body: the status and the text.
    async fn with(body: &str) -> Option<(u16, Option<String>)> {
        let name = JsValue::from_str("fetch");
        let own = Reflect::get(&global(), &name).expect("a page has fetch");
        Reflect::set(&global(), &name, &Function::new_no_args(body)).expect("it can be set");
        by(Function::new_with_args("request", SEND));
        let request = web_sys::Request::new_with_str("/nowhere").expect("it is an address");
        let answer = send(http::Request::from(request)).await;
        Reflect::set(&global(), &name, &own).expect("it can be set");
        answer.map(|(response, text)| (response.status(), text))
    }

    #[wasm_bindgen_test]
    async fn a_fetch_of_the_page_costs_the_call_and_not_the_widget() {
        for body in [
            "return Promise.reject('offline')",
            "return Promise.reject()",
            "return Promise.reject({name: 'Error', message: 'offline'})",
            "return Promise.reject(new TypeError('offline'))",
            "throw 'offline'",
            "throw new TypeError('offline')",
            "return Promise.resolve({ok: true, status: 200, text: () => ''})",
            "return 'offline'",
            "return null",
        ] {
            assert_eq!(with(body).await, None, "{body}");
        }
        let late = "const it = new Response('x'); it.text = () => Promise.reject('lost'); return Promise.resolve(it)";
        assert_eq!(with(late).await, Some((200, None)));
        let sound = "return Promise.resolve(new Response('x', {status: 201}))";
        assert_eq!(with(sound).await, Some((201, Some("x".to_owned()))));
    }
}
