//! axe-core: it must find nothing, and be sure of every contrast.

use std::fs::read_to_string;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::{Browser, required};

/// Fails where axe-core finds a fault at `place`, or cannot tell a contrast; `name` says where that was.
pub(crate) async fn finds_nothing(browser: &Browser, place: &str, name: &str) {
    run(browser, place, json!({}), name).await;
}

/// Fails where a text at `place` does not have a contrast of 7 to 1 (WCAG 1.4.6).
pub(super) async fn contrasts_strongly(browser: &Browser, place: &str, name: &str) {
    run(browser, place, json!({ "runOnly": ["color-contrast-enhanced"] }), name).await;
}

async fn run(browser: &Browser, place: &str, options: Value, name: &str) {
    static AXE: OnceLock<String> = OnceLock::new();
    let axe =
        AXE.get_or_init(|| read_to_string(required("AIS_LINK_AXE")).expect("axe-core is there"));
    if browser.eval("return typeof axe", vec![]).await != json!("object") {
        // The page's policy holds for its own scripts; WebDriver's run beside it.
        browser.eval(&format!("{axe}\nwindow.axe ??= axe;"), vec![]).await;
    }
    let found = browser.wait_for(RUN, vec![json!(place), options]).await;
    assert_eq!(found, json!([]), "{name}");
}

const RUN: &str = "
    const told = it => [it.id, it.nodes.map(node => [node.target.flat().join(' '), node.failureSummary])];
    axe.run(arguments[0], { resultTypes: ['violations', 'incomplete'], ...arguments[1] }).then(found => {
        const unsure = found.incomplete.filter(it => it.id.startsWith('color-contrast'));
        done([...found.violations, ...unsure].map(told));
    }).catch(error => done(String(error)));";
