//! Ways to come back from the BankID app on the same phone: by the address that the app opens, in this browser
//! or in another one, by hand, in another tab, or after minutes.

use std::sync::Arc;
use std::time::Duration;

use protocol::wire::ConsentStatus;
use sandbox::PendingOrder;

use crate::support::{Browser, Options, Scenario, Setting, Size, World, scenario};

/// A person with an iPhone who has opened the app for an order of SEB, and the address that the app opens
/// when they have signed.
async fn in_the_app(scenario: &Scenario, world: &World) -> (Arc<Browser>, PendingOrder, String) {
    let options = Options { size: Size::Phone, ..Options::default() };
    let browser = scenario.browser_with(options).await;
    browser.open(world).await;
    browser.screen("choose-bank").await;
    browser.set_user_agent(SAFARI).await;
    browser.click("SEB").await;
    browser.click("BankID on this device").await;
    browser.screen("challenge").await;
    let (token, back) = browser.start_token_and_return().await;
    assert!(back.starts_with(&world.url("/redirect?state=")), "{back}");
    let order = world.scan(&format!("bankid:///?autostarttoken={token}"));
    (browser, order, back)
}

scenario!(the_app_may_come_back_in_another_tab_by_hand_or_after_minutes, async |scenario| {
    let world = scenario.world().await;
    let (browser, order, back) = in_the_app(&scenario, &world).await;
    let first = browser.tab().await;
    browser.hide_page().await;
    world.sign(&order);
    // The app opens the address in a tab of its own.
    let second = browser.new_tab().await;
    browser.goto(&back).await;
    browser.screen("linked").await;
    assert_eq!(browser.address().await, world.url("/"), "no state");
    assert_eq!(browser.linked_events().await, 1);
    // The person looks at the old tab again, minutes later.
    browser.switch_to(&first).await;
    browser.advance_clock(Duration::from_mins(10)).await;
    browser.screen("linked").await;
    browser.reads("Your bank is connected").await;
    // The address may be opened once more, and the page by hand.
    browser.switch_to(&second).await;
    for address in [&back, &world.url("/")] {
        browser.goto(address).await;
        browser.screen("linked").await;
    }
    assert_eq!(world.sandbox.consents().len(), 1);
});

scenario!(the_operator_decides_what_a_return_in_another_browser_means, async |scenario| {
    for choice in ["refuse", "ignore"] {
        let variables = &[("AIS_RELAY_FOREIGN_RETURN", choice)];
        let world = scenario.world_with(Setting { variables, ..Setting::default() }).await;
        let (browser, order, back) = in_the_app(&scenario, &world).await;
        browser.hide_page().await;
        world.sign(&order);
        let other = scenario.browser().await;
        other.goto(&back).await;
        other.page_reads(if choice == "refuse" { REFUSED } else { IGNORED }).await;
        browser.show_page().await;
        let (screen, status, events) = match choice {
            "refuse" => ("foreign-completion", ConsentStatus::TerminatedByTpp, 0),
            _ => ("linked", ConsentStatus::Valid, 1),
        };
        browser.screen(screen).await;
        assert_eq!(world.sandbox.consents()[0].status, status, "{choice}");
        assert_eq!(browser.linked_events().await, events, "{choice}");
        assert_eq!(other.query().await, "", "no state");
        // The second choice's two persons take these browsers.
        scenario.give_back(browser).await;
        scenario.give_back(other).await;
    }
});

const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const REFUSED: &str = "This was begun in another browser";
const IGNORED: &str = "Go back to where you began";
