//! A page that its own headers cut off from the windows that it opens (`Cross-Origin-Opener-Policy`): a window for the
//! bank's page ends closed, or says that it may be closed.

use std::slice::from_ref;

use super::bank::allow;
use crate::support::{Browser, hosted, scenario};

/// What a window says that no page can close.
const CLOSE: &str = "You are done in this window. You may close it.";

/// The page with the element, for the relay at `relay`.
fn page(_: &str, relay: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>A page</title>\
         <script type=module src={relay}/ais-link.js></script>\
         <ais-link service=Hemkassan redirect=popup></ais-link></html>"
    )
}

scenario!(a_window_that_its_page_cannot_close_says_that_it_may_be_closed, async |scenario| {
    let policy = "Cross-Origin-Opener-Policy: same-origin\r\n";
    let (_world, host) = hosted(&scenario, "localhost", policy, page).await;
    let browser = scenario.browser().await;
    browser.goto(&host).await;
    let page = browser.tab().await;
    for screen in ["rejected", "linked"] {
        browser.click("Nordea").await;
        browser.click("Continue to Nordea").await;
        browser.switch_to_popup(from_ref(&page)).await;
        browser.page_reads("A page of the sandbox").await;
        if screen == "linked" {
            allow(&browser).await;
        } else {
            browser.click("No, refuse").await;
        }
        browser.screen(screen).await;
        browser.reads(CLOSE).await;
        assert_eq!(browser.address().await, format!("{host}/"));
        browser.close_tab(&page).await;
        // The page itself goes on, and is no such window.
        browser.screen(screen).await;
        assert!(!browser.text().await.contains(CLOSE));
        if screen == "rejected" {
            browser.click("Choose another bank").await;
        }
    }
});

scenario!(a_window_that_its_page_may_close_is_closed_or_says_so_too, async |scenario| {
    let policy = "Cross-Origin-Opener-Policy: same-origin-allow-popups\r\n";
    let (_world, host) = hosted(&scenario, "localhost", policy, page).await;
    let browser = scenario.browser().await;
    browser.goto(&host).await;
    let page = browser.tab().await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.switch_to_popup(from_ref(&page)).await;
    browser.page_reads("A page of the sandbox").await;
    allow(&browser).await;
    if Browser::has_devtools() {
        browser.wait_for_tabs(1).await;
        browser.switch_to(&page).await;
    } else {
        // At the bank Firefox forgets the name of the window, and separates the two when the window comes back.
        browser.reads(CLOSE).await;
        browser.close_tab(&page).await;
    }
    browser.screen("linked").await;
});
