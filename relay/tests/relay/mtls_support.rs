//! A sandbox that demands client certificates, and files for a relay in front of it.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use relay::config::{Config, Vars};
use relay::{Clock as _, SystemClock, Timestamp};
use sandbox::{Certificates, Identity, Lifetime, Purpose, Sandbox, Settings};
use time::{Duration, UtcDateTime};
use tokio::net::TcpListener;

use crate::support::{World, vars};

/// A folder that is removed at the end of the test.
pub(crate) struct Folder(PathBuf);

/// A sandbox over TLS, its certificates, and the folder with a relay's files.
pub(crate) struct Site {
    pub sandbox: Sandbox,
    pub certificates: Certificates,
    pub url: String,
    pub folder: Folder,
}

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("ais-relay-mtls-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        &self.0
    }

    /// Writes a file that only the owner can read. Returns its path.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.at(name);
        fs::write(&path, bytes).unwrap();
        set_mode(&path, 0o600);
        path
    }

    /// The path of a file, as text.
    pub(crate) fn at(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Site {
    pub(crate) async fn start() -> Self {
        let certificates = Certificates::in_memory(UtcDateTime::now()).unwrap();
        let sandbox = Sandbox::new(Settings::default()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let tls = certificates.tls().unwrap();
        let served = sandbox::serve_tls(sandbox.clone(), listener, tls, std::future::pending());
        tokio::spawn(served);
        Self { sandbox, certificates, url, folder: Folder::new() }
    }

    /// The variables of a relay that trusts the sandbox and has no certificate.
    pub(crate) fn vars(&self) -> Vars {
        let mut vars = vars(&self.url);
        let authority = self.folder.write("ca.pem", self.certificates.authority.pem());
        set(&mut vars, "CLIENT_ID", "sandbox-client");
        set(&mut vars, "CLIENT_SECRET", "sandbox-secret");
        set(&mut vars, "CA_FILE", &authority);
        vars
    }

    /// The variables of a relay with `client` as its certificate, in PEM.
    pub(crate) fn vars_with(&self, client: &Identity) -> Vars {
        let mut vars = self.vars();
        let certificate = self.folder.write("client.pem", &client.certificate);
        set(&mut vars, "CERTIFICATE_FILE", &certificate);
        set(&mut vars, "CERTIFICATE_KEY_FILE", &self.folder.write("client.key", &client.key));
        vars
    }

    /// A relay with a certificate that the sandbox takes, in front of it.
    pub(crate) async fn world(&self) -> World {
        world(&self.vars_with(&self.certificates.client), SystemClock.now()).await
    }

    /// A client's certificate for these days, counted from now.
    pub(crate) fn issue(&self, purpose: Purpose, days: std::ops::Range<i64>) -> Identity {
        self.certificates.authority.issue(purpose, lifetime(days)).unwrap()
    }
}

/// A relay with the configuration in `vars`, whose start is at `start`.
pub(crate) async fn world(vars: &Vars, start: Timestamp) -> World {
    World::with(|config| *config = Config::read(vars, None, start).unwrap()).await
}

pub(crate) fn set(vars: &mut Vars, name: &str, value: &str) {
    vars.insert(["AIS_RELAY_", name].concat(), value.to_owned());
}

/// From the first to the last of these days, counted from now.
pub(crate) fn lifetime(days: std::ops::Range<i64>) -> Lifetime {
    let now = UtcDateTime::now();
    let day = |number| now + Duration::days(number);
    Lifetime { from: day(days.start), until: day(days.end) }
}

/// The moment `days` after now.
pub(crate) fn in_days(days: i64) -> Timestamp {
    let moment = UtcDateTime::now() + Duration::days(days);
    Timestamp::from_millis(u64::try_from(moment.unix_timestamp()).unwrap() * 1000)
}

#[cfg(unix)]
pub(crate) fn set_mode(path: impl AsRef<std::path::Path>, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: impl AsRef<std::path::Path>, _: u32) {}
