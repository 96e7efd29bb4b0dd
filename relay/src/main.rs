//! `ais-relay`: reads the configuration, prints it without the secret, serves, and drains on the
//! way out. It exits with 64 if the configuration is bad, with 1 if it cannot serve.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use relay::config::{self, Config, Vars};
use relay::{Clock as _, Relay, SystemClock, log, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Forwards the widget's calls to the Open Payments platform, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "ais-relay", version, after_long_help = config::help())]
struct Arguments {
    /// A TOML file with the configuration, for what the environment leaves out.
    #[arg(long, value_name = "FILE", env = "AIS_RELAY_CONFIG")]
    config: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut config = match configuration(&arguments) {
        Ok(config) => config,
        Err(faults) => {
            eprintln!("ais-relay cannot start:\n{faults}");
            return ExitCode::from(BAD_CONFIGURATION);
        }
    };
    log::init(config.log);
    config.limits = relay::fit(config.limits);
    log::configuration(&config);
    log::certificate(&config, SystemClock.now());
    for name in config::unknown(&variables(std::env::vars_os())) {
        tracing::warn!(name, "there is no such variable");
    }
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error, "the relay cannot serve");
            ExitCode::FAILURE
        }
    }
}

fn configuration(arguments: &Arguments) -> Result<Config, String> {
    let file = match &arguments.config {
        Some(path) => Some(fs::read_to_string(path).map_err(|error| {
            format!("AIS_RELAY_CONFIG must be the path of a TOML file; {error}")
        })?),
        None => None,
    };
    Config::read(&variables(std::env::vars_os()), file.as_deref(), SystemClock.now())
        .map_err(|error| error.to_string())
}

/// The relay's variables. A value that is not Unicode is converted, and then no variable accepts it.
fn variables(all: impl Iterator<Item = (OsString, OsString)>) -> Vars {
    let text = |text: OsString| text.to_string_lossy().into_owned();
    all.map(|(name, value)| (text(name), text(value)))
        .filter(|(name, _)| name.starts_with(config::PREFIX))
        .collect()
}

#[tokio::main]
async fn run(config: Config) -> Result<(), String> {
    let listen = config.listen;
    let relay = Relay::open(config).await.map_err(|error| error.to_string())?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tracing::info!(%address, "listening");
    let shutdown = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("stopping: no new connections, calls under way end");
    };
    serve::serve(listener, relay, shutdown).await;
    tracing::info!("stopped");
    Ok(())
}

/// `EX_USAGE` of sysexits.h.
const BAD_CONFIGURATION: u8 = 64;
