//! A whole link by the keyboard alone: nothing is clicked, and no script sets the focus.

use crate::support::{Browser, Key, scenario};

/// Presses the tabulator key until the control `label` has the focus, and Enter there.
async fn choose(browser: &Browser, label: &str) {
    reach(browser, label).await;
    browser.press(Key::Enter).await;
}

/// Presses the tabulator key until the control `label` has the focus.
async fn reach(browser: &Browser, label: &str) {
    for _ in 0..MOST {
        if browser.focused().await.as_deref() == Some(label) {
            return;
        }
        browser.press(Key::Tab).await;
    }
    panic!("{label:?} is not reached within {MOST} keys");
}

/// Waits for the screen `state`, whose heading must have the focus.
async fn arrive(browser: &Browser, state: &str) {
    browser.screen(state).await;
    assert_eq!(browser.focused().await, Some(browser.heading().await));
}

scenario!(a_person_links_and_is_refused_with_the_keyboard_alone, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    browser.screen("choose-bank").await;
    find(&browser).await;
    // The focus goes with the step.
    arrive(&browser, "ready").await;
    choose(&browser, "Show QR code").await;
    enlarge(&browser).await;
    let order = world.scan(&browser.qr().await);
    arrive(&browser, "signing").await;
    world.decline(&order);
    arrive(&browser, "rejected").await;
    choose(&browser, "Try again").await;
    browser.screen("ready").await;
    choose(&browser, "Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    arrive(&browser, "linked").await;
    choose(&browser, "Connect another bank").await;
    browser.screen("choose-bank").await;
    // Enter chooses the only bank that was found.
    reach(&browser, "Search for your bank").await;
    browser.press("handels" + Key::Enter).await;
    browser.screen("ready").await;
});

/// Finds a bank by a few letters, goes down to it and up again, and chooses it.
async fn find(browser: &Browser) {
    reach(browser, "Search for your bank").await;
    browser.press("bank").await;
    browser.reads("Banks found: 4").await;
    browser.press("en").await;
    browser.reads("Banks found: 2").await;
    browser.press(Key::Down + Key::Down + Key::Down + Key::Up + Key::Up).await;
    assert_eq!(browser.focused().await.as_deref(), Some("Search for your bank"));
    assert_eq!(browser.banks().await, ["Handelsbanken", "Provbanken"]);
    browser.press(Key::Down + Key::Enter).await;
}

/// Lets the code fill the screen, and comes back from there to where they were.
async fn enlarge(browser: &Browser) {
    browser.screen("challenge").await;
    choose(browser, "Enlarge the code").await;
    assert!(browser.has_full_code().await);
    browser.press(Key::Escape).await;
    assert!(!browser.has_full_code().await);
    assert_eq!(browser.focused().await.as_deref(), Some("Enlarge the code"));
}

/// More keys than any page needs.
const MOST: u32 = 30;
