//! What waiting persons cost the platform.

use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::browser::{Browser, Connections};
use crate::platform::Platform;
use crate::sqlite;
use crate::subject::{Kind, Programs, Subject};
use crate::table::{Table, figure};

pub(crate) async fn measure(programs: &Programs, folder: &Path) -> Table {
    let platform = Platform::plain().await;
    platform.waits_for_persons(true);
    let mut table = Table::new(
        "What polling costs the platform",
        &["Persons who wait", "1 tab each", "2 tabs each", "5 tabs each"],
        "Calls to the platform a second; each tab asks the relay for the SCA status each second. The tabs share connections, \
         as behind a proxy.",
    );
    for persons in [1, 10, 100, 1000] {
        let mut cells = vec![persons.to_string()];
        for tabs in [1, 2, 5] {
            let subject = Subject::start(Kind::Relay, programs, &platform, folder, &sqlite(folder))
                .await
                .expect("the relay is there");
            let rate = rate(&subject, &platform, persons, tabs).await;
            cells.push(figure(rate, ""));
        }
        table.row(cells);
    }
    table
}

/// How many calls a second the platform gets.
async fn rate(subject: &Subject, platform: &Platform, persons: usize, tabs: u32) -> f64 {
    let mut polling = JoinSet::new();
    let connections = Connections::to(&subject.address);
    for number in 0..persons {
        let mut browser = Browser::new(&connections, number);
        browser.link().await;
        for tab in 0..tabs {
            let mut tab_of = browser.clone();
            // Tabs and persons do not ask at the same moment.
            let mut due = Instant::now() + EACH * tab / tabs;
            polling.spawn(async move {
                loop {
                    sleep_until(due).await;
                    tab_of.poll().await;
                    due += EACH;
                }
            });
        }
    }
    sleep(EACH * 2).await;
    assert!(polling.try_join_next().is_none(), "a tab has stopped");
    let (before, began) = (platform.polls(), Instant::now());
    sleep(EACH * ROUNDS).await;
    assert!(polling.try_join_next().is_none(), "a tab has stopped");
    let polls = u32::try_from(platform.polls() - before).unwrap();
    f64::from(polls) / began.elapsed().as_secs_f64()
}

const EACH: Duration = Duration::from_secs(1);
const ROUNDS: u32 = 8;
