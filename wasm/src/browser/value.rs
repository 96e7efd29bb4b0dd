//! Conversions between the browser's values and the types of the wire.

use js_sys::JSON;
use protocol::flow::{Answer, Body, Target};
use protocol::wire::{Loose, Problem};
use serde::Serialize;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::JsValue;

/// Reads the text of a good answer to a request to `target`; `None` where it has another form.
pub(super) fn answer(target: &Target, text: &str) -> Option<Answer> {
    Answer::read(target, loose(text)?)
}

/// Reads the text of a refusal.
pub(crate) fn problem(text: &str) -> Option<Problem> {
    loose(text)?.read()
}

/// The text of an answer as a value, if it is JSON.
pub(crate) fn loose(text: &str) -> Option<Loose> {
    from_value(JSON::parse(text).ok()?).ok()
}

/// The text of a body.
pub(super) fn json(body: &Body) -> Option<JsValue> {
    let value = match body {
        Body::Consent(body) => plain(body),
        Body::PsuData(body) => plain(body),
        Body::Token(body) => plain(body),
    };
    JSON::stringify(&value).ok().map(JsValue::from)
}

/// `value` as plain objects and lists. A missing value becomes null.
pub(crate) fn plain<T: Serialize>(value: &T) -> JsValue {
    // The types that are written here cannot fail.
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

#[cfg(all(test, target_arch = "wasm32"))]
#[path = "../../../protocol/tests/odd/table.rs"]
mod table;

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::{answer, table};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn the_browser_reads_each_body_as_the_relay_does() {
        for (target, text, expected) in table::rows() {
            assert_eq!(answer(&target, text).map(table::written), expected, "{text}");
        }
    }
}
