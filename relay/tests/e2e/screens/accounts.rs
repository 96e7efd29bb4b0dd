//! The way through the screens of `<ais-accounts>`.

use std::sync::Arc;

use sandbox::Fault;

use super::walk::Task;
use crate::accounts::Visit;
use crate::support::{Browser, Options, Scenario};

/// Goes through the screens and does `task` at each; gives what a screen reader had of them, where that was asked.
pub(super) async fn walk(scenario: &Scenario, options: Options, task: Task) -> String {
    let visit = Visit::new(scenario, scenario.browser_with(options).await, &[]).await;
    let walk = Walk { browser: Arc::clone(&visit.browser), visit, task };
    walk.list().await;
    walk.data().await;
    walk.removal().await;
    walk.turns().await;
    walk.ends().await;
    walk.task.read()
}

struct Walk {
    visit: Visit,
    browser: Arc<Browser>,
    task: Task,
}

impl Walk {
    async fn look(&self, name: &str) {
        self.task.look(&self.browser, &["accounts-", name].concat()).await;
    }

    /// The element begins as if the page had loaded again; what the page believes stays.
    async fn begin_again(&self) {
        self.browser.remove_element().await;
        self.browser.put_element_back().await;
    }

    /// The page of a new view session, whose list is shown.
    async fn open(&self) {
        self.visit.view().await;
        self.browser.screen("connections").await;
    }

    async fn list(&self) {
        let Self { visit, browser, .. } = self;
        visit.view().await;
        browser.screen("empty").await;
        self.look("empty").await;
        visit.link("SEB").await;
        self.open().await;
        self.look("connections").await;
        browser.delay_answers("/connections").await;
        self.begin_again().await;
        browser.screen("loading").await;
        self.look("loading").await;
        browser.release_answers().await;
        browser.screen("connections").await;
    }

    async fn data(&self) {
        let browser = &self.browser;
        if let Task::Check(_) = self.task {
            // The bank's books are others each day.
            browser.rewrite_answers(LISTED, FIXED).await;
            browser.rewrite_answers(BOOKED, FIXED_BALANCE).await;
        }
        browser.delay_answers("/balances").await;
        browser.click("Show accounts").await;
        browser.screen("accounts").await;
        browser.reads("••••").await;
        self.look("reading").await;
        browser.release_answers().await;
        browser.reads("As of").await;
        self.look("accounts").await;
        browser.click("Show transactions").await;
        browser.reads("Not booked yet").await;
        self.look("transactions").await;
        let first = browser.rows_of_transactions(0).await;
        browser.click("Show more").await;
        browser.rows_of_transactions(first).await;
        self.look("more").await;
    }

    async fn removal(&self) {
        let browser = &self.browser;
        browser.click("Back").await;
        browser.click("Back").await;
        browser.click("Remove access").await;
        browser.screen("remove").await;
        self.look("remove").await;
        browser.go_offline().await;
        browser.click("Remove access").await;
        browser.reads("could not be removed").await;
        self.look("not-removed").await;
    }

    /// What a bank or the relay refuses, and what the page only believes.
    async fn turns(&self) {
        let Self { visit, browser, .. } = self;
        let world = &visit.host.world;
        for (name, status, code) in
            [("sign-again", 401, "SCA_REQUIRED"), ("unread", 404, "RESOURCE_UNKNOWN")]
        {
            self.open().await;
            let body = format!(r#"{{"tppMessages":[{{"category":"ERROR","code":"{code}"}}]}}"#);
            let fault = Fault::Answer { status, headers: Vec::new(), body };
            world.fail_often(u32::MAX, "GET", "/psd2/accountinformation", fault);
            browser.click("Show accounts").await;
            browser.reads(if status == 401 { "sign again" } else { "did not give" }).await;
            self.look(name).await;
            world.release();
        }
        self.open().await;
        let busy = Fault::Status { status: 429, retry_after: Some(3600) };
        world.fail_often(u32::MAX, "GET", "/psd2/accountinformation", busy);
        browser.click("Show accounts").await;
        browser.reads("too often").await;
        self.look("too-often").await;
        world.release();
        for (name, pattern, replacement, text) in [
            ("expiring", "\"daysLeft\":\\d+", "\"daysLeft\":9", "Ends soon"),
            ("broken", "\"status\":\"active\"", "\"status\":\"broken\"", "Does not work"),
            ("expired", "\"status\":\"active\"", "\"status\":\"expired\"", "Expired"),
            ("permissions", "\"hasData\":true", "\"hasData\":false", "shown by Kassan"),
        ] {
            self.open().await;
            browser.rewrite_answers(pattern, replacement).await;
            self.begin_again().await;
            browser.reads(text).await;
            self.look(name).await;
        }
        self.open().await;
        browser.click("Remove access").await;
        browser.screen("remove").await;
        browser.click("Remove access").await;
        browser.reads("Ended on").await;
        self.look("removed").await;
    }

    async fn ends(&self) {
        let browser = &self.browser;
        let page = self.visit.host.world.url("/accounts.html?vt_none");
        browser.goto(&page).await;
        browser.screen("view-over").await;
        self.look("over").await;
        browser.rewrite_answers("VIEW_SESSION_UNKNOWN", "VIEW_SESSION_ELSEWHERE").await;
        self.begin_again().await;
        browser.screen("opened-elsewhere").await;
        self.look("elsewhere").await;
        self.open().await;
        browser.rewrite_answers("\"id\":\"vs_[^\"]+\"", "\"id\":\"\"").await;
        self.begin_again().await;
        browser.screen("cookies-blocked").await;
        self.look("cookies").await;
        browser.go_offline().await;
        self.begin_again().await;
        browser.screen("unreachable").await;
        self.look("unreachable").await;
        browser.remove_attribute("token").await;
        browser.screen("misconfigured").await;
        self.look("misconfigured").await;
    }
}

/// The amount of a booked balance, which changes with what was booked.
const BOOKED: &str = r#""amount":"[^"]*"(?=\},"balanceType":"interimBooked")"#;
const FIXED_BALANCE: &str = r#""amount":"25211.83""#;

/// The transactions of an answer.
const LISTED: &str = r#""booked":\[.*\],"pending":\[.*\]"#;
const FIXED: &str = r#""booked":[{"day":"2026-11-24","title":"ICA Maxi","amount":{"currency":"SEK","amount":"-612.40"}},
    {"day":"2026-11-25","title":"Arbetsgivaren AB","amount":{"currency":"SEK","amount":"31250.00"}}],
    "pending":[{"title":"Kaffe","amount":{"currency":"SEK","amount":"-46.00"}}]"#;
