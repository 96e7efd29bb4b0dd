//! The ways in which it does not work out, before or beside the bank.

use std::time::Duration;

use sandbox::Fault;

use super::walk::{Walk, status};

impl Walk {
    /// Faults of the platform, of the network and of the page, and what they look like.
    pub(super) async fn endings(&self) {
        self.platform().await;
        self.methods().await;
        self.session().await;
        self.confirmation().await;
        self.network().await;
    }

    async fn platform(&self) {
        let browser = &self.browser;
        self.browser.afresh(&self.world).await;
        let busy = Fault::Status { status: 429, retry_after: Some(3600) };
        for (fault, screen) in
            [(status(400), "refused"), (status(500), "platform-failed"), (busy, "busy")]
        {
            browser.click("SEB").await;
            self.world.fail("POST", "/psd2/consent", fault);
            browser.click("Show QR code").await;
            self.shoot(screen).await;
            browser.click("Choose another bank").await;
        }
    }

    async fn methods(&self) {
        let browser = &self.browser;
        browser.click("SEB").await;
        // No bank of the sandbox offers methods that the flow does not know.
        browser
            .mishear("\"authenticationMethodId\":\"mbid", "\"authenticationMethodId\":\"own")
            .await;
        browser.click("Show QR code").await;
        self.shoot("choose-method").await;
        // Nor does one offer none: it may have asked the person by itself, if it says no more than how.
        for (header, state, name) in [
            ("none", "signing", "signing-unseen"),
            ("aspsp-sca-approach", "no-method", "no-method"),
        ] {
            self.ready().await;
            browser.mishear(METHODS, r#""scaMethods":[]"#).await;
            browser.mishear("psuMessage", "riddle").await;
            // Or it does not even say that.
            browser.miss(header).await;
            browser.click("Show QR code").await;
            self.shoot_as(state, name).await;
        }
        // Or it talks in riddles.
        self.ready().await;
        browser.mishear(r#""authorisationId":"#, r#""riddle":"#).await;
        browser.click("Show QR code").await;
        self.shoot("garbled").await;
    }

    /// Somebody who has never been there, right before anything begins at the bank.
    async fn ready(&self) {
        self.browser.afresh(&self.world).await;
        self.browser.click("SEB").await;
        self.browser.screen("ready").await;
    }

    async fn session(&self) {
        let browser = &self.browser;
        self.browser.afresh(&self.world).await;
        browser.click("SEB").await;
        browser.click("Show QR code").await;
        browser.qr().await;
        self.browser.forget().await;
        self.shoot("session-lost").await;
        // The browser keeps its cookies: the page only hears that they do not come.
        for (word, screen) in [("set", "cookies-blocked"), ("withheld", "other-site")] {
            self.ready().await;
            browser.mishear("\"cookie\":\\s*\"came\"", &format!("\"cookie\":\"{word}\"")).await;
            browser.click("Show QR code").await;
            self.shoot(screen).await;
        }
    }

    /// What was signed, and does not become valid.
    async fn confirmation(&self) {
        let Self { world, browser, .. } = self;
        self.browser.afresh(&self.world).await;
        browser.click("SEB").await;
        browser.click("Show QR code").await;
        let order = world.scan(&browser.qr().await);
        // No bank of the sandbox takes that long: the page only hears that it does.
        browser.mishear("\"consentStatus\":\\s*\"valid\"", "\"consentStatus\":\"received\"").await;
        world.sign(&order);
        browser.screen("finishing").await;
        browser.skip(Duration::from_secs(91)).await;
        self.shoot("unconfirmed").await;
    }

    async fn network(&self) {
        let browser = &self.browser;
        self.browser.afresh(&self.world).await;
        browser.screen("choose-bank").await;
        browser.go_offline().await;
        browser.eval("link.setAttribute('country', 'FI')", vec![]).await;
        browser.reads("You are offline").await;
        self.shoot_as("loading-banks", "offline").await;
        self.browser.afresh(&self.world).await;
        browser.screen("choose-bank").await;
        browser.skip(Duration::from_mins(31)).await;
        self.shoot("idle").await;
        self.world.fail_often(20, "GET", "/psd2/aspspinformation", status(500));
        // One that the relay has not kept.
        browser.eval("link.setAttribute('country', 'DK')", vec![]).await;
        browser.screen("loading-banks").await;
        browser.skip(Duration::from_secs(41)).await;
        self.shoot_as("platform-failed", "service-failed").await;
        self.world.release();
        browser.eval("link.setAttribute('relay', 'http://127.0.0.1:9/')", vec![]).await;
        browser.screen("loading-banks").await;
        browser.skip(Duration::from_secs(41)).await;
        self.shoot("unreachable").await;
        browser.eval("link.setAttribute('country', 'Sweden')", vec![]).await;
        self.shoot_text("This page is not set up correctly", "misconfigured").await;
    }
}

/// The methods that a bank offers, as it writes them.
const METHODS: &str = r#""scaMethods":\s*\[[^\]]*\]"#;
