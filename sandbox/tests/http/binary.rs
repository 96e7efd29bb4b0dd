//! `ais-sandbox` as a process: its options, its output, and its end.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::{Certificate, Client, Identity};
use serde_json::{Value, json};

use crate::pages::Platform;
use crate::support::{CONSENTS, REQUEST_ID};

/// A process that ends with the test.
struct Process {
    child: Child,
    lines: Vec<String>,
    url: String,
}

impl Process {
    /// Starts it on a free port and reads the three addresses that it prints.
    fn start(options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ais-sandbox"));
        command.args(["--listen", "127.0.0.1:0"]).args(options);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(child.stdout.as_mut().unwrap());
        let lines: Vec<_> = output.lines().take(3).map(Result::unwrap).collect();
        let url = lines[0].rsplit(' ').next().unwrap().to_owned();
        Self { child, lines, url }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One of the tests stops it first.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn it_prints_its_addresses_and_takes_its_client_from_the_options() {
    let process =
        Process::start(&["--client-id", "mine", "--client-secret", "hush", "--absolute-links"]);
    assert!(process.lines[1].ends_with(&format!("{}/bankid", process.url)), "{:?}", process.lines);
    assert!(process.lines[2].ends_with(&format!("{}/control", process.url)));
    let client = Client::builder().no_proxy().build().unwrap();
    let form = [
        ("client_id", "mine"),
        ("client_secret", "hush"),
        ("grant_type", "client_credentials"),
        ("scope", "accountinformation private"),
    ];
    let token = client.post(format!("{}/connect/token", process.url)).form(&form);
    let token: Value = token.send().await.unwrap().json().await.unwrap();
    // The process runs on the machine's clock, so the day comes from it too.
    let clock = client.get(format!("{}/control/clock", process.url)).send().await.unwrap();
    let now = clock.json::<Value>().await.unwrap()["now"].as_str().unwrap().to_owned();
    let year: u32 = now[..4].parse().unwrap();
    let body = json!({
        "access": {},
        "recurringIndicator": false,
        "validUntil": next_month(year, now[5..7].parse().unwrap()),
        "frequencyPerDay": 1,
        "combinedServiceIndicator": false,
    });
    let created = client
        .post(format!("{}{CONSENTS}", process.url))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .header("X-Request-ID", REQUEST_ID)
        .header("X-BicFi", "ESSESESS")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), 201);
    let location = created.headers()["location"].to_str().unwrap();
    assert!(location.starts_with(&format!("{}{CONSENTS}/", process.url)), "{location}");
}

#[tokio::test]
async fn given_addresses_to_return_to_replace_the_defaults() {
    let one = "http://one.example/a";
    let options = ["--redirect-uri", one, "--redirect-uri", "http://two.example/b"];
    let process = Process::start(&options);
    let client = Client::builder().no_proxy().build().unwrap();
    let authorize = format!("{}/connect/authorize?client_id=sandbox-client&state=s", process.url);
    for (uri, complaint) in [
        (one, "lacks scope"),
        ("http://two.example/b", "lacks scope"),
        ("http://localhost:8080/redirect", "not registered"),
    ] {
        let link = format!("{authorize}&redirect_uri={uri}");
        let page = client.get(link).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(complaint), "{uri}: {page}");
    }
}

#[tokio::test]
async fn with_a_folder_of_certificates_it_listens_twice() {
    let folder = std::env::temp_dir().join(format!("ais-sandbox-binary-{}", std::process::id()));
    let options = ["--tls", folder.to_str().unwrap(), "--app-listen", "127.0.0.1:0"];
    let process = Process::start(&options);
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (ca, pem) = (read("ca.pem"), [read("client.key"), read("client.pem")].concat());
    drop(std::fs::remove_dir_all(&folder));
    assert!(process.url.starts_with("https://127.0.0.1:"), "{:?}", process.lines);
    let client = Client::builder().no_proxy();
    let client = client.tls_certs_only([Certificate::from_pem(&ca).unwrap()]);
    let client = client.identity(Identity::from_pem(&pem).unwrap()).build().unwrap();
    let clock = format!("{}/control/clock", process.url);
    assert_eq!(client.get(clock).send().await.unwrap().status(), 200);
    let app = process.lines[1].rsplit(' ').next().unwrap();
    assert!(app.starts_with("http://127.0.0.1:") && app.ends_with("/bankid"), "{app}");
    assert_eq!(client.get(app).send().await.unwrap().status(), 200);
    let link = Platform::new(client, process.url.clone()).await.link("NDEASESS").await;
    let pages = app.strip_suffix("/bankid").unwrap();
    assert!(link.starts_with(&format!("{pages}/connect/authorize?")), "{link}");
    interrupt(process);
}

#[cfg(unix)]
#[test]
fn it_stops_cleanly_on_ctrl_c() {
    interrupt(Process::start(&[]));
}

/// Sends Ctrl-C and waits for a clean end.
fn interrupt(mut process: Process) {
    let pid = process.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert!(process.child.wait().unwrap().success());
}

#[test]
fn an_address_that_is_taken_is_named() {
    let process = Process::start(&[]);
    let taken = process.url.strip_prefix("http://").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ais-sandbox"));
    let second = command.args(["--listen", taken]).output().unwrap();
    assert!(!second.status.success());
    let words = String::from_utf8(second.stderr).unwrap();
    assert!(words.contains(&format!("cannot listen on {taken}")), "{words}");
}

#[test]
fn a_customer_of_an_unknown_bank_and_an_unknown_customer_stop_the_start() {
    for (option, words) in [
        ("OPBKSE21=many", "there is no bank OPBKSE21 here"),
        ("ESSESESS=rich", "there is no such customer"),
        ("ESSESESS", "it needs a BIC"),
        ("seb=many", "X-BicFi must be"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ais-sandbox"));
        let ended = command.args(["--listen", "127.0.0.1:0", "--customer", option]).output();
        let ended = ended.unwrap();
        assert!(!ended.status.success(), "{option}");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains(words), "{option}: {said}");
    }
    let process =
        Process::start(&["--customer", "ESSESESS=many", "--customer", "HANDSESS=no-iban"]);
    assert!(process.url.starts_with("http://"), "{:?}", process.lines);
}

/// The second day of next month: at least two days ahead.
fn next_month(year: u32, month: u32) -> String {
    if month == 12 { format!("{}-01-02", year + 1) } else { format!("{year}-{:02}-02", month + 1) }
}
