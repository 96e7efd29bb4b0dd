//! The binary: its configuration, its log, its shutdown.

mod commands;
mod crowd;
mod drain;
mod key;
mod level;
mod planted;
mod store;

use std::net::SocketAddr;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::UnixDatagram;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::mtls_support::Folder;
use crate::support::raw::{exchange, request, status};
use crate::support::{ASPSPS, CONSENT, CONSENTS, Platform, SECRET, json, vars};

pub(super) const SOON: Duration = Duration::from_secs(20);

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ais-relay"));
    command.env_clear().kill_on_drop(true).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

async fn run(command: &mut Command) -> Output {
    timeout(SOON, command.output()).await.expect("it ends by itself").unwrap()
}

/// A relay that runs: its process, its output, its address and its log so far.
pub(crate) type Running = (Child, BufReader<ChildStdout>, String, String);

/// Starts a relay in front of `platform`.
pub(crate) async fn start(platform: &Platform) -> Running {
    start_with(platform, &[]).await
}

/// The same, with these variables besides.
pub(super) async fn start_with(platform: &Platform, more: &[(&str, &str)]) -> Running {
    let mut child = configured(command(), platform, more).spawn().unwrap();
    let (output, address, log) = listening(&mut child).await;
    (child, output, address, log)
}

/// `command` with the variables of a relay in front of `platform`.
pub(crate) fn configured(
    mut command: Command,
    platform: &Platform,
    more: &[(&str, &str)],
) -> Command {
    command.env_clear().kill_on_drop(true).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.envs(vars(&platform.url)).env("AIS_RELAY_LOG", "json");
    command.envs(more.iter().copied());
    // What a careless environment holds must not count.
    command.env("HTTP_PROXY", "http://127.0.0.1:1").env("http_proxy", "http://127.0.0.1:1");
    command.env("ALL_PROXY", "http://127.0.0.1:1").env("RUST_LOG", "trace");
    command
}

/// Waits until a relay listens: its output, its address and its log so far.
pub(crate) async fn listening(child: &mut Child) -> (BufReader<ChildStdout>, String, String) {
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut log = String::new();
    let address = loop {
        let mut line = String::new();
        timeout(SOON, output.read_line(&mut line)).await.expect("it starts").unwrap();
        assert!(!line.is_empty(), "it ended: {log}");
        log.push_str(&line);
        if let Some(address) = listens_at(&line) {
            break address;
        }
    };
    (output, address, log)
}

/// The address in the line of the log that names it, in either format.
fn listens_at(line: &str) -> Option<String> {
    if let Some((_, address)) = line.split_once("INFO listening address=") {
        return Some(address.trim().to_owned());
    }
    let event: serde_json::Value = serde_json::from_str(line).ok()?;
    let is_it = event["message"] == "listening";
    is_it.then(|| event["address"].as_str().unwrap().to_owned())
}

async fn terminate(child: &mut Child) {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
}

/// Stops a relay; its whole log.
pub(crate) async fn stop((mut child, mut output, _, mut log): Running) -> String {
    terminate(&mut child).await;
    timeout(SOON, child.wait()).await.expect("it stops").unwrap();
    output.read_to_string(&mut log).await.unwrap();
    log
}

#[tokio::test]
async fn a_bad_configuration_stops_the_start() {
    let output =
        run(command().env("AIS_RELAY_CLIENT_SECRET", "canary\n").env("AIS_RELAY_LISTEN", "x"))
            .await;
    assert_eq!(output.status.code(), Some(64));
    let text = String::from_utf8(output.stderr).unwrap();
    for name in ["LISTEN", "AUTH_URL", "API_URL", "CLIENT_ID", "CLIENT_SECRET"] {
        assert!(text.contains(&format!("\nAIS_RELAY_{name} must be ")), "{name}: {text}");
    }
    assert!(!text.contains("canary"), "{text}");
    let output = run(command().args(["--config", "/no/such/file"])).await;
    assert_eq!(output.status.code(), Some(64));
}

#[tokio::test]
async fn help_lists_every_variable() {
    let output = run(command().arg("--help")).await;
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for variable in relay::config::VARIABLES {
        assert!(text.contains(&variable.env_name()), "{}", variable.name);
    }
    assert!(text.contains("AIS_RELAY_CONFIG"), "{text}");
}

#[tokio::test]
async fn the_version_says_what_is_in_the_program() {
    let output = run(command().arg("--version")).await;
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], concat!("ais-relay ", env!("CARGO_PKG_VERSION")));
    assert!(lines[1].starts_with("bundle: none") && lines[2].starts_with("target: "), "{text}");
}

#[tokio::test]
async fn it_starts_shows_no_secret_and_drains_when_told_to_stop() {
    let platform = Platform::start().await;
    let (mut child, mut output, address, mut log) = start(&platform).await;
    let address = address.parse().unwrap();
    platform.delay(Duration::from_millis(300));
    let text = request("GET", ASPSPS, "");
    let call = tokio::spawn(async move { exchange(address, text.as_bytes()).await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    terminate(&mut child).await;
    assert_eq!(status(&call.await.unwrap()), Some(200));
    let status = timeout(SOON, child.wait()).await.expect("it stops").unwrap();
    assert_eq!(status.code(), Some(0));
    output.read_to_string(&mut log).await.unwrap();
    assert!(log.contains(r#""client_secret":"(hidden)""#), "{log}");
    assert!(log.contains(r#""message":"stopped""#), "{log}");
    assert!(!log.contains(SECRET), "{log}");
}

#[tokio::test]
async fn the_service_manager_hears_when_the_relay_is_ready_and_when_it_stops() {
    let folder = Folder::new();
    let socket = folder.at("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    let hear = async || {
        let mut text = [0; 256];
        let length = timeout(SOON, manager.recv(&mut text)).await.expect("it reports").unwrap();
        String::from_utf8_lossy(&text[..length]).trim().to_owned()
    };
    let platform = Platform::start().await;
    let running = start_with(&platform, &[("NOTIFY_SOCKET", &socket)]).await;
    assert_eq!(hear().await, "READY=1");
    let address = running.2.parse().unwrap();
    assert_eq!(status(&exchange(address, request("GET", ASPSPS, "").as_bytes()).await), Some(200));
    stop(running).await;
    assert_eq!(hear().await, "STOPPING=1");
}

/// Texts that must not be in the log: each is somewhere in the run of the next test.
const CANARIES: &[&str] = &[
    SECRET,
    "canary",
    "127.0.0.1, ",
    "Canary-Agent",
    "198.51.100.77",
    "SE4550000000058398257466",
    "isoCountryCodes",
    "__Host-Http",
    "Bearer",
    "validUntil",
    "/psd2/",
];

/// Six calls, full of what must not be in the log.
async fn make_calls(address: SocketAddr) {
    let personal = "psu-id: canary-psu-199001011234\r\nuser-agent: Canary-Agent\r\n\
                    x-forwarded-for: 198.51.100.77\r\ncookie: __Host-Http-ais-link=canary\r\n";
    let body = format!("content-type: application/json\r\ncontent-length: {}\r\n", CONSENT.len());
    for (method, target, extra, text, expect) in [
        ("GET", "/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE", personal, "", 200),
        ("GET", "/psd2/aspspinformation/v1/countries", personal, "", 500),
        ("GET", "/psd2/aspspinformation/v1/cities", personal, "", 200),
        ("POST", CONSENTS, &format!("{personal}{body}"), CONSENT, 201),
        ("GET", "/psd2/consent/v1/consents/canary-consent", personal, "", 404),
        ("GET", "/psd2/canary-path?canary=query", personal, "", 404),
    ] {
        let text = [&request(method, target, extra), text].concat();
        let answer = exchange(address, text.as_bytes()).await;
        assert_eq!(status(&answer), Some(expect), "{target}: {answer}");
    }
}

/// What the log says of the six: call, bank, status.
const REPORTED: [(&str, &str, u64); 6] = [
    ("getASPSPList", "ESSESESS", 200),
    ("getCountriesList", "ESSESESS", 500),
    ("getCityList", "ESSESESS", 200),
    ("createConsent", "ESSESESS", 201),
    ("getConsentInformation", "ESSESESS", 404),
    ("none", "none", 404),
];

#[tokio::test]
async fn the_log_has_one_line_a_call_and_nothing_personal() {
    let platform = Platform::start().await;
    let (mut child, mut output, address, mut log) = start(&platform).await;
    let address = address.parse().unwrap();
    let accounts = r#"{"accounts":[{"iban":"SE4550000000058398257466"}]}"#;
    platform.script(move |received| {
        if received.target.contains("/countries") {
            return Some(json(
                500,
                r#"{"tppMessages":[{"code":"INTERNAL_SERVER_ERROR","text":"canary"}]}"#,
            ));
        }
        received.target.contains("/cities").then(|| json(200, accounts))
    });
    make_calls(address).await;
    terminate(&mut child).await;
    output.read_to_string(&mut log).await.unwrap();
    for canary in CANARIES {
        assert!(!log.contains(canary), "{canary} in {log}");
    }
    let events = log.lines().map(|line| serde_json::from_str(line).unwrap());
    let calls: Vec<serde_json::Value> =
        events.filter(|event: &serde_json::Value| event["call"].is_string()).collect();
    let reported: Vec<_> = calls
        .iter()
        .map(|call| {
            (
                call["call"].as_str().unwrap(),
                call["bank"].as_str().unwrap(),
                call["status"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(reported, REPORTED);
    assert!(calls.iter().all(|call| call["ms"].is_u64() && call["request_id"].is_string()));
}
