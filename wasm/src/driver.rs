//! One element's flow at work: requests of the flow go to the relay, its timers to the browser, its events to the
//! page, its view to the screen. This module decides nothing.
//!
//! One task owns all the state ([`pump`]). Everything that happens to the element goes into a [`queue`], and the task
//! handles one thing after another. So a listener of the page may do anything at any time, even remove the element:
//! it can only add to the queue or close it.

mod claim;
pub(crate) mod event;
mod pump;
mod queue;

use std::rc::Rc;

use web_sys::{HtmlElement, ShadowRoot};

use self::pump::Pump;
use self::queue::{Happening, Queue};
use crate::settings::Settings;

/// One element's flow. Dropping it ends all that is under way: nothing is shown, asked or announced afterwards.
#[must_use = "dropping it ends the flow"]
pub(crate) struct Driver {
    host: HtmlElement,
    /// The relay's address, which stays for the life of a flow.
    relay: String,
    queue: Rc<Queue>,
}

impl Driver {
    /// Shows the first screen in `root` and asks the relay which consents there are to go on with.
    pub(crate) fn start(host: HtmlElement, root: &ShadowRoot, settings: Settings) -> Self {
        let queue = Queue::new();
        let relay = settings.relay.clone();
        Pump::start(host.clone(), root, settings, Rc::clone(&queue));
        Self { host, relay, queue }
    }

    /// Reads the attributes again and goes on under them. `false` if one of them makes no sense: then nothing
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
