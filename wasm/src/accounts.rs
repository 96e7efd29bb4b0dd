//! The custom element `<ais-accounts>`: what a person has linked, with its accounts, and the removal of it. The host's own
//! server has made a view session for the person, whose token the element shows to the relay.
//!
//! [`model`] decides what is shown; [`task`] asks the relay and tells the page; [`view`] makes the nodes. The page's storage
//! is not used.

mod act;
mod ask;
mod call;
mod model;
pub mod names;
mod screen;
mod task;
pub mod text;
pub mod typings;
mod view;

use std::rc::Rc;

use protocol::concat;
use protocol::wire::Token;
use web_sys::{HtmlElement, ShadowRoot};

use self::names::{ATTRIBUTE_TOKEN, EVENT_STATE};
use self::task::{Happening, Task};
use self::text::Text;
use crate::element::{base, report_misconfigured};
use crate::names::{ATTRIBUTE_LANG, ATTRIBUTE_RELAY, PROPERTY_TEXTS};
use crate::queue::Queue;
use crate::settings::{Wanted, attribute, relay};
use crate::view::STYLE;

/// The Rust half of one connected element. Freeing it stops everything that it started.
pub struct Widget {
    host: HtmlElement,
    /// `None` where an attribute is invalid: then a screen says so.
    queue: Option<Rc<Queue<Happening>>>,
    /// Late results check whether it still exists.
    _root: Rc<ShadowRoot>,
}

impl Widget {
    /// Applies the change of the attribute `name` if what is in progress can go on. After any other change the element
    /// must reconnect.
    pub fn apply_in_place(&self, name: &str) -> bool {
        let queue =
            self.queue.as_ref().filter(|_| [ATTRIBUTE_LANG, PROPERTY_TEXTS].contains(&name));
        if let Some(queue) = queue {
            queue.push(Happening::Wanted(Wanted::of(&self.host)));
        }
        queue.is_some()
    }
}

impl Drop for Widget {
    fn drop(&mut self) {
        if let Some(queue) = &self.queue {
            queue.close();
        }
    }
}

/// Creates the Rust half of `host`, whose screens go into `root`.
pub fn connect(host: HtmlElement, root: ShadowRoot) -> Widget {
    let root = Rc::new(root);
    let place = match attribute(&host, ATTRIBUTE_RELAY) {
        Some(said) => relay::read(&said),
        None => relay::own(&base()),
    };
    let token = attribute(&host, ATTRIBUTE_TOKEN).map(|token| Token { token });
    let queue = match (place, token) {
        (Some(relay), Some(token)) => Some(Task::start(host.clone(), &root, relay, token)),
        (relay, _) => {
            let words = if relay.is_none() { WRONG_RELAY } else { NO_TOKEN }.to_owned();
            let load = async |wanted: Rc<Wanted>| Text::load(&wanted).await;
            let (host, root) = (host.clone(), Rc::downgrade(&root));
            report_misconfigured(host, root, words, EVENT_STATE, load, view::misconfigured);
            None
        }
    };
    Widget { host, queue, _root: root }
}

/// The style sheet that all elements share.
pub fn style() -> String {
    concat(&[STYLE, OWN_STYLE])
}

/// The rules of this element alone: `accounts/view/style.css`, written by `build.rs`.
const OWN_STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/accounts.css"));
const WRONG_RELAY: &str = "ais-accounts: the attribute relay must be an address of http or https without a file, such as \
    https://link.example.com/ or /relay/.";
const NO_TOKEN: &str = "ais-accounts: the attribute token must be that of a view session, which your own server makes.";
