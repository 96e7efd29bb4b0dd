//! One person with one browser in one world, who goes from screen to screen and takes pictures.

use sandbox::Fault;
use serde_json::json;

use super::camera;
use crate::redirect::Page;
use crate::support::{Browser, Size, Wishes, World};

/// The person, and all that they use.
pub(super) struct Walk {
    pub(super) world: World,
    pub(super) browser: Browser,
    name: String,
    width: u32,
}

impl Walk {
    /// Somebody with a screen of `size`, `width` pixels wide, at a page that is still loading.
    pub(super) async fn new(size: Size, width: u32) -> Self {
        let name = format!("screens-{width}");
        let world = World::with_pages(&name, &Page::of("SE").folder(&name)).await;
        let browser = Browser::with(Wishes { size, ..Wishes::default() }).await;
        Self { world, browser, name, width }
    }

    /// Waits for the screen `state` and takes its picture.
    pub(super) async fn shoot(&self, state: &str) {
        self.shoot_as(state, state).await;
    }

    /// Waits for the screen `state` and takes its picture as `name`.
    pub(super) async fn shoot_as(&self, state: &str, name: &str) {
        self.browser.screen(state).await;
        camera::shoot(&self.browser, name, self.width).await;
        // A screen that is held back may have gone while its picture was taken.
        let now = self.browser.eval("return link.getAttribute('state')", vec![]).await;
        assert_eq!(now, json!(state), "{name} went too soon");
    }

    /// Takes a picture of what says `text`, whatever its name is.
    pub(super) async fn shoot_text(&self, text: &str, name: &str) {
        self.browser.reads(text).await;
        camera::shoot(&self.browser, name, self.width).await;
    }

    /// Ends the browser.
    pub(super) async fn end(self) {
        self.browser.quit(&self.name).await;
    }
}

/// An answer that fails with `status`.
pub(super) fn status(status: u16) -> Fault {
    Fault::Status { status, retry_after: None }
}
