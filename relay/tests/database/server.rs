//! A PostgreSQL server for one process of tests: in a temporary folder, on a socket, without a care for its
//! disk; without network, unless a test asks for it. A shell watches over it, so that it ends with the process, however that ends.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

/// The server of this process.
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    databases: AtomicU32,
    /// The shell stops the server and removes the folder when this is closed.
    _life: ChildStdin,
}

impl Server {
    /// The server, which the first caller starts; or why there is none.
    pub(crate) fn of_this_process() -> Result<&'static Self, &'static str> {
        static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
        SERVER
            .get_or_init(|| {
                Self::start("", "-c listen_addresses=", 5432, None)
                    .map_err(|error| error.to_string())
            })
            .as_ref()
            .map_err(String::as_str)
    }

    /// The address of a new database.
    pub(crate) async fn empty(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let mut connection = PgConnection::connect_with(&self.options()).await.unwrap();
        let make = format!("CREATE DATABASE relay{number}");
        connection.execute(AssertSqlSafe(make)).await.unwrap();
        connection.close().await.unwrap();
        self.address(&format!("relay{number}"))
    }

    /// The address of the database `name`.
    pub(crate) fn address(&self, name: &str) -> String {
        format!("postgres:///{name}?user={USER}&host={}", self.folder.display())
    }

    fn options(&self) -> PgConnectOptions {
        let options: PgConnectOptions = self.address("postgres").parse().unwrap();
        options.port(self.port)
    }

    /// Starts a server with `settings` besides its own, as a standby of `primary` if there is one. `name` tells its folder
    /// from others of this process.
    pub(crate) fn start(
        name: &str,
        settings: &str,
        port: u16,
        primary: Option<&Self>,
    ) -> io::Result<Self> {
        let programs = programs().ok_or_else(|| io::Error::other("PostgreSQL is not installed"))?;
        let folder =
            std::env::temp_dir().join(format!("ais-relay-pg{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        // The server may run as somebody else.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))?;
        let log = folder.join("log");
        let mut watch = Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .arg(&programs)
            .arg(&folder)
            .arg(USER)
            .args(unprivileged(&folder)?)
            .env("SETTINGS", settings)
            .env("PRIMARY", primary.map_or(Path::new(""), |primary| &primary.folder))
            .env("PGPORT", port.to_string())
            .stdin(Stdio::piped())
            .stdout(File::create(&log)?)
            .stderr(OpenOptions::new().append(true).open(&log)?)
            .spawn()?;
        let life = watch.stdin.take().expect("it is piped");
        await_socket(&folder, &mut watch)?;
        Ok(Self { folder, port, databases: AtomicU32::new(0), _life: life })
    }
}

/// Writes a line past the harness, which keeps what a passing test prints.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn await_socket(folder: &Path, watch: &mut Child) -> io::Result<()> {
    for _ in 0..600 {
        if folder.join("ready").exists() {
            return Ok(());
        }
        if watch.try_wait()?.is_some() {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    Err(io::Error::other(format!("it does not start: {log}")))
}

/// The folder of the newest server's programs.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(|path| version(path))?;
    Some(newest.join("bin")).filter(|bin| bin.join("initdb").exists())
}

/// What stands before a command so that it does not run as root, which PostgreSQL refuses.
fn unprivileged(folder: &Path) -> io::Result<Vec<&'static str>> {
    let is_root = fs::metadata(folder)?.uid() == 0;
    let nobody = vec!["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    Ok(if is_root { nobody } else { Vec::new() })
}

const USER: &str = "relay";

/// Makes a database in the folder `$2` with the programs in `$1`, or copies the one of a running server, serves it, and
/// waits until its input is closed.
const WATCH: &str = r#"
bin=$1 folder=$2 user=$3
shift 3
if [ "$PRIMARY" ]; then
    "$@" "$bin/pg_basebackup" -D "$folder/data" -h "$PRIMARY" -U "$user" -R -c fast --no-sync || exit 1
else
    "$@" "$bin/initdb" -D "$folder/data" -U "$user" -A trust -E UTF8 --locale=C --no-sync || exit 1
    "$@" sh -c 'printf "local all +strict scram-sha-256\nlocal all,replication all trust\nhostssl all all all trust\n" >"$1"' sh "$folder/data/pg_hba.conf"
fi
"$@" "$bin/postgres" -D "$folder/data" -k "$folder" -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=300 \
    -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 $SETTINGS </dev/null &
server=$!
until "$bin/pg_isready" -q -h "$folder"; do
    kill -0 "$server" 2>/dev/null || exit 1
    sleep 0.1
done
touch "$folder/ready"
read -r _
kill -QUIT "$server"
wait "$server"
rm -rf "$folder"
"#;
