//! Chromium and ChromeDriver, which run the tests. It leaves a browser that is there alone.

use std::env::consts::OS;
use std::path::Path;

use crate::error::Error;
use crate::progress::Progress;
use crate::run::find;
use crate::setup::apt;

/// Makes sure that a browser and its driver are there.
pub(super) fn ensure(progress: &Progress) -> Result<(), Error> {
    if there() {
        return Ok(());
    }
    if !apt::usable() {
        return Err(Error::missing("Chromium and ChromeDriver", advice(OS)));
    }
    apt::install(&["chromium", "chromium-driver"], progress)?;
    if there() { Ok(()) } else { Err(Error::missing("Chromium and ChromeDriver", advice(OS))) }
}

fn there() -> bool {
    let browser = BROWSERS.iter().any(|name| find(name, &[]).is_some())
        || APPLICATIONS.iter().any(|path| Path::new(path).exists());
    browser && find("chromedriver", &[]).is_some()
}

fn advice(os: &str) -> &'static str {
    match os {
        "macos" => {
            "install Google Chrome, then `brew install --cask chromedriver` (the same major version \
             as Chrome); then try again."
        }
        "windows" => {
            "install Google Chrome and ChromeDriver of the same major version, and put \
             chromedriver.exe on PATH; then try again."
        }
        _ => {
            "install Chromium and its ChromeDriver with your package manager (Debian: chromium \
             chromium-driver; Fedora: chromium chromedriver; Arch: chromium; Alpine: chromium \
             chromium-chromedriver); then try again."
        }
    }
}

/// Names under which the browser is found on PATH.
const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Places where the browser is, off PATH.
const APPLICATIONS: [&str; 4] = [
    "/Applications/Google Chrome.app",
    "/Applications/Chromium.app",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn each_system_gets_its_own_advice() {
        assert!(advice("macos").contains("brew"));
        assert!(advice("windows").contains("chromedriver.exe"));
        assert!(advice("linux").contains("package manager"));
    }
}
