//! The screens of `<ais-accounts>`.

use super::camera::shoot;
use crate::accounts::Visit;
use crate::support::{Options, Scenario};

/// Goes through the screens and takes a picture of each, `width` wide.
pub(super) async fn walk(scenario: &Scenario, options: Options, width: u32) {
    let visit = Visit::new(scenario, scenario.browser_with(options).await, &[]).await;
    let browser = &visit.browser;
    visit.view().await;
    browser.screen("empty").await;
    shoot(browser, "accounts-empty", width).await;
    visit.link("SEB").await;
    visit.view().await;
    browser.screen("connections").await;
    shoot(browser, "accounts-connections", width).await;
    browser.click("Show accounts").await;
    browser.reads("As of").await;
    shoot(browser, "accounts-accounts", width).await;
    browser.click("Show transactions").await;
    browser.reads("Not booked yet").await;
    shoot(browser, "accounts-transactions", width).await;
    browser.click("Back").await;
    browser.click("Back").await;
    browser.click("Remove access").await;
    browser.screen("remove").await;
    shoot(browser, "accounts-remove", width).await;
    // The page believes that the connection ends soon.
    browser.rewrite_answers("\"daysLeft\":\\d+", "\"daysLeft\":9").await;
    browser.remove_element().await;
    browser.put_element_back().await;
    browser.reads("Ends soon").await;
    shoot(browser, "accounts-expiring", width).await;
    browser.click("Remove access").await;
    browser.screen("remove").await;
    browser.click("Remove access").await;
    browser.reads("Ended on").await;
    shoot(browser, "accounts-removed", width).await;
    browser.goto(&visit.host.world.url("/accounts.html?vt_none")).await;
    browser.screen("view-over").await;
    shoot(browser, "accounts-over", width).await;
}
