//! The custom element `<ais-link>`: the consent flow of [`protocol::flow`] in a page.
//!
//! This crate owns what is the browser's: the element's life ([`element`]), the loop that feeds the
//! flow ([`driver`]), the screens ([`view`]) and their words ([`text`]). It decides nothing about
//! consents: that is the flow's. It holds no secret: that is the relay's.

#![deny(clippy::unwrap_used)]

mod browser;
mod driver;
mod element;
pub mod launcher;
pub mod names;
pub mod qr;
mod settings;
pub mod text;
mod typings;
mod view;

use js_sys::Object;
#[cfg(target_arch = "wasm32")]
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::wasm_bindgen;

pub use crate::element::{Widget, connect, style};

/// Smaller by two kilobytes than the standard library's, and made for one thread.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// Says where things are, before the first element is connected. `base` is the address below which the
/// relay is, for elements without the attribute `relay`. `texts` has the addresses of the files with
/// the texts of each language.
#[wasm_bindgen]
pub fn start(base: &str, texts: Object) {
    text::locate(texts);
    element::locate(base);
}
