//! axe-core finds nothing on any screen, light and dark; and pictures of all screens for the eye.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Browser, Scheme, Size, Wishes, World, required};

/// What axe-core finds in the element, as rule and place.
async fn violations(browser: &Browser) -> Value {
    let axe = std::fs::read_to_string(required("AIS_LINK_AXE")).expect("axe-core is there");
    // The page's policy holds for its own scripts; WebDriver's run beside it.
    browser.eval(&axe, vec![]).await;
    let script = "
        axe.run('ais-link', { resultTypes: ['violations'] })
            .then(found => done(found.violations.map(it => [it.id, it.nodes.map(node => node.target)])))
            .catch(error => done(String(error)));";
    browser.wait_for(script, vec![]).await
}

/// Looks at the screen `state` with axe-core, and takes its picture.
pub(crate) async fn look(browser: &Browser, state: &str, name: &str) {
    browser.screen_within(state, Duration::from_mins(1)).await;
    // What fades in is there.
    tokio::time::sleep(Duration::from_millis(300)).await;
    browser.picture(&format!("{name}-{state}")).await;
    assert_eq!(violations(browser).await, json!([]), "{name}: {state}");
}

async fn every_screen(name: &str, scheme: Scheme, size: Size) {
    let world = World::new(name).await;
    let browser = Browser::with(Wishes { scheme, size, ..Wishes::default() }).await;
    world.hold("GET", "/psd2/aspspinformation/v1/aspsps");
    browser.open(&world).await;
    look(&browser, "loading-banks", name).await;
    look(&browser, "choose-bank", name).await;
    browser.click("Handelsbanken").await;
    look(&browser, "ready", name).await;
    world.hold("POST", "/psd2/consent");
    browser.click("Show QR code").await;
    look(&browser, "preparing", name).await;
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
    look(&browser, "linked", name).await;
    browser.click("Connect another bank").await;
    browser.click("Nordea").await;
    browser.click("Show QR code").await;
    look(&browser, "refused", name).await;
    browser.quit(name).await;
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
