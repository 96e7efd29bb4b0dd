//! The life of an element: the Rust half is created on connect and freed on disconnect.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, ShadowRoot, console};

use crate::driver::{Driver, event};
use crate::names::{EVENT_STATE, RESTARTING};
use crate::settings::{Settings, Wanted};
use crate::text::COUNT;
use crate::view::{self, STYLE};

/// The Rust half of one connected element. Freeing it stops everything that it started.
pub struct Widget {
    /// `None` where an attribute is invalid: then a screen says so, and no flow begins.
    driver: Option<Driver>,
    /// Late results check whether it still exists.
    _root: Rc<ShadowRoot>,
}

impl Widget {
    /// Applies the change of the attribute `name` if the link in progress can go on. After any other
    /// change, or an invalid one, the element must reconnect as if the page had loaded again.
    pub fn apply_in_place(&self, name: &str) -> bool {
        let driver = self.driver.as_ref().filter(|_| !RESTARTING.contains(&name));
        driver.is_some_and(Driver::apply_in_place)
    }
}

impl Widget {
    fn connect(host: HtmlElement, root: ShadowRoot, base: &str) -> Self {
        let root = Rc::new(root);
        let driver = match Settings::read(&host, base) {
            Ok(settings) => Some(Driver::start(host, &root, settings)),
            Err(wrong) => {
                let (words, load) =
                    (wrong.in_words(), async |wanted: Rc<Wanted>| wanted.text(COUNT).await);
                let root = Rc::downgrade(&root);
                report_misconfigured(host, root, words, EVENT_STATE, load, view::misconfigured);
                None
            }
        };
        Self { driver, _root: root }
    }
}

/// Reports that the page is not set up correctly: the reason in the console, the element's event `name` about the screen, and a
/// text to the person, which `load` gives and `show` shows. Not before the element has its Rust half, since a listener may
/// remove it.
pub(crate) fn report_misconfigured<T>(
    host: HtmlElement,
    root: Weak<ShadowRoot>,
    words: String,
    name: &'static str,
    load: impl AsyncFnOnce(Rc<Wanted>) -> Option<T> + 'static,
    show: fn(&ShadowRoot, &T),
) where
    T: 'static,
{
    spawn_local(async move {
        if root.upgrade().is_none() {
            return;
        }
        console::error_1(&JsValue::from_str(&words));
        event::state(&host, name, MISCONFIGURED);
        let Some(text) = load(Wanted::of(&host)).await else { return };
        if let Some(root) = root.upgrade() {
            show(&root, &text);
        }
    });
}

/// Creates the Rust half of `host`, whose screens go into `root`.
pub fn connect(host: HtmlElement, root: ShadowRoot) -> Widget {
    Widget::connect(host, root, &base())
}

/// The style sheet that all elements share.
pub fn style() -> String {
    STYLE.to_owned()
}

/// Elements without the attribute `relay` use the one below `base`.
pub(crate) fn locate(base: &str) {
    BASE.set(base.to_owned());
}

/// The address below which the relay of such elements is.
pub(crate) fn base() -> String {
    BASE.with_borrow(Clone::clone)
}

/// The state of an element with an invalid attribute.
const MISCONFIGURED: &str = "misconfigured";

thread_local! {
    static BASE: RefCell<String> = const { RefCell::new(String::new()) };
}
