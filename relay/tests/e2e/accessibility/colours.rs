//! Where the system sets the colours, each control still has an edge and the code can still be read; where
//! the person wants more contrast, there is; where they want no motion, nothing moves. Only Chromium can be
//! told to be such a system.

use serde_json::{Value, json};

use super::axe;
use crate::support::Browser;

/// Fails where the screen that is on does not go with the person's system; `name` says which.
pub(super) async fn check(browser: &Browser, name: &str) {
    emulate(browser, json!([{ "name": "forced-colors", "value": "active" }])).await;
    assert_eq!(browser.eval(EDGES, vec![]).await, json!([]), "{name}: controls without an edge");
    if browser.eval("return !!root.querySelector('.qr svg, .qr canvas')", vec![]).await
        == json!(true)
    {
        browser.qr().await;
    }
    emulate(browser, json!([{ "name": "prefers-reduced-motion", "value": "reduce" }])).await;
    assert_eq!(browser.eval(MOVING, vec![]).await, json!([]), "{name}: moves");
    for scheme in ["light", "dark"] {
        let more = [("prefers-contrast", "more"), ("prefers-color-scheme", scheme)];
        emulate(browser, more.map(|(name, value)| json!({ "name": name, "value": value })).into())
            .await;
        let place = format!("{name} in {scheme}, with more contrast");
        axe::contrasts_strongly(browser, "ais-link", &place).await;
        assert_eq!(browser.eval(FAINT, vec![]).await, json!([]), "{place}");
    }
    emulate(browser, json!([])).await;
}

async fn emulate(browser: &Browser, features: Value) {
    browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
}

/// The controls that have neither a border nor a line under their text.
const EDGES: &str = "
    return [...root.querySelectorAll('button, a[href], input')].filter(it => it.checkVisibility()).filter(it => {
        const style = getComputedStyle(it);
        const border = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) >= 1
            && style.borderTopColor !== style.backgroundColor;
        return !border && !style.textDecorationLine.includes('underline');
    }).map(it => it.innerText.trim());";

/// The controls whose edge is fainter than the text.
const FAINT: &str = "
    const ink = getComputedStyle(root.querySelector('.base')).color;
    return [...root.querySelectorAll('.button:not(.quiet), .field:not([aria-invalid=true])')].filter(it => it.checkVisibility())
        .filter(it => getComputedStyle(it).borderTopColor !== ink).map(it => it.innerText.trim());";

const MOVING: &str = "
    return root.querySelector('.base').getAnimations({ subtree: true })
        .filter(it => it.playState === 'running').map(it => String(it.animationName ?? it.transitionProperty));";
