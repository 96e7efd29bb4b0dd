//! How a link ends without accounts, and how the person goes on from there.

use std::time::Duration;

use sandbox::Fault;
use serde_json::{Value, json};

use crate::accessibility::look;
use crate::support::{at_the_code, let_pass, scenario};

scenario!(a_person_cancels_and_nothing_is_left_at_the_bank, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    browser.reads("Nothing was shared").await;
    world.wait_for_call("DELETE", "/consent/v1/consents/").await;
    world.wait_until_quiet("GET", "/authorisations/").await;
    browser.click("Try again").await;
    browser.screen("ready").await;
});

scenario!(a_person_declines_in_the_app, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let order = world.scan(&browser.qr().await);
    world.decline(&order);
    browser.screen("rejected").await;
    browser.reads("Not approved").await;
    browser.reads("Support code").await;

    browser.click("Try again").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
});

scenario!(a_code_without_a_scan_expires, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let_pass(&world, &browser, Duration::from_secs(31)).await;
    look(&browser, "expired").await;
    browser.reads("The time ran out").await;
    assert!(browser.offers("Get a new code").await);
    assert!(browser.offers("Choose another bank").await);
});

scenario!(each_ending_has_an_event_of_its_own, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    browser.note_endings().await;
    let_pass(&world, &browser, Duration::from_secs(31)).await;
    browser.screen("expired").await;
    browser.click("Get a new code").await;
    let order = world.scan(&browser.qr().await);
    world.decline(&order);
    browser.screen("rejected").await;
    browser.click("Try again").await;
    browser.click("Show QR code").await;
    browser.screen("challenge").await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    browser.click("Try again").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    let ends: Value = browser.noted("ends").await;
    let expected = json!([
        ["expired", "expired"],
        ["failed", "rejected"],
        ["cancelled", null],
        ["linked", ends[3][1]]
    ]);
    assert_eq!(ends, expected);
    let day = ends[3][1].as_str().expect("a day");
    assert_eq!((day.len(), day.matches('-').count()), (10, 2), "{day}");
});

scenario!(a_platform_that_fails_during_a_link_costs_only_time, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let text = browser.qr().await;
    for fault in [Fault::Drop, Fault::Garbage, Fault::Status { status: 500, retry_after: None }] {
        world.fail("GET", "/psd2/consent", fault);
    }
    let before = world.count("GET", "/authorisations/");
    world.wait_for_calls(before + 3, "GET", "/authorisations/").await;
    let order = world.scan(&text);
    world.sign(&order);
    browser.screen("linked").await;
});

scenario!(the_page_says_that_the_relay_is_gone_and_finds_it_again, async |scenario| {
    let (_world, browser) = scenario.demo_page().await;
    browser.screen("choose-bank").await;
    browser.set_attribute("relay", "http://127.0.0.1:9/").await;
    look(&browser, "unreachable").await;
    browser.reads("No connection").await;
    browser.remove_attribute("relay").await;
    browser.screen("choose-bank").await;
});

scenario!(a_removed_element_stops_all_that_it_started, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    browser.remove_element().await;
    world.wait_until_quiet("GET", "/authorisations/").await;
    // The place for what the page has put into the tag, and nothing of ours.
    assert_eq!(browser.left_in_removed().await, ["slot"]);
    // Put back, it goes on where it was.
    browser.put_element_back().await;
    browser.screen("challenge").await;
});

scenario!(a_hidden_page_asks_nothing_and_catches_up_later, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let order = world.scan(&browser.qr().await);
    browser.hide_page().await;
    world.wait_until_quiet("GET", "/authorisations/").await;
    world.sign(&order);
    world.wait_until_quiet("GET", "/accounts").await;
    assert_eq!(world.count("GET", "/accounts"), 0, "it asks while it is hidden");
    browser.show_page().await;
    browser.screen("linked").await;
});
