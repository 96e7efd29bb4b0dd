//! The browsers that run the tests. It does not change an installed browser.
//! ChromeDriver comes with Chromium, geckodriver as a crate.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;

use super::{apt_install, missing};
use crate::run::find;

/// A browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    /// Chromium or Google Chrome, with ChromeDriver.
    Chromium,
    /// Firefox, with geckodriver.
    Firefox,
}

impl Browser {
    /// All of them, in the order in which they are used.
    pub(crate) const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// Its name in the tests, and of the folder of its logs.
    pub(crate) fn key(self) -> &'static str {
        if self == Self::Chromium { "chromium" } else { "firefox" }
    }

    /// The program that drives it.
    pub(crate) fn driver(self) -> &'static str {
        if self == Self::Chromium { "chromedriver" } else { "geckodriver" }
    }

    /// Installs it where it is missing.
    pub(super) fn ensure(self) -> Result<()> {
        let (packages, what, advice) = match self {
            Self::Chromium => (
                &["chromium", "chromium-driver"][..],
                "Chromium and ChromeDriver",
                "install Chromium or Google Chrome, and ChromeDriver of the same major version so that it is on PATH \
                 (Debian: chromium chromium-driver; Fedora: chromium chromedriver; Arch: chromium; Alpine: chromium \
                 chromium-chromedriver; macOS: Google Chrome, then `brew install --cask chromedriver`); then try again.",
            ),
            Self::Firefox => (
                &["firefox-esr"][..],
                "Firefox",
                "install Firefox in its usual folder, or so that `firefox` is on PATH (Debian: firefox-esr; macOS: `brew \
                 install --cask firefox`; elsewhere: firefox); then try again.",
            ),
        };
        if !self.is_there() {
            apt_install(packages)?;
        }
        if self.is_there() { Ok(()) } else { missing(what, advice) }
    }

    fn is_there(self) -> bool {
        let is_there = |place: &&str| find(place).is_some() || Path::new(place).exists();
        match self {
            Self::Chromium => CHROMIUM.iter().any(is_there) && find("chromedriver").is_some(),
            Self::Firefox => FIREFOX.iter().any(is_there),
        }
    }
}

/// Names of Chromium on PATH, and places off PATH.
const CHROMIUM: [&str; 7] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app",
    "/Applications/Chromium.app",
];
/// The same of Firefox; geckodriver finds it on PATH under one name alone.
const FIREFOX: [&str; 2] = ["firefox", "/Applications/Firefox.app"];
