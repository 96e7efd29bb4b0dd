//! Keeps the keyboard events of the element inside it: a page that listens for single keys on the whole
//! document must not act while a person types the name of a bank. Escape, Tab and shortcuts still reach the
//! page.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::dom::{El, key};

/// Stops key events at the element until dropped.
pub(crate) struct Keys(#[expect(dead_code, reason = "it is only held")] [EventListener; 4]);

impl Keys {
    /// Stops key events at `base`.
    pub(crate) fn of(base: &El) -> Self {
        // A key may be released on the next screen, where its target is another: the whole stroke is ours then.
        let pressed = Rc::new(RefCell::new(None));
        Self(["keydown", "keypress", "keyup", "input"].map(|name| {
            let (within, pressed) = (base.element().clone(), Rc::clone(&pressed));
            EventListener::new(base.element(), name, move |event| {
                let Some(target) = target(event, &within) else { return };
                let mut ours = is_ours(event, &target, &within);
                match name {
                    "keydown" => *pressed.borrow_mut() = ours.then(|| key(event)),
                    "keyup" => ours |= pressed.take() == Some(key(event)),
                    _ => {}
                }
                if ours {
                    event.stop_propagation();
                }
            })
        }))
    }
}

/// The target of `event`, if it is within `base`. The page's own nodes, in a slot, do not count.
fn target(event: &Event, base: &Element) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    base.contains(Some(&target)).then_some(target)
}

fn is_ours(event: &Event, target: &Element, base: &Element) -> bool {
    if event.dyn_ref::<KeyboardEvent>().is_some_and(is_shortcut) {
        return false;
    }
    let is = |what: &str| target.matches(what).unwrap_or(false);
    match &*key(event) {
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
