//! What a call costs: `cargo bench -p relay` starts the relay's own binary in front of a platform that answers
//! at once, links at 32 connections, and prints calls per second and the CPU time of the relay per call.
//!
//! It reads the CPU time from `/proc`, so it runs on Linux alone. Another binary can be named as its argument.

#![expect(clippy::unwrap_used, reason = "a benchmark has no one to hand an error to")]

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// The target of a kind of calls, and lines of its head.
type Target = fn(&Link) -> (String, String);

#[tokio::main]
async fn main() {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let binary = named.map_or_else(|| env!("CARGO_BIN_EXE_ais-relay").into(), PathBuf::from);
    let folder = std::env::temp_dir().join(format!("ais-relay-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let relay = Relay::start(&binary, &folder, &platform().await).await;
    let mut links = JoinSet::new();
    for _ in 0..CONNECTIONS {
        links.spawn(Link::make(relay.address.clone()));
    }
    let mut links = links.join_all().await;
    println!("{CONNECTIONS} connections, {CALLS} calls each, one link a connection");
    let kinds: [(&str, Target); 5] = [
        ("a script, no platform", |_| ("/redirect.js".to_owned(), String::new())),
        ("list of banks", |_| (BANKS.to_owned(), String::new())),
        ("session's links", |_| ("/session/consents".to_owned(), String::new())),
        ("SCA status, final", |link| (link.authorisation.clone(), String::new())),
        ("accounts", |link| (ACCOUNTS.to_owned(), format!("consent-id: {}\r\n", link.consent))),
    ];
    for (name, target) in kinds {
        for is_measured in [false, true] {
            let (cpu, began) = (relay.cpu(), Instant::now());
            let mut running = JoinSet::new();
            for mut link in links {
                let (target, lines) = target(&link);
                running.spawn(async move {
                    for _ in 0..CALLS {
                        let (status, _) = link.call("GET", &target, &lines, "").await;
                        assert_eq!(status, 200, "{target}");
                    }
                    link
                });
            }
            links = running.join_all().await;
            let (cpu, took) = (relay.cpu().saturating_sub(cpu), began.elapsed());
            let calls = u32::try_from(CONNECTIONS * CALLS).unwrap();
            if is_measured {
                let per_second = f64::from(calls) / took.as_secs_f64();
                let micros = (cpu / calls).as_nanos() / 100;
                println!(
                    "{name:20} {per_second:8.0} calls/s {:6}.{} µs CPU per call",
                    micros / 10,
                    micros % 10
                );
            }
        }
    }
    drop(relay);
    fs::remove_dir_all(&folder).unwrap();
}

/// The relay as a process of its own.
struct Relay {
    address: String,
    child: Child,
}

impl Relay {
    async fn start(binary: &PathBuf, folder: &std::path::Path, platform: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let child = Command::new(binary)
            .env_clear()
            .env("AIS_RELAY_LISTEN", &address)
            .env("AIS_RELAY_ADMIN_LISTEN", "off")
            .env("AIS_RELAY_AUTH_URL", platform)
            .env("AIS_RELAY_API_URL", platform)
            .env("AIS_RELAY_CLIENT_ID", "bench")
            .env("AIS_RELAY_CLIENT_SECRET", "bench-secret")
            .env("AIS_RELAY_STORE", format!("sqlite://{}/relay.sqlite", folder.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        while TcpStream::connect(&address).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
        Self { address, child }
    }

    /// The CPU time that it has used so far, in its own code and in the kernel (proc(5), `stat`).
    fn cpu(&self) -> Duration {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id().unwrap())).unwrap();
        let after_name = text.rsplit_once(')').unwrap().1;
        let ticks = after_name.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }
}

/// A browser with one connection and one link whose person has signed.
struct Link {
    stream: TcpStream,
    cookie: String,
    consent: String,
    authorisation: String,
}

impl Link {
    async fn make(address: String) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (cookie, consent, authorisation) = (String::new(), String::new(), String::new());
        let mut link = Self { stream, cookie, consent, authorisation };
        link.consent = link.create(CONSENTS, CONSENT, "consentId").await;
        let target = format!("{CONSENTS}/{}/authorisations", link.consent);
        let id = link.create(&target, "", "authorisationId").await;
        link.authorisation = format!("{target}/{id}");
        let method = r#"{"authenticationMethodId":"mbid"}"#;
        let target = link.authorisation.clone();
        assert_eq!(link.call("PUT", &target, JSON, method).await.0, 200);
        assert_eq!(link.call("GET", &target, "", "").await.0, 200);
        link
    }

    async fn create(&mut self, target: &str, body: &str, field: &str) -> String {
        let (status, text) =
            self.call("POST", target, if body.is_empty() { "" } else { JSON }, body).await;
        assert_eq!(status, 201, "{text}");
        let body: serde_json::Value = serde_json::from_str(&text).unwrap();
        body[field].as_str().unwrap().to_owned()
    }

    /// Makes a call as the widget does; status and body of its answer.
    async fn call(&mut self, method: &str, target: &str, lines: &str, body: &str) -> (u16, String) {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: relay\r\nx-ais-link: 1\r\nx-bicfi: ESSESESS\r\n\
             user-agent: bench\r\ncookie: {}\r\n{lines}content-length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let end = loop {
            self.stream.read_buf(&mut answer).await.unwrap();
            if let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") {
                break end;
            }
        };
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let value = |name: &str| {
            let line = head.lines().find(|line| line.starts_with(name))?;
            line.split_once(": ").map(|(_, value)| value)
        };
        let length: usize = value("content-length").map_or(0, |length| length.parse().unwrap());
        while answer.len() < end + 4 + length {
            self.stream.read_buf(&mut answer).await.unwrap();
        }
        if let Some(cookie) = value("set-cookie") {
            cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, String::from_utf8(answer[end + 4..].to_vec()).unwrap())
    }
}

/// A platform that answers at once, in the least words; its address.
async fn platform() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer);
    tokio::spawn(async { axum::serve(listener, router).await });
    url
}

async fn answer(method: Method, uri: Uri) -> Response {
    let last = uri.path().rsplit('/').next().unwrap();
    let id = uuid::Uuid::from_u128(rand());
    let (status, body) = match (method.as_str(), last) {
        (_, "token") => (
            200,
            r#"{"access_token":"t","expires_in":3600,"token_type":"Bearer","scope":"s"}"#
                .to_owned(),
        ),
        ("POST", "consents") => {
            (201, format!(r#"{{"consentId":"{id}","consentStatus":"received"}}"#))
        }
        ("POST", _) => (201, format!(r#"{{"authorisationId":"{id}","scaStatus":"received"}}"#)),
        (_, "aspsps") => (200, r#"{"aspsps":[{"bicFi":"ESSESESS","name":"SEB"}]}"#.to_owned()),
        (_, "accounts") => (
            200,
            r#"{"accounts":[{"resourceId":"1","iban":"SE0000000000000000000000"}]}"#.to_owned(),
        ),
        _ => (200, r#"{"scaStatus":"finalised"}"#.to_owned()),
    };
    let kind = (header::CONTENT_TYPE, "application/json");
    (StatusCode::from_u16(status).unwrap(), [kind], body).into_response()
}

/// A number that comes once.
fn rand() -> u128 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
}

const CONNECTIONS: usize = 32;
const CALLS: usize = 600;
const JSON: &str = "content-type: application/json\r\n";
const CONSENTS: &str = "/psd2/consent/v1/consents";
const BANKS: &str = "/psd2/aspspinformation/v1/aspsps";
const ACCOUNTS: &str = "/psd2/accountinformation/v1/accounts";
const CONSENT: &str = r#"{"access":{},"recurringIndicator":false,"validUntil":"2027-01-31",
    "frequencyPerDay":1,"combinedServiceIndicator":false}"#;
