//! axe-core: it must find nothing, and be sure of every contrast.

use std::fs::read_to_string;
use std::sync::OnceLock;

use serde_json::json;

use crate::support::{Browser, required};

/// Fails where axe-core finds a fault at `place`, or cannot tell a contrast; `name` says where that was.
pub(crate) async fn finds_nothing(browser: &Browser, place: &str, name: &str) {
    static AXE: OnceLock<String> = OnceLock::new();
    let axe =
        AXE.get_or_init(|| read_to_string(required("AIS_LINK_AXE")).expect("axe-core is there"));
    if browser.eval("return typeof axe", vec![]).await != json!("object") {
        // The page's policy holds for its own scripts; WebDriver's run beside it.
        browser.eval(&format!("{axe}\nwindow.axe ??= axe;"), vec![]).await;
    }
    let found = browser.wait_for(RUN, vec![json!(place)]).await;
    assert_eq!(found, json!([]), "{name}");
}

const RUN: &str = "
    const told = it => [it.id, it.nodes.map(node => [node.target.flat().join(' '), node.failureSummary])];
    axe.run(arguments[0], { resultTypes: ['violations', 'incomplete'] }).then(found => {
        const unsure = found.incomplete.filter(it => it.id === 'color-contrast');
        done([...found.violations, ...unsure].map(told));
    }).catch(error => done(String(error)));";
