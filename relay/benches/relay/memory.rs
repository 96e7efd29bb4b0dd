//! Memory with idle and with polling browsers, and the time from the start to the first call.

use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::browser::{BANKS, Browser, Connections};
use crate::platform::Platform;
use crate::sqlite;
use crate::subject::{Kind, Programs, Subject};
use crate::table::{Table, figure};

pub(crate) async fn measure(programs: &Programs, folder: &Path) -> Table {
    let platform = Platform::plain().await;
    platform.waits_for_persons(true);
    let mut table = Table::new(
        "Memory and start",
        &[
            "Program",
            "start to first call",
            "idle",
            "2,000 idle browsers",
            "10,000 polling browsers",
        ],
        &format!(
            "Start: the middle of {STARTS}, to the end of a call for the list of banks. Memory: shared pages counted \
             once. An idle browser has a connection of its own. A polling browser has a link of its own, and asks for its SCA \
             status each {} seconds; they share connections, as behind a proxy.",
            POLL.as_secs()
        ),
    );
    for kind in Kind::ALL {
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            let began = Instant::now();
            let started = Subject::start(kind, programs, &platform, folder, &sqlite(folder)).await;
            let Some(subject) = started else { break };
            let mut browser = Browser::alone(&subject.address, 0);
            assert_eq!(browser.call("GET", BANKS, "", "").await.0, 200);
            starts.push(began.elapsed());
        }
        starts.sort_unstable();
        let started = Subject::start(kind, programs, &platform, folder, &sqlite(folder)).await;
        let Some(subject) = started else { continue };
        let mut cells = vec![kind.name().to_owned()];
        cells.push(figure(starts[STARTS / 2].as_secs_f64() * 1000.0, "ms"));
        sleep(Duration::from_secs(1)).await;
        cells.push(megabytes(&subject));
        let idle = browsers(&subject, IDLE).await;
        sleep(Duration::from_secs(1)).await;
        cells.push(megabytes(&subject));
        drop(idle);
        cells.push(polling(&subject).await);
        table.row(cells);
    }
    table
}

/// Its memory while many browsers poll.
async fn polling(subject: &Subject) -> String {
    let connections = Connections::to(&subject.address);
    let mut linked = Vec::new();
    let mut numbers = 0..POLLING;
    loop {
        // So many links at once would be another measurement.
        let mut linking = JoinSet::new();
        for number in numbers.by_ref().take(AT_ONCE) {
            let mut browser = Browser::new(&connections, number);
            linking.spawn(async move {
                browser.link().await;
                browser
            });
        }
        if linking.is_empty() {
            break;
        }
        linked.extend(linking.join_all().await);
    }
    let (began, mut polling) = (Instant::now(), JoinSet::new());
    for (mut browser, number) in linked.into_iter().zip(0_u32..) {
        // They do not ask at the same moment.
        let first = began + POLL / u32::try_from(POLLING).unwrap() * number;
        polling.spawn(async move {
            let mut away = 0;
            for round in 0..ROUNDS {
                sleep_until(first + POLL * round).await;
                away += u32::from(!browser.try_poll().await);
            }
            away
        });
    }
    sleep_until(began + POLL * (ROUNDS - 1)).await;
    let memory = megabytes(subject);
    match polling.join_all().await.iter().sum::<u32>() {
        0 => memory,
        // This machine cannot do more: a page asks again in a moment.
        away => format!("{memory} ({away} questions turned away)"),
    }
}

/// So many browsers, with a connection each.
async fn browsers(subject: &Subject, count: usize) -> Vec<Browser> {
    let mut browsers = Vec::with_capacity(count);
    for number in 0..count {
        let mut browser = Browser::alone(&subject.address, number);
        assert_eq!(browser.call("GET", BANKS, "", "").await.0, 200);
        browsers.push(browser);
    }
    browsers
}

fn megabytes(subject: &Subject) -> String {
    #[expect(clippy::cast_precision_loss, reason = "it is a figure for people")]
    let bytes = subject.memory() as f64;
    figure(bytes / 1e6, "MB")
}

const STARTS: usize = 5;
const IDLE: usize = 2000;
const POLLING: usize = 10_000;
const AT_ONCE: usize = 64;
const POLL: Duration = Duration::from_secs(5);
const ROUNDS: u32 = 4;
