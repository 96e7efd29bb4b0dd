//! The custom elements `<ais-link>`, which is the consent flow of [`protocol::flow`] in a page, and `<ais-accounts>`
//! ([`accounts`]), which shows what a person has linked.
//!
//! This crate has the browser's part: the element's life ([`element`]), the loop that runs the flow
//! ([`driver`]), the screens ([`view`]) and their words ([`text`]). The flow decides about consents; the
//! relay holds the secrets. What JavaScript may call is in a crate for each element, `wasm/link` and `wasm/accounts`.

#![deny(clippy::unwrap_used)]

pub mod accounts;
mod browser;
mod driver;
mod element;
pub mod launcher;
pub mod names;
pub mod qr;
mod queue;
mod settings;
pub mod text;
pub mod typings;
mod view;

use js_sys::{Function, Object};
#[cfg(target_arch = "wasm32")]
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

pub use crate::element::{Widget, connect, style};

/// Two kilobytes smaller than the standard library's allocator, and made for one thread.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// Sets the addresses, before the first element is connected, and what sends a request.
pub fn start(base: &str, texts: Object, send: Function) {
    text::locate(texts);
    element::locate(base);
    browser::send::by(send);
}
