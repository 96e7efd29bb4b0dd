//! A headless browser with a person at it. This file starts and ends it and walks from page to page;
//! what the person reads and clicks is in `reading`, their tabs are in `tabs`. It must not know
//! which browser it is: that is for `chromium` and `firefox`.

use std::io::{Write, stderr};
use std::time::Duration;

use serde_json::Value;
use thirtyfour::WebDriver;
use thirtyfour::prelude::WebDriverResult;

use self::kind::Kind;
use self::pool::Idle;
use self::service::Service;
use super::{World, logs};

mod bending;
mod chromium;
mod firefox;
mod kind;
mod pool;
mod profile;
mod reading;
mod service;
mod tabs;

pub(crate) use self::bending::FACEBOOK;
pub(crate) use self::kind::{Cookies, Popups, Scheme, Size, Wishes};
pub(crate) use self::pool::Guest;
pub(crate) use self::reading::PAUSE;
pub(crate) use self::tabs::Tab;

/// A browser of its own: nobody else's cookies.
pub(crate) struct Browser {
    // Dropped in this order: the session ends while its service still runs, also when a test panics.
    pub(crate) driver: WebDriver,
    service: Service,
    kind: Kind,
    wishes: Wishes,
    /// How many lines of the service's output are of the tests before.
    heard: usize,
    guest: Guest,
}

impl Browser {
    /// A browser with a light desktop.
    pub(crate) async fn new() -> Self {
        Self::with(Wishes::default()).await
    }

    /// A browser as `wishes` say, of the kind that `AIS_LINK_BROWSER` names: one that a test is done with,
    /// or a new one. One that does not start is no fault of what is tested: it is tried again, with a fresh
    /// service and profile.
    pub(crate) async fn with(wishes: Wishes) -> Self {
        let guest = Guest::new();
        if let Some(Idle { driver, service, wishes }) = pool::take(wishes) {
            let (kind, heard) = (Kind::chosen(), service.said().len());
            return Self { driver, service, kind, wishes, heard, guest };
        }
        for attempt in 1..TRIES {
            match Self::start(wishes).await {
                Ok(browser) => return browser,
                Err(reason) => {
                    let line = format!("no browser at try {attempt} of {TRIES}: {reason}");
                    // Not by `eprintln!`, which the runner shows for tests that fail alone.
                    writeln!(stderr(), "{line}").expect("the errors are written somewhere");
                }
            }
        }
        let last = Self::start(wishes).await;
        last.unwrap_or_else(|reason| panic!("no browser in {TRIES} tries: {reason}"))
    }

    async fn start(wishes: Wishes) -> Result<Self, String> {
        let kind = Kind::chosen();
        let (service, capabilities) = match kind {
            Kind::Chromium => chromium::prepare(wishes),
            Kind::Firefox => firefox::prepare(wishes),
        }?;
        // A kept connection ends with the runtime of the test that opened it, at any moment of the next test.
        let client = reqwest::Client::builder().timeout(ANSWERED).pool_max_idle_per_host(0);
        let client = client.build().map_err(|error| error.to_string())?;
        let driver = WebDriver::builder(service.url(), capabilities).client(client).await;
        let driver = driver.map_err(|error| error.to_string())?;
        let guest = Guest::new();
        let browser = Self { driver, service, kind, wishes, heard: 0, guest };
        let ready = browser.set_up(wishes).await;
        ready.map(|()| browser).map_err(|error| error.to_string())
    }

    /// What a session is told once it is there.
    async fn set_up(&self, wishes: Wishes) -> WebDriverResult<()> {
        self.driver.set_script_timeout(PATIENCE).await?;
        self.driver.set_page_load_timeout(PATIENCE).await?;
        match self.kind {
            Kind::Chromium => Ok(()),
            Kind::Firefox => firefox::resize(&self.driver, wishes.size).await,
        }
    }

    /// Opens the first page of `world`.
    pub(crate) async fn open(&self, world: &World) {
        self.goto(&world.url("/")).await;
    }

    /// Opens the first page of `world` as somebody who has never been there.
    pub(crate) async fn afresh(&self, world: &World) {
        self.afresh_at(&world.url("/"), world).await;
    }

    /// Opens `page` of `world` as somebody who has never been there.
    pub(crate) async fn afresh_at(&self, page: &str, world: &World) {
        // A page of the relay without the element: nothing goes on behind.
        self.goto(&world.url("/redirect")).await;
        self.forget().await;
        self.eval("sessionStorage.clear()", vec![]).await;
        self.goto(page).await;
    }

    /// Forgets all sessions.
    pub(crate) async fn forget(&self) {
        self.driver.delete_all_cookies().await.expect("a browser forgets");
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

    /// Runs `script` in the page; `link` is the element, `root` what is in it.
    pub(crate) async fn eval(&self, script: &str, arguments: Vec<Value>) -> Value {
        let script = format!("{}\n{script}", reading::PRELUDE);
        let returned = self.driver.execute(script, arguments).await;
        returned.expect("the script runs").json().clone()
    }

    /// Runs `script` in the page until it calls `done`.
    pub(crate) async fn wait_for(&self, script: &str, arguments: Vec<Value>) -> Value {
        let whole = format!("const done = arguments[arguments.length - 1];\n{script}");
        match self.driver.execute_async(whole, arguments).await {
            Ok(returned) => returned.json().clone(),
            Err(error) => panic!("{error}: {script}"),
        }
    }

    /// A picture of the window, as a PNG in the folder of logs.
    pub(crate) async fn picture(&self, name: &str) {
        let file = logs().join(format!("{name}.png"));
        self.driver.screenshot(&file).await.expect("a screenshot can be taken");
    }

    /// Whether it can be asked in Chromium's own way, too.
    pub(crate) fn has_devtools() -> bool {
        matches!(Kind::chosen(), Kind::Chromium)
    }

    /// Asks Chromium itself for what WebDriver does not know.
    pub(crate) async fn devtools(&self, method: &str, ask: Value) -> Value {
        let answer = self.driver.cdp().send_raw(method, ask).await;
        answer.unwrap_or_else(|error| panic!("Chromium does not do {method}: {error}"))
    }

    /// What the browser's console says, a line each. Chromium tells each line once.
    pub(crate) async fn console(&self) -> Vec<String> {
        match self.kind {
            Kind::Chromium => chromium::console(&self.driver).await,
            Kind::Firefox => {
                let mut lines = firefox::console(&self.driver, &self.service).await;
                lines.split_off(self.heard.min(lines.len()))
            }
        }
    }

    /// Keeps what the console said, and leaves the browser to the next test.
    pub(crate) async fn quit(self, name: &str) {
        self.keep_console(name).await;
        let Self { driver, service, wishes, guest, .. } = self;
        match pool::clean(&driver).await {
            Ok(()) => pool::keep(Idle { driver, service, wishes }),
            // The next test gets a new one.
            Err(_) => drop(driver.quit().await),
        }
        drop(guest);
    }

    /// Keeps what the console said and ends the browser, in which something stays behind.
    pub(crate) async fn end(self, name: &str) {
        self.keep_console(name).await;
        self.driver.clone().quit().await.expect("the browser ends");
    }

    async fn keep_console(&self, name: &str) {
        let console = self.console().await.join("\n");
        std::fs::write(logs().join(format!("{name}-console.log")), console).expect("a log");
    }
}

/// How often a browser is started at most.
const TRIES: u32 = 3;

/// How long a page may load and a script run: below the time in which the driver itself must answer.
const PATIENCE: Duration = Duration::from_secs(100);
/// How long a command may take: longer than the driver itself waits for a page.
const ANSWERED: Duration = Duration::from_mins(2);
