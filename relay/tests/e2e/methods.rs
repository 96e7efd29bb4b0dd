//! Each bank by each method that it has, to both ends: approved and refused. Which there are is read
//! from the profiles, so that a new bank or method is driven by itself, or fails here. What was driven
//! is written down as a table in the folder of logs.

mod app;
mod data;
mod own_page;
mod table;

use std::fs::create_dir_all;
use std::sync::Mutex;

use protocol::profile::{Challenge, Method};

use self::data::{Bank, banks};
use self::table::{Row, write};
use crate::redirect::Page;
use crate::support::{Browser, World, choose_bank, logs};

/// Somebody with a browser, who links one bank after the other.
struct Lane {
    world: World,
    browser: Browser,
}

/// What a person does in the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Approve,
    Refuse,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn each_bank_is_linked_and_refused_by_each_method_that_it_has() {
    let all = banks();
    let count: usize = all.iter().map(|bank| bank.profile.methods.len()).sum();
    // Two at a time, each at the next that nobody has taken.
    let left = Mutex::new(all);
    let (mut rows, more) = tokio::join!(lane("methods-one", &left), lane("methods-two", &left));
    rows.extend(more);
    assert_eq!(write(rows), count, "each method of each profile has a line");
}

/// Takes banks from `left` until there are none.
async fn lane(name: &str, left: &Mutex<Vec<Bank>>) -> Vec<Row> {
    let pages = logs().join(format!("{name}-pages"));
    create_dir_all(&pages).expect("the folder of logs is there");
    let world = World::with_pages(name, &pages).await;
    let lane = Lane { world, browser: Browser::new().await };
    let mut rows = Vec::new();
    loop {
        let next = left.lock().expect("no lane panics with the list").pop();
        let Some(bank) = next else { break };
        Page::of(&bank.country).folder_as(name, bank.page().trim_start_matches('/'));
        for method in &bank.profile.methods {
            let approved = lane.drive(&bank, method, Answer::Approve).await;
            let refused = lane.drive(&bank, method, Answer::Refuse).await;
            rows.push(Row::new(&bank, method, approved, refused));
        }
    }
    lane.browser.quit(name).await;
    rows
}

impl Lane {
    /// Goes to `bank`, which offers `method` alone, and ends there with `answer`; what happened on the way.
    async fn drive(&self, bank: &Bank, method: &Method, answer: Answer) -> String {
        let Self { world, browser } = self;
        world.sandbox.clear_requests();
        browser.afresh_at(&world.url(&bank.page()), world).await;
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
