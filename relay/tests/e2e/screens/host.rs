//! The screens of a link session that the host's own server has made.

use super::walk::Walk;

impl Walk {
    /// The host's terms, a link whose accounts the host's server alone reads, and link sessions that are over.
    pub(super) async fn host(&self) {
        let Self { world, browser, back_end, .. } = self;
        self.claim(&back_end.link_session().await.1).await;
        browser.reads("Kassan asks you to link your bank").await;
        self.shoot_as("choose-bank", "choose-bank-purpose").await;
        browser.click("SEB").await;
        self.shoot_as("ready", "ready-purpose").await;

        self.visit().await;
        // The page believes that it gets no account data.
        browser.rewrite_answers("\"nowMillis\"", "\"backendReads\":true,\"nowMillis\"").await;
        browser.set_attribute("token", &back_end.link_session().await.1).await;
        browser.reads("Kassan asks you to link your bank").await;
        browser.click("SEB").await;
        browser.click("Show QR code").await;
        world.sign(&world.scan(&browser.qr().await));
        self.shoot_as("linked", "linked-without-data").await;

        self.claim("lt_x").await;
        self.shoot("link-over").await;
        self.visit().await;
        // The page believes that another browser has it.
        browser.rewrite_answers("LINK_SESSION_UNKNOWN", "LINK_SESSION_ELSEWHERE").await;
        browser.set_attribute("token", "lt_x").await;
        self.shoot("opened-elsewhere").await;
    }

    /// A new visitor on a page with this token.
    async fn claim(&self, token: &str) {
        self.visit().await;
        self.browser.set_attribute("token", token).await;
    }

    async fn visit(&self) {
        self.browser.open_as_new_visitor(&self.world).await;
        self.browser.screen("choose-bank").await;
    }
}
