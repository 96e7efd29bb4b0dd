//! The relay as a process that may be killed, with a store that stays.

use std::fs::{self, File, OpenOptions};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use relay::Timestamp;
use relay::store::{SqlStore, Store as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::database::{self, Database};

/// A relay with its port, its store and its log. It is killed when it is dropped.
pub(crate) struct Relay {
    address: SocketAddr,
    platform: String,
    store: String,
    folder: Folder,
    child: Child,
}

/// A folder that is deleted with the test, unless the test fails: then it stays for inspection.
struct Folder(PathBuf);

impl Relay {
    /// Starts a relay in front of `platform`, and waits until it listens.
    pub(crate) async fn start(platform: &str) -> Self {
        let folder = Folder::new();
        let store = match database::own() {
            Database::Sqlite => format!("sqlite://{}", folder.0.join("relay.sqlite").display()),
            Database::Postgres => database::empty().await,
        };
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = spawn(address, platform, &store, &folder);
        let platform = platform.to_owned();
        let mut relay = Self { address, platform, store, folder, child };
        relay.listens().await;
        relay
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it (SIGKILL).
    pub(crate) async fn kill(&mut self) {
        // It is dead already where it was killed before it listened and could not have the port.
        let _ = self.child.start_kill();
        self.child.wait().await.unwrap();
    }

    /// Starts it again, without waiting for it.
    pub(crate) fn spawn_again(&mut self) {
        self.child = spawn(self.address, &self.platform, &self.store, &self.folder);
    }

    /// Waits until it listens. The machine may have lent the port to another connection for a moment;
    /// then it is started once more.
    pub(crate) async fn listens(&mut self) {
        for _ in 0..TRIES {
            if TcpStream::connect(self.address).await.is_ok() {
                return;
            }
            if self.child.try_wait().unwrap().is_some() {
                sleep(PAUSE).await;
                self.spawn_again();
            }
            sleep(PAUSE).await;
        }
        panic!("the relay does not start: {}", self.log());
    }

    /// How many consents it has requested without an answer, by its store.
    pub(crate) async fn intents(&self) -> usize {
        let store = SqlStore::open(&self.store).await.unwrap();
        let far = Timestamp::from_millis(u64::MAX >> 1);
        let intents = store.take_intents(far).await.unwrap();
        store.close().await;
        intents.len()
    }

    /// All that it has logged in all its lives.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.0.join("log")).unwrap()
    }
}

fn spawn(address: SocketAddr, platform: &str, store: &str, folder: &Folder) -> Child {
    Command::new(env!("CARGO_BIN_EXE_ais-relay"))
        .env_clear()
        .env("AIS_RELAY_LISTEN", address.to_string())
        .env("AIS_RELAY_CONSENTS_PER_ADDRESS", "any")
        .env("AIS_RELAY_PROMPTS_PER_ADDRESS", "any")
        .env("AIS_RELAY_PROMPTS_PER_PSU", "any")
        .env("AIS_RELAY_AUTH_URL", platform)
        .env("AIS_RELAY_API_URL", platform)
        .env("AIS_RELAY_CLIENT_ID", "sandbox-client")
        .env("AIS_RELAY_CLIENT_SECRET", "sandbox-secret")
        .env("AIS_RELAY_REDIRECT_URI", super::platform::REDIRECT_URI)
        .env("AIS_RELAY_STORE", store)
        .env("AIS_RELAY_STORE_KEY_FILE", folder.key())
        .env("AIS_RELAY_LOG", "json")
        .stdout(folder.log())
        .stderr(folder.log())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

impl Folder {
    fn new() -> Self {
        let name = format!("ais-relay-kill-{:?}-{}", database::own(), std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        let folder = Self(path);
        fs::write(folder.key(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=").unwrap();
        folder
    }

    /// The key with which persons' ids are sealed.
    fn key(&self) -> PathBuf {
        self.0.join("key")
    }

    fn log(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.0.join("log")).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("store and log are in {}", self.0.display());
        } else {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// Half a minute of looks, for a machine that is busy with something else.
const TRIES: u32 = 3000;
const PAUSE: Duration = Duration::from_millis(10);
