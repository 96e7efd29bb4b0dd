//! What a bank may tell of one order, and when: a challenge that comes late, statuses that move on, a picture
//! that is none, an order that fails or whose app died.

use std::time::Duration;

use sandbox::{ChallengeForm, SignOutcome};
use serde_json::json;

use crate::accessibility::look;
use crate::support::{Browser, SWEDBANK, World, at_the_code, choose_bank};

const BANKS: [&str; 3] = ["SEB", "Handelsbanken", SWEDBANK];

/// A person who is ready at `bank`, whose challenges come in `form`.
async fn ready(name: &str, bank: &str, form: ChallengeForm) -> (World, Browser) {
    let world = World::new(name).await;
    world.sandbox.set_challenge_form(form);
    let browser = Browser::new().await;
    browser.open(&world).await;
    choose_bank(&browser, bank).await;
    browser.screen("ready").await;
    (world, browser)
}

/// Scans what is on the screen and signs, as often as the bank wants.
async fn approve(world: &World, browser: &Browser) {
    while let SignOutcome::NextStep { .. } = world.sign(&world.scan(&browser.qr().await)) {
        browser.reads("Step 2 of 2").await;
    }
    browser.screen("linked").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_status_that_moves_on_under_one_order_is_no_second_step() {
    for bank in BANKS {
        let name = format!("told-moving-{}", bank[..3].to_lowercase());
        let (world, browser) = ready(&name, bank, ChallengeForm::Moving).await;
        browser.click("Show QR code").await;
        browser.qr().await;
        let left =
            "return Number(root.querySelector('.countdown').textContent.match(/[0-9]+/)?.[0] ?? 0)";
        let first = browser.eval(left, vec![]).await.as_u64().unwrap();
        let asked = world.count("GET", "/authorisations/");
        // The bank's next status, and the page has heard of it.
        world.sandbox.advance(Duration::from_secs(2));
        while world.count("GET", "/authorisations/") < asked + 3 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        browser.qr().await;
        assert!(!browser.text().await.contains("one more signature"), "{bank}");
        assert!(!browser.text().await.contains("Step 2"), "{bank}");
        let later = browser.eval(left, vec![]).await.as_u64().unwrap();
        assert!(0 < later && later < first, "{bank}: {later} of {first} seconds are left");
        approve(&world, &browser).await;
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_challenge_that_comes_with_the_first_question_is_waited_for() {
    for bank in BANKS {
        let name = format!("told-asked-{}", bank[..3].to_lowercase());
        let (world, browser) = ready(&name, bank, ChallengeForm::Asked).await;
        browser.eval(SCREENS, vec![]).await;
        browser.click("Show QR code").await;
        browser.qr().await;
        let screens = browser.eval("return link.dataset.screens", vec![]).await;
        assert_eq!(screens, json!("preparing challenge"), "{bank}");
        approve(&world, &browser).await;
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_failure_that_nobody_explains_is_nobodys_no_and_the_next_code_links() {
    let (world, browser) = at_the_code("told-unexplained", "Handelsbanken").await;
    let order = world.sandbox.orders().remove(0);
    world.decline(&order);
    browser.screen("unexplained").await;
    browser.reads("Unknown error. Please try again.").await;
    look(&browser, "unexplained", "looks-light-1280").await;
    browser.click("Get a new code").await;
    browser.screen("challenge").await;
    approve(&world, &browser).await;
    assert_eq!(world.count("DELETE", "/consents"), 0, "it is the same consent");
    browser.quit("told-unexplained").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_picture_that_is_none_is_said_and_takes_the_place_of_the_old_one() {
    let (world, browser) = at_the_code("told-picture", SWEDBANK).await;
    let first = browser.qr().await;
    // It begins as a picture does, and is none.
    browser.mishear("(base64,iVBORw0KGgo)[^\"]*", "$1AAAA").await;
    world.sandbox.advance(Duration::from_secs(1));
    browser.reads("The QR code cannot be shown").await;
    let drawn = "return !!root.querySelector('.qr svg, .qr canvas')";
    assert_eq!(browser.eval(drawn, vec![]).await, json!(false));
    browser.mishear("base64,iVBORw0KGgoAAAA\"", "base64,AAAA\"").await;
    world.sandbox.advance(Duration::from_secs(1));
    browser.reads("The QR code cannot be shown").await;
    // A reload hears the bank itself.
    browser.reload().await;
    assert_ne!(browser.qr_after(&first).await, first);
    browser.quit("told-picture").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_whose_app_died_is_offered_a_new_code() {
    let (world, browser) = at_the_code("told-died", "Handelsbanken").await;
    world.scan(&browser.qr().await);
    browser.screen("signing").await;
    assert!(!browser.offers("Get a new code").await);
    browser.skip(Duration::from_secs(46)).await;
    browser.click("Get a new code").await;
    browser.screen("challenge").await;
    approve(&world, &browser).await;
    assert_eq!(world.count("DELETE", "/consents"), 0, "it is the same consent");
    browser.quit("told-died").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_seconds_that_are_for_the_approval_too_are_said_so_and_a_tap_starts_the_app() {
    let (world, browser) = ready("told-seconds", "SEB", ChallengeForm::AtOnce).await;
    browser.reads("30 seconds to start the app and approve").await;
    browser.click("BankID on this device").await;
    browser.reads("Seconds left to start the app and approve").await;
    // No app is there: the link goes nowhere.
    let tap = "const start = root.querySelector('a.action');
        start.addEventListener('click', event => event.preventDefault());
        start.click()";
    browser.eval(tap, vec![]).await;
    browser.reads("Trying to start your BankID app.").await;
    let order = world.scan(&browser.start_link().await);
    world.sign(&order);
    browser.screen("linked").await;
    browser.quit("told-seconds").await;
}

/// Writes down each screen that the element is on from now on.
const SCREENS: &str = "
    link.addEventListener('ais-link-state', () => {
        const screens = [link.dataset.screens, link.getAttribute('state')];
        link.dataset.screens = screens.filter(it => it).join(' ');
    });";
