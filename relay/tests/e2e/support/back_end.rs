//! A relay with a back-end port, and the key of the host's own server.

use std::fs::write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, from_str};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::world::free_address;
use super::{Scenario, Setting, World, logs};

/// A world whose relay has a back-end port.
pub(crate) struct BackEnd {
    pub(crate) world: Arc<World>,
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
}

impl BackEnd {
    /// Starts the relay, with `variables` beside those of the port.
    pub(crate) async fn start(scenario: &Scenario, variables: &[(&str, &str)]) -> Self {
        Self::with(scenario, Setting { variables, ..Setting::default() }).await
    }

    /// Starts the relay as `setting` says.
    pub(crate) async fn with(scenario: &Scenario, setting: Setting<'_>) -> Self {
        let made =
            Command::new(env!("CARGO_BIN_EXE_ais-relay")).args(["key", "new", "shop"]).output();
        let made = made.expect("the relay makes a key");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is text");
        let words = text(&made.stderr);
        let key = words.split_whitespace().find(|word| word.starts_with("aisk_"));
        let key = key.expect("the key is shown").to_owned();
        let address = free_address();
        // A scenario may have several.
        let file = |name: &str, content: &str| {
            let name = format!("{}-{name}", address.port());
            keep(scenario, &name, content).display().to_string()
        };
        let keys = file("backend.keys", &text(&made.stdout));
        let store_key = file("store.key", STORE_KEY);
        let listen = address.to_string();
        let variables: Vec<_> = [
            ("AIS_RELAY_BACKEND_LISTEN", &*listen),
            ("AIS_RELAY_BACKEND_KEYS_FILE", &*keys),
            ("AIS_RELAY_STORE_KEY_FILE", &*store_key),
        ]
        .into_iter()
        .chain(setting.variables.iter().copied())
        .collect();
        let setting = Setting { variables: &variables, ..setting };
        Self { world: scenario.world_with(setting).await, address, key }
    }

    /// Calls the back-end port; gives the body of the answer.
    pub(crate) async fn call(&self, line: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(self.address).await.expect("the port is open");
        let head = format!(
            "{line} HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.key,
            body.len(),
        );
        stream.write_all(head.as_bytes()).await.expect("the relay reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("the relay answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("it has a body");
        from_str(body).unwrap_or_else(|_| panic!("{answer}"))
    }

    /// Makes a link session; its id and its token.
    pub(crate) async fn link_session(&self) -> (String, String) {
        let body = r#"{"client_reference":"customer-4711","purpose":"To see what you can afford","data":["balances"]}"#;
        let made = self.call("POST /v1/link-sessions", body).await;
        let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        (text("id"), text("token"))
    }

    /// How the link session `id` is.
    pub(crate) async fn session(&self, id: &str) -> Value {
        self.call(&format!("GET /v1/link-sessions/{id}"), "").await
    }
}

/// Writes a file of this scenario into the folder of logs, and gives its path.
pub(super) fn keep(scenario: &Scenario, name: &str, content: &str) -> PathBuf {
    let file = logs().join(format!("{}-{name}", scenario.name()));
    write(&file, content).expect("the folder of logs can be written");
    file
}

const STORE_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
