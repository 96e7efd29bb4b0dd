//! axe-core finds nothing on any screen, light and dark; and pictures of all screens for the eye.

use std::slice::from_ref;
use std::time::Duration;

use sandbox::Fault;
use serde_json::{Value, json};

use crate::redirect::Page;
use crate::support::{Browser, SWEDBANK, Scheme, Size, Wishes, World, required};

/// What axe-core finds in the element, as rule and place.
async fn violations(browser: &Browser, place: &str) -> Value {
    let axe = std::fs::read_to_string(required("AIS_LINK_AXE")).expect("axe-core is there");
    // The page's policy holds for its own scripts; WebDriver's run beside it.
    browser.eval(&axe, vec![]).await;
    let script = "
        axe.run(arguments[0], { resultTypes: ['violations'] })
            .then(found => done(found.violations.map(it => [it.id, it.nodes.map(node => node.target)])))
            .catch(error => done(String(error)));";
    browser.wait_for(script, vec![json!(place)]).await
}

/// Looks at a page without the element.
async fn look_at_page(browser: &Browser, text: &str, name: &str) {
    browser.page_reads(text).await;
    browser.picture(name).await;
    assert_eq!(violations(browser, "main").await, json!([]), "{name}: {text}");
}

/// Looks at the screen `state` with axe-core, and takes its picture.
pub(crate) async fn look(browser: &Browser, state: &str, name: &str) {
    browser.screen_within(state, Duration::from_mins(2)).await;
    // What fades in is there.
    browser.settle().await;
    browser.picture(&format!("{name}-{state}")).await;
    assert_eq!(violations(browser, "ais-link").await, json!([]), "{name}: {state}");
}

async fn every_screen(name: &str, scheme: Scheme, size: Size) {
    let world = World::new(name).await;
    let browser = Browser::with(Wishes { scheme, size, ..Wishes::default() }).await;
    world.hold("GET", "/psd2/aspspinformation/v1/aspsps");
    browser.open(&world).await;
    look(&browser, "loading-banks", name).await;
    world.release();
    look(&browser, "choose-bank", name).await;
    browser.click("Handelsbanken").await;
    look(&browser, "ready", name).await;
    world.hold("POST", "/psd2/consent");
    browser.click("Show QR code").await;
    look(&browser, "preparing", name).await;
    world.release();
    look(&browser, "challenge", name).await;
    let order = world.scan(&browser.qr().await);
    look(&browser, "signing", name).await;
    world.decline(&order);
    look(&browser, "rejected", name).await;
    browser.click("Choose another bank").await;
    browser.click("SEB").await;
    browser.click("BankID on this device").await;
    look(&browser, "challenge", &format!("{name}-here")).await;
    browser.click("Cancel").await;
    look(&browser, "cancelled", name).await;
    browser.click("Try again").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.hold("GET", "/psd2/accountinformation");
    world.sign(&order);
    look(&browser, "finishing", name).await;
    world.release();
    look(&browser, "linked", name).await;
    browser.click("Connect another bank").await;
    browser.click("SEB").await;
    let fault = Fault::Status { status: 400, retry_after: None };
    world.fail("POST", "/psd2/consent", fault);
    browser.click("Show QR code").await;
    look(&browser, "refused", name).await;
    browser.quit(name).await;
}

async fn every_screen_of_the_way_to_a_bank(name: &str, scheme: Scheme, size: Size) {
    let world = World::with_pages(name, &Page::with_popup().folder(name)).await;
    let browser = Browser::with(Wishes { scheme, size, ..Wishes::default() }).await;
    browser.open(&world).await;
    let page = browser.tab().await;
    browser.click(SWEDBANK).await;
    look(&browser, "choose-affiliated", name).await;
    browser.click("Swedbank").await;
    browser.reads("The bank's own page is outside").await;
    look(&browser, "ready", &format!("{name}-both")).await;
    browser.click("Choose another bank").await;
    browser.click("Nordea").await;
    browser.reads("The bank's own page is outside").await;
    look(&browser, "ready", name).await;
    browser.click("Continue to Nordea").await;
    browser.look_at_popup(from_ref(&page)).await;
    look_at_page(&browser, "A page of the sandbox", &format!("{name}-bank")).await;
    browser.look_at(&page).await;
    look(&browser, "redirecting", name).await;
    browser.reload().await;
    look(&browser, "at-bank", name).await;
    // Not in the window, which would close itself.
    browser.goto(&world.url("/redirect")).await;
    look_at_page(&browser, "There is nothing to do here", &format!("{name}-nothing")).await;
    browser.quit(name).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_way_to_a_bank_light_on_a_desktop() {
    every_screen_of_the_way_to_a_bank("looks-away-light-1280", Scheme::Light, Size::Desktop).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_way_to_a_bank_dark_on_a_phone() {
    every_screen_of_the_way_to_a_bank("looks-away-dark-360", Scheme::Dark, Size::Phone).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn light_on_a_desktop() {
    every_screen("looks-light-1280", Scheme::Light, Size::Desktop).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn dark_on_a_phone() {
    every_screen("looks-dark-360", Scheme::Dark, Size::Phone).await;
}
