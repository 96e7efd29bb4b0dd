//! The demo: the platform's stand-in, the relay and the page to try the widget on, in one process.
//! `cargo xtask demo` builds what it serves and runs it.
//!
//! It must not be used for anything real: the secret is known to all, the banks are invented.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::extract::{ConnectInfo, Request};
use axum::http::header;
use axum::middleware::map_request;
use axum::routing::get;
use clap::Parser;
use relay::config::{Config, Vars};
use relay::{Clock as _, Peer, Relay, SystemClock, log};
use sandbox::{Client, Sandbox, Settings};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Serves the widget's demo page, with all that stands behind it.
#[derive(Debug, Parser)]
struct Arguments {
    /// The port of the page and the relay.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of the platform's stand-in and the simulated BankID app.
    #[arg(long, default_value_t = 9100)]
    sandbox_port: u16,
    /// Where the relay keeps whose consents are: `sqlite://` and a path, or memory.
    #[arg(long, default_value = "sqlite::memory:")]
    store: String,
    /// The folder of the widget's bundle.
    #[arg(long)]
    bundle: PathBuf,
    /// The folder of the demo page.
    #[arg(long)]
    pages: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match demo(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The demo cannot run: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn demo(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let sandbox_listener = listener(arguments.sandbox_port, "--sandbox-port").await?;
    let relay_listener = listener(arguments.port, "--port").await?;
    let sandbox = Sandbox::new(Settings {
        clients: vec![Client::new(CLIENT_ID, CLIENT_SECRET)],
        ..Settings::default()
    })?;
    let config = Config::read(&variables(arguments), None, SystemClock.now())?;
    log::init(config.log);
    let relay = Relay::open(config).await?;
    let pages = with_settings(relay::router(relay.clone()), arguments.sandbox_port);
    tokio::spawn(async move { relay.tend().await });

    let (stop, stopped) = watch::channel(());
    let stop_on_signal = stop_on_signal(stop)?;
    println!("{}", welcome(arguments));
    let relay_stops = until(stopped.clone());
    let ((), served, ()) = tokio::join!(
        sandbox::serve(sandbox, sandbox_listener, until(stopped)),
        axum::serve(relay_listener, pages).with_graceful_shutdown(relay_stops).into_future(),
        stop_on_signal,
    );
    println!("Stopped.");
    Ok(served?)
}

/// Listens on this machine's own address only; `flag` is what chooses another port.
async fn listener(port: u16, flag: &str) -> Result<TcpListener, String> {
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        format!("port {port} cannot be used ({error}); choose another with `{flag} <port>`")
    })
}

fn variables(arguments: &Arguments) -> Vars {
    let platform = format!("http://127.0.0.1:{}", arguments.sandbox_port);
    let folder = |path: &PathBuf| path.display().to_string();
    [
        ("AIS_RELAY_LISTEN", format!("127.0.0.1:{}", arguments.port)),
        ("AIS_RELAY_AUTH_URL", platform.clone()),
        ("AIS_RELAY_API_URL", platform),
        ("AIS_RELAY_CLIENT_ID", CLIENT_ID.to_owned()),
        ("AIS_RELAY_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("AIS_RELAY_REDIRECT_URI", format!("http://localhost:{}/redirect", arguments.port)),
        ("AIS_RELAY_STORE", arguments.store.clone()),
        ("AIS_RELAY_BUNDLE", folder(&arguments.bundle)),
        ("AIS_RELAY_PAGES", folder(&arguments.pages)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The relay, and beside it what tells the page where the simulated BankID app is: the one thing
/// that the page cannot know.
fn with_settings(
    relay: Router,
    sandbox_port: u16,
) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    let settings = format!(r#"{{"bankid":"http://localhost:{sandbox_port}/bankid"}}"#);
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let answer = move || async move { (headers, settings) };
    Router::new()
        .route("/demo/settings.json", get(answer))
        .fallback_service(relay.layer(map_request(with_peer)))
        .into_make_service_with_connect_info()
}

/// Adds what the relay's own server would add.
async fn with_peer(ConnectInfo(peer): ConnectInfo<SocketAddr>, mut request: Request) -> Request {
    request.extensions_mut().insert(Peer(peer));
    request
}

/// Waits for Ctrl-C, or for the end that a supervisor asks for, and drops `stop`.
fn stop_on_signal(stop: watch::Sender<()>) -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        println!("\nStopping: calls under way end.");
        drop(stop);
    })
}

/// Is done when the sender is dropped.
async fn until(mut stopped: watch::Receiver<()>) {
    while stopped.changed().await.is_ok() {}
}

fn welcome(arguments: &Arguments) -> String {
    let Arguments { port, sandbox_port, .. } = arguments;
    format!(
        "
  ================================================================

    AIS Link is ready. Open this page:

        http://localhost:{port}/

  ================================================================

    1. Choose a bank, SEB for example, and say that you are ready.
    2. In the phone beside the widget, read the code, then sign.
    3. The accounts appear. All persons and banks are invented.

    The simulated BankID app alone: http://localhost:{sandbox_port}/bankid
    Ctrl-C stops everything. Below: one line for each call.
"
    )
}

const CLIENT_ID: &str = "sandbox-client";
const CLIENT_SECRET: &str = "sandbox-secret";
