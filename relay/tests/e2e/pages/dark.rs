//! A code is dark on white also where the browser makes every page dark: it is read off the screen there.

use serde_json::json;

use crate::support::{Browser, at_the_code, brightness};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_is_dark_on_white_where_the_browser_darkens_every_page() {
    if !Browser::has_devtools() {
        // Only Chromium does that by itself.
        return;
    }
    let (_world, browser) = at_the_code("pages-dark", "Handelsbanken").await;
    // A page that says nothing of dark: the browser takes its colours and turns them.
    browser
        .eval(
            "document.querySelector('meta[name=color-scheme]').remove();
        document.documentElement.style.colorScheme = 'light';
        document.body.style.background = '#fff';
        link.style.colorScheme = 'light'",
            vec![],
        )
        .await;
    let light = corner(&browser).await;
    assert!(light > 200, "the page is light before: {light}");
    browser.devtools("Emulation.setAutoDarkModeOverride", json!({ "enabled": true })).await;
    let dark = corner(&browser).await;
    assert!(dark < 80, "the browser makes the page dark: {dark}");
    let text = browser.qr().await;
    assert!(text.starts_with("bankid."), "{text}");
    browser.picture("pages-dark").await;
    let seen = rim(&browser).await;
    assert!(seen > 250, "the quiet zone is white: {seen}");
    browser.click("Enlarge the code").await;
    browser.qr().await;
    assert!(rim(&browser).await > 250, "the quiet zone is white on the whole screen");
    browser.click("Close").await;
    for scheme in ["light", "dark"] {
        let features = [("forced-colors", "active"), ("prefers-color-scheme", scheme)];
        let features = features.map(|(name, value)| json!({ "name": name, "value": value }));
        browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        browser.qr().await;
        assert!(rim(&browser).await > 250, "{scheme} colours of the system's");
    }
    browser.quit("pages-dark").await;
}

/// How bright the page is in its corner.
async fn corner(browser: &Browser) -> u8 {
    seen(browser, json!({ "x": 0, "y": 0, "width": 4, "height": 4, "scale": 1 })).await
}

/// How bright the code's edge is.
async fn rim(browser: &Browser) -> u8 {
    let place = "const box = root.querySelector('.qr > *').getBoundingClientRect();
        return { x: box.x + box.width / 2 + scrollX, y: box.y + 3 + scrollY, width: 4, height: 4, scale: 1 }";
    let place = browser.eval(place, vec![]).await;
    seen(browser, place).await
}

async fn seen(browser: &Browser, clip: serde_json::Value) -> u8 {
    let ask = json!({ "format": "png", "clip": clip });
    let answer = browser.devtools("Page.captureScreenshot", ask).await;
    brightness(answer["data"].as_str().expect("a picture comes as text"))
}
