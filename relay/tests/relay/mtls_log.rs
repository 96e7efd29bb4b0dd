//! The log about the client certificate: its end and fingerprint, and advice.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use relay::config::Vars;
use sandbox::{Authority, Purpose};
use serde_json::Value;

use crate::mtls_support::{Site, lifetime, set, set_mode};
use crate::support::raw::{exchange, request, status};
use crate::support::{ASPSPS, SECRET};

/// A relay as a process. Dropping it ends it.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a relay, makes one call, stops it. Returns the call's status and the log's events.
async fn run(vars: &Vars) -> (Option<u16>, Vec<Value>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ais-relay"));
    command.env_clear().envs(vars).env("AIS_RELAY_LOG", "json").stdout(Stdio::piped());
    let mut process = Process(command.spawn().unwrap());
    let mut output = BufReader::new(process.0.stdout.take().unwrap());
    let mut log = String::new();
    let address = loop {
        let start = log.len();
        assert_ne!(output.read_line(&mut log).unwrap(), 0, "it ended: {log}");
        let event: Value = serde_json::from_str(&log[start..]).unwrap();
        if event["message"] == "listening" {
            break event["address"].as_str().unwrap().parse().unwrap();
        }
    };
    let answer = exchange(address, request("GET", ASPSPS, "").as_bytes()).await;
    process.0.kill().unwrap();
    output.read_to_string(&mut log).unwrap();
    assert!(!log.contains(SECRET) && !log.contains("PRIVATE"), "{log}");
    (status(&answer), log.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The events whose message contains `words`.
fn events<'a>(log: &'a [Value], words: &str) -> Vec<&'a Value> {
    let has = |event: &&Value| event["message"].as_str().is_some_and(|text| text.contains(words));
    log.iter().filter(has).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_certificate_is_named_by_its_end_and_fingerprint() {
    let site = Site::start().await;
    let client = site.issue(Purpose::Client, -1..31);
    let (status, log) = run(&site.vars_with(&client)).await;
    assert_eq!(status, Some(200));
    let found = events(&log, "client certificate");
    assert_eq!(found.len(), 1, "no warning: {found:?}");
    let last_day = lifetime(-1..31).until.date().to_string();
    assert_eq!(found[0]["last_day"], last_day);
    assert_eq!(found[0]["sha256"].as_str().unwrap().len(), 32 * 3 - 1);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_log_warns_of_a_certificate_that_ends_soon_and_of_an_open_key() {
    let site = Site::start().await;
    let client = site.issue(Purpose::Client, -1..29);
    let vars = site.vars_with(&client);
    set_mode(&vars["AIS_RELAY_CERTIFICATE_KEY_FILE"], 0o644);
    let (status, log) = run(&vars).await;
    assert_eq!(status, Some(200));
    for words in ["ends soon", "chmod o-r"] {
        let found = events(&log, words);
        assert_eq!(found.len(), 1, "{words}: {log:?}");
        assert_eq!(found[0]["level"], "WARN");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_client_is_one_line_that_says_what_to_do() {
    let site = Site::start().await;
    let other = Authority::new(lifetime(-1..1)).unwrap();
    let foreign = other.issue(Purpose::Client, lifetime(-1..1)).unwrap();
    let mut mistrusting = site.vars_with(&site.certificates.client);
    set(&mut mistrusting, "CA_FILE", &site.folder.write("other.pem", other.pem()));
    let cases = [
        (mistrusting, "that the relay does not trust", "AIS_RELAY_CA_FILE"),
        (site.vars_with(&foreign), "the platform", "fetch a client certificate"),
        (
            site.vars(),
            "the platform demands a client certificate",
            "set AIS_RELAY_CERTIFICATE_FILE",
        ),
    ];
    for (vars, reason, advice) in cases {
        let (status, log) = run(&vars).await;
        assert_eq!(status, Some(503), "{reason}");
        let found = events(&log, "no TLS");
        assert_eq!(found.len(), 1, "{reason}: {log:?}");
        let text = |name: &str| found[0][name].as_str().unwrap().to_owned();
        assert!(text("reason").contains(reason), "{found:?}");
        assert!(text("advice").contains(advice), "{found:?}");
    }
}
