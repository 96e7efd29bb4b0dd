//! The test kills relays repeatedly while persons link their accounts, and restarts them on the same
//! store. Whatever a relay answered to a browser must still be true, every open link must go on, and the host's own
//! server must hear of each change.
//!
//! The relay is a process, or several behind a proxy; the sandbox is its platform, and simple browsers call it. Nothing
//! here is timed: each wait has a bound, but no test passes because something was fast.

#![expect(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

mod api;
mod bank;
mod browser;
#[path = "../database/mod.rs"]
mod database;
mod host;
mod killer;
mod ledger;
mod link;
mod passer;
mod person;
mod platform;
mod process;
mod progress;
mod proxy;
mod random;
mod verdict;
mod webhooks;

use std::time::Duration;

use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::database::Database;
use self::host::{Host, Receiver};
use self::killer::Killer;
use self::link::{LAST, Link, World};
use self::passer::pass;
use self::platform::Platform;
use self::process::{Home, Relay};
use self::progress::Progress;
use self::random::Random;

/// So many links begin between two kills.
const AT_ONCE: usize = 5;
/// The next ones begin once fewer than these are under way, so that a busy machine has no crowd.
const CROWD: usize = 25;
/// So many kills are a round. Persons who do something else come back after it.
const ROUND: usize = 10;
/// Longer than this it takes on no machine, where a relay is killed 40 times.
const BOUND: Duration = Duration::from_mins(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_is_killed_at_any_moment_loses_no_link_and_no_event() {
    Database::Sqlite.run("a_relay_that_is_killed", kill("kill", 1, 20)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_with_a_server_that_is_killed_at_any_moment_loses_no_link_and_no_event() {
    Database::Postgres.run("a_relay_with_a_server_that_is_killed", kill("kill", 1, 10)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_relays_behind_a_proxy_any_may_be_killed_and_any_may_go_on() {
    Database::Postgres.run("of_three_relays", kill("three", 3, 14)).await;
}

/// One test after the other: each keeps the machine busy.
static TURN: Mutex<()> = Mutex::const_new(());

/// Kills one of `relays` again and again, `strikes` times, or as often as `AIS_LINK_KILLS` says.
async fn kill(name: &str, relays: usize, strikes: usize) {
    let turn = TURN.lock().await;
    let strikes = std::env::var(KILLS).map_or(strikes, |text| text.parse().unwrap());
    let mut random = Random::seeded();
    let progress = Progress::new();
    let platform = Platform::start(random.fork()).await;
    let receiver = Receiver::start(random.fork()).await;
    let home = Home::new(name, &platform.url, &receiver.url).await;
    let mut all = Vec::new();
    for _ in 0..relays {
        all.push(Relay::start(&home).await);
    }
    let (mut relay, mut backend) = (all[0].address, all[0].backend);
    if relays > 1 {
        relay = proxy::start(all.iter().map(|one| one.address).collect()).await;
        backend = proxy::start(all.iter().map(|one| one.backend).collect()).await;
    }
    let host = Host::new(backend, &home.key);
    let (restarted, round) = watch::channel(0);
    let world = World {
        relay,
        platform: platform.clone(),
        host: host.clone(),
        progress: progress.clone(),
        round,
    };
    let (mut links, mut passers) = (JoinSet::new(), JoinSet::new());
    for number in 0..strikes {
        passers.spawn(pass(world.clone(), number));
        for number in number * AT_ONCE..(number + 1) * AT_ONCE {
            links.spawn(Link::new(world.clone(), number, random.fork()).run());
        }
    }
    let mut killer = Killer {
        home,
        relays: all,
        platform: platform.clone(),
        receiver: receiver.clone(),
        progress: progress.clone(),
        random: random.fork(),
        kills: 0,
    };
    for strike in 1..=strikes {
        progress.fewer_than(CROWD).await;
        progress.let_in(AT_ONCE + 1);
        killer.strike().await;
        restarted.send_replace(strike / ROUND);
    }
    restarted.send_replace(LAST);
    let bound = BOUND * u32::try_from(1 + strikes / 40).unwrap();
    let links = async { (links.join_all().await, passers.join_all().await) };
    let (mut links, passers) = timeout(bound, links).await.expect("the links come to an end");
    // From here on every answer comes from the store alone.
    killer.strike().await;
    let check = verdict::check(&mut links, &platform, &killer);
    timeout(bound, check).await.expect("what is ended is ended everywhere in the end");
    ledger::check(&links, &passers, &host).await;
    // What a relay had taken when it was killed is sent again after a while, in which the machine has time for another.
    drop(turn);
    let deliveries = ledger::await_deliveries(&host, &receiver);
    timeout(bound, deliveries).await.expect("each event comes in the end");
}

/// How often a relay is killed.
const KILLS: &str = "AIS_LINK_KILLS";
