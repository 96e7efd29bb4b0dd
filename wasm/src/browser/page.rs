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

/// Whether nobody sees the page: another tab, another app, a locked phone.
pub(crate) fn is_hidden() -> bool {
    document().hidden()
}

/// Whether the device has no network at all. A device that has one may still not reach the relay.
pub(crate) fn is_offline() -> bool {
    !window().navigator().on_line()
}

/// The language that `host` says it is in, or what is around it, also through shadow trees.
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

/// The page's address. Its fragment is part of it: some pages find their way by it.
pub(crate) fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// The page's address with a fragment: a browser that is sent there stays on the page as it is.
pub(crate) fn fragment_address() -> String {
    let address = address();
    let own = if address.contains('#') { "" } else { "#ais-link" };
    concat(&[&*address, own])
}

/// The page's address in full, if the bank can bring the person back there.
pub(crate) fn return_address() -> Option<String> {
    let address = window().location().href().ok()?;
    (address.starts_with("http") && address.len() <= LONGEST_ADDRESS).then_some(address)
}

/// Leaves the page for `address`, which is a bank's: it is never shown inside a frame. Banks forbid that, and the
/// person could not see whose page it is.
pub(crate) fn go(address: &str) {
    let top = window().top().ok().flatten().unwrap_or_else(window);
    // Of a page of another origin nothing else may be touched. One that forbids it stays, and its screen has the
    // way to a window.
    let _ = top.location().set_href(address);
}

/// Whether the page is inside another one.
pub(crate) fn is_framed() -> bool {
    window().top().ok().flatten().is_some_and(|top| top != window())
}

/// A window for the bank's page. It shows that somebody is at it until there is an address.
pub(crate) struct Popup(Window);

impl Popup {
    /// Opens a window, if the browser lets it: that is in a click, before anything is waited for.
    pub(crate) fn open(meanwhile: &str) -> Option<Self> {
        let name = WINDOW_NAME.with(Clone::clone);
        let opened = window().open_with_url_and_target_and_features("", &name, WINDOW_FEATURES);
        let popup = Self(opened.ok().flatten()?);
        if let Ok(Some(storage)) = popup.0.session_storage() {
            // A store that is full or forbidden only leaves the window open.
            let _ = storage.set_item(OPENED, "");
        }
        // One that is at a bank already keeps what it shows.
        if let Some(page) = popup.0.document().and_then(|document| document.document_element()) {
            page.set_text_content(Some(meanwhile));
        }
        Some(popup)
    }

    /// Goes to `address`; the page there finds no way back to this one.
    pub(crate) fn go(&self, address: &str) {
        // A window that the person has closed meanwhile takes neither, and the screen has the link.
        let _ = self.0.set_opener(&JsValue::NULL);
        let _ = self.0.location().assign(address);
    }

    /// Closes it, for there is nothing to do in it any more.
    pub(crate) fn close(self) {
        let _ = self.0.close();
    }
}

/// Whether this page is in a window that was opened for a bank's page, and came back from there.
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

/// How many fingers the screen feels. An iPad says that it is a Mac, and tells itself by this.
pub(crate) fn touch_points() -> i32 {
    window().navigator().max_touch_points()
}

/// `address` as the browser reads it; relative ones are below the page's base.
pub(crate) fn url(address: &str) -> Option<Url> {
    let base = document().base_uri().ok().flatten()?;
    Url::new_with_base(address, &base).ok()
}

/// Focuses `element`, which is an HTML element, and scrolls nothing.
pub(crate) fn focus_still(element: &Element) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // One that cannot be focused leaves the focus where it is.
    let _ = element.unchecked_ref::<HtmlElement>().focus_with_options(&options);
}

/// Brings `element` into view at once, whatever the page wants of scrolling; where it is in view, nothing moves.
pub(crate) fn reveal(element: &Element) {
    scroll(element, ScrollLogicalPosition::Nearest);
}

/// Brings the upper edge of `element` into view, if it is above what can be seen.
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

/// Whether `element` has the keyboard's focus within itself.
pub(crate) fn has_focus(element: &Element) -> bool {
    element.matches(":focus-within").unwrap_or(false)
}

/// What the relay takes as a header.
const LONGEST_ADDRESS: usize = 2048;
thread_local! {
    /// The name of the window that a bank's page is opened in: one for the page, however often it is opened. No
    /// other window has it, be it the page's own, whose name another site may have chosen: the bank would
    /// open there, and the page would be gone.
    static WINDOW_NAME: String = concat(&[WINDOW, &digits()]);
}

/// Digits that nobody can guess.
fn digits() -> String {
    let mut bytes = [0; 24];
    if let Ok(crypto) = window().crypto() {
        // Without them the name is another one than usual names all the same.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| char::from(b'0' + byte % 10)).collect()
}

/// What the name of such a window begins with; the relay's page for returns knows it.
const WINDOW: &str = "ais-link-popup-";
/// What a window that was opened so remembers in its session: its name is lost where a page is cut off from all that it
/// opens (COOP).
const OPENED: &str = "ais-link-popup";
const WINDOW_FEATURES: &str = "popup,width=520,height=760";
