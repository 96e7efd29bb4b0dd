//! A person links an account at each bank that works on its own page, and all that can happen on the way
//! there and back.

mod bank;
mod coming_back;
mod leaving;
mod reloading;

use sandbox::Fault;

pub(crate) use self::bank::Page;
use self::bank::{allow, at_the_bank, choose, heard_linked};
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
async fn each_bank_with_a_page_of_its_own_can_be_linked() {
    for (country, banks) in BANKS {
        let name = format!("redirect-link-{country}");
        let (world, browser) = choosing(&name, country).await;
        for bank in banks {
            world.sandbox.clear_requests();
            choose(&browser, bank).await;
            assert!(!browser.address().await.starts_with(&world.url("/")), "the bank's own page");
            allow(&browser, bank).await;
            browser.screen("linked").await;
            let own = if *bank == SWEDBANK { "Swedbank" } else { bank };
            browser.reads(&format!("{own}Your bank is connected")).await;
            assert_eq!(browser.address().await, world.url("/"), "no code, no state");
            assert_eq!(heard_linked(&browser).await, 1);
            // One value of the preference on every call about the consent, accounts included.
            let about = |path: &str| path.contains("/consents") || path.contains("/accounts");
            let expect = if bank.starts_with("Swedbank") { "true" } else { "false" };
            let seen = world.sandbox.requests().into_iter().filter(|seen| about(&seen.path));
            let values: Vec<_> =
                seen.map(|seen| seen.header("tpp-redirect-preferred").map(str::to_owned)).collect();
            let all = values.iter().all(|value| value.as_deref() == Some(expect));
            assert!(all && !values.is_empty(), "{bank}: {values:?}");
            browser.click("Connect another bank").await;
        }
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_refuses_or_takes_too_long_at_each_bank() {
    for (country, banks) in BANKS {
        let name = format!("redirect-refuse-{country}");
        let (world, browser) = choosing(&name, country).await;
        for bank in banks {
            for clicks in [&["No, refuse"][..], &["Take too long", "Go back"]] {
                choose(&browser, bank).await;
                for click in clicks {
                    browser.click(click).await;
                }
                browser.screen("rejected").await;
                assert_eq!(browser.address().await, world.url("/"), "{bank}");
                assert_eq!(heard_linked(&browser).await, 0, "{bank}");
                browser.click("Choose another bank").await;
            }
        }
        browser.quit(&name).await;
    }
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
    allow(&browser, "Nordea").await;
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
    allow(&browser, "Danske Bank").await;
    look(&browser, "exchange-failed", "looks-light-1280").await;
    browser.reads("Nothing was shared").await;
    assert_eq!(heard_linked(&browser).await, 0);
    browser.click("Try again").await;
    browser.click("Continue to Danske Bank").await;
    allow(&browser, "Danske Bank").await;
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
