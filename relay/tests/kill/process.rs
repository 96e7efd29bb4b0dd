//! The relay as a process that may be killed, with a store that stays. Several relays may share a store.

use std::fs::{self, File, OpenOptions};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use relay::backend::keys;
use relay::store::{SqlStore, Store as _};
use relay::{SystemRandom, Timestamp};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::database::{self, Database};

/// What all lives of all relays share: the platform, the store, the keys and the log.
pub(crate) struct Home {
    platform: String,
    webhook: String,
    store: String,
    /// The key of the host's own server.
    pub key: String,
    folder: Folder,
}

/// A relay with its ports. It is killed when it is dropped.
pub(crate) struct Relay {
    /// Where browsers call it.
    pub address: SocketAddr,
    /// Where the host's own server calls it.
    pub backend: SocketAddr,
    home: Arc<Home>,
    child: Child,
}

/// A folder that is deleted with the test, unless the test fails: then it stays for inspection.
struct Folder(PathBuf);

impl Home {
    /// Relays in front of `platform`, which post events to `webhook`.
    pub(crate) async fn new(name: &str, platform: &str, webhook: &str) -> Arc<Self> {
        let folder = Folder::new(name);
        let store = match database::own() {
            Database::Sqlite => format!("sqlite://{}", folder.file("relay.sqlite").display()),
            Database::Postgres => database::empty().await,
        };
        let (key, line) = keys::make("shop", &SystemRandom).unwrap();
        fs::write(folder.file("keys"), line).unwrap();
        let (platform, webhook) = (platform.to_owned(), webhook.to_owned());
        let home = Self { platform, webhook, store, key, folder };
        home.set_secrets(&[SECRET]);
        Arc::new(home)
    }

    /// A file in the folder, which goes with the test.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.file(name)
    }

    /// The secrets that webhooks are signed with.
    pub(crate) fn set_secrets(&self, secrets: &[&str]) {
        // A file that is renamed into its place is never half-written.
        fs::write(self.folder.file("secrets.new"), secrets.join("\n")).unwrap();
        fs::rename(self.folder.file("secrets.new"), self.folder.file("secrets")).unwrap();
    }

    /// How many consents the relays have requested without an answer, by the store.
    pub(crate) async fn intents(&self) -> usize {
        let store = SqlStore::open(&self.store).await.unwrap();
        let far = Timestamp::from_millis(u64::MAX >> 1);
        let intents = store.take_intents(far).await.unwrap();
        store.close().await;
        intents.len()
    }

    /// All that the relays have logged in all their lives.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.file("log")).unwrap()
    }

    fn spawn(&self, address: SocketAddr, backend: SocketAddr) -> Child {
        Command::new(env!("CARGO_BIN_EXE_ais-relay"))
            .env_clear()
            .env("AIS_RELAY_LISTEN", address.to_string())
            .env("AIS_RELAY_ADMIN_LISTEN", "off")
            .env("AIS_RELAY_CONNECTIONS_PER_ADDRESS", "any")
            .env("AIS_RELAY_CONSENTS_PER_ADDRESS", "any")
            .env("AIS_RELAY_PROMPTS_PER_ADDRESS", "any")
            .env("AIS_RELAY_PROMPTS_PER_PSU", "any")
            .env("AIS_RELAY_AUTH_URL", &self.platform)
            .env("AIS_RELAY_API_URL", &self.platform)
            .env("AIS_RELAY_CLIENT_ID", "sandbox-client")
            .env("AIS_RELAY_CLIENT_SECRET", "sandbox-secret")
            .env("AIS_RELAY_REDIRECT_URI", super::platform::REDIRECT_URI)
            .env("AIS_RELAY_STORE", &self.store)
            .env("AIS_RELAY_STORE_KEY_FILE", self.folder.file("key"))
            .env("AIS_RELAY_BACKEND_LISTEN", backend.to_string())
            .env("AIS_RELAY_BACKEND_KEYS_FILE", self.folder.file("keys"))
            .env("AIS_RELAY_WEBHOOK_URL", &self.webhook)
            .env("AIS_RELAY_WEBHOOK_SECRET_FILE", self.folder.file("secrets"))
            .env("AIS_RELAY_LOG", "json")
            .stdout(self.folder.log())
            .stderr(self.folder.log())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }
}

impl Relay {
    /// Starts a relay, and waits until it listens.
    pub(crate) async fn start(home: &Arc<Home>) -> Self {
        let (one, two) = (free().await, free().await);
        let [address, backend] = [&one, &two].map(|it| it.local_addr().unwrap());
        drop((one, two));
        let home = Arc::clone(home);
        let mut relay = Self { address, backend, child: home.spawn(address, backend), home };
        relay.listens().await;
        relay
    }

    /// Kills it (SIGKILL).
    pub(crate) async fn kill(&mut self) {
        // It is dead already where it was killed before it listened and could not have the port.
        let _ = self.child.start_kill();
        self.child.wait().await.unwrap();
    }

    /// Starts it again, without waiting for it.
    pub(crate) fn spawn_again(&mut self) {
        self.child = self.home.spawn(self.address, self.backend);
    }

    /// Waits until it listens on both ports. The machine may have lent one to another connection for a moment; then it
    /// is started once more.
    pub(crate) async fn listens(&mut self) {
        for _ in 0..TRIES {
            if TcpStream::connect(self.address).await.is_ok()
                && TcpStream::connect(self.backend).await.is_ok()
            {
                return;
            }
            if self.child.try_wait().unwrap().is_some() {
                sleep(PAUSE).await;
                self.spawn_again();
            }
            sleep(PAUSE).await;
        }
        panic!("the relay does not start: {}", self.home.log());
    }
}

async fn free() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("ais-relay-{name}-{:?}-{}", database::own(), std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        let folder = Self(path);
        // The key with which persons' ids are sealed.
        fs::write(folder.file("key"), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=").unwrap();
        folder
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn log(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.file("log")).unwrap()
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

/// What webhooks are signed with.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Half a minute of looks, for a machine that is busy with something else.
const TRIES: u32 = 3000;
const PAUSE: Duration = Duration::from_millis(10);
