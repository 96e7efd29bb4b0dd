//! The module of `<ais-link>`: what its scripts may call. All else is in the crate `ais-link`, which exports nothing to
//! JavaScript, so that the module of one element has no code of the other.

use js_sys::{Function, Object};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{HtmlElement, ShadowRoot};

/// The Rust half of one connected element. Freeing it stops everything that it started.
#[wasm_bindgen]
pub struct Widget(ais_link::Widget);

#[wasm_bindgen]
impl Widget {
    /// Applies the change of the attribute `name` if what is in progress can go on. After any other
    /// change, or an invalid one, the element must reconnect as if the page had loaded again.
    #[wasm_bindgen(js_name = applyInPlace)]
    pub fn apply_in_place(&self, name: &str) -> bool {
        self.0.apply_in_place(name)
    }
}

/// Creates the Rust half of `host`, whose screens go into `root`. `element.js` calls it on connect, and
/// frees it on disconnect.
#[wasm_bindgen]
pub fn connect(host: HtmlElement, root: ShadowRoot) -> Widget {
    Widget(ais_link::connect(host, root))
}

/// The style sheet that all elements share.
#[wasm_bindgen]
pub fn style() -> String {
    ais_link::style()
}

/// Sets the addresses, before the first element is connected. `base` is the address of the relay for
/// elements without the attribute `relay`. `texts` has the addresses of the files with the texts of each
/// language. `send` takes a request, and returns the promise of its response and the text of that.
#[wasm_bindgen]
pub fn start(base: &str, texts: Object, send: Function) {
    ais_link::start(base, texts, send);
}
