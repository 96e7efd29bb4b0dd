//! What only Chromium can be asked, by its own protocol: pictures of a part of the page, the system's settings, and the
//! accessibility tree.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::kind::Kind;
use super::{Browser, Place};
use crate::support::pixels::brightness;

impl Browser {
    /// Whether this run is in Chromium.
    pub(crate) fn has_devtools() -> bool {
        matches!(Kind::chosen(), Kind::Chromium)
    }

    pub(super) async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(method, parameters).await;
        answer.unwrap_or_else(|error| panic!("Chromium does not do {method}: {error}"))
    }

    /// What Chromium measures of the page, by these names, while its domain `Performance` is enabled.
    pub(super) async fn metrics<const N: usize>(&self, names: [&str; N]) -> [Value; N] {
        let answer = self.devtools("Performance.getMetrics", json!({})).await;
        let metrics = answer["metrics"].as_array().expect("there are metrics");
        names.map(|name| {
            let found = metrics.iter().find(|metric| metric["name"] == name);
            found.map_or_else(|| panic!("no {name}: {answer}"), |metric| metric["value"].clone())
        })
    }

    /// Sets what the person's system prefers: pairs of a media feature and its value.
    pub(crate) async fn emulate_media(&self, features: &[(&str, &str)]) {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Lets the browser make every page dark by itself.
    pub(crate) async fn darken_pages(&self) {
        self.devtools("Emulation.setAutoDarkModeOverride", json!({ "enabled": true })).await;
    }

    /// Makes the window `width` pixels wide.
    pub(crate) async fn set_width(&self, width: u32) {
        let metrics =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// A picture of `place` of the kind `format`, also of what is beyond the window.
    pub(crate) async fn picture_of(&self, place: Place, format: &str) -> Vec<u8> {
        let ask = json!({ "format": format, "clip": place, "captureBeyondViewport": true });
        let answer = self.devtools("Page.captureScreenshot", ask).await;
        let data = answer["data"].as_str().expect("a picture comes as text");
        STANDARD.decode(data).expect("the text is base64")
    }

    /// How bright `place` is: 0 is black, 255 white.
    pub(crate) async fn brightness_of(&self, place: Place) -> u8 {
        let ask = json!({ "format": "png", "clip": place });
        let answer = self.devtools("Page.captureScreenshot", ask).await;
        brightness(answer["data"].as_str().expect("a picture comes as text"))
    }

    /// Makes what `selector` finds in the element look as in the states `classes`, such as `active`. A real press would
    /// click at its end, and a finger's press is too short for a picture.
    pub(crate) async fn force_states(&self, selector: &str, classes: &[&str]) {
        for domain in ["DOM.enable", "CSS.enable"] {
            self.devtools(domain, json!({})).await;
        }
        self.devtools("DOM.getDocument", json!({ "depth": 0 })).await;
        let object = self.object(selector).await;
        let node = self.devtools("DOM.requestNode", json!({ "objectId": object })).await;
        let ask = json!({ "nodeId": node["nodeId"], "forcedPseudoClasses": classes });
        self.devtools("CSS.forcePseudoState", ask).await;
    }

    /// The nodes of the element's accessibility tree.
    pub(crate) async fn accessibility_tree(&self) -> Vec<Value> {
        let object = self.object(".base").await;
        let ask = json!({ "objectId": object });
        let tree = self.devtools("Accessibility.queryAXTree", ask).await;
        tree["nodes"].as_array().cloned().unwrap_or_default()
    }

    /// Whether the page's accessibility tree has a button called `name`.
    pub(crate) async fn tree_has_button(&self, name: &str) -> bool {
        let tree = self.devtools("Accessibility.getFullAXTree", json!({})).await;
        let mut nodes = tree["nodes"].as_array().expect("a tree has nodes").iter();
        nodes.any(|node| node["role"]["value"] == "button" && node["name"]["value"] == name)
    }

    /// The protocol's id of what `selector` finds in the element.
    async fn object(&self, selector: &str) -> Value {
        let script = format!(
            "document.querySelector('ais-link, ais-accounts').shadowRoot.querySelector('{selector}')"
        );
        let ask = json!({ "expression": script, "objectGroup": "tests" });
        let mut found = self.devtools("Runtime.evaluate", ask).await;
        found["result"]["objectId"].take()
    }

    /// `lines` with placeholders for what differs from run to run.
    pub(crate) async fn mask(&self, lines: &[String]) -> Vec<String> {
        self.ask(MASK, vec![json!(lines)]).await
    }
}

const MASK: &str = r"
    return arguments[0].map(line => line
        .replace(/\b[A-Z]{2}\d{2}(\s?\d{1,4}){3,}/g, '<account number>')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<code>')
        .replace(/\d{1,2} [A-Z][a-z]+ \d{4}(, \d\d:\d\d)?/g, (_, time) => time ? '<date>, <time>' : '<date>')
        .replace(/Days\sleft:\s\d{3}/g, 'Days left: <n>')
        .replace(/\d{8}-\d{4}/g, '<personal number>')
        .replace(/(Seconds left [a-z ]+): \d+/g, '$1: <n>'));";
