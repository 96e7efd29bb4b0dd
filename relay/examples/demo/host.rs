//! The site's own server beside the demo: `relay/examples/host` as a process of Node.js, with a back-end port, a key and
//! a webhook secret made for this run. They open nothing but this demo.

use std::error::Error;
use std::fs::{OpenOptions, create_dir_all};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use relay::backend::{self, keys};
use relay::phase::Phases;
use relay::serve::backend::Backend;
use relay::webhook::Webhooks;
use relay::{Random as _, Relay, SystemRandom};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// What the site's server and the relay know each other by.
pub(crate) struct Host {
    folder: PathBuf,
    files: PathBuf,
    port: u16,
    page_port: u16,
}

/// The server as a process. It ends when this is dropped, and also when this program is killed.
pub(crate) struct Running {
    child: Child,
    /// The back-end port, for a person who wants to try it.
    pub(crate) backend: String,
    /// The file with its key.
    pub(crate) key: PathBuf,
    tasks: [JoinHandle<()>; 2],
}

impl Host {
    /// Makes the key and the secrets for the server in `folder`, which is to listen on `port`; the demo's page is on
    /// `page_port`.
    pub(crate) fn prepare(
        folder: &Path,
        port: u16,
        page_port: u16,
    ) -> Result<Self, Box<dyn Error>> {
        let files = folder.join("secrets");
        create_dir_all(&files)?;
        let random = || {
            let mut bits = [0; 32];
            SystemRandom.fill(&mut bits);
            STANDARD.encode(bits)
        };
        let (key, line) = keys::make("demo", &SystemRandom).ok_or("the name of the key")?;
        write(&files.join(KEYS), &line)?;
        write(&files.join(KEY), &key)?;
        write(&files.join(STORE_KEY), &random())?;
        write(&files.join(WEBHOOK_SECRET), &["whsec_", &random()].concat())?;
        Ok(Self { folder: folder.to_owned(), files, port, page_port })
    }

    /// The variables of the relay.
    pub(crate) fn variables(&self) -> [(&'static str, String); 7] {
        let file = |name| self.files.join(name).display().to_string();
        [
            // The system chooses the port.
            ("AIS_RELAY_BACKEND_LISTEN", SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).to_string()),
            ("AIS_RELAY_BACKEND_KEYS_FILE", file(KEYS)),
            ("AIS_RELAY_STORE_KEY_FILE", file(STORE_KEY)),
            ("AIS_RELAY_SERVICE_NAME", "Hemkassan".to_owned()),
            ("AIS_RELAY_ALLOWED_ORIGINS", self.origin()),
            ("AIS_RELAY_WEBHOOK_URL", format!("http://127.0.0.1:{}/webhooks", self.port)),
            ("AIS_RELAY_WEBHOOK_SECRET_FILE", file(WEBHOOK_SECRET)),
        ]
    }

    /// The site, as browsers see it.
    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Serves the back-end port of `relay`, posts its webhooks, and starts the server.
    pub(crate) async fn start(&self, relay: &Relay) -> Result<Running, Box<dyn Error>> {
        let config = &relay.config().backend;
        let port = config.port.as_ref().ok_or("the relay has no back-end port")?;
        let webhook = config.webhook.clone().ok_or("the relay has no webhook")?;
        let known = keys::Keys::open(&port.keys)?;
        let listener = Backend::bind(&port.listen).await?;
        let address = listener.place();
        let router = backend::router(relay.clone(), known);
        // They end with the process: nothing leads it through the phases of a stop.
        let (lead, phases) = Phases::new();
        let serving = tokio::spawn(async move {
            listener.serve(router, Duration::ZERO, phases).await;
            drop(lead);
        });
        let posting = tokio::spawn(Webhooks::new(webhook)?.run(relay.links()));
        let key = self.files.join(KEY);
        let page = format!("http://localhost:{}", self.page_port);
        let mut server = Command::new("node");
        server
            .arg(self.folder.join("server.js"))
            .env("HOST_PORT", self.port.to_string())
            .env("HOST_SISTER_ORIGIN", &page)
            .env("HOST_ENDS_WITH_STDIN", "1")
            .env("RELAY_ORIGIN", &page)
            .env("RELAY_BACKEND", format!("http://{address}"))
            .env("RELAY_KEY_FILE", &key)
            .env("WEBHOOK_SECRET_FILE", self.files.join(WEBHOOK_SECRET))
            .stdin(Stdio::piped());
        let child = server.spawn()?;
        let mut running = Running { child, backend: address, key, tasks: [serving, posting] };
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_err() {
            if let Some(status) = running.child.try_wait()? {
                return Err(format!("the site's own server has ended ({status})").into());
            }
            sleep(LOOK_AGAIN).await;
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes a file that only this person may read.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    writeln!(file, "{text}")
}

const LOOK_AGAIN: Duration = Duration::from_millis(50);
const KEYS: &str = "backend.keys";
const KEY: &str = "backend.key";
const STORE_KEY: &str = "store.key";
const WEBHOOK_SECRET: &str = "webhook.secret";
