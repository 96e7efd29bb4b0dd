//! The way to an account at banks whose app approves beside the page, with its turns.

use std::time::Duration;

use sandbox::Fault;

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
        browser.delay_answers("/aspsps").await;
        browser.set_attribute("country", "FI").await;
        self.shoot("loading-banks").await;
        browser.release_answers().await;
        browser.set_attribute("country", "SE").await;
        self.shoot("choose-bank").await;
        self.picture_pressed(".list > li:nth-child(2) .bank", "choose-bank-pressed").await;
        browser.search_for("bank").await;
        self.shoot_as("choose-bank", "choose-bank-searched").await;
        browser.search_for("Nowhere").await;
        self.shoot_as("choose-bank", "choose-bank-none-found").await;
        browser.search_for("").await;
    }

    async fn qr_code(&self) {
        let Self { world, browser, .. } = self;
        browser.click("Handelsbanken").await;
        browser.screen("ready").await;
        browser.settle().await;
        self.shoot_as("ready", "ready-bankid").await;
        browser.delay_answers("/consents").await;
        browser.click("Show QR code").await;
        self.shoot("preparing").await;
        browser.release_answers().await;
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

    /// A person who asks for a company reads the bank's note, and says who they are: here with one digit wrong.
    async fn company(&self) {
        let Self { world, browser, .. } = self;
        browser.open_as_new_visitor(world).await;
        browser.set_attribute("context", "corporate").await;
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
        // The time passes on the page first, and later at the bank.
        let over = Duration::from_secs(31);
        browser.advance_clock(over).await;
        browser.reads("begin again below").await;
        self.shoot_as("challenge", "challenge-at-zero").await;
        world.sandbox.advance(over);
        self.shoot("expired").await;
        browser.report_half_visible().await;
        browser.click("Get a new code").await;
        browser.reads("The QR code is not fully visible").await;
        self.shoot_as("challenge", "challenge-cut").await;
    }

    /// The page is open inside another app, on a phone.
    async fn in_another_app(&self) {
        let Self { world, browser, .. } = self;
        browser.open_as_new_visitor(world).await;
        browser.screen("choose-bank").await;
        browser.set_user_agent(FACEBOOK).await;
        browser.click("SEB").await;
        browser.reads("Open it in Safari instead").await;
        browser.settle().await;
        self.shoot_as("ready", "ready-in-app").await;
        browser.click("BankID on this device").await;
        self.shoot_as("challenge", "challenge-in-app").await;
    }

    async fn second_step(&self) {
        let Self { world, browser, .. } = self;
        browser.open_as_new_visitor(world).await;
        browser.click(SWEDBANK).await;
        self.shoot("choose-affiliated").await;
        browser.click("Swedbank").await;
        browser.reads("The bank's own page is outside").await;
        browser.settle().await;
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
        // The relay repeats a call by itself, so every one fails.
        world.fail_often(u32::MAX, "GET", "/psd2/consent", Fault::Drop);
        browser.reads("The connection is poor").await;
        self.shoot_as("challenge", "challenge-troubled").await;
        world.release();
        browser.delay_answers("/accounts").await;
        let order = world.sandbox.orders().into_iter().next();
        let order = order.unwrap_or_else(|| world.scan(&second));
        world.sign(&order);
        self.shoot("finishing").await;
        browser.release_answers().await;
        self.shoot("linked").await;
    }
}
