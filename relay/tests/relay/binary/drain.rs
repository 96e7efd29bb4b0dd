//! The process on its way out: what probes, connections and calls under load see of it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use relay::SystemRandom;
use relay::backend::keys;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Running, SOON, start, start_with, terminate};
use crate::support::raw::request;
use crate::support::{ASPSPS, Platform};

/// A connection that is used again and again, as a proxy does.
struct Line(BufReader<TcpStream>);

/// What an answer says about its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// It stays open.
    More,
    /// The relay closes it.
    Last,
}

impl Line {
    async fn open(to: SocketAddr) -> Option<Self> {
        TcpStream::connect(to).await.ok().map(|stream| Self(BufReader::new(stream)))
    }

    /// The status of an answer, and what it says about the connection; the text is what went wrong.
    async fn ask(&mut self, target: &str) -> Result<(u16, Next), String> {
        let text = request("GET", target, "").replace("connection: close\r\n", "");
        let answer = timeout(SOON, self.exchange(&text)).await.map_err(|_| "silence".to_owned())?;
        answer.map_err(|error| error.to_string())
    }

    async fn exchange(&mut self, text: &str) -> std::io::Result<(u16, Next)> {
        self.0.get_mut().write_all(text.as_bytes()).await?;
        let (mut status, mut length, mut next) = (0, 0, Next::More);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            } else if line == "connection: close" {
                next = Next::Last;
            } else if line.is_empty() {
                self.0.read_exact(&mut vec![0; length]).await?;
                return Ok((status, next));
            }
        }
    }

    /// Whether the relay closes it, and sends nothing more.
    async fn closes(mut self) -> bool {
        timeout(SOON, self.0.read_to_end(&mut Vec::new()))
            .await
            .is_ok_and(|read| read.ok() == Some(0))
    }
}

/// The address that a line of the log names.
fn address(log: &str, message: &str) -> SocketAddr {
    let events = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let event = events.into_iter().find(|event| event["message"] == message).unwrap();
    event["address"].as_str().or(event["place"].as_str()).unwrap().parse().unwrap()
}

async fn status(to: SocketAddr, target: &str) -> Option<u16> {
    Line::open(to).await?.ask(target).await.ok().map(|(status, _)| status)
}

/// Waits until an answer of the admin port has this status.
async fn becomes(admin: SocketAddr, target: &str, expect: u16) {
    let asking = async {
        while status(admin, target).await != Some(expect) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, asking).await.expect("it comes to that");
}

/// A back-end port, for a relay that a test starts.
struct BackEnd(PathBuf);

impl BackEnd {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("ais-relay-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (_, line) = keys::make("shop", &SystemRandom).unwrap();
        std::fs::write(folder.join("keys"), line).unwrap();
        std::fs::write(folder.join("key"), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=").unwrap();
        Self(folder)
    }

    async fn start(&self, platform: &Platform, delay: &str) -> Running {
        let [keys, key] = ["keys", "key"].map(|name| self.0.join(name).display().to_string());
        let variables = [
            ("AIS_RELAY_DRAIN_DELAY", delay),
            ("AIS_RELAY_BACKEND_LISTEN", "127.0.0.1:0"),
            ("AIS_RELAY_BACKEND_KEYS_FILE", &keys),
            ("AIS_RELAY_STORE_KEY_FILE", &key),
        ];
        start_with(platform, &variables).await
    }
}

impl Drop for BackEnd {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Asks again and again, as a proxy that sends new connections to the second relay once the first is not ready. Comes back
/// with the number of answers, and how many of them were the last ones of their connections.
async fn load(
    relays: [SocketAddr; 2],
    is_ready: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
) -> (usize, usize) {
    let (mut answers, mut last) = (0, 0);
    while !is_over.load(Ordering::SeqCst) {
        let to = relays[usize::from(!is_ready.load(Ordering::SeqCst))];
        let mut line = Line::open(to).await.expect("a ready relay takes connections");
        loop {
            let (status, next) = line.ask(ASPSPS).await.expect("no call fails");
            assert_eq!(status, 200);
            answers += 1;
            if next == Next::Last {
                last += 1;
                assert!(line.closes().await, "it closes what it said it would");
                break;
            }
            if is_over.load(Ordering::SeqCst) {
                break;
            }
            sleep(Duration::from_millis(5)).await;
        }
    }
    (answers, last)
}

#[tokio::test]
async fn a_relay_that_stops_under_load_fails_no_call() {
    let platform = Platform::start().await;
    let files = BackEnd::new("drain");
    let (mut child, mut output, first, start_log) = files.start(&platform, "2").await;
    let (mut other, other_output, second, _) = start(&platform).await;
    let relays = [first.parse().unwrap(), second.parse().unwrap()];
    let (admin, host) = (address(&start_log, "listening for operations"), relays[0]);
    assert_eq!(status(admin, "/health/ready").await, Some(200));
    // The line of the back-end port comes after the one that the start waits for.
    let mut more = String::new();
    timeout(SOON, output.read_line(&mut more)).await.unwrap().unwrap();
    let back_end = address(&more, "listening for the host's own server");
    // Each call writes a line, and a full pipe would stop the relay.
    let [log, drained] = [output, other_output].map(|mut output| {
        tokio::spawn(async move {
            let mut log = String::new();
            output.read_to_string(&mut log).await.unwrap();
            log
        })
    });
    let [is_ready, is_over] = [true, false].map(|is| Arc::new(AtomicBool::new(is)));
    let mut clients = JoinSet::new();
    for _ in 0..LINES {
        clients.spawn(load(relays, Arc::clone(&is_ready), Arc::clone(&is_over)));
    }
    let mut idle = Vec::new();
    for _ in 0..LINES {
        let mut line = Line::open(host).await.unwrap();
        assert_eq!(line.ask(ASPSPS).await, Ok((200, Next::More)));
        idle.push((line, ASPSPS));
    }
    for (to, target) in [(back_end, "/openapi.json"), (admin, "/health/live")] {
        let mut line = Line::open(to).await.unwrap();
        assert_eq!(line.ask(target).await, Ok((200, Next::More)));
        idle.push((line, target));
    }

    terminate(&mut child).await;
    becomes(admin, "/health/ready", 503).await;
    is_ready.store(false, Ordering::SeqCst);
    // It is not ready, and serves on.
    assert_eq!(Line::open(host).await.unwrap().ask(ASPSPS).await, Ok((200, Next::Last)));
    assert_eq!(status(admin, "/health/live").await, Some(200));
    let refused = async {
        while Line::open(host).await.is_some() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(SOON, refused).await.expect("it takes no more connections in the end");
    // Whatever was idle all the time may ask once more.
    for (mut line, target) in idle {
        assert_eq!(line.ask(target).await, Ok((200, Next::Last)), "{target}");
        assert!(line.closes().await);
    }
    let ended = timeout(SOON, child.wait()).await.expect("it stops").unwrap();
    assert_eq!(ended.code(), Some(0));
    is_over.store(true, Ordering::SeqCst);
    let counted = clients.join_all().await;
    // One that opened its next connection before the probe was seen gets a last answer twice.
    assert!(counted.iter().all(|(answers, last)| *answers > 1 && *last >= 1), "{counted:?}");
    let log = log.await.unwrap();
    assert!(log.contains("no new connections") && !log.contains("cut off"), "{log}");
    terminate(&mut other).await;
    assert!(drained.await.unwrap().contains("stopped"));
}

#[tokio::test]
async fn a_second_signal_ends_the_wait() {
    let platform = Platform::start().await;
    let variables = [("AIS_RELAY_DRAIN_DELAY", "3600")];
    let (mut child, _output, host, log) = start_with(&platform, &variables).await;
    let admin = address(&log, "listening for operations");
    let mut idle = Line::open(host.parse().unwrap()).await.unwrap();
    assert_eq!(idle.ask(ASPSPS).await, Ok((200, Next::More)));
    terminate(&mut child).await;
    becomes(admin, "/health/ready", 503).await;
    terminate(&mut child).await;
    assert!(idle.closes().await);
    assert!(timeout(SOON, child.wait()).await.expect("it stops").unwrap().success());
}

#[tokio::test]
async fn of_two_relays_on_a_machine_the_second_gets_the_admin_port_when_the_first_has_gone() {
    let platform = Platform::start().await;
    let first = start(&platform).await;
    let admin = address(&first.3, "listening for operations");
    let text = admin.to_string();
    let second = start_with(&platform, &[("AIS_RELAY_ADMIN_LISTEN", &text)]).await;
    assert!(second.3.contains("another process has the admin port"), "{}", second.3);
    assert_eq!(status(second.2.parse().unwrap(), ASPSPS).await, Some(200), "it serves without");
    super::stop(first).await;
    becomes(admin, "/health/live", 200).await;
    let log = super::stop(second).await;
    assert!(log.contains("listening for operations"), "{log}");
}

#[tokio::test]
async fn the_admin_port_can_be_off() {
    let platform = Platform::start().await;
    let running = start_with(&platform, &[("AIS_RELAY_ADMIN_LISTEN", "off")]).await;
    let log = super::stop(running).await;
    assert!(!log.contains("listening for operations"), "{log}");
}

/// Connections under load, and as many idle ones.
const LINES: usize = 25;
