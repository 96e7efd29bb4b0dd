//! Runs the demo: the example `demo` of the relay's crate, which has the platform's stand-in, the
//! relay and the page in one process.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::value_parser;

use crate::bundle;
use crate::error::Error;
use crate::progress::Progress;
use crate::run::Run;
use crate::setup;
use crate::workspace::Workspace;

/// Build everything and serve a page to try the widget on.
///
/// The page is an invented budgeting site with <ais-link> in it, beside a phone with a simulated
/// BankID app. Nothing leaves this machine. Ctrl-C stops it.
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
}

/// `cargo xtask demo`.
pub(crate) fn demo(
    args: &Args,
    workspace: &Workspace,
    progress: &Progress,
) -> Result<ExitCode, Error> {
    // Before the minutes of building.
    check_ports(args)?;
    let bundle = bundle::build(workspace, progress)?;
    // The same packages as the tests: with others, cargo would build them once more.
    let build = setup::cargo(workspace).args(["build", "--workspace", "--example", "demo"]);
    progress.run(
        "Compiling the relay and the sandbox",
        "see the compiler's messages above.",
        build,
    )?;
    let program = workspace.target().join("debug/examples").join("demo");
    hand_over(demo_command(&program, args, &bundle, workspace))
}

/// Fails where two of the ports are one, or another program has one of them.
fn check_ports(args: &Args) -> Result<(), Error> {
    let mut ports = vec![(args.port, "--port"), (args.sandbox_port, "--sandbox-port")];
    if args.tls {
        ports.push((args.app_port, "--app-port"));
    }
    for (number, (port, flag)) in ports.iter().enumerate() {
        if let Some((_, other)) = ports[..number].iter().find(|(other, _)| other == port) {
            return Err(Error::Value {
                what: format!("{other} and {flag} are both {port}."),
                expected: "different ports".to_owned(),
            });
        }
        check_free(*port, flag)?;
    }
    Ok(())
}

fn demo_command(program: &Path, args: &Args, bundle: &Path, workspace: &Workspace) -> Command {
    let run = Run::new(program)
        .dir(workspace.root())
        .args(["--port", &args.port.to_string()])
        .args(["--sandbox-port", &args.sandbox_port.to_string()])
        .arg("--bundle")
        .arg(bundle)
        .arg("--pages")
        .arg(workspace.root().join("www"));
    let run = if args.tls {
        let folder = workspace.target().join("demo-certificates");
        run.arg("--tls").arg(folder).args(["--app-port", &args.app_port.to_string()])
    } else {
        run
    };
    run.into_command()
}

/// Fails when another program listens on `port`; `flag` chooses another port.
fn check_free(port: u16, flag: &str) -> Result<(), Error> {
    // A browser may try either address for `localhost`.
    let four = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop);
    let six = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).map(drop);
    let taken = |result: &Result<(), std::io::Error>| {
        result.as_ref().is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
    };
    if !taken(&four) && !taken(&six) {
        return Ok(());
    }
    Err(Error::Value {
        what: format!("Another program listens on port {port} already."),
        expected: format!("a free port: stop that program, or choose one with `{flag} <port>`"),
    })
}

/// Becomes the demo, so that Ctrl-C and every other signal reach it and nothing else.
#[cfg(unix)]
fn hand_over(mut command: Command) -> Result<ExitCode, Error> {
    use std::os::unix::process::CommandExt;

    let program = command.get_program().to_string_lossy().into_owned();
    Err(Error::Start { program, source: command.exec() })
}

/// Runs the demo to its end.
#[cfg(not(unix))]
fn hand_over(mut command: Command) -> Result<ExitCode, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|source| Error::Start { program, source })?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::{Args, check_free, check_ports};

    #[test]
    fn one_port_cannot_serve_twice() {
        let check = |port, sandbox_port, app_port, tls| {
            check_ports(&Args { port, sandbox_port, tls, app_port })
                .map_err(|error| error.to_string())
        };
        let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let (first, second) = (free().port(), free().port());
        let error = check(first, first, second, false).unwrap_err();
        assert!(error.contains("--port and --sandbox-port are both"), "{error}");
        let error = check(first, second, second, true).unwrap_err();
        assert!(error.contains("--sandbox-port and --app-port are both"), "{error}");
        assert!(check(first, second, second, false).is_ok(), "there is no app's port without TLS");
    }

    #[test]
    fn a_taken_port_is_named_with_the_flag_that_helps() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = check_free(port, "--port").unwrap_err().to_string();
        assert!(error.contains(&port.to_string()) && error.contains("`--port <port>`"), "{error}");
        drop(listener);
        assert!(check_free(port, "--port").is_ok());
    }
}
