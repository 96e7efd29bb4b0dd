//! A page that is loaded again, on every screen: the link goes on at the right one.

use std::time::Duration;

use relay::{Clock as _, SystemClock};

use super::bank::{allow, at_the_bank};
use crate::support::{Browser, Tab, at_the_code, scenario};

scenario!(screens_before_the_bank_begin_again, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    for clicks in [&[][..], &["Nordea"], &["SEB"]] {
        browser.screen("choose-bank").await;
        for click in clicks {
            browser.click(click).await;
            browser.screen("ready").await;
        }
        browser.reload().await;
    }
    browser.screen("choose-bank").await;
    assert!(world.sandbox.consents().is_empty());
    // Also while the relay is still making the consent: the next link begins from the list again.
    world.hold("POST", "/psd2/consent/v1/consents");
    browser.click("Danske Bank").await;
    browser.click("Continue to Danske Bank").await;
    browser.screen("preparing").await;
    browser.reload().await;
    browser.screen("choose-bank").await;
    world.release();
});

scenario!(a_link_that_was_still_waiting_for_its_bank_begins_again, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    // As the relay reports it in the moment before the bank has said how it wants the person to approve.
    browser.rewrite_answers("\"scaApproach\":\"DECOUPLED\",", "").await;
    browser.remove_element().await;
    // Put back at once, it would only have moved.
    tokio::time::sleep(Duration::from_millis(50)).await;
    browser.put_element_back().await;
    // SEB has no page that the person could come back from.
    browser.screen("ready").await;
    world.wait_for_call("DELETE", "/consent/v1/consents/").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
});

scenario!(screens_after_the_bank_go_on, async |scenario| {
    let (world, browser) = at_the_bank(&scenario, "Nordea").await;
    browser.open(&world).await;
    browser.screen("at-bank").await;
    browser.reload().await;
    browser.screen("at-bank").await;
    browser.click("Continue to Nordea").await;
    world.hold("GET", "/psd2/accountinformation/v1/accounts");
    allow(&browser).await;
    browser.screen("finishing").await;
    browser.reload().await;
    world.release();
    browser.screen("linked").await;
    assert_eq!(browser.linked_events().await, 1);
    browser.reload().await;
    browser.screen("linked").await;
    browser.reads("NordeaYour bank is connected").await;
    assert_eq!(browser.linked_events().await, 1, "once for each page");
    browser.click("Connect another bank").await;
    browser.screen("choose-bank").await;
    browser.reload().await;
    browser.screen("choose-bank").await;
});

scenario!(accounts_that_a_closed_tab_did_not_get_come_in_the_next, async |scenario| {
    let (world, browser) = at_the_bank(&scenario, "Nordea").await;
    world.hold("GET", "/psd2/accountinformation/v1/accounts");
    allow(&browser).await;
    browser.screen("finishing").await;
    let closed = browser.tab().await;
    let next = browser.new_tab().await;
    browser.switch_to(&closed).await;
    browser.close_tab(&next).await;
    browser.open(&world).await;
    browser.screen("finishing").await;
    world.release();
    browser.screen("linked").await;
    assert_eq!(browser.linked_events().await, 1);
    // That page has the accounts: one more tab begins with the list of banks.
    browser.new_tab().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
});

scenario!(a_reloaded_page_shows_the_code_and_waits_for_the_signature, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "Handelsbanken").await;
    browser.reload().await;
    browser.screen("challenge").await;
    let order = world.scan(&browser.qr().await);
    browser.screen("signing").await;
    browser.reload().await;
    browser.screen("signing").await;
    world.sign(&order);
    browser.screen("linked").await;
    assert_eq!(browser.linked_events().await, 1);
});

scenario!(two_tabs_at_one_link_ask_once_a_second_and_both_see_the_end, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let first = browser.tab().await;
    // A window of its own: a tab would hide the first one, which would then not ask.
    let second = browser.new_window().await;
    browser.open(&world).await;
    browser.screen("challenge").await;
    let tabs = [&first, &second];
    let mut begun = Vec::new();
    for tab in tabs {
        begun.push(asked(&browser, tab).await);
    }
    let questions = || world.count("GET", "/authorisations/");
    let (before, since) = (questions(), SystemClock.now());
    world.wait_for_calls(before + ROUNDS, "GET", "/authorisations/").await;
    let (count, took) = (questions() - before, SystemClock.now().since(since));
    // The first comes at once, and may have been under way before; each further one comes a second later.
    let most = took.as_secs() + 2;
    assert!(u64::try_from(count).unwrap() <= most, "{count} questions in {took:?}");
    for (tab, begun) in tabs.into_iter().zip(begun) {
        let own = asked(&browser, tab).await - begun;
        assert!(own >= 2, "both ask, not one of them alone: {own}");
    }
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    for tab in [&second, &first] {
        browser.switch_to(tab).await;
        browser.screen("linked").await;
    }
    browser.switch_to(&second).await;
    assert_eq!(world.sandbox.consents().len(), 1);
});

/// How often the page in `tab` has asked for the status of an authorisation.
async fn asked(browser: &Browser, tab: &Tab) -> u64 {
    browser.switch_to(tab).await;
    browser.status_questions().await
}

/// Questions that the platform must get before they are counted.
const ROUNDS: usize = 6;
