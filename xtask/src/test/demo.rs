//! Starts the demo as a person does, and asks it for its page and for the banks. It must not know more of
//! the demo than its options and its address.

use std::env;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::error::Error;
use crate::progress;
use crate::run::Run;
use crate::workspace::Workspace;

/// How the demo's relay speaks to the platform's stand-in.
#[derive(Clone, Copy)]
pub(super) enum Platform {
    Plain,
    Tls,
}

/// Runs `cargo xtask demo` on free ports until it has answered; its output goes to a file in `logs`.
pub(super) fn answers(platform: Platform, workspace: &Workspace, logs: &Path) -> Result<(), Error> {
    let (flags, log, label): (&[&str], _, _) = match platform {
        Platform::Plain => (&[], "demo.log", "Trying the demo"),
        Platform::Tls => (&["--tls"], "demo-tls.log", "Trying the demo with TLS"),
    };
    let log = logs.join(log);
    progress::step(label, || {
        let [port, sandbox_port, app_port] = free_ports().map_err(Error::file("open", &log))?;
        let program = env::current_exe().map_err(Error::file("find", Path::new("xtask")))?;
        let output = File::create(&log).map_err(Error::file("write", &log))?;
        let both = output.try_clone().map_err(Error::file("write", &log))?;
        let mut run = Run::new(&program).arg("demo").args(flags).dir(workspace.root());
        run = run.args(["--port", &port.to_string(), "--sandbox-port", &sandbox_port.to_string()]);
        if let Platform::Tls = platform {
            run = run.args(["--app-port", &app_port.to_string()]);
        }
        let started = run.into_command().stdout(output).stderr(both).spawn();
        let started = started.map_err(Error::file("start", &program))?;
        let mut demo = Demo(started);
        wait_for(port, &mut demo, &log)
    })
}

/// A demo that ends with the test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until the page and the banks come.
fn wait_for(port: u16, demo: &mut Demo, log: &Path) -> Result<(), Error> {
    let watch = Stopwatch::start();
    loop {
        let ended = demo.0.try_wait().is_ok_and(|status| status.is_some());
        let missing = EXPECTED.iter().find(|(path, expected)| {
            !get(port, path)
                .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") && answer.contains(expected))
        });
        let Some((path, expected)) = missing else { return Ok(()) };
        if ended || watch.elapsed() > PATIENCE {
            return Err(Error::Value {
                what: format!(
                    "The demo does not answer {path} as it should; its output: {}",
                    log.display()
                ),
                expected: format!("200 and {expected:?}"),
            });
        }
        thread::sleep(PAUSE);
    }
}

/// The whole answer, asked for as the page does.
fn get(port: u16, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(ANSWER))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nX-AIS-Link: 1\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Ports that are free now.
fn free_ports() -> io::Result<[u16; 3]> {
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listeners = [listen()?, listen()?, listen()?];
    let mut ports = [0; 3];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

/// Paths with what their answers hold: the page, the script, and a bank that the relay has from the platform.
const EXPECTED: [(&str, &str); 3] = [
    ("/", "<ais-link"),
    ("/ais-link.js", "customElements"),
    ("/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE", "ESSESESS"),
];
/// Compiling comes first where nothing has done it yet.
const PATIENCE: Duration = Duration::from_mins(10);
const PAUSE: Duration = Duration::from_millis(100);
const ANSWER: Duration = Duration::from_secs(20);
