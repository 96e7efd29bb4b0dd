//! The custom element `<ais-link>`: the consent flow of [`protocol::flow`] in a page.
//!
//! This crate has the browser's part: the element's life ([`element`]), the loop that runs the flow
//! ([`driver`]), the screens ([`view`]) and their words ([`text`]). The flow decides about consents; the
//! relay holds the secrets.

#![deny(clippy::unwrap_used)]

mod browser;
mod driver;
mod element;
pub mod launcher;
pub mod names;
pub mod qr;
mod settings;
pub mod text;
pub mod typings;
mod view;

use js_sys::{Function, Object};
#[cfg(target_arch = "wasm32")]
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::wasm_bindgen;

pub use crate::element::{Widget, connect, style};

/// Two kilobytes smaller than the standard library's allocator, and made for one thread.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// Sets the addresses, before the first element is connected. `base` is the address of the relay for
/// elements without the attribute `relay`. `texts` has the addresses of the files with the texts of each
/// language. `send` takes a request, and returns the promise of its response.
#[wasm_bindgen]
pub fn start(base: &str, texts: Object, send: Function) {
    text::locate(texts);
    element::locate(base);
    browser::send::by(send);
}
