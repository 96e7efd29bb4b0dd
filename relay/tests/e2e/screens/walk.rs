//! One person with one browser in one world, who goes from screen to screen and takes pictures, or
//! checks what is there.

use std::sync::Mutex;

use sandbox::Fault;
use serde_json::json;

use super::camera;
use crate::accessibility::check;
use crate::redirect::Page;
use crate::support::{Browser, Wishes, World};

/// The person, and all that they use.
pub(super) struct Walk {
    pub(super) world: World,
    pub(super) browser: Browser,
    name: String,
    eye: Eye,
}

/// What is done at each screen.
pub(super) enum Eye {
    /// A picture is taken, this wide.
    Camera(u32),
    /// It is checked, and what a screen reader has of it is kept.
    Checks(Mutex<String>),
}

impl Walk {
    /// Somebody with a browser as `wishes` say, at a page that is still to be opened.
    pub(super) async fn new(name: &str, wishes: Wishes, eye: Eye) -> Self {
        let pages = Page::of("SE").folder(name);
        let contexts = [("AIS_RELAY_CONTEXT", "private,corporate")];
        let world = World::with(name, &pages, World::SLOWNESS, &contexts).await;
        let browser = Browser::with(wishes).await;
        Self { world, browser, name: name.to_owned(), eye }
    }

    /// Waits for the screen `state` and looks at it.
    pub(super) async fn shoot(&self, state: &str) {
        self.shoot_as(state, state).await;
    }

    /// Waits for the screen `state` and looks at it as `name`.
    pub(super) async fn shoot_as(&self, state: &str, name: &str) {
        self.browser.screen(state).await;
        self.see(name).await;
        // A screen that is held back may have gone meanwhile.
        let now = self.browser.eval("return link.getAttribute('state')", vec![]).await;
        assert_eq!(now, json!(state), "{name} went too soon");
    }

    /// Looks at what says `text`, whatever its name is.
    pub(super) async fn shoot_text(&self, text: &str, name: &str) {
        self.browser.reads(text).await;
        self.see(name).await;
    }

    /// Takes a picture where pictures are taken.
    pub(super) async fn picture(&self, name: &str) {
        if let Eye::Camera(_) = self.eye {
            self.see(name).await;
        }
    }

    /// Takes a picture where pictures are taken, while what `selector` finds is pressed.
    pub(super) async fn picture_pressed(&self, selector: &str, name: &str) {
        if let Eye::Camera(_) = self.eye {
            camera::press(&self.browser, selector, &["active"]).await;
            self.see(name).await;
            camera::press(&self.browser, selector, &[]).await;
        }
    }

    async fn see(&self, name: &str) {
        match &self.eye {
            Eye::Camera(width) => camera::shoot(&self.browser, name, *width).await,
            Eye::Checks(read) => {
                let told = check(&self.browser, name).await;
                read.lock().expect("nobody panics with it").extend(told);
            }
        }
    }

    /// Ends the browser; what a screen reader had of the screens, where that was asked.
    pub(super) async fn end(self) -> String {
        self.browser.quit(&self.name).await;
        match self.eye {
            Eye::Camera(_) => String::new(),
            Eye::Checks(read) => read.into_inner().expect("nobody panicked with it"),
        }
    }
}

/// An answer that fails with `status`.
pub(super) fn status(status: u16) -> Fault {
    Fault::Status { status, retry_after: None }
}
