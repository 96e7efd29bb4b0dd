//! Whether all of a node is in view, as the browser watches it. It says so in one line, and only when it changes.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use super::dom::El;
use crate::text::Text;

/// A watch over a node. It ends when it is dropped.
pub(super) struct Sight {
    observer: IntersectionObserver,
    _tell: Closure<dyn FnMut(Array)>,
}

impl Sight {
    /// Watches `node`, and says in `line` when it is cut off. `None` where the browser cannot.
    pub(super) fn of(node: &El, line: El, text: Rc<Text>) -> Option<Self> {
        let tell = Closure::new(move |seen: Array| {
            // The browser calls with entries, and never with none.
            let latest: IntersectionObserverEntry = seen.pop().unchecked_into();
            line.say(if latest.intersection_ratio() < WHOLE { text.cut() } else { "" });
        });
        let options = IntersectionObserverInit::new();
        options.set_threshold(&JsValue::from_f64(WHOLE));
        let callback = tell.as_ref().unchecked_ref();
        let observer = IntersectionObserver::new_with_options(callback, &options).ok()?;
        observer.observe(node.element());
        Some(Self { observer, _tell: tell })
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The share that must be seen. The quiet zone is wider than the rest, and zoom leaves fractions of a pixel.
const WHOLE: f64 = 0.97;
