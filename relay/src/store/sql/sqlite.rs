//! SQLite: one file beside the relay, or memory for a demo.
//!
//! What has been answered is on the disk (write-ahead log, `synchronous=FULL`).

pub(super) mod older;

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use tokio::time::sleep;

use super::db::Pool;
use super::holds::Holds;
use super::migrations::{self, step};
use super::owner::Owner;
use super::{OpenError, PATIENCE, SqlStore};

/// Opens the store at `address`, as [`SqlStore::open`] says.
pub(super) async fn open(address: &str) -> Result<SqlStore, OpenError> {
    let options = SqliteConnectOptions::from_str(address).map_err(|_| OpenError::Address)?;
    let in_memory = address == MEMORY;
    let owner = if in_memory {
        Owner::Memory
    } else {
        make_private(options.get_filename())?;
        Owner::of(options.get_filename())
    };
    let options = options
        .create_if_missing(true)
        .journal_mode(if in_memory { SqliteJournalMode::Memory } else { SqliteJournalMode::Wal })
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        .foreign_keys(true);
    let pool = SqlitePoolOptions::new()
        // In memory one connection does not wait for another: it fails.
        .max_connections(if in_memory { 1 } else { CONNECTIONS })
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(PATIENCE);
    let keeper = if in_memory { Some(connect(&pool, &options).await?) } else { None };
    let pool = connect(&pool, &options).await?;
    migrate(&pool).await?;
    older::bring(&pool).await?;
    owner.look();
    Ok(SqlStore {
        pool: Pool::Sqlite(pool),
        known: Arc::default(),
        owner: Arc::new(owner),
        holds: Holds::of_this_process(),
        _keeper: keeper,
    })
}

/// Refuses the address of a file that is not there, which would be made.
pub(super) fn must_exist(address: &str) -> Result<(), OpenError> {
    if !address.starts_with("sqlite://") {
        return Ok(());
    }
    let options = SqliteConnectOptions::from_str(address).map_err(|_| OpenError::Address)?;
    Ok(fs::metadata(options.get_filename()).map(drop)?)
}

/// Makes the file at `path` readable by its owner only, before SQLite makes it readable by all.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options.open(path).map(drop)
}

/// Opens the file. Connections that give a new file its log at once, of one pool or of two relays, stand
/// in each other's way, and SQLite does not wait there: the one that lost tries again.
async fn connect(
    pool: &SqlitePoolOptions,
    options: &SqliteConnectOptions,
) -> Result<SqlitePool, sqlx::Error> {
    for _ in 0..TRIES {
        if let Ok(pool) = pool.clone().connect_with(options.clone()).await {
            return Ok(pool);
        }
        sleep(PAUSE).await;
    }
    pool.clone().connect_with(options.clone()).await
}

/// Brings the tables up to date. Two relays that start at once on a new file stand in each other's way:
/// the one that lost finds the tables made a moment later.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<(), MigrateError> {
    let migrations = migrations();
    for _ in 0..TRIES {
        if migrations.run(pool).await.is_ok() {
            return Ok(());
        }
        sleep(PAUSE).await;
    }
    migrations.run(pool).await
}

pub(super) fn migrations() -> Migrator {
    let first = vec![
        step(1, "first", include_str!("migrations/1_first.sql")),
        step(2, "deletions", include_str!("migrations/2_deletions.sql")),
        step(3, "listed", include_str!("migrations/3_listed.sql")),
        step(4, "returns", include_str!("migrations/4_returns.sql")),
        step(5, "intents", include_str!("migrations/5_intents.sql")),
        step(6, "entries", include_str!("migrations/6_entries.sql")),
        step(7, "links", include_str!("migrations/7_links.sql")),
    ];
    Migrator::with_migrations([first, migrations::shared()].concat())
}

const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);
pub(super) const MEMORY: &str = "sqlite::memory:";
/// SQLite takes one writer at a time; more connections than a few only wait.
pub(super) const CONNECTIONS: u32 = 4;
