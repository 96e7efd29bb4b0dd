//! A page's own keys and links do not act on the element: letters go into its fields, and its links lead where they
//! say.

use std::time::Duration;

use sandbox::Fault;
use serde_json::Value;
use tokio::time::sleep;

use super::{TAG, page};
use crate::support::{Browser, Key, scenario};

/// A page that acts on single keys, as pages of videos and of mail do. It leaves fields alone, as far as it sees any.
const HOTKEYS: &str = "<script>
    window.acted = [];
    for (const name of ['keydown', 'keypress', 'keyup']) document.addEventListener(name, event => {
        if (/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
        acted.push(event.key);
        if (event.key.length === 1 || event.key === 'Enter') event.preventDefault();
    });
    document.addEventListener('input', event => acted.push(event.target.value.length));
</script>";

/// The keys and inputs on which the page has acted, without repeats.
async fn acted(browser: &Browser) -> Vec<Value> {
    let mut acted: Vec<Value> = browser.noted("acted").await;
    acted.dedup();
    acted
}

scenario!(keys_that_a_page_acts_on_reach_the_element, async |scenario| {
    let (_world, browser) = page(&scenario, HOTKEYS, TAG).await;
    browser.screen("choose-bank").await;
    browser.fill("Search for your bank", "seb ").await;
    browser.reads("Banks found: 1").await;
    assert!(acted(&browser).await.is_empty());
    browser.press(Key::Escape).await;
    assert_eq!(acted(&browser).await, ["Escape"]);
    browser.fill("Search for your bank", "provb").await;
    // Down to the bank, and Enter there: the next screen comes before the key is released.
    browser.press(Key::Down).await;
    browser.hold_key(Key::Enter).await;
    browser.screen("ready").await;
    browser.release_key(Key::Enter).await;
    browser.fill("Your Swedish personal number", "e1").await;
    assert_eq!(acted(&browser).await, ["Escape"]);
});

scenario!(a_pages_base_does_not_lead_its_links_elsewhere, async |scenario| {
    let (_world, browser) = page(&scenario, "<base target=\"_blank\">", TAG).await;
    browser.click("SEB").await;
    browser.click("BankID on this device").await;
    browser.screen("challenge").await;
    assert_eq!(browser.link_targets().await, ["_self"]);
    browser.click("Cancel").await;
    browser.click("Choose another bank").await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.page_reads("A page of the sandbox").await;
    assert_eq!(browser.tabs().await.len(), 1);
});

scenario!(a_screen_reader_does_not_repeat_what_a_translator_has_rewritten, async |scenario| {
    let (world, browser) = page(&scenario, "", TAG).await;
    browser.click("Handelsbanken").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.translate_page().await;
    world.fail_often(u32::MAX, "GET", "/psd2/consent", Fault::Drop);
    browser.reads("Übersetzt: The connection is poor").await;
    // Each second the screen is brought up to date.
    sleep(Duration::from_secs(4)).await;
    let mut said: Vec<String> = browser.noted("said").await;
    said.retain(|text| text.contains("The connection is poor"));
    assert_eq!(said, ["The connection is poor. We keep trying."]);
});
