//! A standby of PostgreSQL that takes over while people link. The relay's address leads to whichever server is the primary,
//! as an operator's proxy or name does.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use relay::config::{Most, StoreKeys};
use relay::store::SqlStore;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _, query_scalar};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::server::{check, lasting, people, person};
use crate::database::server::{Server, say};
use crate::support::{Browser, World};

/// An address that leads to one server and then to another.
struct Way {
    address: SocketAddr,
    to: Mutex<PathBuf>,
    connections: Mutex<JoinSet<()>>,
}

impl Way {
    async fn to(server: &Server) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let to = Mutex::new(socket(server));
        let way = Arc::new(Self { address, to, connections: Mutex::default() });
        let here = Arc::clone(&way);
        tokio::spawn(async move {
            while let Ok((mut relay, _)) = listener.accept().await {
                let to = here.to.lock().unwrap().clone();
                here.connections.lock().unwrap().spawn(async move {
                    if let Ok(mut server) = UnixStream::connect(to).await {
                        let _ = copy_bidirectional(&mut relay, &mut server).await;
                    }
                });
            }
        });
        way
    }

    /// Leads to `server` from now on. The connections that are there stay, as with a name.
    fn turn_to(&self, server: &Server) {
        *self.to.lock().unwrap() = socket(server);
    }

    /// Ends all connections, as a proxy does.
    fn cut(&self) {
        self.connections.lock().unwrap().abort_all();
    }
}

fn folder(server: &Server) -> PathBuf {
    let options: PgConnectOptions = server.address("postgres").parse().unwrap();
    options.get_socket().unwrap().clone()
}

fn socket(server: &Server) -> PathBuf {
    folder(server).join(".s.PGSQL.5432")
}

async fn administrator(server: &Server) -> PgConnection {
    PgConnection::connect(&server.address("postgres")).await.unwrap()
}

/// A primary, and a standby without which it confirms nothing.
async fn pair() -> Option<(Server, String, Server)> {
    let settings = "-c listen_addresses= -c wal_level=replica -c max_wal_senders=4";
    let primary = match Server::start("-first", settings, 5432, None) {
        Ok(server) => server,
        Err(why) => {
            say(&format!("not run: no PostgreSQL server here ({why})"));
            return None;
        }
    };
    let address = lasting(&primary).await;
    let standby = Server::start("-second", settings, 5432, Some(&primary)).unwrap();
    let mut connection = administrator(&primary).await;
    connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'").await.unwrap();
    connection.execute("SELECT pg_reload_conf()").await.unwrap();
    let confirming = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
    let is_confirming = async || -> bool {
        let mut connection = administrator(&primary).await;
        let standbys: i64 = query_scalar(confirming).fetch_one(&mut connection).await.unwrap();
        standbys == 1
    };
    while !is_confirming().await {
        sleep(Duration::from_millis(50)).await;
    }
    Some((primary, address, standby))
}

/// Kills the server, without a word to anybody.
fn kill(server: &Server) {
    let said = fs::read_to_string(folder(server).join("data/postmaster.pid")).unwrap();
    let process = said.lines().next().unwrap();
    assert!(Command::new("kill").args(["-KILL", process]).status().unwrap().success());
}

/// Asks for consents until one is made, or until one is refused; those that were made.
async fn until(world: &World, is_made: bool) -> Vec<(Browser, String)> {
    let mut all = Vec::new();
    for _ in 0..5000 {
        let made = person(world).await;
        let is_over = made.is_some() == is_made;
        all.extend(made);
        if is_over {
            return all;
        }
    }
    panic!("no consent came to {is_made}");
}

#[tokio::test]
async fn a_standby_that_takes_over_while_people_link_loses_none_of_them() {
    let Some((primary, address, standby)) = pair().await else { return };
    let way = Way::to(&primary).await;
    let options: PgConnectOptions = address.parse().unwrap();
    let (user, name) = (options.get_username(), options.get_database().unwrap());
    let address = format!("postgres://{user}@{}/{name}?sslmode=disable", way.address);
    let store = SqlStore::open(&address).await.unwrap();
    let world = World::with_store(Arc::new(store), |config| {
        config.store.keys = StoreKeys::new([[7; 32]]);
        config.quota.consents_per_address = Most::Any;
    })
    .await;
    let is_over = AtomicBool::new(false);
    let failover = async {
        let mut made = until(&world, true).await;
        // The address leads to the standby too early. The relay's connections there stay, and are of no use.
        way.turn_to(&standby);
        way.cut();
        made.extend(until(&world, false).await);
        way.turn_to(&primary);
        made.extend(until(&world, true).await);
        kill(&primary);
        made.extend(until(&world, false).await);
        let promote = "SELECT pg_promote()";
        let promoted: bool =
            query_scalar(promote).fetch_one(&mut administrator(&standby).await).await.unwrap();
        assert!(promoted);
        way.turn_to(&standby);
        way.cut();
        is_over.store(true, Ordering::SeqCst);
        made
    };
    let (one, other, third) =
        tokio::join!(people(&world, &is_over), people(&world, &is_over), failover);
    check(&world, [one, other, third].concat()).await;
}
