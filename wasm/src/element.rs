//! The life of an element: the Rust half is made on connect and freed on disconnect.

use std::cell::OnceCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, ShadowRoot};

use crate::driver::Driver;
use crate::names::{OBSERVED, RESTYLED};
use crate::settings::{Settings, Wanted};
use crate::view::{self, STYLE};

/// The Rust half of one connected element. Freeing it stops all that it started.
#[wasm_bindgen]
pub struct Widget {
    /// `None` where the page's attributes make no sense: then a screen says so, and no flow begins.
    driver: Option<Rc<Driver>>,
    /// What comes late looks whether it is still there.
    _root: Rc<ShadowRoot>,
}

#[wasm_bindgen]
impl Widget {
    /// Takes the change of the attribute `name` if it only changes words or looks: then the link that is
    /// under way goes on. Any other begins anew.
    pub fn takes(&self, name: &str) -> bool {
        let driver = self.driver.as_ref().filter(|_| RESTYLED.contains(&name));
        driver.inspect(|driver| driver.restyle_later()).is_some()
    }
}

impl Widget {
    fn connect(host: HtmlElement, root: ShadowRoot, base: &str) -> Self {
        let root = Rc::new(root);
        let driver = match Settings::read(&host, base) {
            Ok(settings) => Some(Driver::start(host, &root, settings)),
            Err(wanted) => {
                tell_misconfigured(Rc::downgrade(&root), wanted);
                None
            }
        };
        Self { driver, _root: root }
    }
}

impl Drop for Widget {
    fn drop(&mut self) {
        if let Some(driver) = &self.driver {
            driver.stop();
        }
    }
}

/// Says that the page is not set up correctly, in its words, unless that has changed before they are here.
fn tell_misconfigured(root: Weak<ShadowRoot>, wanted: Rc<Wanted>) {
    spawn_local(async move {
        let Some(text) = wanted.text().await else { return };
        if let Some(root) = root.upgrade() {
            view::misconfigured(&root, &text);
        }
    });
}

/// Defines the element under `tag`, unless something is defined there.
pub(crate) fn define(tag: &str, base: &str) {
    CONNECT.with(|connect| {
        let base = base.to_owned();
        let connect = connect.get_or_init(|| {
            Closure::new(move |host: HtmlElement, root: ShadowRoot| {
                Widget::connect(host, root, &base).into()
            })
        });
        let attributes = OBSERVED.map(JsValue::from_str).to_vec();
        register(tag, attributes, STYLE, connect);
    });
}

type Connect = Closure<dyn Fn(HtmlElement, ShadowRoot) -> JsValue>;

thread_local! {
    /// The class calls it for as long as the page lives, so it lives as long.
    static CONNECT: OnceCell<Connect> = const { OnceCell::new() };
}

#[wasm_bindgen(module = "/src/element.js")]
extern "C" {
    fn register(tag: &str, attributes: Vec<JsValue>, css: &str, connect: &Connect);
}
