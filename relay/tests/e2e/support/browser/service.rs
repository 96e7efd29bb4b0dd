//! The process that speaks WebDriver, on a port that it chooses. It ends with its owner.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::profile::Profile;
use crate::support::{SOON, logs};

/// A running service.
pub(super) struct Service {
    process: Child,
    port: u16,
    lines: Lines,
    // Removed after the process that writes there has ended.
    _profile: Option<Profile>,
}

/// The lines of an output so far.
type Lines = Arc<Mutex<Vec<String>>>;

impl Service {
    /// Starts `command`; `port` finds the port in a line of its output. The error says what went wrong.
    pub(super) fn start(
        mut command: Command,
        profile: Option<Profile>,
        port: fn(&str) -> Option<u16>,
    ) -> Result<Self, String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let errors = logs().join(format!("{name}.log"));
        let errors = File::options().create(true).append(true).open(errors);
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(errors.expect("the folder of logs is there"))
            .spawn()
            .unwrap_or_else(|_| panic!("{name} is installed: `cargo xtask test` does it"));
        let output = process.stdout.take().expect("the output is piped");
        let lines = Lines::default();
        let found = listen(BufReader::new(output), Arc::clone(&lines), port);
        // Owned before the wait: a service that names no port is ended, too.
        let mut service = Self { process, port: 0, lines, _profile: profile };
        service.port = found.recv_timeout(SOON).map_err(|_| format!("{name} names no port"))?;
        Ok(service)
    }

    /// The address that it listens on.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it and its browser wrote since it named its port.
    pub(super) fn lines(&self) -> Vec<String> {
        lock(&self.lines).clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keeps the lines of `output` after the one in which `port` finds the port; sends that port.
fn listen(
    output: BufReader<ChildStdout>,
    kept: Lines,
    port: fn(&str) -> Option<u16>,
) -> Receiver<u16> {
    let (send, found) = mpsc::channel();
    // A closed pipe would end the service, so this reads to its end.
    thread::spawn(move || {
        let mut lines = output.lines().map_while(Result::ok);
        if let Some(port) = lines.find_map(|line| port(&line)) {
            // The start may have given up on it.
            let _ = send.send(port);
            lines.for_each(|line| lock(&kept).push(line));
        }
    });
    found
}

fn lock(lines: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}
