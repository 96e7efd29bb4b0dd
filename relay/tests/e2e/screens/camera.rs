//! Takes pictures of the element alone, in one scheme after the other. It clicks nothing.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::{Browser, logs};

/// The schemes, by what a style sheet calls them.
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
        prefer(browser, scheme).await;
        browser.wait_for(STILL, vec![]).await;
        let place = browser.eval(PLACE, vec![]).await;
        let picture = capture(browser, &place, "png").await;
        let path = folder().join(file(screen, scheme, width));
        std::fs::write(path, picture).expect("a picture can be written");
    }
}

/// What is at `place`, as a picture of the kind `format`, also where the window ends before it does.
pub(super) async fn capture(browser: &Browser, place: &Value, format: &str) -> Vec<u8> {
    let ask = json!({ "format": format, "clip": place, "captureBeyondViewport": true });
    let answer = browser.devtools("Page.captureScreenshot", ask).await;
    let data = answer["data"].as_str().expect("a picture comes as text");
    STANDARD.decode(data).expect("the text is base64")
}

/// Lets what `selector` finds in the element look as in the states `classes`, such as `active`. A real press would be a
/// click at its end, and a finger's leaves no time for a picture.
pub(super) async fn press(browser: &Browser, selector: &str, classes: &[&str]) {
    for domain in ["DOM.enable", "CSS.enable"] {
        browser.devtools(domain, json!({})).await;
    }
    browser.devtools("DOM.getDocument", json!({ "depth": 0 })).await;
    let found =
        format!("document.querySelector('ais-link').shadowRoot.querySelector('{selector}')");
    let found = browser.devtools("Runtime.evaluate", json!({ "expression": found })).await;
    let object = &found["result"]["objectId"];
    let node = browser.devtools("DOM.requestNode", json!({ "objectId": object })).await;
    let ask = json!({ "nodeId": node["nodeId"], "forcedPseudoClasses": classes });
    browser.devtools("CSS.forcePseudoState", ask).await;
}

/// Sets what the person's system prefers. Nothing moves: a picture shows one moment.
async fn prefer(browser: &Browser, scheme: &str) {
    let features = json!([
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
}

/// Waits for fonts and logos, and for the frame after them.
const STILL: &str = "
    const root = document.querySelector('ais-link')?.shadowRoot ?? document;
    const shown = image => image.complete || new Promise(told => {
        image.onload = image.onerror = told;
        setTimeout(told, 500);
    });
    Promise.all([document.fonts.ready, ...[...root.querySelectorAll('img')].map(shown)])
        .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";

/// Where the element is on the page, with a little of the page around it; what fills the screen, alone, and on
/// a wide one smaller: the sheet has columns.
const PLACE: &str = "
    const full = root.querySelector('dialog[open]')?.getBoundingClientRect();
    if (full) return { x: full.x + scrollX, y: full.y + scrollY, width: full.width, height: full.height,
        scale: Math.min(1, 430 / full.width) };
    const box = link.getBoundingClientRect();
    return { x: Math.max(0, box.x + scrollX - 8), y: Math.max(0, box.y + scrollY - 8),
        width: box.width + 16, height: box.height + 16, scale: 1 };";
