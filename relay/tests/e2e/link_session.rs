//! A link session of the host's own server, through the element: the host's terms, one browser, and what the host hears.

use std::fs::write;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, from_str};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Scenario, Setting, World, logs, scenario};

/// The host's own server: it has a key for the relay's back-end port.
struct Host {
    world: Arc<World>,
    address: SocketAddr,
    key: String,
}

impl Host {
    async fn start(scenario: &Scenario) -> Self {
        let made =
            Command::new(env!("CARGO_BIN_EXE_ais-relay")).args(["key", "new", "shop"]).output();
        let made = made.expect("the relay makes a key");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is text");
        let words = text(&made.stderr);
        let key = words.split_whitespace().find(|word| word.starts_with("aisk_"));
        let key = key.expect("the key is shown").to_owned();
        let file = |name: &str, content: &str| {
            let file = logs().join(format!("{}-{name}", scenario.name()));
            write(&file, content).expect("the folder of logs can be written");
            file.display().to_string()
        };
        let keys = file("backend.keys", &text(&made.stdout));
        let store_key = file("store.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = free.local_addr().expect("a bound port");
        drop(free);
        let listen = address.to_string();
        let variables = [
            ("AIS_RELAY_BACKEND_LISTEN", &*listen),
            ("AIS_RELAY_BACKEND_KEYS_FILE", &*keys),
            ("AIS_RELAY_STORE_KEY_FILE", &*store_key),
            ("AIS_RELAY_SERVICE_NAME", "Kassan"),
        ];
        let setting = Setting { variables: &variables, ..Setting::default() };
        Self { world: scenario.world_with(setting).await, address, key }
    }

    /// Calls the back-end port; gives the body of the answer.
    async fn call(&self, line: &str, body: &str) -> Value {
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
    async fn link_session(&self) -> (String, String) {
        let body = r#"{"client_reference":"customer-4711","purpose":"To see what you can afford","data":["balances"]}"#;
        let made = self.call("POST /v1/link-sessions", body).await;
        let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        (text("id"), text("token"))
    }

    async fn session(&self, id: &str) -> Value {
        self.call(&format!("GET /v1/link-sessions/{id}"), "").await
    }
}

scenario!(a_person_links_under_the_hosts_terms_and_the_host_hears_of_it, async |scenario| {
    let host = Host::start(&scenario).await;
    let (id, token) = host.link_session().await;
    let (world, browser) = (&host.world, scenario.browser().await);
    browser.open(world).await;
    browser.screen("choose-bank").await;
    browser.set_attribute("token", &token).await;
    browser.reads("Kassan asks you to link your bank: To see what you can afford").await;
    browser.click("SEB").await;
    browser.reads("Kassan asks to read from your bank").await;
    let text = browser.text().await;
    assert!(text.contains("balances") && !text.contains("transactions"), "{text}");
    browser.click("Show QR code").await;
    world.sign(&world.scan(&browser.qr().await));
    browser.screen("linked").await;
    let session = host.session(&id).await;
    assert_eq!(session["status"], "succeeded", "{session}");
    let connection = session["connection_id"].as_str().expect("it has a connection").to_owned();
    let connection = host.call(&format!("GET /v1/connections/{connection}"), "").await;
    assert_eq!(connection["client_reference"], "customer-4711", "{connection}");
    assert!(!browser.offers("Connect another bank").await);
});

scenario!(a_second_browser_reads_that_the_link_was_opened_in_another, async |scenario| {
    let host = Host::start(&scenario).await;
    let (id, token) = host.link_session().await;
    let (first, second) = (scenario.browser().await, scenario.browser().await);
    for browser in [&first, &second] {
        browser.open(&host.world).await;
        browser.screen("choose-bank").await;
    }
    first.set_attribute("token", &token).await;
    first.reads("Kassan asks you to link your bank").await;
    second.set_attribute("token", &token).await;
    second.screen("opened-elsewhere").await;
    second.reads("Opened in another browser").await;
    assert!(!second.offers("Try again").await);
    let session = host.session(&id).await;
    assert_eq!(
        (&session["status"], &session["reason"]),
        (&"failed".into(), &"opened-elsewhere".into())
    );
});

scenario!(a_person_who_cancels_gives_the_link_up, async |scenario| {
    let host = Host::start(&scenario).await;
    let (id, token) = host.link_session().await;
    let (world, browser) = (&host.world, scenario.browser().await);
    browser.open(world).await;
    browser.screen("choose-bank").await;
    browser.set_attribute("token", &token).await;
    browser.reads("Kassan asks you to link your bank").await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    while host.session(&id).await["status"] != "cancelled" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // Its time is over, for this browser too.
    browser.reload().await;
    browser.screen("choose-bank").await;
    browser.set_attribute("token", &token).await;
    browser.screen("link-over").await;
});
