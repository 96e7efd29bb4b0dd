//! The browsers that run the tests, and ChromeDriver, which comes with one of them. It leaves a
//! browser that is there alone. geckodriver comes as a crate: see `cargo_tools`.

use std::env::consts::OS;
use std::path::Path;

use crate::browser::Browser;
use crate::error::Error;
use crate::progress::Progress;
use crate::run::find;
use crate::setup::apt;

/// Makes sure that `browser` is there.
pub(super) fn ensure(browser: Browser, progress: &Progress) -> Result<(), Error> {
    if there(browser) {
        return Ok(());
    }
    let missing = || Error::missing(name(browser), advice(browser, OS));
    if !apt::usable() {
        return Err(missing());
    }
    apt::install(packages(browser), progress)?;
    if there(browser) { Ok(()) } else { Err(missing()) }
}

fn there(browser: Browser) -> bool {
    let found = |names: &[&str]| names.iter().any(|name| find(name, &[]).is_some());
    let placed = |paths: &[&str]| paths.iter().any(|path| Path::new(path).exists());
    match browser {
        Browser::Chromium => {
            (found(&CHROMIUM) || placed(&CHROMIUM_PLACES)) && found(&["chromedriver"])
        }
        // Under this name alone geckodriver finds it on PATH.
        Browser::Firefox => found(&["firefox"]) || placed(&FIREFOX_PLACES),
    }
}

fn name(browser: Browser) -> &'static str {
    match browser {
        Browser::Chromium => "Chromium and ChromeDriver",
        Browser::Firefox => "Firefox",
    }
}

fn packages(browser: Browser) -> &'static [&'static str] {
    match browser {
        Browser::Chromium => &["chromium", "chromium-driver"],
        Browser::Firefox => &["firefox-esr"],
    }
}

fn advice(browser: Browser, os: &str) -> &'static str {
    match (browser, os) {
        (Browser::Chromium, "macos") => {
            "install Google Chrome, then `brew install --cask chromedriver` (the same major version \
             as Chrome); then try again."
        }
        (Browser::Chromium, "windows") => {
            "install Google Chrome and ChromeDriver of the same major version, and put \
             chromedriver.exe on PATH; then try again."
        }
        (Browser::Chromium, _) => {
            "install Chromium and its ChromeDriver with your package manager (Debian: chromium \
             chromium-driver; Fedora: chromium chromedriver; Arch: chromium; Alpine: chromium \
             chromium-chromedriver); then try again."
        }
        (Browser::Firefox, "macos") => "`brew install --cask firefox`; then try again.",
        (Browser::Firefox, "windows") => "install Firefox in its usual folder; then try again.",
        (Browser::Firefox, _) => {
            "install Firefox with your package manager, so that `firefox` is on PATH (Debian: \
             firefox-esr; elsewhere: firefox); then try again."
        }
    }
}

/// Names under which Chromium is found on PATH.
const CHROMIUM: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Places where Chromium is, off PATH.
const CHROMIUM_PLACES: [&str; 4] = [
    "/Applications/Google Chrome.app",
    "/Applications/Chromium.app",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];

/// Places where Firefox is, off PATH.
const FIREFOX_PLACES: [&str; 3] = [
    "/Applications/Firefox.app",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
    r"C:\Program Files (x86)\Mozilla Firefox\firefox.exe",
];

#[cfg(test)]
mod tests {
    use super::advice;
    use crate::browser::Browser::{Chromium, Firefox};

    #[test]
    fn each_system_gets_its_own_advice() {
        assert!(advice(Chromium, "macos").contains("brew"));
        assert!(advice(Chromium, "windows").contains("chromedriver.exe"));
        assert!(advice(Chromium, "linux").contains("package manager"));
        assert!(advice(Firefox, "macos").contains("brew"));
        assert!(advice(Firefox, "linux").contains("firefox-esr"));
    }
}
