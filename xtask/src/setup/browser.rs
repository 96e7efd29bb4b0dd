//! The browsers that run the tests, and ChromeDriver, which comes with one of them. It does not change an installed
//! browser. geckodriver comes as a crate: see `cargo_tools`.

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
    let (name, packages, advice) = match browser {
        Browser::Chromium => (
            "Chromium and ChromeDriver",
            &["chromium", "chromium-driver"][..],
            "install Chromium or Google Chrome, and ChromeDriver of the same major version so that it is on PATH \
             (Debian: chromium chromium-driver; Fedora: chromium chromedriver; Arch: chromium; Alpine: chromium \
             chromium-chromedriver; macOS: Google Chrome, then `brew install --cask chromedriver`); then try again.",
        ),
        Browser::Firefox => (
            "Firefox",
            &["firefox-esr"][..],
            "install Firefox in its usual folder, or so that `firefox` is on PATH (Debian: firefox-esr; macOS: `brew \
             install --cask firefox`; elsewhere: firefox); then try again.",
        ),
    };
    if apt::usable() {
        apt::install(packages, progress)?;
    }
    if there(browser) { Ok(()) } else { Err(Error::missing(name, advice)) }
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
