//! What the tests share: a world of processes, a browser, and an eye for QR codes.

mod browser;
mod eye;
mod host;
mod world;

pub(crate) use self::browser::{
    Browser, Cookies, FACEBOOK, Guest, PAUSE, Popups, Scheme, Size, Tab, Wishes,
};
pub(crate) use self::eye::{brightness, read_qr};
pub(crate) use self::host::{hosted, serve};
pub(crate) use self::world::{World, logs, required};

use std::time::Duration;

/// Longer than anything takes that is not waited for on purpose, on two busy cores too. Only a test
/// that fails waits that long.
pub(crate) const SOON: Duration = Duration::from_mins(1);

/// A person who looks at the QR code of `bank` on the demo page.
pub(crate) async fn at_the_code(name: &str, bank: &str) -> (World, Browser) {
    let (world, browser) = beginning(name, bank).await;
    browser.screen("challenge").await;
    (world, browser)
}

/// A person who chose `bank` on the demo page and asked for the QR code.
pub(crate) async fn beginning(name: &str, bank: &str) -> (World, Browser) {
    let world = World::new(name).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    choose_bank(&browser, bank).await;
    browser.click("Show QR code").await;
    (world, browser)
}

/// Chooses `bank` in the list; where it is a group, the bank of that name in it.
pub(crate) async fn choose_bank(browser: &Browser, bank: &str) {
    browser.click(bank).await;
    if bank == SWEDBANK {
        browser.screen("choose-affiliated").await;
        browser.click("Swedbank").await;
    }
}

/// The bank that asks which one of its group is meant.
pub(crate) const SWEDBANK: &str = "Swedbank and Sparbankerna";

/// Lets `span` go by, at the bank and on the page.
pub(crate) async fn time_goes_by(world: &World, browser: &Browser, span: Duration) {
    world.sandbox.advance(span);
    browser.skip(span).await;
}
