//! Runs the demo: the example `demo` of the relay's crate, which has the platform's stand-in, the
//! relay and the page in one process, and starts the site's own server where Node.js is there.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
#[cfg(unix)]
use std::os::unix::process::CommandExt;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::value_parser;

use crate::bundle;
use crate::folders::{root, scratch, target};
use crate::host;
use crate::progress;
use crate::run;
use crate::setup;
use crate::turn;

/// Build everything and serve a page to try the widget on.
///
/// The page is an invented budgeting site with <ais-link> in it, beside a phone with a simulated
/// BankID app. Where Node.js is there, the site's own server runs too: it asks for links, hears of
/// them, and reads accounts. Nothing leaves this machine. Ctrl-C stops it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The port of the page and the relay.
    #[arg(long, default_value_t = 8080, value_parser = value_parser!(u16).range(1..))]
    port: u16,
    /// The port of the platform's stand-in and, without `--tls`, of the simulated BankID app.
    #[arg(long, default_value_t = 9100, value_parser = value_parser!(u16).range(1..))]
    sandbox_port: u16,
    /// Let the platform's stand-in serve TLS and demand the relay's certificate, as in production.
    #[arg(long)]
    tls: bool,
    /// With `--tls`: the port of the simulated BankID app and the banks' pages.
    #[arg(long, default_value_t = 9101, value_parser = value_parser!(u16).range(1..))]
    #[arg(requires = "tls")]
    app_port: u16,
    /// The port of the site's own server.
    #[arg(long, default_value_t = 8090, value_parser = value_parser!(u16).range(1..))]
    host_port: u16,
}

/// `cargo xtask demo`.
pub(crate) fn demo(args: &Args) -> Result<()> {
    let mut ports = vec![("--port", args.port), ("--sandbox-port", args.sandbox_port)];
    if args.tls {
        ports.push(("--app-port", args.app_port));
    }
    let host = host_folder()?;
    if host.is_some() {
        ports.push(("--host-port", args.host_port));
    }
    // Before the minutes of building.
    check(&ports)?;
    let bundle = bundle::build()?;
    // The same packages as the tests: with others, cargo would build them once more.
    let build = ["build", "--workspace", "--example", "demo"];
    let advice = "see the compiler's messages above.";
    progress::run("Compiling the relay and the sandbox", advice, run::new("cargo").args(build))?;
    let mut demo = run::new(&target().join("debug/examples/demo").to_string_lossy());
    demo.arg("--bundle").arg(bundle).arg("--pages").arg(root().join("www"));
    for (flag, port) in ports {
        demo.arg(flag).arg(port.to_string());
    }
    if let Some(folder) = host {
        demo.arg("--host").arg(folder);
    }
    if args.tls {
        demo.arg("--tls").arg(target().join("demo-certificates"));
    }
    // It becomes the demo, so that Ctrl-C and every other signal reach it and nothing else.
    #[cfg(unix)]
    return Err(demo.exec().into());
    #[cfg(not(unix))]
    bail!("The demo runs on Linux and macOS, where signals end it.")
}

/// The folder of the site's own server, where it can run.
fn host_folder() -> Result<Option<PathBuf>> {
    if let Err(error) = setup::for_host() {
        progress::note(&format!("{error}\nThe demo goes on without the site's own server."));
        return Ok(None);
    }
    let folder = scratch("demo-host");
    let _turn = turn::take(turn::Files::DemoHost)?;
    host::prepare(&folder)?;
    Ok(Some(folder))
}

/// Fails where another program has one of the ports, or two of them are one.
fn check(ports: &[(&str, u16)]) -> Result<()> {
    let mut held = Vec::new();
    for (flag, port) in ports {
        // A browser may try either address for `localhost`; a machine may have only one.
        for address in [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()] {
            match TcpListener::bind((address, *port)) {
                Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
                    "Port {port} has another use already.\n  Next: stop the program that listens on it, \
                     or choose another port with `{flag} <port>`."
                ),
                listener => held.extend(listener),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::check;

    #[test]
    fn a_taken_port_is_named_with_the_flag_that_helps() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = check(&[("--port", port)]).unwrap_err().to_string();
        assert!(taken.contains(&port.to_string()) && taken.contains("`--port <port>`"), "{taken}");
        drop(listener);
        assert!(check(&[("--port", port)]).is_ok());
        let twice = check(&[("--port", port), ("--app-port", port)]).unwrap_err().to_string();
        assert!(twice.contains("`--app-port <port>`"), "{twice}");
    }
}
