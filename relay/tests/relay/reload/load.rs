//! A relay as a process, and browsers that make consents with it all the time: calls that are never sent twice.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use relay::config::Vars;
use time::{Duration as Days, UtcDateTime};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::support::CONSENTS;

/// A relay. It ends when this is dropped.
pub(super) struct Process {
    child: Child,
    log: Arc<Mutex<String>>,
    pub url: String,
}

impl Process {
    pub(super) async fn start(vars: &Vars) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ais-relay"));
        command.env_clear().envs(vars).env("AIS_RELAY_LOG", "json").kill_on_drop(true);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                *kept.lock().unwrap() += &[&line, "\n"].concat();
            }
        });
        let mut process = Self { child, log, url: String::new() };
        process.says("\"listening\"", 1).await;
        let log = process.log();
        let line = log.lines().find(|line| line.contains("\"listening\"")).unwrap();
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        process.url = format!("http://{}", event["address"].as_str().unwrap());
        process
    }

    pub(super) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// How often the log has these words.
    pub(super) fn count(&self, words: &str) -> usize {
        self.log().matches(words).count()
    }

    /// Waits until the log has these words so often.
    pub(super) async fn says(&self, words: &str, times: usize) {
        let waiting = async {
            while self.count(words) < times {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let said = timeout(PATIENCE, waiting).await;
        assert!(said.is_ok(), "no {words:?} in {}", self.log());
    }

    /// Tells it to read its files.
    pub(super) async fn hang_up(&self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().await.unwrap().success());
    }
}

/// Browsers that make one consent after the other.
pub(super) struct Load {
    stop: Arc<AtomicBool>,
    browsers: JoinSet<Vec<u16>>,
}

impl Load {
    pub(super) fn start(url: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = (UtcDateTime::now() + Days::days(30)).date();
        let body = format!(
            r#"{{"access":{{}},"recurringIndicator":false,"validUntil":"{until}","frequencyPerDay":1,
                "combinedServiceIndicator":false}}"#
        );
        let mut browsers = JoinSet::new();
        for _ in 0..BROWSERS {
            let (url, body, stop) = ([url, CONSENTS].concat(), body.clone(), Arc::clone(&stop));
            let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
            browsers.spawn(async move {
                let mut statuses = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let call = client.post(&url).header("x-ais-link", "1");
                    let call = call.header("x-bicfi", "ESSESESS").body(body.clone());
                    let call = call.header("content-type", "application/json");
                    statuses.push(call.send().await.map_or(0, |answer| answer.status().as_u16()));
                    sleep(Duration::from_millis(10)).await;
                }
                statuses
            });
        }
        Self { stop, browsers }
    }

    /// Ends it; the statuses of all calls.
    pub(super) async fn stop(self) -> Vec<u16> {
        self.stop.store(true, Ordering::Relaxed);
        self.browsers.join_all().await.concat()
    }
}

/// Puts the files of a version into `folder` as Kubernetes' kubelet does: `..data` links to the folder of the version, and is
/// exchanged in one step; the old version then goes.
pub(super) fn project(folder: &Path, version: u32, files: &[(&str, &str)]) {
    let own = folder.join(format!("..{version}"));
    fs::create_dir(&own).unwrap();
    for (name, content) in files {
        fs::write(own.join(name), content).unwrap();
        let link = folder.join(name);
        if fs::symlink_metadata(&link).is_err() {
            symlink(Path::new("..data").join(name), link).unwrap();
        }
    }
    let (new, data) = (folder.join("..data_tmp"), folder.join("..data"));
    let old = fs::read_link(&data).ok();
    symlink(own.file_name().unwrap(), &new).unwrap();
    fs::rename(new, &data).unwrap();
    if let Some(old) = old {
        fs::remove_dir_all(folder.join(old)).unwrap();
    }
}

/// Puts a file in the place of another one in one step.
pub(super) fn replace(folder: &Path, name: &str, content: &str) {
    let new = folder.join("new");
    fs::write(&new, content).unwrap();
    fs::rename(new, folder.join(name)).unwrap();
}

const BROWSERS: usize = 4;
const PATIENCE: Duration = Duration::from_mins(1);
