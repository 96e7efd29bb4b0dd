//! `ais-relay`: reads the configuration, prints it without the secret, serves, and drains on the
//! way out. It exits with 64 if the configuration is bad, with 1 if it cannot serve. `ais-relay store copy` moves a store.

use std::ffi::OsString;
use std::fs;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use relay::backend::keys::Keys;
use relay::check::{Finding, Level, check};
use relay::config::{self, Config, Vars};
use relay::host::{EventKind, HostEvent};
use relay::phase::Phases;
use relay::reload::Watch;
use relay::serve::admin::Admin;
use relay::serve::backend::Backend;
use relay::store::{self, Copied};
use relay::webhook::{Attempt, Webhooks};
use relay::{
    Clock as _, Embedded, Relay, Secret, SystemClock, SystemRandom, admin, backend, log, serve,
    trace,
};
use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

/// A call allocates some hundred times, often on one thread and frees on another, which glibc's allocator is slow at.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Forwards the widget's calls to the Open Payments platform, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "ais-relay", version = version(), after_long_help = config::help())]
struct Arguments {
    /// A TOML file with the configuration, for what the environment leaves out.
    #[arg(long, value_name = "FILE", env = "AIS_RELAY_CONFIG")]
    config: Option<PathBuf>,
    /// What to do; serve where it is left out.
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until it is stopped.
    Serve,
    /// Keys of the back-end port.
    Key {
        /// What to do with them.
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Checks configuration, files, certificate and store, and starts nothing. One line for each finding; it exits with 64
    /// for a bad configuration, and with 1 for another fault.
    Check {
        /// Ask the platform for a token too.
        #[arg(long)]
        online: bool,
        /// Write one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Events: what to do with them.
    #[command(subcommand)]
    Events(EventsCommand),
    /// A store: what to do with it.
    #[command(subcommand)]
    Store(StoreCommand),
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Makes a key. Standard output has its line for `AIS_RELAY_BACKEND_KEYS_FILE`; the key itself, which is shown only
    /// once, goes to standard error.
    New {
        /// A name for the log, of letters, digits, dots, lines and underlines.
        name: String,
    },
}

#[derive(Debug, Subcommand)]
enum EventsCommand {
    /// Posts a test event to `AIS_RELAY_WEBHOOK_URL`, once, and says what came of it.
    SendTest,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    /// Copy a store to another database: from SQLite to PostgreSQL, or back.
    ///
    /// No relay may use either meanwhile. It can be stopped and done again. At the end both have the same number of rows
    /// in each table. The addresses are as in `AIS_RELAY_STORE`; @ and a path stands for a file that holds one, so that
    /// no one on the machine sees a password.
    Copy {
        /// The address of the store that there is.
        from: String,
        /// The address of the new one.
        to: String,
    },
}

/// The version, which bundle is in this program, and the system that it is for.
fn version() -> &'static str {
    let bundle = match Embedded::OWN {
        none if none.is_empty() => "none (AIS_RELAY_BUNDLE names a folder)".to_owned(),
        some => some.hash(),
    };
    let (version, target) = (env!("CARGO_PKG_VERSION"), env!("AIS_RELAY_TARGET"));
    // clap takes a text that lasts; there is one in the life of the process.
    format!("{version}\nbundle: {bundle}\ntarget: {target}").leak()
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match &arguments.command {
        None | Some(Command::Serve) => serve_as(&arguments),
        Some(Command::Check { online, json }) => check_as(&arguments, *online, *json),
        Some(Command::Events(EventsCommand::SendTest)) => match send_test(&arguments) {
            Ok(text) => {
                println!("{text}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("ais-relay cannot send the test event: {error}");
                ExitCode::FAILURE
            }
        },
        Some(Command::Key { command: KeyCommand::New { name } }) => new_key(name),
        Some(Command::Store(StoreCommand::Copy { from, to })) => match copy(from, to) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("ais-relay cannot copy the store: {error}");
                ExitCode::FAILURE
            }
        },
    }
}

/// Copies a store, and prints what is done.
#[tokio::main]
async fn copy(from: &str, to: &str) -> Result<(), String> {
    let (from, to) = (address(from)?, address(to)?);
    let copying = store::copy(from.expose(), to.expose(), |Copied { table, rows }| {
        println!("{table}: {rows} rows in both");
    });
    copying.await.map_err(|error| error.to_string())
}

/// The address that an argument gives, or the file that it names.
fn address(text: &str) -> Result<Secret, String> {
    match text.strip_prefix('@') {
        Some(path) => Secret::read(Path::new(path)),
        None => Secret::new(text),
    }
    .map_err(|error| format!("an address is expected; {error}"))
}

fn serve_as(arguments: &Arguments) -> ExitCode {
    let mut config = match configuration(arguments) {
        Ok(config) => config,
        Err(faults) => {
            eprintln!("ais-relay cannot start:\n{faults}");
            return ExitCode::from(BAD_CONFIGURATION);
        }
    };
    let level = log::init(config.log);
    config.limits = relay::fit(config.limits);
    log::configuration(&config);
    log::certificate(&config.platform.tls, SystemClock.now());
    for name in config::unknown(&variables(std::env::vars_os())) {
        tracing::warn!(name, "there is no such variable");
    }
    let traces = match trace::start(|name| std::env::var(name).ok()) {
        Ok(traces) => traces,
        Err(error) => {
            tracing::error!(error, "traces cannot be exported: see the OTEL_ variables");
            return ExitCode::from(BAD_CONFIGURATION);
        }
    };
    let served = run(config, arguments.config.clone(), level);
    if let Some(traces) = traces {
        traces.end();
    }
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error, "the relay cannot serve");
            ExitCode::FAILURE
        }
    }
}

/// Checks, and prints what was found.
#[tokio::main]
async fn check_as(arguments: &Arguments, online: bool, json: bool) -> ExitCode {
    let (findings, code) = match configuration(arguments) {
        Ok(config) => (check(&config, SystemClock.now(), online).await, 1),
        Err(faults) => {
            let faults =
                faults.lines().map(|fault| Finding::new("configuration", Level::Fault, fault));
            (faults.collect(), BAD_CONFIGURATION)
        }
    };
    let is_well = findings.iter().all(|finding| finding.level < Level::Fault);
    if json {
        println!("{}", serde_json::json!({ "ok": is_well, "findings": findings }));
    } else {
        for Finding { subject, level, text } in &findings {
            let level = serde_json::to_value(level).unwrap_or_default();
            println!("{}: {subject}: {text}", level.as_str().unwrap_or_default());
        }
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::from(code) }
}

/// Posts a test event; what came of it.
#[tokio::main]
async fn send_test(arguments: &Arguments) -> Result<String, String> {
    let config = configuration(arguments)?;
    let to = config.backend.webhook.ok_or("AIS_RELAY_WEBHOOK_URL is not set")?;
    let webhooks = Webhooks::new(to).map_err(|error| error.to_string())?;
    let now = SystemClock.now();
    let subject = now.as_millis().to_string();
    let event = HostEvent::new(EventKind::WebhookTest, &subject, now);
    match webhooks.send(&event, now).await {
        Attempt::Taken => Ok(format!("the host's server has taken {}", event.id)),
        Attempt::Gone => Err("the host's server answers 410: it wants no events".to_owned()),
        Attempt::Refused(Some(status), _) => Err(format!("the host's server answers {status}")),
        Attempt::Refused(None, _) => {
            Err("the host's server cannot be reached, or does not answer in time".to_owned())
        }
    }
}

fn new_key(name: &str) -> ExitCode {
    let Some((key, line)) = backend::keys::make(name, &SystemRandom) else {
        eprintln!("a key's name has 1 to 64 letters, digits, dots, lines and underlines");
        return ExitCode::from(BAD_CONFIGURATION);
    };
    println!("{line}");
    eprintln!(
        "The key, which is shown only now:\n\n  {key}\n\nAdd the line above to AIS_RELAY_BACKEND_KEYS_FILE."
    );
    ExitCode::SUCCESS
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
async fn run(config: Config, file: Option<PathBuf>, level: log::Level) -> Result<(), String> {
    let (listen, operation, drain) = (config.listen, config.operation, config.limits.drain);
    let port = match &config.backend.port {
        Some(port) => {
            let keys = Keys::open(&port.keys).map_err(|error| error.to_string())?;
            let listener = Backend::bind(&port.listen)
                .await
                .map_err(|error| format!("cannot listen on AIS_RELAY_BACKEND_LISTEN: {error}"))?;
            Some((Arc::new(keys), listener))
        }
        None => None,
    };
    let relay = Relay::open(config).await.map_err(|error| error.to_string())?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let (lead, phases) = Phases::new();
    let mut others = JoinSet::new();
    if let Some(address) = operation.admin {
        let admin = Admin::bind(address)
            .await
            .map_err(|error| format!("cannot listen on AIS_RELAY_ADMIN_LISTEN: {error}"))?;
        others.spawn(admin.serve(admin::router(relay.clone(), phases.clone()), phases.clone()));
    }
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let hangup = signal(SignalKind::hangup()).map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tracing::info!(%address, "listening");
    let webhooks = relay.config().backend.webhook.clone().map(Webhooks::new).transpose();
    let webhooks = webhooks.map_err(|error| error.to_string())?;
    if let Some(webhooks) = webhooks.clone() {
        // What is under way when the relay stops is sent again later: at least once is what is promised.
        tokio::spawn(webhooks.run(relay.links()));
    }
    let keys = port.as_ref().map(|(keys, _)| Arc::clone(keys));
    let watch = Watch::new(relay.clone(), webhooks, keys).with_level(file, level);
    tokio::spawn(watch.run(hangup));
    if let Some((keys, listener)) = port {
        tracing::info!(place = listener.place(), "listening for the host's own server");
        let router = backend::router(relay.clone(), keys);
        others.spawn(listener.serve(router, drain, phases.clone()));
    }
    report(NotifyState::Ready);
    let leading = async {
        let signal = async || {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            report(NotifyState::Stopping);
        };
        lead.follow(operation.drain_delay, signal).await;
        pending::<()>().await;
    };
    let serving = async {
        serve::serve_in(listener, relay, phases).await;
        while others.join_next().await.is_some() {}
    };
    tokio::select! {
        () = serving => {}
        () = leading => {}
    }
    tracing::info!("stopped");
    Ok(())
}

/// Tells the service manager what the relay does, where one has asked for that (`Type=notify` of systemd).
fn report(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be reached");
    }
}

/// `EX_USAGE` of sysexits.h.
const BAD_CONFIGURATION: u8 = 64;
