//! Firefox, driven by geckodriver.

use std::process::Command;

use serde_json::{Value, json};
use thirtyfour::prelude::WebDriverResult;
use thirtyfour::{Capabilities, WebDriver};
use tokio::time::{sleep, timeout};

use super::profile::Profile;
use super::reading::PAUSE;
use super::service::Service;
use super::{Cookies, Scheme, Size, Wishes};
use crate::support::SOON;

/// A service, and what to ask of it.
pub(super) fn prepare(wishes: Wishes) -> Result<(Service, Capabilities), String> {
    let profile = Profile::new(NARROW);
    let mut command = Command::new("geckodriver");
    command.arg("--port=0");
    let arguments = ["-headless", "-profile", profile.path()];
    let options = json!({"args": arguments, "prefs": preferences(wishes)});
    let mut capabilities = Capabilities::new();
    for (key, value) in [("browserName", json!("firefox")), ("moz:firefoxOptions", options)] {
        capabilities.set(key, value).expect("a capability is JSON");
    }
    Ok((Service::start(command, Some(profile), port)?, capabilities))
}

/// Gives the window its size, which no argument does.
pub(super) async fn resize(driver: &WebDriver, size: Size) -> WebDriverResult<()> {
    let (width, height) = match size {
        Size::Phone => (360, 900),
        Size::Desktop => (1280, 1000),
    };
    driver.set_window_rect(0, 0, width, height).await
}

/// What the console said until now.
pub(super) async fn console(driver: &WebDriver, service: &Service) -> Vec<String> {
    // The lines come through a pipe: once the last is there, all are.
    let last = format!("the console was read after {} lines", service.said().len());
    let script = "console.info(arguments[0])";
    driver.execute(script, vec![json!(last)]).await.expect("the console can be written to");
    let written = async {
        while !service.said().iter().any(|line| line.contains(&last)) {
            sleep(PAUSE).await;
        }
    };
    timeout(SOON, written).await.expect("the console goes to the service's output");
    service.said()
}

fn port(line: &str) -> Option<u16> {
    let (_, address) = line.split_once("Listening on ")?;
    address.rsplit_once(':')?.1.parse().ok()
}

fn preferences(wishes: Wishes) -> Value {
    let mut preferences = json!({
        // geckodriver would let every page open windows unasked.
        "dom.disable_open_during_load": true,
        "devtools.console.stdout.content": true,
        "toolkit.legacyUserProfileCustomizations.stylesheets": true,
        "layout.css.prefers-color-scheme.content-override": match wishes.scheme {
            Scheme::Dark => 0,
            Scheme::Light => 1,
        },
    });
    if let Cookies::Blocked = wishes.cookies {
        preferences["network.cookie.cookieBehavior"] = json!(2);
    }
    if let Size::Phone = wishes.size {
        preferences["ui.primaryPointerCapabilities"] = json!(COARSE);
        preferences["ui.allPointerCapabilities"] = json!(COARSE);
        preferences["dom.w3c_touch_events.enabled"] = json!(1);
    }
    preferences
}

/// A finger, in Firefox's numbers.
const COARSE: u8 = 1;

/// A style for the browser's own window, which is never as narrow as a phone without it.
const NARROW: &str = ":root { min-width: 0 !important; }";
