//! A person links an account at each bank that works on its own page, and all that can happen on the way
//! there and back.

mod bank;
mod coming_back;
mod leaving;
mod reloading;

use sandbox::{Fault, FaultRule};

pub(crate) use self::bank::Page;
use self::bank::{allow, at_the_bank, heard_linked};
use crate::accessibility::look;
use crate::support::{Browser, World};

/// The banks with a page of their own, and where they are.
const BANKS: [(&str, &str); 6] = [
    ("SE", "Nordea"),
    ("SE", "Danske Bank"),
    ("SE", "Provbanken"),
    ("SE", "Swedbank and Sparbankerna"),
    ("FI", "Nordea Finland"),
    ("FI", "OP"),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn each_bank_with_a_page_of_its_own_can_be_linked() {
    for (country, bank) in BANKS {
        let name = format!("redirect-{}", bank.to_lowercase().replace(' ', "-"));
        let world = World::with_pages(&name, &Page::of(country).folder(&name)).await;
        let browser = at_the_bank(&world, bank).await;
        assert!(!browser.address().await.starts_with(&world.url("/")), "the bank's own page");
        allow(&browser, bank).await;
        browser.screen("linked").await;
        browser.reads(&format!("{bank} is connected")).await;
        assert_eq!(browser.address().await, world.url("/"), "no code, no state");
        assert_eq!(heard_linked(&browser).await, 1);
        // One value of the preference on every call about the consent, accounts included.
        let about = |path: &str| path.contains("/consents") || path.contains("/accounts");
        let expect = if bank.starts_with("Swedbank") { "true" } else { "false" };
        let seen = world.sandbox.requests().into_iter().filter(|seen| about(&seen.path));
        let values: Vec<_> =
            seen.map(|seen| seen.header("tpp-redirect-preferred").map(str::to_owned)).collect();
        assert!(!values.is_empty());
        assert!(values.iter().all(|value| value.as_deref() == Some(expect)), "{bank}: {values:?}");
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_refuses_at_the_bank_and_tries_again() {
    for (country, bank) in BANKS {
        let name = format!("redirect-refuse-{}", bank.to_lowercase().replace(' ', "-"));
        let world = World::with_pages(&name, &Page::of(country).folder(&name)).await;
        let browser = at_the_bank(&world, bank).await;
        browser.click("No, refuse").await;
        browser.screen("rejected").await;
        browser.reads("Not approved").await;
        assert_eq!(browser.address().await, world.url("/"));
        assert_eq!(heard_linked(&browser).await, 0);
        if bank == "Nordea" {
            browser.click("Try again").await;
            browser.click("Continue to Nordea").await;
            allow(&browser, bank).await;
            browser.screen("linked").await;
        }
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_takes_too_long_at_the_bank() {
    for (country, bank) in BANKS {
        let name = format!("redirect-late-{}", bank.to_lowercase().replace(' ', "-"));
        let world = World::with_pages(&name, &Page::of(country).folder(&name)).await;
        let browser = at_the_bank(&world, bank).await;
        browser.click("Take too long").await;
        browser.click("Go back").await;
        browser.screen("rejected").await;
        assert_eq!(heard_linked(&browser).await, 0);
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_that_the_platform_does_not_take_links_nothing() {
    let world = World::new("redirect-exchange").await;
    let browser = at_the_bank(&world, "Danske Bank").await;
    let fault = Fault::Status { status: 400, retry_after: None };
    let (path, method) = ("/connect/token".to_owned(), Some("POST".to_owned()));
    world.sandbox.add_fault(FaultRule { path, method, count: 1, fault });
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
    browser.click("Swedbank and Sparbankerna").await;
    browser.reads("The bank's own page is outside Hemkassan").await;
    for way in ["Show QR code", "BankID on this device", "The bank's own page"] {
        assert!(browser.offers(way).await, "{way}");
    }
    browser.quit("redirect-told").await;
}
