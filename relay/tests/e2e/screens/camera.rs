//! Takes pictures of the element alone, in one scheme after the other. It clicks nothing.

use std::path::PathBuf;

use crate::support::{Browser, logs};

/// The schemes, as CSS calls them.
pub(super) const SCHEMES: [&str; 2] = ["light", "dark"];

/// The folder of the pictures.
pub(super) fn folder() -> PathBuf {
    let folder = std::env::var_os("AIS_LINK_SCREENS").map_or_else(logs, PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the folder of pictures can be made");
    folder
}

/// The file of a picture.
pub(super) fn file(screen: &str, scheme: &str, width: u32) -> String {
    format!("{screen}-{scheme}-{width}.png")
}

/// Takes the element on the screen `screen` in both schemes.
pub(super) async fn shoot(browser: &Browser, screen: &str, width: u32) {
    for scheme in SCHEMES {
        // Nothing moves: a picture shows one moment.
        let still = ("prefers-reduced-motion", "reduce");
        browser.emulate_media(&[("prefers-color-scheme", scheme), still]).await;
        browser.wait_for_pictures().await;
        let picture = browser.picture_of(browser.element_place().await, "png").await;
        let path = folder().join(file(screen, scheme, width));
        std::fs::write(path, picture).expect("a picture can be written");
    }
}
