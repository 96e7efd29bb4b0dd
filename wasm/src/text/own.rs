//! The page's own texts: its property `texts`, an object of names and strings. They are text and never
//! markup, and apply in every language; unknown ones are reported in the console and left out.

use js_sys::{Object, Reflect};
use protocol::wire::Loose;
use serde_wasm_bindgen::from_value;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, console};

use crate::names::PROPERTY_TEXTS;

/// Texts by their places in the list.
#[derive(Default)]
pub(crate) struct Overrides(Vec<(usize, String)>);

impl Overrides {
    /// Reads those of `texts`; `names` has the name of each text on a line.
    pub(super) fn read(texts: &Object, names: &str) -> Self {
        let mut own = Vec::new();
        let Ok(Loose::Object(texts)) = from_value(texts.into()) else {
            return Self::default();
        };
        for (name, text) in texts {
            match (names.split('\n').position(|known| name == known), text) {
                (Some(place), Loose::Text(text)) => own.push((place, text)),
                // A name without a value changes nothing.
                (Some(_), Loose::Nothing) => {}
                _ => console::warn_2(&JsValue::from_str(UNKNOWN), &JsValue::from(name)),
            }
        }
        Self(own)
    }

    /// The page's own text for a place.
    pub(super) fn get(&self, place: usize) -> Option<&str> {
        self.0.iter().find(|(own, _)| *own == place).map(|(_, text)| &**text)
    }
}

/// The object that the page has given the element `host`.
pub(crate) fn texts(host: &HtmlElement) -> Option<Object> {
    Reflect::get(host, &JsValue::from_str(PROPERTY_TEXTS)).ok()?.dyn_into().ok()
}

const UNKNOWN: &str = "The element has no text of this name, or it is not a string:";
