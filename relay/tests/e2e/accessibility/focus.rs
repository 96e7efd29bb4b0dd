//! The tabulator key goes through a screen in the order in which it is read, and leaves it at the end.

use crate::support::{Browser, Key};

/// Presses the key from the top of the screen on; fails where it does not go from one control to the next.
pub(super) async fn goes_in_order(browser: &Browser, name: &str) {
    let expected = browser.focus_heading().await;
    let mut reached = Vec::new();
    for _ in &expected {
        browser.press(Key::Tab).await;
        reached.push(browser.focused().await);
    }
    assert_eq!(reached, expected, "{name}: the order of the focus");
    browser.restore_focus().await;
}
