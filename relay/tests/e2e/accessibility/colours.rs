//! Where the system sets the colours, each control still has an edge and the code can still be read; where
//! the person wants no motion, nothing moves. Only Chromium can be told to be such a system.

use serde_json::{Value, json};

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

const MOVING: &str = "
    return root.querySelector('.base').getAnimations({ subtree: true })
        .filter(it => it.playState === 'running').map(it => String(it.animationName ?? it.transitionProperty));";
