//! Nodes, made one way: by name and text, never by markup.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use crate::browser::page::{self, document};
use crate::names::PART_BUTTON;

/// A node under construction, or one to change later. Clones are the same node.
#[derive(Clone)]
pub(super) struct El(Element);

/// A new HTML element.
pub(super) fn el(tag: &str) -> El {
    El(document().create_element(tag).unwrap_throw())
}

/// A new SVG element.
pub(super) fn svg(tag: &str) -> El {
    El(document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).unwrap_throw())
}

/// A button that is not the screen's main one.
pub(super) fn button(label: &str) -> El {
    el("button").part(PART_BUTTON).attr("type", "button").text(label)
}

/// A link that leads where it says, in this tab: also on a page whose `<base>` names another.
pub(super) fn link(part: &str) -> El {
    el("a").part(part).attr("target", "_self").attr("referrerpolicy", "origin")
}

/// A line that is spoken politely when it changes; never focused, never seen.
pub(super) fn live() -> El {
    el("p").class("live").attr("role", "status")
}

/// The key that was pressed; none where a password manager only says that one was.
pub(super) fn key(event: &Event) -> String {
    event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default()
}

impl El {
    /// `node`, which is one of ours.
    pub(super) fn of(node: Element) -> Self {
        Self(node)
    }

    pub(super) fn element(&self) -> &Element {
        &self.0
    }

    /// Sets an attribute. Names are constants, so it cannot fail.
    pub(super) fn attr(self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    pub(super) fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    /// Gives the node a name that pages style it by. Our own style sheet knows it by the same.
    pub(super) fn part(self, part: &str) -> Self {
        self.class(part).attr("part", part)
    }

    pub(super) fn text(self, text: &str) -> Self {
        self.0.set_text_content(Some(text));
        self
    }

    pub(super) fn add(self, child: &Self) -> Self {
        self.add_element(&child.0);
        self
    }

    pub(super) fn add_all(self, children: impl IntoIterator<Item = Self>) -> Self {
        for child in children {
            self.add_element(&child.0);
        }
        self
    }

    pub(super) fn add_element(&self, child: &Element) {
        self.0.append_child(child).unwrap_throw();
    }

    /// Puts `child` in the place of all that is in the node.
    pub(super) fn hold(&self, child: &Self) {
        self.0.replace_children_with_node_1(&child.0);
    }

    pub(super) fn set(&self, name: &str, value: &str) {
        self.0.set_attribute(name, value).unwrap_throw();
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.0.has_child_nodes()
    }

    /// Shows or hides the node.
    pub(super) fn set_shown(&self, shown: bool) {
        if shown {
            self.0.remove_attribute("hidden").unwrap_throw();
        } else {
            self.set("hidden", "");
        }
    }

    /// Focuses the node; whether it could be. One that cannot leaves the focus where it is.
    pub(super) fn focus(&self) -> bool {
        self.0.unchecked_ref::<HtmlElement>().focus().is_ok()
    }

    /// Brings the node into view, without any way in between; where it is in view, nothing moves.
    pub(super) fn reveal(&self) {
        page::reveal(&self.0);
    }

    /// Does what a click on the node does.
    pub(super) fn click(&self) {
        self.0.unchecked_ref::<HtmlElement>().click();
    }

    /// What the person has typed into the node, which is a field.
    pub(super) fn value(&self) -> String {
        self.0.unchecked_ref::<HtmlInputElement>().value()
    }

    /// Takes away what the person has typed into the node, which is a field.
    pub(super) fn empty(&self) {
        self.0.unchecked_ref::<HtmlInputElement>().set_value("");
    }

    /// Takes the text away, if it is `text`.
    pub(super) fn unsay(&self, text: &str) {
        if self.said() == text {
            self.say("");
        }
    }

    /// Changes the text, if it is another: a live region speaks at each change. Tells whether it was.
    pub(super) fn say(&self, text: &str) -> bool {
        let changes = self.said() != text;
        if changes {
            self.0.set_text_content(Some(text));
            // A node takes any property.
            let _ = Reflect::set(&self.0, &JsValue::from_str(SAID), &JsValue::from_str(text));
        }
        changes
    }

    /// The text that was said last. What is in the node may be another: a translator has rewritten it.
    pub(super) fn said(&self) -> String {
        let said = Reflect::get(&self.0, &JsValue::from_str(SAID)).ok();
        let said = said.and_then(|said| said.as_string()).or_else(|| self.0.text_content());
        said.unwrap_or_default()
    }
}

/// The property of a node that keeps what was said there.
const SAID: &str = "said";
