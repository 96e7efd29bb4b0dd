//! Prometheus itself, with the files of `relay/deploy/monitoring`: it reads the program, and takes each rule and each query of the
//! dashboard. `cargo xtask test` installs it and runs this test.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::scraped::Scraped;
use crate::mtls_support::Folder;
use crate::support::Browser;

const DASHBOARD: &str = include_str!("../../../deploy/monitoring/dashboard.json");

/// Prometheus, which is killed when it is dropped.
struct Prometheus {
    _process: Child,
    _folder: Folder,
    url: String,
    client: reqwest::Client,
}

impl Prometheus {
    /// Starts it with our files, in which only the address of the relay and the times are the test's own.
    fn start(relay: &str) -> Self {
        let folder = Folder::new();
        let own = include_str!("../../../deploy/monitoring/prometheus.yml");
        assert!(own.contains("127.0.0.1:9419") && own.contains("scrape_interval: 30s"));
        let own = own.replace("127.0.0.1:9419", relay).replace("30s", "1s");
        let config = format!("global:\n  evaluation_interval: 1s\n{own}");
        let config = folder.write("prometheus.yml", config);
        folder.write("alerts.yml", include_str!("../../../deploy/monitoring/alerts.yml"));
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = Command::new("prometheus");
        command.arg(format!("--config.file={config}"));
        command.arg(format!("--storage.tsdb.path={}", folder.at("data")));
        command.arg(format!("--web.listen-address={free}")).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("it is installed: cargo xtask test --only deploy");
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        Self { _process: process, _folder: folder, url: format!("http://{free}/api/v1"), client }
    }

    /// What it answers, once `is_expected` is true of it.
    async fn comes_to(&self, target: &str, is_expected: impl Fn(&Value) -> bool) {
        let mut last = String::new();
        let asking = async {
            loop {
                if let Ok(answer) = self.client.get([&self.url, target].concat()).send().await {
                    last = answer.text().await.unwrap();
                    let read: Option<Value> = serde_json::from_str(&last).ok();
                    if read.is_some_and(|answer| is_expected(&answer["data"])) {
                        return;
                    }
                }
                sleep(Duration::from_millis(100)).await;
            }
        };
        let is_in_time = timeout(SOON, asking).await.is_ok();
        assert!(is_in_time, "{target}: {last}");
    }

    /// The series that a query gives.
    async fn query(&self, query: &str) -> Vec<Value> {
        let sent = self.client.post([&self.url, "/query"].concat()).form(&[("query", query)]);
        let answer: Value =
            serde_json::from_str(&sent.send().await.unwrap().text().await.unwrap()).unwrap();
        assert_eq!(answer["status"], "success", "{query}: {answer}");
        answer["data"]["result"].as_array().unwrap().clone()
    }
}

/// Asserts that the official tool finds nothing to say about the text of a scrape.
async fn is_sound(text: &str) {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped());
    let mut checking = promtool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    checking.stdin.take().unwrap().write_all(text.as_bytes()).await.unwrap();
    let said = checking.wait_with_output().await.unwrap();
    let words = [said.stdout, said.stderr].concat();
    assert!(said.status.success() && words.is_empty(), "{}", String::from_utf8_lossy(&words));
}

#[tokio::test]
#[ignore = "needs Prometheus: cargo xtask test"]
async fn prometheus_reads_the_program_and_takes_each_rule_and_query() {
    let scraped = Scraped::start().await;
    scraped.link(&mut Browser::default()).await;
    is_sound(&scraped.scrape().await.text).await;
    let prometheus = Prometheus::start(scraped.admin.strip_prefix("http://").unwrap());
    let is_up = |target: &Value| target["health"] == "up" && target["lastError"] == "";
    prometheus
        .comes_to("/targets", |data| {
            let targets = data["activeTargets"].as_array().unwrap();
            targets.len() == 1 && targets.iter().all(is_up)
        })
        .await;
    let linked = r#"ais_relay_flow_outcomes_total{bank="ESSESESS",outcome="linked"}"#;
    prometheus
        .comes_to("/targets/metadata?metric=ais_relay_flow_outcomes_total", |data| {
            data[0]["type"] == "counter"
        })
        .await;
    let found = prometheus.query(linked).await;
    assert_eq!(found[0]["value"][1], "1", "{found:?}");
    assert_eq!(found[0]["metric"]["job"], "ais-relay");
    prometheus
        .comes_to("/rules", |data| {
            let rules = data["groups"][0]["rules"].as_array().unwrap();
            rules.len() >= 13 && rules.iter().all(|rule| rule["health"] == "ok")
        })
        .await;
    let firing = prometheus.query("ALERTS").await;
    assert!(firing.is_empty(), "{firing:?}");
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.filter_map(|panel| panel["targets"].as_array()).flatten();
    let mut asked = 0;
    for query in targets.map(|target| target["expr"].as_str().unwrap()) {
        let query = query.replace("$job", "ais-relay").replace("$instance", ".+");
        prometheus.query(&query.replace("$__rate_interval", "1m")).await;
        asked += 1;
    }
    assert!(asked >= 20);
}

const SOON: Duration = Duration::from_mins(1);
