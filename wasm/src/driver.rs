//! Runs one element's flow: its requests go to the relay, its timers to the browser, its events to the
//! page, its view to the screen. This module decides nothing.
//!
//! One task owns all the state ([`pump`]). Acts, answers and timers go into a [`queue`], and the task
//! handles one after another. So a listener of the page may do anything at any time, even remove the
//! element: it can only add to the queue or close it.

mod claim;
pub(crate) mod event;
mod pump;
mod queue;

use std::rc::Rc;

use web_sys::{HtmlElement, ShadowRoot};

use self::pump::Pump;
use self::queue::{Happening, Queue};
use crate::settings::Settings;

/// One element's flow. Dropping it ends everything in progress: after that it shows, sends and announces
/// nothing.
#[must_use = "dropping it ends the flow"]
pub(crate) struct Driver {
    host: HtmlElement,
    /// The relay's address, which is fixed for a flow.
    relay: String,
    queue: Rc<Queue>,
}

impl Driver {
    /// Shows the first screen in `root` and asks the relay for consents to resume.
    pub(crate) fn start(host: HtmlElement, root: &ShadowRoot, settings: Settings) -> Self {
        let queue = Queue::new();
        let relay = settings.relay.clone();
        Pump::start(host.clone(), root, settings, Rc::clone(&queue));
        Self { host, relay, queue }
    }

    /// Reads the attributes again and applies them. `false` if one of them is invalid: then nothing
    /// changes.
    pub(crate) fn apply_in_place(&self) -> bool {
        let Ok(settings) = Settings::read(&self.host, &self.relay) else { return false };
        self.queue.push(Happening::Settings(Box::new(settings)));
        true
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.queue.close();
    }
}
