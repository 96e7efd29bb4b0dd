//! axe-core: it must find nothing, and be sure of every contrast.

use serde_json::json;

use crate::support::Browser;

/// Fails where axe-core finds a fault at `place`, or is not sure of a contrast; `name` says where that was.
pub(crate) async fn finds_nothing(browser: &Browser, place: &str, name: &str) {
    assert_eq!(browser.axe(place, json!({})).await, json!([]), "{name}");
}

/// Fails where a text at `place` does not have a contrast of 7 to 1 (WCAG 1.4.6).
pub(super) async fn contrasts_strongly(browser: &Browser, place: &str, name: &str) {
    let options = json!({ "runOnly": ["color-contrast-enhanced"] });
    assert_eq!(browser.axe(place, options).await, json!([]), "{name}");
}
