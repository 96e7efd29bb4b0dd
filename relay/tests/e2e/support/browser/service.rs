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
    said: Lines,
    // Removed when nobody writes there any more.
    _profile: Option<Profile>,
}

/// The lines of an output so far.
type Lines = Arc<Mutex<Vec<String>>>;

impl Service {
    /// Starts `command`; `port` finds the port in a line of its output. The error says what it did
    /// instead.
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
        let said = Lines::default();
        let told = listen(BufReader::new(output), Arc::clone(&said), port);
        // Owned before anything is waited for: a service that tells nothing is ended, too.
        let mut service = Self { process, port: 0, said, _profile: profile };
        service.port = told.recv_timeout(SOON).map_err(|_| format!("{name} tells no port"))?;
        Ok(service)
    }

    /// Where it is spoken to.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it and its browser wrote, since it told its port.
    pub(super) fn said(&self) -> Vec<String> {
        lock(&self.said).clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keeps the lines of `output` from the one that `port` understands; that port, once it is told.
fn listen(
    output: BufReader<ChildStdout>,
    said: Lines,
    port: fn(&str) -> Option<u16>,
) -> Receiver<u16> {
    let (found, told) = mpsc::channel();
    // Whoever closes the pipe ends the service.
    thread::spawn(move || {
        let mut lines = output.lines().map_while(Result::ok);
        if let Some(port) = lines.find_map(|line| port(&line)) {
            // Nobody waits any more if it took too long.
            let _ = found.send(port);
            lines.for_each(|line| lock(&said).push(line));
        }
    });
    told
}

fn lock(lines: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}
