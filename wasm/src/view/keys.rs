//! Keeps the keyboard events of the element inside it: a page that listens for single keys on the whole
//! document must not act while a person types the name of a bank. Escape, Tab and shortcuts still reach the
//! page.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::dom::{El, key};

/// Stops key events at the element until dropped.
pub(super) struct Keys(#[expect(dead_code, reason = "it is only held")] [EventListener; 4]);

impl Keys {
    /// Stops key events at `base`.
    pub(super) fn of(base: &El) -> Self {
        Self(["keydown", "keypress", "keyup", "input"].map(|name| {
            let within = base.element().clone();
            EventListener::new(base.element(), name, move |event| {
                if is_ours(event, &within) {
                    event.stop_propagation();
                }
            })
        }))
    }
}

fn is_ours(event: &Event, base: &Element) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    // The page's own nodes, in a slot, do not count.
    let Some(target) = target.filter(|target| base.contains(Some(target))) else { return false };
    let key = key(event);
    if event.dyn_ref::<KeyboardEvent>().is_some_and(is_shortcut) {
        return false;
    }
    let is = |what: &str| target.matches(what).unwrap_or(false);
    match &*key {
        // Escape closes our own dialog, and no other one.
        "Escape" => base.query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some()),
        "Tab" => false,
        // Function keys.
        key if key.len() > 1 && key.starts_with('F') => false,
        "Enter" | " " | "ArrowUp" | "ArrowDown" => is("input, button, a"),
        _ => is("input"),
    }
}

/// Whether a key event is a shortcut. Some keyboards type characters by Control and Alt together.
fn is_shortcut(event: &KeyboardEvent) -> bool {
    event.meta_key() || (event.ctrl_key() && !event.alt_key())
}
