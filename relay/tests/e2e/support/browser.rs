//! A headless browser with a person at it: finds by what can be read, clicks, types and looks.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use thirtyfour::prelude::ScriptRet;
use thirtyfour::{CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};
use tokio::time::{Duration, sleep, timeout};

use super::{SOON, World, logs};

/// A browser of its own: nobody else's cookies.
pub(crate) struct Browser {
    pub(crate) driver: WebDriver,
    service: Child,
}

/// The colours that the person's system prefers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// The size of the window.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    Phone,
    Desktop,
}

impl Browser {
    pub(crate) async fn new() -> Self {
        Self::with(Scheme::Light, Size::Desktop).await
    }

    pub(crate) async fn with(scheme: Scheme, size: Size) -> Self {
        let (service, port) = service();
        let mut capabilities = DesiredCapabilities::chrome();
        if let Size::Phone = size {
            // No window is that narrow; a phone is.
            let phone = json!({"deviceMetrics": {"width": 360, "height": 900, "pixelRatio": 1.0}});
            capabilities
                .add_experimental_option("mobileEmulation", phone)
                .expect("an option is JSON");
        }
        for argument in ARGUMENTS {
            capabilities.add_arg(argument).expect("an argument is text");
        }
        if let Scheme::Dark = scheme {
            capabilities.add_arg(DARK).expect("an argument is text");
        }
        let wanted = json!({"browser": "ALL"});
        capabilities.set("goog:loggingPrefs", wanted).expect("a capability is JSON");
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .expect("the browser starts");
        Self { driver, service }
    }

    /// Opens the first page of `world`.
    pub(crate) async fn open(&self, world: &World) {
        self.driver.goto(world.url("/")).await.expect("the page opens");
    }

    /// Runs `script` in the page; `link` is the element, `root` what is in it.
    pub(crate) async fn eval(&self, script: &str, arguments: Vec<Value>) -> Value {
        let script = format!("{PRELUDE}\n{script}");
        let returned = self.driver.execute(script, arguments).await;
        returned.expect("the script runs").json().clone()
    }

    /// Runs `script` in the page until it calls `done`.
    pub(crate) async fn wait_for(&self, script: &str, arguments: Vec<Value>) -> Value {
        let script = format!("const done = arguments[arguments.length - 1];\n{script}");
        let returned = self.driver.execute_async(script, arguments).await;
        returned.expect("the script ends").json().clone()
    }

    /// Waits until the element shows the screen `state`.
    pub(crate) async fn screen(&self, state: &str) {
        self.screen_within(state, SOON).await;
    }

    /// Waits until the element shows the screen `state`, for `patience` at most.
    pub(crate) async fn screen_within(&self, state: &str, patience: Duration) {
        let script = "return link?.getAttribute('state') === arguments[0]";
        self.until(script, state, patience).await;
    }

    /// Waits until `text` can be read in the element.
    pub(crate) async fn reads(&self, text: &str) {
        self.until("return root?.textContent.includes(arguments[0])", text, SOON).await;
    }

    /// What can be read in the element.
    pub(crate) async fn text(&self) -> String {
        let text = self.eval("return root.textContent", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the button or link that says `label`, as soon as there is one.
    pub(crate) async fn click(&self, label: &str) {
        let clicked = async {
            // A screen may be replaced between the look and the click: then the person looks again.
            while !self.try_click(label).await {
                sleep(PAUSE).await;
            }
        };
        if timeout(SOON, clicked).await.is_err() {
            let shown = self.eval("return root?.textContent", vec![]).await;
            panic!("there is no {label:?} to click: {shown}");
        }
    }

    /// Whether a button or link says `label` and can be seen.
    pub(crate) async fn offers(&self, label: &str) -> bool {
        self.eval("return !!control(arguments[0])", vec![json!(label)]).await == json!(true)
    }

    /// The text of the QR code that is on the screen, read off a screenshot.
    pub(crate) async fn qr(&self) -> String {
        let read = async {
            loop {
                if let Some(text) = self.try_qr().await {
                    return text;
                }
                sleep(PAUSE).await;
            }
        };
        timeout(SOON, read).await.expect("a QR code can be read off the screen")
    }

    /// A picture of the window, as a PNG in the folder of logs.
    pub(crate) async fn picture(&self, name: &str) {
        let file = logs().join(format!("{name}.png"));
        self.driver.screenshot(&file).await.expect("a screenshot can be taken");
    }

    /// What the browser's console says, a line each.
    pub(crate) async fn console(&self) -> Vec<String> {
        let entries = self.driver.browser_log().await.expect("the browser keeps a log");
        entries.into_iter().map(|entry| entry.message).collect()
    }

    /// Ends the browser and keeps what its console said.
    pub(crate) async fn quit(mut self, name: &str) {
        let console = self.console().await.join("\n");
        std::fs::write(logs().join(format!("{name}-console.log")), console).expect("a log");
        self.driver.clone().quit().await.expect("the browser ends");
        // The service ends with its only browser's test.
        let _ = self.service.kill();
        let _ = self.service.wait();
    }

    async fn try_click(&self, label: &str) -> bool {
        let script = format!("{PRELUDE} return control(arguments[0])");
        let found = self.driver.execute(script, vec![json!(label)]).await;
        match found.and_then(ScriptRet::element) {
            Ok(control) => control.click().await.is_ok(),
            Err(_) => false,
        }
    }

    /// What can be read off the square at this moment; a frame may change under the camera.
    async fn try_qr(&self) -> Option<String> {
        let script = format!("{PRELUDE} return root?.querySelector('.qr')");
        let square = self.driver.execute(script, vec![]).await.ok()?.element().ok()?;
        super::read_qr(&square.screenshot_as_png().await.ok()?)
    }

    async fn until(&self, script: &str, argument: &str, patience: Duration) {
        let seen = async {
            while self.eval(script, vec![json!(argument)]).await != json!(true) {
                sleep(PAUSE).await;
            }
        };
        if timeout(patience, seen).await.is_err() {
            let shown = self.eval("return link?.getAttribute('state') + root?.textContent", vec![]);
            panic!("waited in vain for {argument:?}: {}", shown.await);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
    }
}

/// Starts ChromeDriver on a port that it chooses.
fn service() -> (Child, u16) {
    let mut service = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .spawn()
        .expect("chromedriver is installed: `cargo xtask test` does it");
    let output = service.stdout.take().expect("the output is piped");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    // Whoever closes the pipe ends the service.
    std::thread::spawn(move || lines.for_each(drop));
    (service, port.expect("ChromeDriver tells its port"))
}

const PAUSE: Duration = Duration::from_millis(50);

const PRELUDE: &str = "
    const link = document.querySelector('ais-link');
    const root = link?.shadowRoot;
    const control = label => [...(root?.querySelectorAll('button, a[href]') ?? [])]
        .find(it => it.innerText.trim() === label && it.checkVisibility());";

/// What headless Chromium needs in a container, and what keeps it from calling home.
const ARGUMENTS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--window-size=1280,1000",
];

const DARK: &str = "--blink-settings=preferredColorScheme=0";
