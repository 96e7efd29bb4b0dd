//! What the person does by the keyboard in the element is the element's: a page that listens for single keys on all of
//! the document must not act when somebody types the name of a bank. Escape, Tab and shortcuts are the page's too.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::dom::{El, key};

/// Keeps what is typed within the element. It ends when it is dropped.
pub(super) struct Keys(#[expect(dead_code, reason = "it is only held")] [EventListener; 4]);

impl Keys {
    /// Keeps what is typed within `base`.
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
    // Nodes of the page's own, in a slot, are not within.
    let Some(target) = target.filter(|target| base.contains(Some(target))) else { return false };
    let key = key(event);
    if event.dyn_ref::<KeyboardEvent>().is_some_and(is_shortcut) {
        return false;
    }
    let is = |what: &str| target.matches(what).unwrap_or(false);
    match &*key {
        // It closes our own dialog, and no other one.
        "Escape" => base.query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some()),
        "Tab" => false,
        // The browser's own keys: F1 and so on.
        key if key.len() > 1 && key.starts_with('F') => false,
        "Enter" | " " | "ArrowUp" | "ArrowDown" => is("input, button, a"),
        _ => is("input"),
    }
}

/// Whether a key is pressed for a command. Some keyboards write by Control and Alt together.
fn is_shortcut(event: &KeyboardEvent) -> bool {
    event.meta_key() || (event.ctrl_key() && !event.alt_key())
}
