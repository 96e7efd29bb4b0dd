//! Where the system sets the colours, each control still has an edge and the code can still be read; where
//! the person wants more contrast, the element has it; where they want no motion, nothing moves. Only Chromium can
//! play such a system.

use super::axe;
use crate::support::Browser;

/// Fails where the screen that is shown does not follow the person's system; `name` says which.
pub(super) async fn check(browser: &Browser, name: &str) {
    browser.emulate_media(&[("forced-colors", "active")]).await;
    let found = browser.controls_without_edge().await;
    assert!(found.is_empty(), "{name}: controls without an edge: {found:?}");
    if browser.has_drawn_code().await {
        browser.qr().await;
    }
    browser.emulate_media(&[("prefers-reduced-motion", "reduce")]).await;
    let found = browser.running_animations().await;
    assert!(found.is_empty(), "{name}: moves: {found:?}");
    for scheme in ["light", "dark"] {
        browser
            .emulate_media(&[("prefers-contrast", "more"), ("prefers-color-scheme", scheme)])
            .await;
        let place = format!("{name} in {scheme}, with more contrast");
        axe::contrasts_strongly(browser, &browser.tag().await, &place).await;
        let found = browser.controls_with_faint_edge().await;
        assert!(found.is_empty(), "{place}: {found:?}");
    }
    browser.emulate_media(&[]).await;
}
