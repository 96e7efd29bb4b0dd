//! The ways in which a link fails, before or beside the bank.

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
        browser.open_as_new_visitor(&self.world).await;
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
            .rewrite_answers(
                "\"authenticationMethodId\":\"mbid",
                "\"authenticationMethodId\":\"own",
            )
            .await;
        browser.click("Show QR code").await;
        self.shoot("choose-method").await;
        // Nor does one offer none. A bank that names its approach and no method may have asked the person by itself.
        for (header, state, name) in [
            ("none", "signing", "signing-unseen"),
            ("aspsp-sca-approach", "no-method", "no-method"),
        ] {
            self.ready().await;
            browser.rewrite_answers(METHODS, r#""scaMethods":[]"#).await;
            browser.rewrite_answers("psuMessage", "unknown").await;
            // One that does not name its approach either has not.
            browser.drop_answer_header(header).await;
            browser.click("Show QR code").await;
            self.shoot_as(state, name).await;
        }
        // Or its answer lacks what it must have.
        self.ready().await;
        browser.rewrite_answers(r#""authorisationId":"#, r#""unknown":"#).await;
        browser.click("Show QR code").await;
        self.shoot("garbled").await;
    }

    /// A new visitor, right before anything begins at the bank.
    async fn ready(&self) {
        self.browser.open_as_new_visitor(&self.world).await;
        self.browser.click("SEB").await;
        self.browser.screen("ready").await;
    }

    async fn session(&self) {
        let browser = &self.browser;
        browser.open_as_new_visitor(&self.world).await;
        browser.click("SEB").await;
        browser.click("Show QR code").await;
        browser.qr().await;
        self.browser.delete_cookies().await;
        self.shoot("session-lost").await;
        // The browser does send its cookies: the page believes that they do not come.
        for (word, screen) in [("set", "cookies-blocked"), ("withheld", "other-site")] {
            self.ready().await;
            browser
                .rewrite_answers("\"cookie\":\\s*\"came\"", &format!("\"cookie\":\"{word}\""))
                .await;
            browser.click("Show QR code").await;
            self.shoot(screen).await;
        }
    }

    /// A consent that was signed, and does not become valid.
    async fn confirmation(&self) {
        let Self { world, browser, .. } = self;
        browser.open_as_new_visitor(&self.world).await;
        browser.click("SEB").await;
        browser.click("Show QR code").await;
        let order = world.scan(&browser.qr().await);
        // No bank of the sandbox takes that long: the page believes that it does.
        browser
            .rewrite_answers("\"consentStatus\":\\s*\"valid\"", "\"consentStatus\":\"received\"")
            .await;
        world.sign(&order);
        browser.screen("finishing").await;
        browser.advance_clock(Duration::from_secs(91)).await;
        self.shoot("unconfirmed").await;
    }

    async fn network(&self) {
        let browser = &self.browser;
        browser.open_as_new_visitor(&self.world).await;
        browser.screen("choose-bank").await;
        browser.go_offline().await;
        browser.set_attribute("country", "FI").await;
        browser.reads("You are offline").await;
        self.shoot_as("loading-banks", "offline").await;
        browser.open_as_new_visitor(&self.world).await;
        browser.screen("choose-bank").await;
        browser.advance_clock(Duration::from_mins(31)).await;
        self.shoot("idle").await;
        self.world.fail_often(20, "GET", "/psd2/aspspinformation", status(500));
        // A country whose banks the relay has not cached.
        browser.set_attribute("country", "DK").await;
        browser.screen("loading-banks").await;
        browser.advance_clock(Duration::from_secs(41)).await;
        self.shoot_as("platform-failed", "service-failed").await;
        self.world.release();
        browser.set_attribute("relay", "http://127.0.0.1:9/").await;
        browser.screen("loading-banks").await;
        browser.advance_clock(Duration::from_secs(41)).await;
        self.shoot("unreachable").await;
        browser.set_attribute("country", "Sweden").await;
        self.shoot_text("This page is not set up correctly", "misconfigured").await;
    }
}

/// The methods that a bank offers, as it writes them.
const METHODS: &str = r#""scaMethods":\s*\[[^\]]*\]"#;
