//! Each bank by each method that it has, to both ends: approved and refused. The banks and methods come from the
//! profiles, so that a new one is tested without a new test, or fails here. A table in the folder of logs says what was
//! done.

mod app;
mod data;
mod own_page;
mod table;

use std::path::Path;
use std::sync::{Arc, Mutex};

use protocol::profile::{Challenge, Method};

use self::data::{Bank, banks};
use self::table::{Row, write};
use crate::redirect::Page;
use crate::support::{Browser, Scenario, World, choose_bank, scenario};

/// A person with a browser, who links one bank after the other.
struct Lane {
    world: Arc<World>,
    browser: Arc<Browser>,
}

/// What a person does in the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Approve,
    Refuse,
}

scenario!(each_bank_is_linked_and_refused_by_each_method_that_it_has, async |scenario| {
    let all = banks();
    let count: usize = all.iter().map(|bank| bank.profile.methods.len()).sum();
    let mut pages = scenario.write_pages(&[]);
    for bank in &all {
        let file = bank.page();
        pages = Page::of(&bank.country).write_as(&scenario, file.trim_start_matches('/'));
    }
    // Two at a time, each at the next bank that is left.
    let left = Mutex::new(all);
    let (mut rows, more) =
        tokio::join!(lane(&scenario, &pages, &left), lane(&scenario, &pages, &left));
    rows.extend(more);
    assert_eq!(write(rows), count, "each method of each profile has a line");
});

/// Takes banks from `left` until there are none.
async fn lane(scenario: &Scenario, pages: &Path, left: &Mutex<Vec<Bank>>) -> Vec<Row> {
    let world = scenario.world_serving(pages.to_owned()).await;
    let lane = Lane { world, browser: scenario.browser().await };
    let mut rows = Vec::new();
    loop {
        let next = left.lock().expect("no lane panics while it holds the list").pop();
        let Some(bank) = next else { break };
        for method in &bank.profile.methods {
            let approved = lane.drive(&bank, method, Answer::Approve).await;
            let refused = lane.drive(&bank, method, Answer::Refuse).await;
            rows.push(Row::new(&bank, method, approved, refused));
        }
    }
    rows
}

impl Lane {
    /// Goes to `bank`, which offers `method` alone, and ends there with `answer`; says what happened.
    async fn drive(&self, bank: &Bank, method: &Method, answer: Answer) -> String {
        let Self { world, browser } = self;
        world.sandbox.clear_requests();
        browser.open_page_as_new_visitor(&world.url(&bank.page()), world).await;
        browser.screen("choose-bank").await;
        choose_bank(browser, &bank.name).await;
        browser.screen("ready").await;
        let way = match method.challenge {
            Challenge::Page => own_page::answer(self, bank, method, answer).await,
            Challenge::Token | Challenge::Text | Challenge::Picture => {
                app::answer(self, bank, method, answer).await
            }
        };
        self.ended(bank, method, answer).await;
        way
    }

    /// What must hold at each end.
    async fn ended(&self, bank: &Bank, method: &Method, answer: Answer) {
        let Self { world, browser } = self;
        match answer {
            Answer::Approve => {
                browser.screen("linked").await;
                browser.reads(&format!("{}Your bank is connected", bank.own_name())).await;
            }
            Answer::Refuse => browser.screen("rejected").await,
        }
        assert_eq!(browser.address().await, world.url(&bank.page()), "no code, no state");
        // One value of the preference on every call about the consent, accounts included.
        let about = |path: &str| path.contains("/consents") || path.contains("/accounts");
        let requests = world.sandbox.requests();
        let preferences: Vec<_> = requests
            .iter()
            .filter(|seen| about(&seen.path))
            .map(|seen| seen.header("tpp-redirect-preferred"))
            .collect();
        let expected = bank.preference(method);
        assert!(!preferences.is_empty(), "{}", bank.name);
        assert!(
            preferences.iter().all(|it| *it == Some(expected)),
            "{}: {preferences:?}",
            bank.name
        );
    }
}
