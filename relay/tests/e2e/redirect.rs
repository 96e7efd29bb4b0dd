//! A person links an account at each bank that works on its own page, and all that can happen on the way
//! there and back.

mod bank;
mod coming_back;
mod cut_off;
mod from_the_app;
mod leaving;
mod reloading;

use sandbox::Fault;

use self::bank::at_the_bank;
pub(crate) use self::bank::{Page, allow};
use crate::accessibility::look;
use crate::support::{SWEDBANK, choose_bank, scenario};

/// The banks with a page of their own, by country.
const BANKS: [(&str, &[&str]); 2] =
    [("SE", &["Nordea", "Danske Bank", "Provbanken", SWEDBANK]), ("FI", &["Nordea Finland", "OP"])];

scenario!(a_person_who_refused_may_try_again, async |scenario| {
    let (_world, browser) = at_the_bank(&scenario, "Nordea").await;
    browser.click("No, refuse").await;
    browser.reads("Not approved").await;
    browser.click("Try again").await;
    browser.click("Continue to Nordea").await;
    allow(&browser).await;
    browser.screen("linked").await;
});

scenario!(a_code_that_the_platform_does_not_take_links_nothing, async |scenario| {
    let (world, browser) = at_the_bank(&scenario, "Danske Bank").await;
    let fault = Fault::Status { status: 400, retry_after: None };
    world.fail("POST", "/connect/token", fault);
    allow(&browser).await;
    look(&browser, "exchange-failed").await;
    browser.reads("Nothing was shared").await;
    assert_eq!(browser.linked_events().await, 0);
    browser.click("Try again").await;
    browser.click("Continue to Danske Bank").await;
    allow(&browser).await;
    browser.screen("linked").await;
});

scenario!(the_page_says_before_the_bank_who_asks_and_that_the_person_leaves, async |scenario| {
    let (_world, browser) = scenario.demo_page().await;
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
});
