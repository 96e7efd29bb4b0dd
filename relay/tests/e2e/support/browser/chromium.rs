//! Chromium, driven by ChromeDriver.

use std::process::Command;

use serde_json::{Value, json};
use thirtyfour::prelude::WebDriverResult;
use thirtyfour::{Capabilities, WebDriver};

use super::service::Service;
use super::{Cookies, Options, Scheme, Size};

/// A service, and the capabilities of a session.
pub(super) fn prepare(options: Options) -> Result<(Service, Capabilities), String> {
    let mut command = Command::new("chromedriver");
    command.arg("--port=0");
    let service = Service::start(command, None, port)?;
    let mut capabilities = Capabilities::new();
    let logging = json!({"browser": "ALL"});
    for (key, value) in [
        ("browserName", json!("chrome")),
        ("goog:chromeOptions", chrome_options(options)),
        ("goog:loggingPrefs", logging),
    ] {
        capabilities.set(key, value).expect("a capability is JSON");
    }
    Ok((service, capabilities))
}

/// What the console said since the last call.
pub(super) async fn console(driver: &WebDriver) -> WebDriverResult<Vec<String>> {
    let entries = driver.browser_log().await?;
    Ok(entries.into_iter().map(|entry| entry.message).collect())
}

fn port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

fn chrome_options(options: Options) -> Value {
    let mut arguments = ARGUMENTS.to_vec();
    if let Scheme::Dark = options.scheme {
        arguments.push(DARK);
    }
    // By default ChromeDriver lets every page open windows without a click.
    let mut chrome = json!({"args": arguments, "excludeSwitches": ["disable-popup-blocking"]});
    if let Cookies::Blocked = options.cookies {
        chrome["prefs"] = json!({"profile.default_content_setting_values.cookies": 2});
    }
    if let Size::Phone = options.size {
        // No window is that narrow; a phone is.
        let metrics = json!({"width": 360, "height": 900, "pixelRatio": 1.0});
        chrome["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    chrome
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
