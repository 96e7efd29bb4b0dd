//! Approving on the bank's own page.

use protocol::profile::Method;

use super::data::Bank;
use super::{Answer, Lane};
use crate::redirect::allow;

/// Goes to the page of `bank` by `method`, and answers there; says what happened.
pub(super) async fn answer(lane: &Lane, bank: &Bank, method: &Method, answer: Answer) -> String {
    match answer {
        Answer::Approve => {
            lane.leave(bank, method).await;
            allow(&lane.browser).await;
            "linked on the bank's page".to_owned()
        }
        Answer::Refuse => {
            lane.leave(bank, method).await;
            lane.browser.click("Take too long").await;
            lane.browser.click("Go back").await;
            lane.browser.screen("return-failed").await;
            lane.browser.click("Try again").await;
            lane.leave(bank, method).await;
            lane.browser.click("No, refuse").await;
            "time ran out; tried again, refused".to_owned()
        }
    }
}

impl Lane {
    /// Goes to the page of `bank` by `method`.
    async fn leave(&self, bank: &Bank, method: &Method) {
        let Self { world, browser } = self;
        let go_on = format!("Continue to {}", bank.name);
        browser.click(if bank.has_both_ways() { "The bank's own page" } else { &go_on }).await;
        if let Some(name) = bank.named(method) {
            browser.click(name).await;
        }
        browser.page_reads("A page of the sandbox").await;
        assert!(!browser.address().await.starts_with(&world.url("/")), "the bank's own page");
    }
}
