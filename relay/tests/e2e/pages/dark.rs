//! A code is dark on white also where the browser makes every page dark: a reader can read it off the screen there.

use crate::support::{Browser, Place, at_the_code, scenario};

scenario!(a_code_is_dark_on_white_where_the_browser_darkens_every_page, async |scenario| {
    if !Browser::has_devtools() {
        // Only Chromium does that by itself.
        return;
    }
    let (_world, browser) = at_the_code(&scenario, "Handelsbanken").await;
    // The browser takes the colours of a page that says nothing of dark ones, and inverts them.
    browser.set_page_light().await;
    let light = browser.brightness_of(CORNER).await;
    assert!(light > 200, "the page is light before: {light}");
    browser.darken_pages().await;
    let dark = browser.brightness_of(CORNER).await;
    assert!(dark < 80, "the browser makes the page dark: {dark}");
    let text = browser.qr().await;
    assert!(text.starts_with("bankid."), "{text}");
    browser.picture("dark").await;
    let seen = edge(&browser).await;
    assert!(seen > 250, "the quiet zone is white: {seen}");
    browser.click("Enlarge the code").await;
    browser.qr().await;
    assert!(edge(&browser).await > 250, "the quiet zone is white on the whole screen");
    browser.click("Close").await;
    for scheme in ["light", "dark"] {
        browser
            .emulate_media(&[("forced-colors", "active"), ("prefers-color-scheme", scheme)])
            .await;
        browser.qr().await;
        assert!(edge(&browser).await > 250, "{scheme} colours of the system's");
    }
});

/// How bright the code's edge is.
async fn edge(browser: &Browser) -> u8 {
    browser.brightness_of(browser.code_edge().await).await
}

/// The corner of the page.
const CORNER: Place = Place { x: 0.0, y: 0.0, width: 4.0, height: 4.0, scale: 1.0 };
