//! One person with one browser in one world, who goes from screen to screen and takes pictures, or
//! checks what is there.

use std::sync::{Arc, Mutex};

use sandbox::Fault;

use super::camera;
use crate::accessibility::check;
use crate::redirect::Page;
use crate::support::{BackEnd, Browser, Options, Scenario, Setting, World};

/// The person, and all that they use.
pub(super) struct Walk {
    pub(super) scenario: Scenario,
    pub(super) world: Arc<World>,
    pub(super) back_end: BackEnd,
    pub(super) browser: Arc<Browser>,
    task: Task,
}

/// What the person does at each screen.
pub(super) enum Task {
    /// Takes a picture, this wide.
    Picture(u32),
    /// Checks the screen, and keeps what a screen reader has of it.
    Check(Mutex<String>),
}

impl Walk {
    /// A person with a browser as `options` say, before any page is open.
    pub(super) async fn new(scenario: &Scenario, options: Options, task: Task) -> Self {
        let pages = Page::of("SE").write(scenario);
        let variables =
            &[("AIS_RELAY_CONTEXT", "private,corporate"), ("AIS_RELAY_SERVICE_NAME", "Kassan")];
        let setting = Setting { pages, variables, ..Setting::default() };
        let back_end = BackEnd::with(scenario, setting).await;
        let world = Arc::clone(&back_end.world);
        let browser = scenario.browser_with(options).await;
        Self { scenario: scenario.clone(), world, back_end, browser, task }
    }

    /// Waits for the screen `state` and looks at it.
    pub(super) async fn shoot(&self, state: &str) {
        self.shoot_as(state, state).await;
    }

    /// Waits for the screen `state` and looks at it as `name`.
    pub(super) async fn shoot_as(&self, state: &str, name: &str) {
        self.browser.screen(state).await;
        self.look(name).await;
        // The test holds up a screen that would go by itself: it must still be there.
        assert_eq!(self.browser.state().await.as_deref(), Some(state), "{name} went too soon");
    }

    /// Looks at the screen that says `text`, whatever its state is.
    pub(super) async fn shoot_text(&self, text: &str, name: &str) {
        self.browser.reads(text).await;
        self.look(name).await;
    }

    /// Takes a picture where this walk takes pictures.
    pub(super) async fn picture(&self, name: &str) {
        if let Task::Picture(_) = self.task {
            self.look(name).await;
        }
    }

    /// Takes a picture where this walk takes pictures, while what `selector` finds is pressed.
    pub(super) async fn picture_pressed(&self, selector: &str, name: &str) {
        if let Task::Picture(_) = self.task {
            self.browser.force_states(selector, &["active"]).await;
            self.look(name).await;
            self.browser.force_states(selector, &[]).await;
        }
    }

    async fn look(&self, name: &str) {
        self.task.look(&self.browser, name).await;
    }

    /// What a screen reader had of the screens, where that was asked.
    pub(super) fn read(self) -> String {
        self.task.read()
    }
}

impl Task {
    /// Does it at the screen `name`.
    pub(super) async fn look(&self, browser: &Browser, name: &str) {
        match self {
            Self::Picture(width) => camera::shoot(browser, name, *width).await,
            Self::Check(read) => {
                let text = check(browser, name).await;
                read.lock().expect("no thread panics while it holds this").extend(text);
            }
        }
    }

    /// What a screen reader had of the screens, where that was asked.
    pub(super) fn read(self) -> String {
        match self {
            Self::Picture(_) => String::new(),
            Self::Check(read) => read.into_inner().expect("no thread panicked while it held this"),
        }
    }
}

/// An answer that fails with `status`.
pub(super) fn status(status: u16) -> Fault {
    Fault::Status { status, retry_after: None }
}
