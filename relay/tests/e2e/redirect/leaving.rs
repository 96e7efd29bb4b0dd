//! Ways to leave for the bank: in the same tab, in a window of its own, in two tabs at once, and back
//! by the browser's own button.

use std::slice::from_ref;

use super::bank::{Page, allow, at_the_bank, go_to_bank, heard_linked};
use crate::support::{Browser, Popups, Wishes, World};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_bank_may_have_a_window_of_its_own() {
    let pages = Page::with_popup().folder("redirect-popup");
    let world = World::with_pages("redirect-popup", &pages).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    let page = browser.tab().await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    let window = browser.look_at_popup(from_ref(&page)).await;
    browser.page_reads("A page of the sandbox").await;
    browser.look_at(&page).await;
    browser.reads("Continue in the window that opened").await;
    browser.look_at(&window).await;
    let opener = browser.wait_for("done(window.opener === null)", vec![]).await;
    assert_eq!(opener, true, "the bank cannot touch the page");
    allow(&browser).await;
    browser.tabs_left(1).await;
    browser.look_at(&page).await;
    browser.screen("linked").await;
    assert_eq!(heard_linked(&browser).await, 1);
    browser.quit("redirect-popup").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn who_closed_the_banks_window_gets_another_that_cannot_touch_the_page() {
    let pages = Page::with_popup().folder("redirect-closed");
    let world = World::with_pages("redirect-closed", &pages).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    let page = browser.tab().await;
    browser.click("Nordea").await;
    for _ in 0..2 {
        // On the screen before, then where they are awaited.
        browser.click("Continue to Nordea").await;
        browser.look_at_popup(from_ref(&page)).await;
        browser.page_reads("A page of the sandbox").await;
        let opener = browser.wait_for("done(window.opener === null)", vec![]).await;
        assert_eq!(opener, true, "the bank cannot touch the page");
        browser.close_tab(&page).await;
        browser.reads("Continue in the window that opened").await;
    }
    browser.click("Continue to Nordea").await;
    browser.look_at_popup(from_ref(&page)).await;
    allow(&browser).await;
    browser.tabs_left(1).await;
    browser.look_at(&page).await;
    browser.screen("linked").await;
    assert_eq!(heard_linked(&browser).await, 1);
    browser.quit("redirect-closed").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_browser_that_opens_no_window_goes_in_the_same_tab() {
    let pages = Page::with_popup().folder("redirect-blocked");
    let world = World::with_pages("redirect-blocked", &pages).await;
    let browser = Browser::with(Wishes { popups: Popups::Blocked, ..Wishes::default() }).await;
    go_to_bank(&browser, &world, "Provbanken").await;
    assert_eq!(browser.tabs().await.len(), 1);
    allow(&browser).await;
    browser.screen("linked").await;
    assert_eq!(browser.address().await, world.url("/"));
    assert_eq!(heard_linked(&browser).await, 1);
    browser.quit("redirect-blocked").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_back_button_leads_to_a_page_that_goes_on() {
    let world = World::new("redirect-back").await;
    let browser = at_the_bank(&world, "Nordea").await;
    browser.back().await;
    // The page is loaded anew, or comes out of the browser's memory as it was left.
    let way = "Continue to Nordea";
    browser.reads("NordeaApprove at your bank").await;
    browser.click(way).await;
    allow(&browser).await;
    browser.screen("linked").await;
    assert_eq!(heard_linked(&browser).await, 1);
    browser.quit("redirect-back").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_who_came_back_by_the_button_may_cancel() {
    let world = World::new("redirect-cancel").await;
    let browser = at_the_bank(&world, "Danske Bank").await;
    browser.back().await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    world.called("DELETE", "/consent/v1/consents/").await;
    browser.reload().await;
    browser.screen("choose-bank").await;
    browser.quit("redirect-cancel").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn two_tabs_link_two_banks_at_once() {
    let world = World::new("redirect-tabs").await;
    let browser = Browser::new().await;
    // Both are open before either begins, as they are in a hurry.
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    let first = browser.tab().await;
    let second = browser.new_tab().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.click("Danske Bank").await;
    browser.click("Continue to Danske Bank").await;
    browser.page_reads("A page of the sandbox").await;
    browser.look_at(&first).await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.page_reads("A page of the sandbox").await;
    browser.look_at(&second).await;
    allow(&browser).await;
    browser.reads("Danske BankYour bank is connected").await;
    assert_eq!(heard_linked(&browser).await, 1);
    browser.look_at(&first).await;
    allow(&browser).await;
    browser.reads("NordeaYour bank is connected").await;
    assert_eq!(heard_linked(&browser).await, 1);
    browser.look_at(&second).await;
    browser.reload().await;
    browser.reads("Danske BankYour bank is connected").await;
    browser.quit("redirect-tabs").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_page_with_any_window_name_opens_the_bank_in_another_window() {
    let pages = Page::with_popup().folder("redirect-name");
    let world = World::with_pages("redirect-name", &pages).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    let page = browser.tab().await;
    // The site before may have chosen it.
    for name in ["ais-link", "ais-link-popup-"] {
        browser.eval(&format!("window.name = '{name}'"), vec![]).await;
        browser.reload().await;
        browser.click("Nordea").await;
        browser.click("Continue to Nordea").await;
        let window = browser.look_at_popup(from_ref(&page)).await;
        browser.page_reads("A page of the sandbox").await;
        let named = browser.eval("return window.name", vec![]).await;
        let named = named.as_str().expect("a name").to_owned();
        browser.look_at(&page).await;
        assert_ne!(browser.eval("return window.name", vec![]).await, named);
        browser.reads("Continue in the window that opened").await;
        browser.look_at(&window).await;
        allow(&browser).await;
        browser.tabs_left(1).await;
        browser.look_at(&page).await;
        browser.screen("linked").await;
        browser.click("Connect another bank").await;
    }
    browser.quit("redirect-name").await;
}
