//! The relay as a process, the sandbox behind it, and the folder of logs that is searched at the end.
//!
//! Between the two there is TLS with a client certificate, as in production. Browsers have none: what
//! they see of the sandbox is on a port of its own.

use std::collections::BTreeSet;
use std::env;
use std::fs::{File, OpenOptions, remove_dir_all};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use sandbox::{Certificates, Fault, FaultRule, PendingOrder, Sandbox, Settings, SignOutcome};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::SOON;

/// A platform and a relay that runs. Both stop when it is dropped.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) relay: SocketAddr,
    process: Mutex<Process>,
    log: PathBuf,
    _stop: watch::Sender<()>,
    _files: Folder,
}

/// What a test may set of its world.
pub(crate) struct Setting<'a> {
    /// The folder of the pages that the relay serves.
    pub(crate) pages: PathBuf,
    /// How many times slower than ours the banks' clocks run.
    pub(crate) slowness: NonZeroU32,
    /// Variables of the relay beside those that all have.
    pub(crate) variables: &'a [(&'a str, &'a str)],
}

/// The relay as a process, and how it is started again.
struct Process {
    command: Command,
    child: Child,
}

/// A folder for what the relay reads and keeps. It is removed when it is dropped.
struct Folder(PathBuf);

impl Default for Setting<'_> {
    /// The demo page at an unhurried pace: a busy machine is too slow for the half minute that some banks wait.
    fn default() -> Self {
        let slowness = NonZeroU32::new(4).expect("four is not zero");
        Self { pages: required("AIS_LINK_PAGES").into(), slowness, variables: &[] }
    }
}

impl World {
    /// A world as `setting` says, whose logs are called `name`.
    pub(super) async fn start(name: &str, setting: Setting<'_>) -> Self {
        log_sandboxes();
        let Setting { pages, slowness, variables } = setting;
        let files = Folder::new();
        let (stop, stopped) = watch::channel(());
        let (sandbox, platform, pages_host) = serve(name, &files.0, slowness, &stopped).await;
        let relay = free_address();
        let redirect_uri = format!("http://localhost:{}/redirect", relay.port());
        assert!(sandbox.add_redirect_uri("sandbox-client", &redirect_uri));
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("AIS_RELAY_LISTEN", relay.to_string())
            .env("AIS_RELAY_ADMIN_LISTEN", "off")
            .env("AIS_RELAY_DRAIN_DELAY", "0")
            .env("AIS_RELAY_AUTH_URL", &platform)
            .env("AIS_RELAY_API_URL", &platform)
            .env("AIS_RELAY_CLIENT_ID", "sandbox-client")
            .env("AIS_RELAY_CLIENT_SECRET", "sandbox-secret")
            .env("AIS_RELAY_CERTIFICATE_FILE", files.0.join("client.pem"))
            .env("AIS_RELAY_CERTIFICATE_KEY_FILE", files.0.join("client.key"))
            .env("AIS_RELAY_CA_FILE", files.0.join("ca.pem"))
            .env("AIS_RELAY_REDIRECT_URI", redirect_uri)
            .env("AIS_RELAY_REDIRECT_HOSTS", pages_host)
            .env("AIS_RELAY_STORE", format!("sqlite://{}", files.0.join("relay.sqlite").display()))
            .env("AIS_RELAY_BUNDLE", required("AIS_LINK_BUNDLE"))
            .env("AIS_RELAY_PAGES", pages)
            .env("AIS_RELAY_LOG", "json")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the relay starts");
        let log = logs().join(format!("{name}-relay.log"));
        assert_eq!(listening(&mut child, &log), relay);
        let process = Mutex::new(Process { command, child });
        Self { sandbox, relay, process, log, _stop: stop, _files: files }
    }

    /// Kills the relay, and starts it again on the same address and store.
    pub(crate) fn restart_relay(&self) {
        self.kill_relay();
        self.start_relay();
    }

    /// Kills the relay.
    pub(crate) fn kill_relay(&self) {
        let mut process = self.process();
        process.child.kill().expect("the relay runs");
        process.child.wait().expect("the relay has ended");
    }

    /// Starts the relay that was killed again.
    pub(crate) fn start_relay(&self) {
        let mut process = self.process();
        process.child = process.command.spawn().expect("the relay starts again");
        assert_eq!(listening(&mut process.child, &self.log), self.relay);
    }

    fn process(&self) -> MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of `page` at the relay. `localhost` is what a person types.
    pub(crate) fn url(&self, page: &str) -> String {
        format!("http://localhost:{}{page}", self.relay.port())
    }

    /// What the relay has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the relay has a log")
    }

    /// Waits until the relay has logged `text`: its lines come by a pipe, and the answer may be here first.
    pub(crate) async fn wait_for_log(&self, text: &str) {
        let written = async {
            while !self.log().contains(text) {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, written).await.unwrap_or_else(|_| panic!("the relay does not log {text}"));
    }

    /// The person points the app at a QR code with `text`.
    pub(crate) fn scan(&self, text: &str) -> PendingOrder {
        self.sandbox.scan(text).unwrap_or_else(|error| panic!("the app refuses it: {error}"))
    }

    /// The person signs `order`.
    pub(crate) fn sign(&self, order: &PendingOrder) -> SignOutcome {
        self.sandbox.sign(order.id).expect("the order waits")
    }

    /// The person declines `order`.
    pub(crate) fn decline(&self, order: &PendingOrder) {
        self.sandbox.cancel(order.id).expect("the order waits");
    }

    /// Lets the next call with `method` and a path that begins with `path` fail with `fault`.
    pub(crate) fn fail(&self, method: &str, path: &str, fault: Fault) {
        self.fail_often(1, method, path, fault);
    }

    /// Lets the next `count` calls with `method` and a path that begins with `path` fail with `fault`.
    pub(crate) fn fail_often(&self, count: u32, method: &str, path: &str, fault: Fault) {
        let (method, path) = (Some(method.to_owned()), path.to_owned());
        self.sandbox.add_fault(FaultRule { path, method, count, fault });
    }

    /// Holds back each call with `method` and a path that begins with `path` until [`World::release`]: any number of
    /// them, because the relay and the page give up on a call after some seconds and may repeat it.
    pub(crate) fn hold(&self, method: &str, path: &str) {
        self.fail_often(u32::MAX, method, path, Fault::Slow { millis: 120_000 });
    }

    /// Answers the calls that are held back, and ends all faults.
    pub(crate) fn release(&self) {
        self.sandbox.clear_faults();
    }

    /// Waits until the platform has not been called with `method` and a path that contains `path` for
    /// longer than a page waits between two questions.
    pub(crate) async fn wait_until_quiet(&self, method: &str, path: &str) {
        let silence = async {
            let mut before = None;
            while before != Some(self.count(method, path)) {
                before = Some(self.count(method, path));
                sleep(Duration::from_secs(3)).await;
            }
        };
        timeout(SOON, silence).await.unwrap_or_else(|_| panic!("{method} {path} goes on"));
    }

    /// Waits until the platform has been called with `method` and a path that contains `path`.
    pub(crate) async fn wait_for_call(&self, method: &str, path: &str) {
        self.wait_for_calls(1, method, path).await;
    }

    /// Waits until `count` calls with `method` and a path that contains `path` have reached the platform.
    pub(crate) async fn wait_for_calls(&self, count: usize, method: &str, path: &str) {
        let calls = async {
            while self.count(method, path) < count {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let came = timeout(SOON, calls).await;
        came.unwrap_or_else(|_| panic!("{count} calls of {method} {path} do not come"));
    }

    /// How many requests with `method` and a path that contains `path` reached the platform.
    pub(crate) fn count(&self, method: &str, path: &str) -> usize {
        let requests = self.sandbox.requests();
        requests.iter().filter(|seen| seen.method == method && seen.path.contains(path)).count()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let mut process = self.process();
        let _ = process.child.kill();
        let _ = process.child.wait();
    }
}

impl Folder {
    fn new() -> Self {
        // No process id: containers may share the folder for temporary files, and their ids are the same.
        let folder = format!("ais-link-e2e-{}", Uuid::new_v4().simple());
        Self(env::temp_dir().join(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that fails early has not made it.
        let _ = remove_dir_all(&self.0);
    }
}

/// Serves a sandbox of the world `name` until the sender is dropped, with the certificates that it makes in `folder`;
/// the platform's address, and the host of the pages that persons see.
async fn serve(
    name: &str,
    folder: &Path,
    slowness: NonZeroU32,
    stopped: &watch::Receiver<()>,
) -> (Sandbox, String, String) {
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = listen().await.expect("a free port");
    let app_listener = listen().await.expect("a second free port");
    let address = listener.local_addr().expect("a bound port");
    let app_address = app_listener.local_addr().expect("a bound port");
    // Another site than the relay's: no Strict cookie comes with the bank's redirect, as in the field.
    let pages_host = format!("127.0.0.1:{}", app_address.port());
    let pages_url = Some(format!("http://{pages_host}"));
    // Compared with the platform's OpenAPI document when all tests are over.
    let record = Some(logs().join(format!("{name}-exchanges.ndjson")));
    let settings = Settings { pages_url, slowness, record, ..Settings::default() };
    let sandbox = Sandbox::new(settings).expect("the folder of logs is there");
    let certificates = Certificates::in_folder(folder, sandbox.now());
    let tls = certificates.and_then(|made| made.tls()).expect("certificates can be made");
    let until =
        |mut stopped: watch::Receiver<()>| async move { while stopped.changed().await.is_ok() {} };
    let platform = sandbox::serve_tls(sandbox.clone(), listener, tls, until(stopped.clone()));
    tokio::spawn(platform);
    tokio::spawn(sandbox::serve_app(sandbox.clone(), app_listener, until(stopped.clone())));
    (sandbox, format!("https://{address}"), pages_host)
}

/// A free address of a relay or of what stands beside it. The relay must know its own before it starts, and gets it again after a restart: it is below those
/// that a system assigns to outgoing connections, so that none of these takes it in between. No two worlds have the
/// same one: one browser may see both, and stores data by address.
pub(super) fn free_address() -> SocketAddr {
    let ports = RELAY_PORTS.len() as u128;
    loop {
        let offset = u16::try_from(Uuid::new_v4().as_u128() % ports).expect("less than all ports");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, RELAY_PORTS.start + offset));
        let free = std::net::TcpListener::bind(address).is_ok();
        if free && GIVEN.lock().expect("no thread panics while it holds this").insert(address) {
            return address;
        }
    }
}

const RELAY_PORTS: Range<u16> = 10_000..30_000;

static GIVEN: Mutex<BTreeSet<SocketAddr>> = Mutex::new(BTreeSet::new());

/// The relay of this build, or the one that `cargo xtask bench` names: an optimised one.
fn program() -> PathBuf {
    let named = env::var_os("AIS_LINK_RELAY").map(PathBuf::from);
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_ais-relay").into())
}

/// A variable that `cargo xtask test` sets.
pub(crate) fn required(name: &str) -> String {
    env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test --only e2e`"))
}

/// The folder of logs.
pub(crate) fn logs() -> PathBuf {
    PathBuf::from(required("AIS_LINK_LOGS"))
}

/// Adds the relay's log to `log`, and gives the address that it names.
fn listening(process: &mut Child, log: &Path) -> SocketAddr {
    let output = process.stdout.take().expect("the output is piped");
    let file = OpenOptions::new().create(true).append(true).open(log);
    let mut file = file.expect("the folder of logs is there");
    let (found, address) = mpsc::channel::<SocketAddr>();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            writeln!(file, "{line}").expect("the log can be written");
            let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = event["address"].as_str() {
                // Only the first is waited for.
                let _ = found.send(address.parse().expect("an address"));
            }
        }
    });
    address.recv_timeout(SOON).expect("the relay says where it listens")
}

/// Sends what the sandboxes of this process log to one file.
fn log_sandboxes() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let file = File::create(logs().join("sandbox.log")).expect("the folder of logs is there");
        tracing_subscriber::fmt().with_ansi(false).with_writer(file).init();
    });
}
