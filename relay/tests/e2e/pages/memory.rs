//! A page that opens and closes the element all day, as one that never loads again does, keeps nothing of it. Nor does
//! one that shows codes for an hour. Firefox tells nobody what a page holds: these are tests in Chromium.

use super::{TAG, page};
use crate::support::{Browser, Held, at_the_code, scenario};

scenario!(two_hundred_elements_one_after_the_other_leave_no_memory_behind, async |scenario| {
    if !Browser::has_devtools() {
        return;
    }
    let (_world, browser) = page(&scenario, "", TAG).await;
    browser.screen("choose-bank").await;
    // The first ones fill what is kept on purpose.
    browser.elements_come_and_go(20).await;
    let before = browser.held().await;
    browser.elements_come_and_go(200).await;
    nothing_stays_of(200, &before, &browser.held().await);
});

scenario!(an_hour_of_animated_codes_leaves_no_memory_behind, async |scenario| {
    if !Browser::has_devtools() {
        return;
    }
    let (_world, browser) = at_the_code(&scenario, "Handelsbanken").await;
    browser.qr().await;
    browser.animated_codes(300).await;
    let before = browser.held().await;
    for _ in 0..12 {
        browser.animated_codes(300).await;
    }
    nothing_stays_of(3600, &before, &browser.held().await);
});

/// Fails where the page holds something for each of `count` things that are gone.
fn nothing_stays_of(count: u64, before: &Held, after: &Held) {
    println!("{before:?} before, {after:?} after {count}");
    assert_eq!(after.wasm, before.wasm, "the module's memory grows");
    assert!(after.nodes < before.nodes + count, "{before:?}, {after:?}");
    assert!(after.listeners < before.listeners + count, "{before:?}, {after:?}");
    assert!(after.heap < before.heap + count * KEPT_BYTES, "{before:?}, {after:?}");
}

/// What a browser may keep of its own for each, in bytes.
const KEPT_BYTES: u64 = 1_000;
