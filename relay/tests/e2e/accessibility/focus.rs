//! The tabulator key goes through a screen in the order in which it is read, and leaves it at the end.

use serde_json::{Value, json};

use crate::support::Browser;

/// Presses the key from the top of the screen on; fails where it does not go from one control to the next.
pub(super) async fn goes_in_order(browser: &Browser, name: &str) {
    let before = browser.eval(BEGIN, vec![]).await;
    let expected: Vec<Value> = serde_json::from_value(before).expect("a list of controls");
    let mut went = Vec::new();
    for _ in &expected {
        browser.driver.action_chain().send_keys(TAB).perform().await.expect("a key is pressed");
        went.push(browser.eval(FOCUSED, vec![]).await);
    }
    assert_eq!(went, expected, "{name}: the order of the focus");
    browser.eval(END, vec![]).await;
}

const TAB: &str = "\u{e004}";

/// All that can have the focus, in the order of reading; the focus is at the heading then.
const BEGIN: &str = "
    window.focusedBefore = root.activeElement;
    const heading = root.querySelector('h2');
    heading.tabIndex = -1;
    heading.focus();
    return [...root.querySelectorAll('a[href], button, input, select, textarea, [tabindex=\"0\"]')]
        .filter(it => it.checkVisibility() && !it.disabled)
        .map(it => it.getAttribute('aria-label') ?? it.innerText.trim());";

const FOCUSED: &str = "
    const it = root.activeElement;
    return it && (it.getAttribute('aria-label') ?? it.innerText.trim());";

const END: &str = "
    root.activeElement?.blur();
    window.focusedBefore?.focus();";

/// What has the focus now, as its role and words; `None` outside the element.
pub(super) async fn place(browser: &Browser) -> Option<String> {
    let script = "
        const it = root.activeElement;
        return it && it.localName + ' ' + (it.getAttribute('aria-label') ?? it.innerText.trim());";
    let place = browser.eval(script, vec![json!(null)]).await;
    place.as_str().map(ToOwned::to_owned)
}
