//! Builds nodes by name and text, never from markup.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use crate::browser::page::{self, document};
use crate::names::PART_BUTTON;

/// A node under construction, or one to change later. Clones share the node.
#[derive(Clone)]
pub(crate) struct El(Element);

/// A new HTML element.
pub(crate) fn el(tag: &str) -> El {
    El(document().create_element(tag).unwrap_throw())
}

/// A new SVG element.
pub(crate) fn svg(tag: &str) -> El {
    El(document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).unwrap_throw())
}

/// A button that is not the screen's main one.
pub(crate) fn button(label: &str) -> El {
    el("button").part(PART_BUTTON).attr("type", "button").text(label)
}

/// A link that opens in this tab, also on a page whose `<base>` names another.
pub(crate) fn link(part: &str) -> El {
    el("a").part(part).attr("target", "_self").attr("referrerpolicy", "origin")
}

/// A live region: screen readers speak its changes; it takes no focus and is invisible.
pub(crate) fn live() -> El {
    el("p").class("live").attr("role", "status")
}

/// The pressed key; empty where a password manager sends an event without one.
pub(crate) fn key(event: &Event) -> String {
    event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default()
}

impl El {
    /// `node`, which the element has made.
    pub(crate) fn of(node: Element) -> Self {
        Self(node)
    }

    pub(crate) fn element(&self) -> &Element {
        &self.0
    }

    /// Sets an attribute. Names are constants, so it cannot fail.
    pub(crate) fn attr(self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    pub(crate) fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    /// Gives the node a name by which pages and our own style sheet style it.
    pub(crate) fn part(self, part: &str) -> Self {
        self.class(part).attr("part", part)
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.0.set_text_content(Some(text));
        self
    }

    pub(crate) fn add(self, child: &Self) -> Self {
        self.add_element(&child.0);
        self
    }

    pub(crate) fn add_all(self, children: impl IntoIterator<Item = Self>) -> Self {
        for child in children {
            self.add_element(&child.0);
        }
        self
    }

    pub(crate) fn add_element(&self, child: &Element) {
        self.0.append_child(child).unwrap_throw();
    }

    /// Replaces the content of the node by `child`.
    pub(crate) fn hold(&self, child: &Self) {
        self.0.replace_children_with_node_1(&child.0);
    }

    pub(crate) fn set(&self, name: &str, value: &str) {
        self.0.set_attribute(name, value).unwrap_throw();
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.0.has_child_nodes()
    }

    /// Shows or hides the node.
    pub(crate) fn set_shown(&self, shown: bool) {
        if shown {
            self.0.remove_attribute("hidden").unwrap_throw();
        } else {
            self.set("hidden", "");
        }
    }

    /// Focuses the node; returns whether it took the focus. If not, the focus stays where it was.
    pub(crate) fn focus(&self) -> bool {
        self.0.unchecked_ref::<HtmlElement>().focus().is_ok()
    }

    /// Scrolls the node into view at once; a visible node does not move.
    pub(crate) fn reveal(&self) {
        page::reveal(&self.0);
    }

    /// Clicks the node.
    pub(crate) fn click(&self) {
        self.0.unchecked_ref::<HtmlElement>().click();
    }

    /// The person's input in the node, which is a field.
    pub(crate) fn value(&self) -> String {
        self.0.unchecked_ref::<HtmlInputElement>().value()
    }

    /// Clears the node, which is a field.
    pub(crate) fn empty(&self) {
        self.0.unchecked_ref::<HtmlInputElement>().set_value("");
    }

    /// Clears the text, if it is `text`.
    pub(crate) fn unsay(&self, text: &str) {
        if self.said() == text {
            self.say("");
        }
    }

    /// Sets the text, if it differs: a live region speaks at each change. Returns whether it did.
    pub(crate) fn say(&self, text: &str) -> bool {
        let changes = self.said() != text;
        if changes {
            self.0.set_text_content(Some(text));
            // A node accepts any property.
            let _ = Reflect::set(&self.0, &JsValue::from_str(SAID), &JsValue::from_str(text));
        }
        changes
    }

    /// The last text set here. The node may hold another one: translators rewrite it.
    pub(crate) fn said(&self) -> String {
        let said = Reflect::get(&self.0, &JsValue::from_str(SAID)).ok();
        let said = said.and_then(|said| said.as_string()).or_else(|| self.0.text_content());
        said.unwrap_or_default()
    }
}

/// The property of a node that holds the last text set.
const SAID: &str = "said";
