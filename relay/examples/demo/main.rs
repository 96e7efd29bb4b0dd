//! The demo: the platform's stand-in, the relay and the page to try the widget on, in one process.
//! `cargo xtask demo` builds what it serves and runs it.
//!
//! It must not be used for anything real: the secret is known to all, the banks are invented.

mod host;

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
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
use sandbox::{Certificates, Client, Sandbox, Settings, Tls};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use self::host::{Host, Running};

/// Serves the widget's demo page, with all that stands behind it.
#[derive(Debug, Parser)]
struct Arguments {
    /// The port of the page and the relay.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of the platform's stand-in and, without TLS, of all that persons use there.
    #[arg(long, default_value_t = 9100)]
    sandbox_port: u16,
    /// Let the platform's stand-in serve TLS and demand the relay's certificate; both sides'
    /// certificates are made in this folder, and kept there.
    #[arg(long, value_name = "DIR")]
    tls: Option<PathBuf>,
    /// With `--tls`: the port of what persons use, without TLS.
    #[arg(long, default_value_t = 9101, requires = "tls")]
    app_port: u16,
    /// Where the relay keeps whose consents are: `sqlite://` and a path, or memory.
    #[arg(long, default_value = "sqlite::memory:")]
    store: String,
    /// The folder of the widget's bundle.
    #[arg(long)]
    bundle: PathBuf,
    /// The folder of the demo page.
    #[arg(long)]
    pages: PathBuf,
    /// The folder of the site's own server, which runs in Node.js; without it the demo has none.
    #[arg(long)]
    host: Option<PathBuf>,
    /// With `--host`: its port.
    #[arg(long, default_value_t = 8090, requires = "host")]
    host_port: u16,
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
        pages_url: arguments
            .tls
            .as_ref()
            .map(|_| format!("http://localhost:{}", arguments.app_port)),
        ..Settings::default()
    })?;
    // First: the relay reads what this makes.
    let site = Site::prepare(arguments, &sandbox).await?;
    let host = arguments.host.as_deref();
    let host = host.map(|folder| Host::prepare(folder, arguments.host_port, arguments.port));
    let host = host.transpose()?;
    let config = Config::read(&variables(arguments, host.as_ref()), None, SystemClock.now())?;
    log::init(config.log);
    log::certificate(&config.platform.tls, SystemClock.now());
    let relay = Relay::open(config).await?;
    let pages = with_settings(relay::router(relay.clone()), arguments.app_port(), host.as_ref());
    let server = match &host {
        Some(host) => Some(host.start(&relay).await?),
        None => None,
    };
    tokio::spawn(async move { relay.tend().await });

    let (stop, stopped) = watch::channel(());
    let stop_on_signal = stop_on_signal(stop)?;
    println!("{}", welcome(arguments, host.as_ref().zip(server.as_ref())));
    let relay_stops = until(stopped.clone());
    let ((), served, ()) = tokio::join!(
        site.serve(sandbox, sandbox_listener, &stopped),
        axum::serve(relay_listener, pages).with_graceful_shutdown(relay_stops).into_future(),
        stop_on_signal,
    );
    drop(server);
    println!("Stopped.");
    Ok(served?)
}

/// How the platform's stand-in is served.
enum Site {
    /// All of it without TLS.
    Plain,
    /// The platform over TLS, and what persons use on a second listener without it.
    Secured(Tls, TcpListener),
}

impl Site {
    async fn prepare(arguments: &Arguments, sandbox: &Sandbox) -> Result<Self, Box<dyn Error>> {
        let Some(folder) = &arguments.tls else { return Ok(Self::Plain) };
        let app_listener = listener(arguments.app_port, "--app-port").await?;
        let tls = Certificates::in_folder(folder, sandbox.now())?.tls()?;
        Ok(Self::Secured(tls, app_listener))
    }

    async fn serve(self, sandbox: Sandbox, listener: TcpListener, stopped: &watch::Receiver<()>) {
        let stopped = || until(stopped.clone());
        match self {
            Self::Plain => sandbox::serve(sandbox, listener, stopped()).await,
            Self::Secured(tls, app_listener) => {
                tokio::join!(
                    sandbox::serve_tls(sandbox.clone(), listener, tls, stopped()),
                    sandbox::serve_app(sandbox, app_listener, stopped()),
                );
            }
        }
    }
}

impl Arguments {
    /// The port of the simulated BankID app.
    fn app_port(&self) -> u16 {
        if self.tls.is_some() { self.app_port } else { self.sandbox_port }
    }
}

/// Listens on this machine's own address only; `flag` is what chooses another port.
async fn listener(port: u16, flag: &str) -> Result<TcpListener, String> {
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| {
        format!("port {port} cannot be used ({error}); choose another with `{flag} <port>`")
    })
}

fn variables(arguments: &Arguments, host: Option<&Host>) -> Vars {
    let scheme = if arguments.tls.is_some() { "https" } else { "http" };
    let platform = format!("{scheme}://127.0.0.1:{}", arguments.sandbox_port);
    let text = |path: &Path| path.display().to_string();
    let files = |folder: &PathBuf| {
        FILES.map(|(variable, name)| (variable, text(&folder.join(name)))).to_vec()
    };
    [
        ("AIS_RELAY_LISTEN", format!("127.0.0.1:{}", arguments.port)),
        ("AIS_RELAY_AUTH_URL", platform.clone()),
        ("AIS_RELAY_API_URL", platform),
        ("AIS_RELAY_CLIENT_ID", CLIENT_ID.to_owned()),
        ("AIS_RELAY_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("AIS_RELAY_CONTEXT", "private,corporate".to_owned()),
        ("AIS_RELAY_REDIRECT_URI", format!("http://localhost:{}/redirect", arguments.port)),
        ("AIS_RELAY_STORE", arguments.store.clone()),
        ("AIS_RELAY_BUNDLE", text(&arguments.bundle)),
        ("AIS_RELAY_PAGES", text(&arguments.pages)),
    ]
    .into_iter()
    .chain(arguments.tls.as_ref().map(files).unwrap_or_default())
    .chain(host.into_iter().flat_map(Host::variables))
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The relay, and beside it what the page cannot know: where the simulated BankID app is, and the site's own server.
fn with_settings(
    relay: Router,
    app_port: u16,
    host: Option<&Host>,
) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    let bankid = format!("http://localhost:{app_port}/bankid");
    let host = host.map(Host::origin);
    let settings = serde_json::json!({ "bankid": bankid, "host": host }).to_string();
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

fn welcome(arguments: &Arguments, host: Option<(&Host, &Running)>) -> String {
    let (port, app_port) = (arguments.port, arguments.app_port());
    let host = host.map(|(host, server)| {
        let (pages, backend, key) = (host.origin(), &server.backend, server.key.display());
        format!(
            "
    The site's own server, which hears of your links and reads: {pages}
    Its port at the relay: http://{backend}, with the key in {key}"
        )
    });
    let host = host.unwrap_or_default();
    let tls = if arguments.tls.is_some() { TLS_NOTE } else { "" };
    format!(
        "
  ================================================================

    AIS Link is ready. Open this page:

        http://localhost:{port}/

  ================================================================

    1. Choose a bank, SEB for example, and say that you are ready.
    2. In the phone beside the widget, read the code, then sign.
    3. The accounts appear. All persons and banks are invented.

    The simulated BankID app alone: http://localhost:{app_port}/bankid{tls}{host}
    Ctrl-C stops everything. Below: one line for each call.
"
    )
}

/// What the relay is given of the folder of certificates.
const FILES: [(&str, &str); 3] = [
    ("AIS_RELAY_CA_FILE", "ca.pem"),
    ("AIS_RELAY_CERTIFICATE_FILE", "client.pem"),
    ("AIS_RELAY_CERTIFICATE_KEY_FILE", "client.key"),
];
const TLS_NOTE: &str =
    "\n    The relay shows the platform's stand-in a client certificate, as in production.";
const CLIENT_ID: &str = "sandbox-client";
const CLIENT_SECRET: &str = "sandbox-secret";
