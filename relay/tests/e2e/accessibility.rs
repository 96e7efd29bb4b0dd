//! Every screen in every language is checked by all that needs no person: axe-core, the order of reading
//! and of the focus, and the layout. Light on a desktop in Chromium, dark on a phone in Firefox: each browser has one
//! of each.

mod announcements;
pub(crate) mod axe;
mod checks;
mod colours;
mod focus;
mod keyboard;
mod transcript;
mod tree;

use std::time::Duration;

pub(crate) use self::checks::check;
use crate::screens::{read_every_screen, read_every_screen_of_accounts};
use crate::support::{Browser, scenario};

/// Looks at the screen `state` with axe-core, and takes its picture.
pub(crate) async fn look(browser: &Browser, state: &str) {
    browser.screen_within(state, Duration::from_mins(2)).await;
    // What fades in is there.
    browser.settle().await;
    browser.picture(state).await;
    axe::finds_nothing(browser, "ais-link", state).await;
}

scenario!(every_screen_in_every_language_can_be_read_and_used_by_everybody, async |scenario| {
    let read = read_every_screen(&scenario).await;
    if !read.is_empty() {
        transcript::compare("screens.txt", include_str!("transcripts/screens.txt"), &read);
    }
});

scenario!(
    every_screen_of_accounts_in_every_language_can_be_read_and_used_by_everybody,
    async |scenario| {
        let read = read_every_screen_of_accounts(&scenario).await;
        if !read.is_empty() {
            transcript::compare("accounts.txt", include_str!("transcripts/accounts.txt"), &read);
        }
    }
);

scenario!(pages_without_the_element_have_no_fault_either, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    for text in ["A page of the sandbox", "There is nothing to do here"] {
        browser.page_reads(text).await;
        axe::finds_nothing(&browser, "main", text).await;
        browser.goto(&world.url("/redirect")).await;
    }
});
