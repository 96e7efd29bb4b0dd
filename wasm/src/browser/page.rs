//! The page around the element: its window, language and address.

use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{Document, Element, HtmlElement, Url, Window};

/// The window. There is one: the module runs in pages only.
pub(crate) fn window() -> Window {
    web_sys::window().unwrap_throw()
}

pub(crate) fn document() -> Document {
    window().document().unwrap_throw()
}

/// Whether nobody sees the page: another tab, another app, a locked phone.
pub(crate) fn is_hidden() -> bool {
    document().hidden()
}

/// The language that the page says it is in.
pub(crate) fn language() -> Option<String> {
    let root: HtmlElement = document().document_element()?.dyn_into().ok()?;
    Some(root.lang()).filter(|lang| !lang.is_empty())
}

/// The host name of the page, which the person sees in the address bar.
pub(crate) fn host_name() -> String {
    window().location().hostname().unwrap_or_default()
}

/// The page's address without its fragment.
pub(crate) fn address() -> String {
    let address = window().location().href().unwrap_or_default();
    address.split('#').next().unwrap_or_default().to_owned()
}

pub(crate) fn user_agent() -> String {
    window().navigator().user_agent().unwrap_or_default()
}

/// Whether the main pointer is a finger: then the BankID app is probably on this device.
pub(crate) fn is_touch() -> bool {
    let query = window().match_media("(pointer: coarse)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// How many fingers the screen feels. An iPad says that it is a Mac, and tells itself by this.
pub(crate) fn touch_points() -> i32 {
    window().navigator().max_touch_points()
}

/// `address` in full, with a slash at the end; relative ones are below the page's base.
pub(crate) fn resolve(address: &str) -> Option<String> {
    let base = document().base_uri().ok().flatten()?;
    let mut url = Url::new_with_base(address, &base).ok()?.href();
    if !url.ends_with('/') {
        url.push('/');
    }
    Some(url)
}

/// Whether `element` has the keyboard's focus within itself.
pub(crate) fn has_focus(element: &Element) -> bool {
    element.matches(":focus-within").unwrap_or(false)
}
