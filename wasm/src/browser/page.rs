//! The page around the element: its window, language and address.

use protocol::concat;
use protocol::flow::Device;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};
use web_sys::{
    Document, Element, FocusOptions, HtmlElement, ScrollBehavior, ScrollIntoViewOptions,
    ScrollLogicalPosition, ShadowRoot, Url, Window,
};

/// The window. There is one: the module runs in pages only.
pub(crate) fn window() -> Window {
    web_sys::window().unwrap_throw()
}

pub(crate) fn document() -> Document {
    window().document().unwrap_throw()
}

/// Whether the page is invisible: another tab, another app, a locked phone.
pub(crate) fn is_hidden() -> bool {
    document().hidden()
}

/// Whether the device has no network at all. With one, the relay may still be out of reach.
pub(crate) fn is_offline() -> bool {
    !window().navigator().on_line()
}

/// The language of `host`, or of the elements around it, also across shadow trees.
pub(crate) fn language(host: &Element) -> Option<String> {
    let mut inside = host.clone();
    loop {
        if let Some(said) = inside.closest("[lang]:not([lang=''])").ok()? {
            return said.get_attribute("lang");
        }
        inside = inside.get_root_node().dyn_into::<ShadowRoot>().ok()?.host();
    }
}

/// The host name of the page, which the person sees in the address bar.
pub(crate) fn host_name() -> String {
    window().location().hostname().unwrap_or_default()
}

/// The page's address. Its fragment is included: some pages route by it.
pub(crate) fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// The page's address with a fragment: a browser that opens it does not reload the page.
pub(crate) fn fragment_address() -> String {
    let address = address();
    let own = if address.contains('#') { "" } else { "#ais-link" };
    concat(&[&*address, own])
}

/// The page's full address, if the bank can send the person back to it.
pub(crate) fn return_address() -> Option<String> {
    let address = window().location().href().ok()?;
    (address.starts_with("http") && address.len() <= LONGEST_ADDRESS).then_some(address)
}

/// Leaves the page for `address`, a bank's page, which is never shown inside a frame: banks forbid that,
/// and the person could not see whose page it is.
pub(crate) fn go(address: &str) {
    let top = window().top().ok().flatten().unwrap_or_else(window);
    // A page may do nothing else with a window of another origin. Where that is forbidden too, the page
    // stays, and its screen offers a window.
    let _ = top.location().set_href(address);
}

/// Whether the page is inside another one.
pub(crate) fn is_framed() -> bool {
    window().top().ok().flatten().is_some_and(|top| top != window())
}

/// A window for the bank's page. It shows a text until there is an address.
pub(crate) struct Popup(Window);

impl Popup {
    /// Opens a window, if the browser permits it: that is in a click, before any waiting.
    pub(crate) fn open(meanwhile: &str) -> Option<Self> {
        // A new name for each window. It differs from the names of all others: also from the page's own, which
        // another site may have chosen and where the bank would replace the page, and from that of a window just
        // closed, which Firefox finds by its name for a while.
        let name = concat(&[WINDOW, &digits()]);
        let opened = window().open_with_url_and_target_and_features("", &name, WINDOW_FEATURES);
        let popup = Self(opened.ok().flatten()?);
        if let Ok(Some(storage)) = popup.0.session_storage() {
            // A full or forbidden store only means that the window stays open at the end.
            let _ = storage.set_item(OPENED, "");
        }
        if let Some(page) = popup.0.document().and_then(|document| document.document_element()) {
            page.set_text_content(Some(meanwhile));
        }
        Some(popup)
    }

    /// Its window.
    pub(crate) fn window(&self) -> &Window {
        &self.0
    }

    /// Goes to `address`; the page there gets no reference to this one.
    pub(crate) fn go(&self, address: &str) {
        // If the person has closed the window, both calls do nothing, and the screen has the link.
        let _ = self.0.set_opener(&JsValue::NULL);
        let _ = self.0.location().assign(address);
    }

    /// Closes it at the end of the link.
    pub(crate) fn close(self) {
        let _ = self.0.close();
    }
}

/// Whether this page is in a window for a bank's page, after the return from there.
pub(crate) fn is_popup() -> bool {
    let storage = window().session_storage().ok().flatten();
    storage.is_some_and(|storage| matches!(storage.get_item(OPENED), Ok(Some(_))))
}

pub(crate) fn user_agent() -> String {
    window().navigator().user_agent().unwrap_or_default()
}

/// Where the person probably has their BankID app: here, if the main pointer is a finger.
pub(crate) fn device() -> Device {
    let query = window().match_media("(pointer: coarse)");
    let touch = query.ok().flatten().is_some_and(|query| query.matches());
    if touch { Device::This } else { Device::Other }
}

/// The number of touch points of the screen. An iPad calls itself a Mac, and only this shows the
/// difference.
pub(crate) fn touch_points() -> i32 {
    window().navigator().max_touch_points()
}

/// `address` as the browser resolves it, relative to the page's base.
pub(crate) fn url(address: &str) -> Option<Url> {
    let base = document().base_uri().ok().flatten()?;
    Url::new_with_base(address, &base).ok()
}

/// Focuses `element`, which is an HTML element, without scrolling.
pub(crate) fn focus_still(element: &Element) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // If it cannot take the focus, the focus stays where it was.
    let _ = element.unchecked_ref::<HtmlElement>().focus_with_options(&options);
}

/// Scrolls `element` into view at once, whatever the page's scroll behaviour; a visible element does not
/// move.
pub(crate) fn reveal(element: &Element) {
    scroll(element, ScrollLogicalPosition::Nearest);
}

/// Scrolls the upper edge of `element` into view, if it is above the visible part.
pub(crate) fn reveal_top(element: &Element) {
    if element.get_bounding_client_rect().top() < 0.0 {
        scroll(element, ScrollLogicalPosition::Start);
    }
}

fn scroll(element: &Element, to: ScrollLogicalPosition) {
    let options = ScrollIntoViewOptions::new();
    options.set_behavior(ScrollBehavior::Instant);
    options.set_block(to);
    options.set_inline(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Whether the keyboard focus is within `element`.
pub(crate) fn has_focus(element: &Element) -> bool {
    element.matches(":focus-within").unwrap_or(false)
}

/// The relay's limit for the header.
const LONGEST_ADDRESS: usize = 2048;

/// Random digits.
fn digits() -> String {
    let mut bytes = [0; 24];
    if let Ok(crypto) = window().crypto() {
        // Without randomness the name still differs from usual ones.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| char::from(b'0' + byte % 10)).collect()
}

/// The prefix of the window's name; the relay's page for returns knows it.
const WINDOW: &str = "ais-link-popup-";
/// The key that marks such a window in its session storage: its name is lost where COOP separates a page
/// from the windows that it opens.
const OPENED: &str = "ais-link-popup";
const WINDOW_FEATURES: &str = "popup,width=520,height=760";
