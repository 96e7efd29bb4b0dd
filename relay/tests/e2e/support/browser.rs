//! A headless browser with a person at it. This file starts it, gives it back and walks from page to page; what the
//! person does and what a test asks of a page has a file for each subject. Tests run no script of their own. This file
//! must not know which browser it is: that is for `chromium` and `firefox`.

use std::io::{Write, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use thirtyfour::WebDriver;
use thirtyfour::prelude::WebDriverResult;

use self::kind::Kind;
use self::pool::Idle;
use self::service::Service;
use super::scenario::Outcome;
use super::{World, logs};

mod announcements;
mod axe;
mod chromium;
mod clicking;
mod code;
mod devtools;
mod element;
mod events;
mod figures;
mod firefox;
mod held;
mod keys;
mod kind;
mod layout;
mod overrides;
mod pool;
mod profile;
mod reading;
mod script;
mod service;
mod storage;
mod styles;
mod tabs;

pub(crate) use self::element::Position;
pub(crate) use self::figures::{Machine, Network};
pub(crate) use self::held::Held;
pub(crate) use self::kind::{Cookies, Options, Popups, Scheme, Size};
pub(crate) use self::layout::Place;
pub(crate) use self::overrides::FACEBOOK;
pub(super) use self::pool::{close as close_pool, open as open_pool};
pub(crate) use self::script::PAUSE;
pub(crate) use self::tabs::Tab;
pub(crate) use thirtyfour::Key;

/// A browser that one scenario alone uses.
pub(crate) struct Browser {
    // Dropped in this order: the session ends while its service still runs.
    driver: WebDriver,
    service: Service,
    kind: Kind,
    options: Options,
    /// How the names of its logs begin.
    name: String,
    /// How many lines of the service's output are of earlier scenarios.
    skipped_lines: usize,
    /// Whether something stays behind in it, so that no other scenario may have it.
    is_spent: AtomicBool,
}

impl Browser {
    /// A browser as `options` say, of the kind that `AIS_LINK_BROWSER` names: one that an earlier scenario gave back,
    /// or a new one. A browser that does not start is no fault of the product: this tries again, with a new
    /// service and profile.
    pub(super) async fn start(options: Options, name: String) -> Self {
        if let Some(idle) = pool::take(options) {
            let skipped_lines = idle.service.lines().len();
            return Self::of(idle, name, skipped_lines);
        }
        for attempt in 1..TRIES {
            match launch(options).await {
                Ok(idle) => return Self::of(idle, name, 0),
                Err(reason) => {
                    let line = format!("no browser at try {attempt} of {TRIES}: {reason}");
                    // Not by `eprintln!`: the runner shows its output for a test that fails only.
                    writeln!(stderr(), "{line}").expect("stderr can be written");
                }
            }
        }
        let last = launch(options).await;
        let idle = last.unwrap_or_else(|reason| panic!("no browser in {TRIES} tries: {reason}"));
        Self::of(idle, name, 0)
    }

    fn of(idle: Idle, name: String, skipped_lines: usize) -> Self {
        let Idle { driver, service, options } = idle;
        let (kind, is_spent) = (Kind::chosen(), AtomicBool::new(false));
        Self { driver, service, kind, options, name, skipped_lines, is_spent }
    }

    /// Lets no other scenario have this browser, because something stays behind in it.
    pub(crate) fn keep_from_others(&self) {
        self.is_spent.store(true, Ordering::Relaxed);
    }

    /// Writes what the console says to the logs and leaves the browser to the next scenario. After a failure it takes a
    /// picture and ends the browser. It writes no text of the page: that may hold account numbers.
    pub(super) async fn give_back(self, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.write_console().await.expect("the browser has a console"),
            Outcome::Failed => self.write_evidence().await,
        }
        let Self { driver, service, options, is_spent, .. } = self;
        let is_spent = is_spent.into_inner() || outcome == Outcome::Failed;
        if !is_spent && pool::clean(&driver).await.is_ok() {
            pool::keep(Idle { driver, service, options });
        } else {
            // One that has died has ended already. The next scenario gets a new one.
            let _ = driver.quit().await;
        }
    }

    /// Writes what helps to understand a failure. It fails for no reason of its own: the test has failed already.
    async fn write_evidence(&self) {
        let picture = logs().join(format!("{}-failed.png", self.name));
        match self.driver.screenshot(&picture).await {
            Ok(()) => println!("what the person saw: {}", picture.display()),
            Err(error) => println!("there is no picture of the failure: {error}"),
        }
        if let Err(error) = self.write_console().await {
            println!("the console cannot be read: {error}");
        }
    }

    async fn write_console(&self) -> WebDriverResult<()> {
        let text = self.read_console().await?.join("\n");
        let log = logs().join(format!("{}-console.log", self.name));
        std::fs::write(log, text).expect("the folder of logs can be written");
        Ok(())
    }

    /// What the console says, a line each. Chromium gives each line once.
    pub(crate) async fn console(&self) -> Vec<String> {
        self.read_console().await.expect("the browser has a console")
    }

    async fn read_console(&self) -> WebDriverResult<Vec<String>> {
        match self.kind {
            Kind::Chromium => chromium::console(&self.driver).await,
            Kind::Firefox => {
                let mut lines = firefox::console(&self.driver, &self.service).await?;
                Ok(lines.split_off(self.skipped_lines.min(lines.len())))
            }
        }
    }

    /// A picture of the window, as a PNG in the folder of logs; its name ends in `label`.
    pub(crate) async fn picture(&self, label: &str) {
        let file = logs().join(format!("{}-{label}.png", self.name));
        self.driver.screenshot(&file).await.expect("a screenshot can be taken");
    }

    /// Opens the first page of `world`.
    pub(crate) async fn open(&self, world: &World) {
        self.goto(&world.url("/")).await;
    }

    /// Opens the first page of `world` as a person who has never been there.
    pub(crate) async fn open_as_new_visitor(&self, world: &World) {
        self.open_page_as_new_visitor(&world.url("/"), world).await;
    }

    /// Opens `page` of `world` as a person who has never been there.
    pub(crate) async fn open_page_as_new_visitor(&self, page: &str, world: &World) {
        // A page of the relay without the element: no flow is under way on it.
        self.goto(&world.url("/redirect")).await;
        self.delete_cookies().await;
        self.clear_session_storage().await;
        self.goto(page).await;
    }

    /// Opens `url` in the tab that the person looks at.
    pub(crate) async fn goto(&self, url: &str) {
        self.driver.goto(url).await.expect("the page opens");
    }

    /// Presses the back button.
    pub(crate) async fn back(&self) {
        self.driver.back().await.expect("there is a page to go back to");
    }

    /// Loads the page again.
    pub(crate) async fn reload(&self) {
        self.driver.refresh().await.expect("the page opens again");
    }

    /// What the address bar says.
    pub(crate) async fn address(&self) -> String {
        self.driver.current_url().await.expect("a page is open").into()
    }
}

/// Starts a service and a browser.
async fn launch(options: Options) -> Result<Idle, String> {
    let kind = Kind::chosen();
    let (service, capabilities) = match kind {
        Kind::Chromium => chromium::prepare(options),
        Kind::Firefox => firefox::prepare(options),
    }?;
    // A kept connection would end with the runtime of the scenario that opened it, at any moment of the next one.
    let client = reqwest::Client::builder().timeout(ANSWERED).pool_max_idle_per_host(0);
    let client = client.build().map_err(|error| error.to_string())?;
    let driver = WebDriver::builder(service.url(), capabilities).client(client).await;
    let driver = driver.map_err(|error| error.to_string())?;
    match set_up(&driver, kind, options).await {
        Ok(()) => Ok(Idle { driver, service, options }),
        Err(error) => {
            // It is of no use; the next try starts another one.
            let _ = driver.quit().await;
            Err(error.to_string())
        }
    }
}

/// What a session needs once it is there.
async fn set_up(driver: &WebDriver, kind: Kind, options: Options) -> WebDriverResult<()> {
    driver.set_script_timeout(PATIENCE).await?;
    driver.set_page_load_timeout(PATIENCE).await?;
    match kind {
        Kind::Chromium => Ok(()),
        Kind::Firefox => firefox::resize(driver, options.size).await,
    }
}

/// How often a browser is started at most.
const TRIES: u32 = 3;

/// How long a page may load and a script run: below the time in which the driver itself must answer.
const PATIENCE: Duration = Duration::from_secs(100);
/// How long a command may take: longer than the driver itself waits for a page.
const ANSWERED: Duration = Duration::from_mins(2);
