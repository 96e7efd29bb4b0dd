//! Firefox, driven by geckodriver.

use std::process::Command;

use serde_json::{Value, json};
use thirtyfour::prelude::WebDriverResult;
use thirtyfour::{Capabilities, WebDriver};
use tokio::time::{sleep, timeout};

use super::profile::Profile;
use super::script::PAUSE;
use super::service::Service;
use super::{Cookies, Options, Scheme, Size};
use crate::support::SOON;

/// A service, and the capabilities of a session.
pub(super) fn prepare(options: Options) -> Result<(Service, Capabilities), String> {
    let profile = Profile::new(NARROW);
    let mut command = Command::new("geckodriver");
    command.arg("--port=0");
    let arguments = ["-headless", "-profile", profile.path()];
    let firefox = json!({"args": arguments, "prefs": preferences(options)});
    let mut capabilities = Capabilities::new();
    for (key, value) in [("browserName", json!("firefox")), ("moz:firefoxOptions", firefox)] {
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
pub(super) async fn console(driver: &WebDriver, service: &Service) -> WebDriverResult<Vec<String>> {
    // The lines come through a pipe: once the last is there, all are.
    let last = format!("the console was read after {} lines", service.lines().len());
    let script = "console.info(arguments[0])";
    driver.execute(script, vec![json!(last)]).await?;
    let written = async {
        while !service.lines().iter().any(|line| line.contains(&last)) {
            sleep(PAUSE).await;
        }
    };
    timeout(SOON, written).await.expect("the console goes to the service's output");
    Ok(service.lines())
}

fn port(line: &str) -> Option<u16> {
    let (_, address) = line.split_once("Listening on ")?;
    address.rsplit_once(':')?.1.parse().ok()
}

fn preferences(options: Options) -> Value {
    let mut preferences = json!({
        // By default geckodriver lets every page open windows without a click.
        "dom.disable_open_during_load": true,
        "devtools.console.stdout.content": true,
        "toolkit.legacyUserProfileCustomizations.stylesheets": true,
        "layout.css.prefers-color-scheme.content-override": match options.scheme {
            Scheme::Dark => 0,
            Scheme::Light => 1,
        },
    });
    if let Cookies::Blocked = options.cookies {
        preferences["network.cookie.cookieBehavior"] = json!(2);
    }
    if let Size::Phone = options.size {
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
