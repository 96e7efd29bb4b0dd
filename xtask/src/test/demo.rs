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

/// Runs `cargo xtask demo` with `flags` on free ports until it has answered; its output goes to the file `log`.
pub(super) fn answers(flags: &[&str], log: &Path) -> Result<()> {
    step(&format!("Trying the demo {}", flags.concat()), || {
        let ports = ["--port", "--sandbox-port", "--app-port"];
        let ports = ports.map(|flag| Ok((flag, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?)));
        let ports = ports.into_iter().collect::<io::Result<Vec<_>>>()?;
        let mut run = run::new(&env::current_exe()?.to_string_lossy());
        run.arg("demo").args(flags);
        // Only with TLS the app has a port.
        for (flag, listener) in ports.iter().take(2 + flags.len()) {
            run.args([flag, &*listener.local_addr()?.port().to_string()]);
        }
        let port = ports[0].1.local_addr()?.port();
        drop(ports);
        let mut demo = run::print_to(log, &mut run)?.spawn()?;
        let start = clock::now();
        let mut missing = EXPECTED.to_vec();
        // Compiling comes first where nothing has done it yet.
        while !missing.is_empty()
            && start.elapsed() < Duration::from_mins(10)
            && demo.try_wait()?.is_none()
        {
            missing.retain(|(path, expected)| {
                !get(port, path)
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

/// Paths with what their answers hold: the page, the script, and a bank that the relay has from the platform.
const EXPECTED: [(&str, &str); 3] = [
    ("/", "<ais-link"),
    ("/ais-link.js", "customElements"),
    ("/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE", "ESSESESS"),
];
