//! A person links an account at each bank that works on its own page, and all that can happen on the way
//! there and back.

mod bank;
mod coming_back;
mod cut_off;
mod from_the_app;
mod leaving;
mod reloading;

use sandbox::Fault;

pub(crate) use self::bank::{Page, allow};
use self::bank::{at_the_bank, heard_linked};
use crate::accessibility::look;
use crate::support::{Browser, SWEDBANK, World, choose_bank};

/// The banks with a page of their own, by country.
const BANKS: [(&str, &[&str]); 2] =
    [("SE", &["Nordea", "Danske Bank", "Provbanken", SWEDBANK]), ("FI", &["Nordea Finland", "OP"])];

/// A person who looks at the banks of `country`.
async fn choosing(name: &str, country: &'static str) -> (World, Browser) {
    let world = World::with_pages(name, &Page::of(country).folder(name)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    (world, browser)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn who_refused_may_try_again() {
    let world = World::new("redirect-again").await;
    let browser = at_the_bank(&world, "Nordea").await;
    browser.click("No, refuse").await;
    browser.reads("Not approved").await;
    browser.click("Try again").await;
    browser.click("Continue to Nordea").await;
    allow(&browser).await;
    browser.screen("linked").await;
    browser.quit("redirect-again").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_that_the_platform_does_not_take_links_nothing() {
    let world = World::new("redirect-exchange").await;
    let browser = at_the_bank(&world, "Danske Bank").await;
    let fault = Fault::Status { status: 400, retry_after: None };
    world.fail("POST", "/connect/token", fault);
    allow(&browser).await;
    look(&browser, "exchange-failed", "looks-light-1280").await;
    browser.reads("Nothing was shared").await;
    assert_eq!(heard_linked(&browser).await, 0);
    browser.click("Try again").await;
    browser.click("Continue to Danske Bank").await;
    allow(&browser).await;
    browser.screen("linked").await;
    browser.quit("redirect-exchange").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_person_is_told_before_they_leave_and_named_who_asks() {
    let world = World::new("redirect-told").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.click("Nordea").await;
    browser.reads("Hemkassan asks to read from your bank").await;
    browser.reads("The bank's own page is outside Hemkassan").await;
    assert!(!browser.offers("Show QR code").await, "Nordea has its own page only");
    browser.click("Choose another bank").await;
    choose_bank(&browser, SWEDBANK).await;
    browser.reads("The bank's own page is outside Hemkassan").await;
    for way in ["Show QR code", "BankID on this device", "The bank's own page"] {
        assert!(browser.offers(way).await, "{way}");
    }
    browser.quit("redirect-told").await;
}
