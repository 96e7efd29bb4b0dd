//! A PostgreSQL server that crashes while people link, and comes back.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::Method;
use relay::config::StoreKeys;
use relay::store::SqlStore;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, query_scalar};
use tokio::time::sleep;

use crate::database::server::{Server, say};
use crate::support::{Browser, CONSENT, CONSENTS, World, field};

/// A database that keeps what it has confirmed, also when the server crashes.
pub(super) async fn lasting(server: &Server) -> String {
    let address = server.empty().await;
    let options: PgConnectOptions = address.parse().unwrap();
    let name = options.get_database().unwrap().to_owned();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let lasts = format!("ALTER DATABASE {name} SET synchronous_commit = on");
    connection.execute(AssertSqlSafe(lasts)).await.unwrap();
    connection.close().await.unwrap();
    address
}

/// Ends a process of the server in the midst of its work: the server then ends all sessions, and starts again from what
/// is on its disk.
async fn crash(server: &Server) {
    let mut connection = PgConnection::connect(&server.address("postgres")).await.unwrap();
    let asked = query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await;
    let process: i32 = asked.unwrap();
    let mut kill = Command::new("kill");
    assert!(kill.args(["-KILL", &process.to_string()]).status().unwrap().success());
}

/// A person, and the consent that the relay confirmed; `None` where it refused, because it has no server at the moment.
pub(super) async fn person(world: &World) -> Option<(Browser, String)> {
    let mut browser = Browser::default();
    let answer = browser.call(world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
    match answer.status().as_u16() {
        201 => {
            let consent = field(&answer, "consentId");
            Some((browser, consent))
        }
        503 => {
            sleep(Duration::from_millis(20)).await;
            None
        }
        other => panic!("{other}"),
    }
}

/// Makes consents, one after the other, until some were made after the server has crashed: those that the relay
/// confirmed.
pub(super) async fn people(world: &World, crashed: &AtomicBool) -> Vec<(Browser, String)> {
    let (mut made, mut after) = (Vec::new(), 0);
    for _ in 0..5000 {
        let was_crashed = crashed.load(Ordering::SeqCst);
        if let Some(person) = person(world).await {
            made.push(person);
            after += u32::from(was_crashed);
        }
        if after == 5 {
            return made;
        }
    }
    panic!("{} made: the server did not come back", made.len());
}

#[tokio::test]
async fn a_server_that_crashes_while_people_link_loses_none_of_them() {
    let server = match Server::start("-crash", "-c listen_addresses=", 5432, None) {
        Ok(server) => server,
        Err(why) => return say(&format!("not run: no PostgreSQL server here ({why})")),
    };
    let store = SqlStore::open(&lasting(&server).await).await.unwrap();
    let world = World::with_store(Arc::new(store), |config| {
        config.store.keys = StoreKeys::new([[7; 32]]);
        config.quota.consents_per_address = relay::config::Most::Any;
    })
    .await;
    let crashed = AtomicBool::new(false);
    let soon = async {
        while world.platform.calls().len() < 40 {
            sleep(Duration::from_millis(10)).await;
        }
        crash(&server).await;
        crashed.store(true, Ordering::SeqCst);
    };
    let (one, other, ()) = tokio::join!(people(&world, &crashed), people(&world, &crashed), soon);
    check(&world, one.into_iter().chain(other).collect()).await;
}

/// Checks that all who were confirmed are known, and that nothing else is left at the bank.
pub(super) async fn check(world: &World, confirmed: Vec<(Browser, String)>) {
    let number = confirmed.len();
    for (mut browser, consent) in confirmed {
        let status = browser.get(world, &format!("{CONSENTS}/{consent}/status")).await;
        assert_eq!(status.status(), 200, "{consent}");
    }
    // What the bank has made and the relay could not keep is deleted there.
    world.relay.tend_once().await;
    let posts =
        world.platform.calls().into_iter().filter(|call| call.method == Method::POST).count();
    assert_eq!(posts, number + world.deleted().len());
}
