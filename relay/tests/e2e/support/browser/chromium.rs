//! Chromium, driven by ChromeDriver.

use std::process::Command;

use serde_json::{Value, json};
use thirtyfour::{Capabilities, WebDriver};

use super::service::Service;
use super::{Cookies, Scheme, Size, Wishes};

/// A service, and what to ask of it.
pub(super) fn prepare(wishes: Wishes) -> Result<(Service, Capabilities), String> {
    let mut command = Command::new("chromedriver");
    command.arg("--port=0");
    let service = Service::start(command, None, port)?;
    let mut capabilities = Capabilities::new();
    let logging = json!({"browser": "ALL"});
    for (key, value) in [
        ("browserName", json!("chrome")),
        ("goog:chromeOptions", options(wishes)),
        ("goog:loggingPrefs", logging),
    ] {
        capabilities.set(key, value).expect("a capability is JSON");
    }
    Ok((service, capabilities))
}

/// What the console said since it was last asked.
pub(super) async fn console(driver: &WebDriver) -> Vec<String> {
    let entries = driver.browser_log().await.expect("the browser keeps a log");
    entries.into_iter().map(|entry| entry.message).collect()
}

fn port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

fn options(wishes: Wishes) -> Value {
    let mut arguments = ARGUMENTS.to_vec();
    if let Scheme::Dark = wishes.scheme {
        arguments.push(DARK);
    }
    // ChromeDriver would let every page open windows unasked.
    let mut options = json!({"args": arguments, "excludeSwitches": ["disable-popup-blocking"]});
    if let Cookies::Blocked = wishes.cookies {
        options["prefs"] = json!({"profile.default_content_setting_values.cookies": 2});
    }
    if let Size::Phone = wishes.size {
        // No window is that narrow; a phone is.
        let metrics = json!({"width": 360, "height": 900, "pixelRatio": 1.0});
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    options
}

/// What headless Chromium needs in a container, and what keeps it from calling home.
const ARGUMENTS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    // The shared memory of a container is often too small for it.
    "--disable-dev-shm-usage",
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
