//! Watches whether all of a node is in view, and says in a line of text when it is not.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use super::dom::El;
use crate::text::Text;

/// An observer of a node. Dropping it ends the observation.
pub(super) struct VisibilityWatch {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(Array)>,
}

impl VisibilityWatch {
    /// Watches `node`, and says in `line` when it is cut off. `None` where the browser has no observer.
    pub(super) fn of(node: &El, line: El, text: Rc<Text>) -> Option<Self> {
        let callback = Closure::new(move |seen: Array| {
            // The browser passes at least one entry.
            let latest: IntersectionObserverEntry = seen.pop().unchecked_into();
            line.say(if latest.intersection_ratio() < WHOLE { text.cut() } else { "" });
        });
        let options = IntersectionObserverInit::new();
        options.set_threshold(&JsValue::from_f64(WHOLE));
        let function = callback.as_ref().unchecked_ref();
        let observer = IntersectionObserver::new_with_options(function, &options).ok()?;
        observer.observe(node.element());
        Some(Self { observer, _callback: callback })
    }
}

impl Drop for VisibilityWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The share that must be visible. The quiet zone covers the rest, and zoom leaves fractions of a pixel.
const WHOLE: f64 = 0.97;
