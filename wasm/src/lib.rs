//! The custom element `<ais-link>`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/element.js")]
extern "C" {
    #[wasm_bindgen(js_name = register)]
    fn register(tag: &str);
}

/// Registers the element under `tag`, once however often it is called.
#[wasm_bindgen]
pub fn define(tag: &str) {
    register(tag);
}
