//! The example of a host's own server (`relay/examples/host`) as a process of Node.js, and the relay that it asks.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::back_end::{BackEnd, keep};
use super::world::free_address;
use super::{PAUSE, SOON, Scenario, Setting, logs, required};

/// The site, which runs. It stops when it is dropped.
pub(crate) struct Site {
    pub(crate) back_end: BackEnd,
    /// The site as browsers see it.
    pub(crate) origin: String,
    process: Child,
}

impl Site {
    /// The site beside a relay that serves the demo page.
    pub(crate) async fn start(scenario: &Scenario) -> Self {
        Self::with_pages(scenario, |_| Setting::default().pages).await
    }

    /// The site beside a relay that serves the pages in the folder that `pages` gives for the site's origin.
    pub(crate) async fn with_pages(
        scenario: &Scenario,
        pages: impl FnOnce(&str) -> PathBuf,
    ) -> Self {
        let address = free_address();
        let origin = format!("http://localhost:{}", address.port());
        let secret = keep(scenario, "webhook.secret", SECRET);
        let webhooks = format!("http://{address}/webhooks");
        let variables = [
            ("AIS_RELAY_SERVICE_NAME", "Hemkassan"),
            ("AIS_RELAY_ALLOWED_ORIGINS", &origin),
            ("AIS_RELAY_WEBHOOK_URL", &webhooks),
            ("AIS_RELAY_WEBHOOK_SECRET_FILE", &secret.display().to_string()),
        ];
        let setting =
            Setting { pages: pages(&origin), variables: &variables, ..Setting::default() };
        let back_end = BackEnd::with(scenario, setting).await;
        let relay = back_end.world.url("");
        let log = logs().join(format!("{}-site.log", scenario.name()));
        let log = File::create(log).expect("the folder of logs can be written");
        let mut command = Command::new("node");
        command
            .arg(Path::new(&required("AIS_LINK_HOST")).join("server.js"))
            .env("HOST_PORT", address.port().to_string())
            .env("HOST_SISTER_ORIGIN", &relay)
            .env("RELAY_ORIGIN", &relay)
            .env("RELAY_BACKEND", format!("http://{}", back_end.address))
            .env("RELAY_KEY_FILE", keep(scenario, "backend.key", &back_end.key))
            .env("WEBHOOK_SECRET_FILE", secret)
            .stdout(log.try_clone().expect("a file can be opened twice"))
            .stderr(log);
        let process = command.spawn().expect("Node.js is there: `cargo xtask test` installs it");
        let site = Self { back_end, origin, process };
        let listens = async {
            while TcpStream::connect(address).await.is_err() {
                sleep(PAUSE).await;
            }
        };
        timeout(SOON, listens).await.expect("the site's server listens");
        site
    }

    /// The address of `page` at the site.
    pub(crate) fn url(&self, page: &str) -> String {
        [&self.origin, page].concat()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What signs the webhooks of these tests.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
