//! What the tests share: the harness of a scenario, a world of processes, a browser, and a reader of QR codes.

mod back_end;
mod browser;
mod host;
mod pixels;
mod scenario;
mod site;
mod world;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::back_end::BackEnd;
pub(crate) use self::browser::{
    Browser, Cookies, FACEBOOK, Held, Key, Machine, Network, Options, PAUSE, Place, Popups,
    Position, Scheme, Size, Tab,
};
pub(crate) use self::host::{hosted, serve};
pub(crate) use self::scenario::{Scenario, play, scenario};
pub(crate) use self::site::{SECRET, Site};
pub(crate) use self::world::{Setting, World, logs, required};

/// Longer than anything takes that is not waited for on purpose, on two busy cores too. Only a test
/// that fails waits that long.
pub(crate) const SOON: Duration = Duration::from_mins(1);

/// A person who looks at the QR code of `bank` on the demo page.
pub(crate) async fn at_the_code(scenario: &Scenario, bank: &str) -> (Arc<World>, Arc<Browser>) {
    let (world, browser) = scenario.demo_page().await;
    ask_for_the_code(&browser, bank).await;
    (world, browser)
}

/// Chooses `bank` and waits for its QR code.
pub(crate) async fn ask_for_the_code(browser: &Browser, bank: &str) {
    choose_bank(browser, bank).await;
    browser.click("Show QR code").await;
    browser.screen("challenge").await;
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

/// Lets `span` pass, at the bank and on the page.
pub(crate) async fn let_pass(world: &World, browser: &Browser, span: Duration) {
    world.sandbox.advance(span);
    browser.advance_clock(span).await;
}
