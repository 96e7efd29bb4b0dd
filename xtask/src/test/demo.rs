//! Starts the demo as a person does, and asks it for its page and for the banks. It must not know more of
//! the demo than its options and its address.

use std::env;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::clock;
use crate::progress::step;
use crate::run;

/// Runs `cargo xtask demo`, with TLS or without, until it has answered; its output goes to the file `log`.
pub(super) fn answers(tls: &[&str], log: &Path) -> Result<()> {
    let label = if tls.is_empty() { "Trying the demo" } else { "Trying the demo with TLS" };
    step(label, || {
        let free = |_| Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port());
        let ports: Vec<u16> = (0..4).map(free).collect::<Result<_>>()?;
        let [port, sandbox, app, host] = [0, 1, 2, 3].map(|at| ports[at].to_string());
        let mut run = run::new(&env::current_exe()?.to_string_lossy());
        run.args(["demo", "--port", &port, "--sandbox-port", &sandbox, "--host-port", &host]);
        run.args(tls);
        if !tls.is_empty() {
            run.args(["--app-port", &app]);
        }
        let mut demo = run::print_to(log, &mut run)?.spawn()?;
        let start = clock::now();
        let mut missing = EXPECTED.to_vec();
        // Compiling comes first where nothing has done it yet.
        while !missing.is_empty()
            && start.elapsed() < Duration::from_mins(10)
            && demo.try_wait()?.is_none()
        {
            missing.retain(|(at, path, expected)| {
                !get(ports[*at], path)
                    .is_ok_and(|it| it.starts_with("HTTP/1.1 200") && it.contains(expected))
            });
            thread::sleep(Duration::from_millis(100));
        }
        // It may have ended by itself.
        let _ = demo.kill();
        demo.wait()?;
        let place = log.display();
        ensure!(
            missing.is_empty(),
            "The demo does not answer with {missing:?}; its output: {place}"
        );
        Ok(())
    })
}

/// The whole answer, asked for as the page does.
fn get(port: u16, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nX-AIS-Link: 1");
    write!(stream, "{head}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The place of a port with a path and what the answer holds: the page, the script, a bank that the relay has from the
/// platform, and the site's own server, which the page knows of.
const EXPECTED: [(usize, &str, &str); 5] = [
    (0, "/", "<ais-link"),
    (0, "/ais-link.js", "customElements"),
    (0, "/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE", "ESSESESS"),
    (0, "/demo/settings.json", "\"host\":\"http://localhost:"),
    (3, "/", "Who are you today?"),
];
