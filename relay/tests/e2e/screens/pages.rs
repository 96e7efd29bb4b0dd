//! The way to an account at a bank with a page of its own, and the ways in which a return can fail.

use std::slice::from_ref;

use url::form_urlencoded;

use super::walk::{Walk, status};
use crate::redirect::allow;

const BANK: &str = "Nordea";

impl Walk {
    /// Out to the bank's page, and back in every way.
    pub(super) async fn banks_pages(&self) {
        self.window().await;
        self.returns().await;
        self.exchange().await;
    }

    /// The bank's page in a window of its own: the element stays visible meanwhile.
    async fn window(&self) {
        let Self { world, browser, .. } = self;
        browser.open_as_new_visitor(world).await;
        browser.click(BANK).await;
        browser.reads("The bank's own page is outside").await;
        browser.settle().await;
        self.shoot_as("ready", "ready-bank-page").await;
        self.beside_the_page().await;
        self.shoot("redirecting").await;
        browser.reload().await;
        self.shoot("at-bank").await;
        // No test puts the relay's clock forward, so the page believes that one did.
        browser.rewrite_answers("\"scaApproach\"", "\"returned\":\"late\",\"scaApproach\"").await;
        self.shoot("late").await;
    }

    /// Returns with an error, or in another browser.
    async fn returns(&self) {
        let Self { world, browser, .. } = self;
        let state = self.beside_the_page().await;
        browser.goto(&world.url(&format!("/redirect?error=server_error&state={state}"))).await;
        self.shoot("return-failed").await;

        let state = self.beside_the_page().await;
        let stranger = self.scenario.browser().await;
        stranger.goto(&world.url(&format!("/redirect?code=x&state={state}"))).await;
        stranger.page_reads("This was begun in another browser").await;
        self.shoot("foreign-completion").await;
    }

    /// Returns whose code goes wrong on the way to the platform.
    async fn exchange(&self) {
        self.go_to_bank().await;
        self.world.fail("POST", "/connect/token", status(400));
        allow(&self.browser).await;
        self.shoot("exchange-failed").await;
    }

    /// Goes to the bank's page in a window that is then closed; the state with which the bank would send
    /// the person back.
    async fn beside_the_page(&self) -> String {
        let browser = &self.browser;
        browser.open_as_new_visitor(&self.world).await;
        browser.click(BANK).await;
        browser.reads("The bank's own page is outside").await;
        browser.set_attribute("redirect", "popup").await;
        let page = browser.tab().await;
        browser.click(&format!("Continue to {BANK}")).await;
        let window = browser.switch_to_popup(from_ref(&page)).await;
        browser.page_reads("A page of the sandbox").await;
        browser.switch_to(&window).await;
        browser.close_tab(&page).await;
        browser.screen("redirecting").await;
        let requests = self.world.sandbox.requests();
        let asked = requests.iter().rfind(|seen| seen.path == "/connect/authorize");
        let query = asked.and_then(|seen| seen.query.as_deref()).expect("the person was there");
        let state = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "state");
        state.expect("the bank gets a state").1.into_owned()
    }

    /// Goes to the bank's page in the same tab.
    async fn go_to_bank(&self) {
        let browser = &self.browser;
        browser.open_as_new_visitor(&self.world).await;
        browser.click(BANK).await;
        browser.click(&format!("Continue to {BANK}")).await;
        browser.page_reads("A page of the sandbox").await;
    }
}
