//! Ways to leave for the bank: in the same tab, in a window of its own, in two tabs at once, and back
//! by the browser's own button.

use std::slice::from_ref;
use std::sync::Arc;

use super::bank::{Page, allow, at_the_bank, go_to_bank};
use crate::support::{Browser, Options, Popups, Scenario, World, scenario};

/// A page whose element opens the bank's page in a window of its own, and a browser that shows it.
async fn page_with_popup(scenario: &Scenario) -> (Arc<World>, Arc<Browser>) {
    scenario.page(Page::with_popup().write(scenario)).await
}

scenario!(the_bank_may_have_a_window_of_its_own, async |scenario| {
    let (_world, browser) = page_with_popup(&scenario).await;
    let page = browser.tab().await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    let window = browser.switch_to_popup(from_ref(&page)).await;
    browser.page_reads("A page of the sandbox").await;
    browser.switch_to(&page).await;
    browser.reads("Continue in the window that opened").await;
    browser.switch_to(&window).await;
    assert!(!browser.has_opener().await, "the bank cannot reach the page");
    allow(&browser).await;
    browser.wait_for_tabs(1).await;
    browser.switch_to(&page).await;
    browser.screen("linked").await;
    assert_eq!(browser.linked_events().await, 1);
});

scenario!(after_the_banks_window_is_closed_another_opens_the_same_way, async |scenario| {
    let (_world, browser) = page_with_popup(&scenario).await;
    let page = browser.tab().await;
    browser.click("Nordea").await;
    for _ in 0..2 {
        // On the screen before the bank, then on the one that waits for the person.
        browser.click("Continue to Nordea").await;
        browser.switch_to_popup(from_ref(&page)).await;
        browser.page_reads("A page of the sandbox").await;
        assert!(!browser.has_opener().await, "the bank cannot reach the page");
        browser.close_tab(&page).await;
        browser.reads("Continue in the window that opened").await;
    }
    browser.click("Continue to Nordea").await;
    browser.switch_to_popup(from_ref(&page)).await;
    allow(&browser).await;
    browser.wait_for_tabs(1).await;
    browser.switch_to(&page).await;
    browser.screen("linked").await;
    assert_eq!(browser.linked_events().await, 1);
});

scenario!(a_browser_that_opens_no_window_goes_in_the_same_tab, async |scenario| {
    let world = scenario.world_serving(Page::with_popup().write(&scenario)).await;
    let options = Options { popups: Popups::Blocked, ..Options::default() };
    let browser = scenario.browser_with(options).await;
    browser.open(&world).await;
    go_to_bank(&browser, "Provbanken").await;
    assert_eq!(browser.tabs().await.len(), 1);
    allow(&browser).await;
    browser.screen("linked").await;
    assert_eq!(browser.address().await, world.url("/"));
    assert_eq!(browser.linked_events().await, 1);
});

scenario!(the_back_button_leads_to_a_page_that_goes_on, async |scenario| {
    let (_world, browser) = at_the_bank(&scenario, "Nordea").await;
    browser.back().await;
    // The browser loads the page again, or shows it from its memory as the person left it.
    browser.reads("NordeaApprove at your bank").await;
    browser.click("Continue to Nordea").await;
    allow(&browser).await;
    browser.screen("linked").await;
    assert_eq!(browser.linked_events().await, 1);
});

scenario!(a_person_who_came_back_by_the_button_may_cancel, async |scenario| {
    let (world, browser) = at_the_bank(&scenario, "Danske Bank").await;
    browser.back().await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    world.wait_for_call("DELETE", "/consent/v1/consents/").await;
    browser.reload().await;
    browser.screen("choose-bank").await;
});

scenario!(two_tabs_link_two_banks_at_once, async |scenario| {
    // Both tabs are open before either begins.
    let (world, browser) = scenario.demo_page().await;
    browser.screen("choose-bank").await;
    let first = browser.tab().await;
    let second = browser.new_tab().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.click("Danske Bank").await;
    browser.click("Continue to Danske Bank").await;
    browser.page_reads("A page of the sandbox").await;
    browser.switch_to(&first).await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.page_reads("A page of the sandbox").await;
    browser.switch_to(&second).await;
    allow(&browser).await;
    browser.reads("Danske BankYour bank is connected").await;
    assert_eq!(browser.linked_events().await, 1);
    browser.switch_to(&first).await;
    allow(&browser).await;
    browser.reads("NordeaYour bank is connected").await;
    assert_eq!(browser.linked_events().await, 1);
    browser.switch_to(&second).await;
    browser.reload().await;
    browser.reads("Danske BankYour bank is connected").await;
});

scenario!(a_page_with_any_window_name_opens_the_bank_in_another_window, async |scenario| {
    let (_world, browser) = page_with_popup(&scenario).await;
    let page = browser.tab().await;
    // The site before may have chosen the name.
    for name in ["ais-link", "ais-link-popup-"] {
        browser.set_window_name(name).await;
        browser.reload().await;
        browser.click("Nordea").await;
        browser.click("Continue to Nordea").await;
        let window = browser.switch_to_popup(from_ref(&page)).await;
        browser.page_reads("A page of the sandbox").await;
        let of_the_bank = browser.window_name().await;
        browser.switch_to(&page).await;
        assert_ne!(browser.window_name().await, of_the_bank);
        browser.reads("Continue in the window that opened").await;
        browser.switch_to(&window).await;
        allow(&browser).await;
        browser.wait_for_tabs(1).await;
        browser.switch_to(&page).await;
        browser.screen("linked").await;
        browser.click("Connect another bank").await;
    }
});
