//! How many links a second the store takes.

use std::path::Path;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::browser::Browser;
use crate::platform::Platform;
use crate::sqlite;
use crate::subject::{Kind, Programs, Subject};
use crate::table::{Table, figure, ratio};

#[path = "../../tests/database/server.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod server;

pub(crate) async fn measure(programs: &Programs, folder: &Path) -> Table {
    let platform = Platform::plain().await;
    let mut table = Table::new(
        "Links that the store takes",
        &["Store", "links a second", "of SQLite's"],
        &format!(
            "{BROWSERS} browsers make {LINKS} links each: four calls, of which each changes the store. PostgreSQL is on \
             the same machine, and does not wait for its disk; SQLite does at its checkpoints."
        ),
    );
    let mut stores = vec![("SQLite", sqlite(folder))];
    match server::Server::of_this_process() {
        Ok(server) => stores.push(("PostgreSQL", server.empty().await)),
        Err(why) => eprintln!("PostgreSQL is not measured: {why}"),
    }
    let mut base = None;
    for (name, store) in stores {
        let subject = Subject::start(Kind::Relay, programs, &platform, folder, &store)
            .await
            .expect("the relay is there");
        let began = Instant::now();
        let mut linking = JoinSet::new();
        for number in 0..BROWSERS {
            let address = subject.address.clone();
            linking.spawn(async move {
                for link in 0..LINKS {
                    // Each in a session of its own.
                    let mut browser = Browser::alone(&address, number * LINKS + link);
                    browser.link().await;
                    browser.poll().await;
                }
            });
        }
        linking.join_all().await;
        let links = u32::try_from(BROWSERS * LINKS).unwrap();
        let rate = f64::from(links) / began.elapsed().as_secs_f64();
        table.row(vec![
            name.to_owned(),
            figure(rate, ""),
            ratio(rate, Some(*base.get_or_insert(rate))),
        ]);
    }
    table
}

const BROWSERS: usize = 16;
const LINKS: usize = 100;
