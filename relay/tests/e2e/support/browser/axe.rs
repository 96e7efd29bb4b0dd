//! axe-core, which looks for faults of accessibility in the page.

use std::fs::read_to_string;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::Browser;
use crate::support::required;

impl Browser {
    /// What axe-core finds at `place` with its own `options`, and the contrasts of which it is not sure.
    pub(crate) async fn axe(&self, place: &str, options: Value) -> Value {
        static AXE: OnceLock<String> = OnceLock::new();
        let axe = AXE
            .get_or_init(|| read_to_string(required("AIS_LINK_AXE")).expect("axe-core is there"));
        if !self.ask::<bool>("return typeof axe === 'object'", vec![]).await {
            // The page's policy holds for its own scripts; the driver's run beside it.
            self.run(&format!("{axe}\nwindow.axe ??= axe;"), vec![]).await;
        }
        self.ask_later(RUN, vec![json!(place), options]).await
    }
}

const RUN: &str = "
    const report = it => [it.id, it.nodes.map(node => [node.target.flat().join(' '), node.failureSummary])];
    axe.run(arguments[0], { resultTypes: ['violations', 'incomplete'], ...arguments[1] }).then(found => {
        const unsure = found.incomplete.filter(it => it.id.startsWith('color-contrast'));
        done([...found.violations, ...unsure].map(report));
    }).catch(error => done(String(error)));";
