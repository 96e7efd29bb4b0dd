//! The way to an account at banks that work beside the page, with its turns.

use std::time::Duration;

use sandbox::Fault;
use serde_json::json;

use super::walk::Walk;
use crate::support::{FACEBOOK, SWEDBANK};

impl Walk {
    /// From the list of banks to the accounts.
    pub(super) async fn banks(&self) {
        self.list().await;
        self.qr_code().await;
        self.this_device().await;
        self.second_step().await;
        self.company().await;
        self.in_another_app().await;
    }

    async fn list(&self) {
        let Self { world, browser, .. } = self;
        browser.open(world).await;
        browser.screen("choose-bank").await;
        browser.withhold("/aspsps").await;
        browser.eval("link.setAttribute('country', 'FI')", vec![]).await;
        self.shoot("loading-banks").await;
        browser.let_go().await;
        browser.eval("link.setAttribute('country', 'SE')", vec![]).await;
        self.shoot("choose-bank").await;
        self.picture_pressed(".list > li:nth-child(2) .bank", "choose-bank-pressed").await;
        self.search("bank").await;
        self.shoot_as("choose-bank", "choose-bank-searched").await;
        self.search("Nowhere").await;
        self.shoot_as("choose-bank", "choose-bank-none-found").await;
        self.search("").await;
    }

    /// Types `query` into the field above the list.
    async fn search(&self, query: &str) {
        let typed = "const search = root.querySelector('input');
            search.value = arguments[0];
            search.dispatchEvent(new Event('input', { bubbles: true }));";
        self.browser.eval(typed, vec![json!(query)]).await;
    }

    async fn qr_code(&self) {
        let Self { world, browser, .. } = self;
        browser.click("Handelsbanken").await;
        browser.screen("ready").await;
        self.browser.settle().await;
        self.shoot_as("ready", "ready-bankid").await;
        browser.withhold("/consents").await;
        browser.click("Show QR code").await;
        self.shoot("preparing").await;
        browser.let_go().await;
        browser.qr().await;
        self.shoot_as("challenge", "challenge-qr").await;
        browser.click("Enlarge the code").await;
        // A test of its own checks it: here it would close as soon as the language changes.
        self.picture("challenge-enlarged").await;
        browser.click("Close").await;
        world.hold("GET", "/psd2/consent");
        browser.reads("The code comes back by itself").await;
        self.shoot_as("challenge", "challenge-stale").await;
        world.release();
        let order = world.scan(&browser.qr().await);
        self.shoot("signing").await;
        world.decline(&order);
        self.shoot("rejected").await;
    }

    /// Who asks for a company reads the bank's note, and says who they are: here with one digit wrong.
    async fn company(&self) {
        let Self { world, browser, .. } = self;
        browser.afresh(world).await;
        browser.eval("link.setAttribute('context', 'corporate')", vec![]).await;
        browser.click("Handelsbanken").await;
        browser.reads("may require your company").await;
        browser.settle().await;
        self.shoot_as("ready", "ready-note").await;
        browser.click("Choose another bank").await;
        browser.click("Provbanken").await;
        browser.fill("Your Swedish personal number", "19811218-9876").await;
        browser.fill("Your company's registration number", "555555-5556").await;
        browser.click("Continue to Provbanken").await;
        browser.reads("One of the digits is wrong").await;
        self.shoot_as("ready", "ready-company").await;
    }

    async fn this_device(&self) {
        let Self { world, browser, .. } = self;
        browser.click("Choose another bank").await;
        browser.click("SEB").await;
        browser.click("BankID on this device").await;
        self.shoot_as("challenge", "challenge-this-device").await;
        browser.click("Cancel").await;
        self.shoot("cancelled").await;
        browser.click("Try again").await;
        browser.click("Show QR code").await;
        browser.qr().await;
        // The page sees the time go by, and the bank does later.
        let over = Duration::from_secs(31);
        browser.skip(over).await;
        browser.reads("begin again below").await;
        self.shoot_as("challenge", "challenge-at-zero").await;
        world.sandbox.advance(over);
        self.shoot("expired").await;
        browser.cut_off().await;
        browser.click("Get a new code").await;
        browser.reads("The QR code is not fully visible").await;
        self.shoot_as("challenge", "challenge-cut").await;
    }

    /// The page is open inside another app, on a phone.
    async fn in_another_app(&self) {
        let Self { world, browser, .. } = self;
        browser.afresh(world).await;
        browser.screen("choose-bank").await;
        browser.pretend(FACEBOOK).await;
        browser.click("SEB").await;
        browser.reads("Open it in Safari instead").await;
        browser.settle().await;
        self.shoot_as("ready", "ready-in-app").await;
        browser.click("BankID on this device").await;
        self.shoot_as("challenge", "challenge-in-app").await;
    }

    async fn second_step(&self) {
        let Self { world, browser, .. } = self;
        browser.afresh(world).await;
        browser.click(SWEDBANK).await;
        self.shoot("choose-affiliated").await;
        browser.click("Swedbank").await;
        browser.reads("The bank's own page is outside").await;
        self.browser.settle().await;
        self.shoot_as("ready", "ready-both").await;
        self.picture_pressed(".action", "ready-pressed").await;
        self.picture_pressed(".button", "ready-pressed-outlined").await;
        self.picture_pressed(".quiet", "ready-pressed-quiet").await;
        browser.click("Show QR code").await;
        let order = world.scan(&browser.qr().await);
        world.sign(&order);
        browser.reads("Step 2").await;
        let second = browser.qr().await;
        self.shoot_as("challenge", "challenge-second-step").await;
        // The relay asks once more by itself, so it is not said how often it fails.
        self.world.fail_often(u32::MAX, "GET", "/psd2/consent", Fault::Drop);
        browser.reads("The connection is poor").await;
        self.shoot_as("challenge", "challenge-troubled").await;
        world.release();
        browser.withhold("/accounts").await;
        let order = world.sandbox.orders().into_iter().next();
        let order = order.unwrap_or_else(|| world.scan(&second));
        world.sign(&order);
        self.shoot("finishing").await;
        browser.let_go().await;
        self.shoot("linked").await;
    }
}
