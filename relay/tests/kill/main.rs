//! The test kills the relay repeatedly while persons link their accounts, and restarts it on the same
//! store. Whatever the relay answered to a browser must still be true, and every open link must go on.
//!
//! The relay is a process, the sandbox is its platform, and simple browsers call it. Nothing
//! here is timed: each wait has a bound, but no test passes because something was fast.

#![expect(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

mod bank;
mod browser;
#[path = "../database/mod.rs"]
mod database;
mod killer;
mod link;
mod person;
mod platform;
mod process;
mod random;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::database::Database;
use self::killer::Killer;
use self::link::{Link, World};
use self::platform::Platform;
use self::process::Relay;
use self::random::Random;

/// So many times the relay is killed while links are being made.
const STRIKES: usize = 40;
/// So many links begin between two of them.
const AT_ONCE: usize = 5;
/// Longer than this it takes on no machine.
const BOUND: Duration = Duration::from_mins(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_is_killed_at_any_moment_loses_no_link() {
    Database::Sqlite.run("a_relay_that_is_killed", kill()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_with_a_server_that_is_killed_at_any_moment_loses_no_link() {
    Database::Postgres.run("a_relay_with_a_server_that_is_killed", kill()).await;
}

/// On one database after the other: each keeps the machine busy.
static TURN: Mutex<()> = Mutex::const_new(());

async fn kill() {
    let _turn = TURN.lock().await;
    let mut random = Random::seeded();
    let answered = Arc::new(Notify::new());
    let platform = Platform::start(random.fork()).await;
    let relay = Relay::start(&platform.url).await;
    let (restarted, last_restart) = watch::channel(false);
    let room = Arc::new(Semaphore::new(0));
    let world = World {
        relay: relay.address(),
        platform: platform.clone(),
        answered: Arc::clone(&answered),
        last_restart,
        room: Arc::clone(&room),
    };
    let mut links = JoinSet::new();
    for number in 0..STRIKES * AT_ONCE {
        links.spawn(Link::new(world.clone(), number, random.fork()).run());
    }
    let mut killer = Killer::new(relay, platform.clone(), answered, random.fork());
    for _ in 0..STRIKES {
        room.add_permits(AT_ONCE);
        killer.strike().await;
    }
    restarted.send_replace(true);
    let mut links = timeout(BOUND, links.join_all()).await.expect("the links come to an end");
    // From here on every answer comes from the store alone.
    killer.strike().await;
    let check = verdict::check(&mut links, &platform, &killer);
    timeout(BOUND, check).await.expect("what is ended is ended everywhere in the end");
}
