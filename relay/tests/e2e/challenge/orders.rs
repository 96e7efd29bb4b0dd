//! What a bank may report of one order, and when: a challenge that comes late, statuses that change, a picture
//! that is none, an order that fails or whose app has ended.

use std::sync::Arc;
use std::time::Duration;

use sandbox::{ChallengeForm, SignOutcome};

use crate::accessibility::look;
use crate::support::{Browser, SWEDBANK, Scenario, World, at_the_code, choose_bank, scenario};

const BANKS: [&str; 3] = ["SEB", "Handelsbanken", SWEDBANK];

/// A person who is about to ask for the challenge of `bank` in a new world, whose challenges come in `form`.
async fn ready(
    scenario: &Scenario,
    browser: &Browser,
    bank: &str,
    form: ChallengeForm,
) -> Arc<World> {
    let world = scenario.world().await;
    world.sandbox.set_challenge_form(form);
    browser.open_as_new_visitor(&world).await;
    choose_bank(browser, bank).await;
    browser.screen("ready").await;
    world
}

/// Scans what is on the screen and signs, as often as the bank wants.
async fn approve(world: &World, browser: &Browser) {
    while let SignOutcome::NextStep { .. } = world.sign(&world.scan(&browser.qr().await)) {
        browser.reads("Step 2 of 2").await;
    }
    browser.screen("linked").await;
}

scenario!(a_status_that_changes_within_one_order_is_no_second_step, async |scenario| {
    let browser = scenario.browser().await;
    for bank in BANKS {
        let world = ready(&scenario, &browser, bank, ChallengeForm::Moving).await;
        browser.click("Show QR code").await;
        browser.qr().await;
        let first = browser.seconds_left().await;
        let asked = world.count("GET", "/authorisations/");
        // The bank's next status, and time for the page to get it.
        world.sandbox.advance(Duration::from_secs(2));
        world.wait_for_calls(asked + 3, "GET", "/authorisations/").await;
        browser.qr().await;
        assert!(!browser.text().await.contains("one more signature"), "{bank}");
        assert!(!browser.text().await.contains("Step 2"), "{bank}");
        let later = browser.seconds_left().await;
        assert!(0 < later && later < first, "{bank}: {later} of {first} seconds are left");
        approve(&world, &browser).await;
    }
});

scenario!(the_page_waits_for_a_challenge_that_comes_with_the_first_question, async |scenario| {
    let browser = scenario.browser().await;
    for bank in BANKS {
        let world = ready(&scenario, &browser, bank, ChallengeForm::Asked).await;
        browser.note_screens().await;
        browser.click("Show QR code").await;
        browser.qr().await;
        assert_eq!(browser.screens_since().await, "preparing challenge", "{bank}");
        approve(&world, &browser).await;
    }
});

scenario!(an_unexplained_failure_is_no_refusal_and_the_next_code_links, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "Handelsbanken").await;
    let order = world.sandbox.orders().remove(0);
    world.decline(&order);
    browser.screen("unexplained").await;
    browser.reads("Unknown error. Please try again.").await;
    look(&browser, "unexplained").await;
    browser.click("Get a new code").await;
    browser.screen("challenge").await;
    approve(&world, &browser).await;
    assert_eq!(world.count("DELETE", "/consents"), 0, "it is the same consent");
});

scenario!(a_broken_picture_takes_the_place_of_the_old_one_with_a_notice, async |scenario| {
    let (world, browser) = at_the_code(&scenario, SWEDBANK).await;
    let first = browser.qr().await;
    // It begins as a picture does, and is none.
    browser.rewrite_answers("(base64,iVBORw0KGgo)[^\"]*", "$1AAAA").await;
    world.sandbox.advance(Duration::from_secs(1));
    browser.reads("The QR code cannot be shown").await;
    assert!(!browser.has_drawn_code().await);
    browser.rewrite_answers("base64,iVBORw0KGgoAAAA\"", "base64,AAAA\"").await;
    world.sandbox.advance(Duration::from_secs(1));
    browser.reads("The QR code cannot be shown").await;
    // After a reload the page gets what the bank really sent.
    browser.reload().await;
    assert_ne!(browser.qr_after(&first).await, first);
});

scenario!(a_person_whose_app_has_ended_can_get_a_new_code, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "Handelsbanken").await;
    world.scan(&browser.qr().await);
    browser.screen("signing").await;
    assert!(!browser.offers("Get a new code").await);
    browser.advance_clock(Duration::from_secs(46)).await;
    browser.click("Get a new code").await;
    browser.screen("challenge").await;
    approve(&world, &browser).await;
    assert_eq!(world.count("DELETE", "/consents"), 0, "it is the same consent");
});

scenario!(the_countdown_says_when_it_includes_the_approval, async |scenario| {
    let browser = scenario.browser().await;
    let world = ready(&scenario, &browser, "SEB", ChallengeForm::AtOnce).await;
    browser.reads("30 seconds to start the app and approve").await;
    browser.click("BankID on this device").await;
    browser.reads("Seconds left to start the app and approve").await;
    browser.tap_start_link().await;
    browser.reads("Trying to start your BankID app.").await;
    let order = world.scan(&browser.start_link().await);
    world.sign(&order);
    browser.screen("linked").await;
});
