//! The store in SQLite: one file beside the relay, or memory for a demo.
//!
//! Each function is one statement or one transaction, so that a process may be killed between any
//! two of them. What has been answered is on the disk (write-ahead log, `synchronous=FULL`).

mod statements;

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use protocol::id::ConsentId;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{SqlSafeStr as _, query};
use thiserror::Error;
use tokio::time::sleep;
use uuid::Uuid;

use super::rows;
use super::rows::hex;
use super::{Later, Store, StoreError};
use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, StateKey};
use crate::link::record::{Authorisation, Consent, Deletion, Fact, Intent, ReturnState, Use};

/// A store in SQLite. Clones share it.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
    /// A connection that nothing uses, where the tables are in memory: they last as long as one of theirs
    /// does, and the pool drops one whose call was aborted.
    _keeper: Option<SqlitePool>,
}

/// Why a store cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The address is none of SQLite's.
    #[error("AIS_RELAY_STORE must be sqlite://, followed by a path, or sqlite::memory:")]
    Address,
    /// The file cannot be made or opened.
    #[error("the store's file cannot be opened ({0}); AIS_RELAY_STORE names another")]
    File(#[from] io::Error),
    /// SQLite does not take the file.
    #[error("SQLite cannot open the store ({0}); AIS_RELAY_STORE names another")]
    Database(#[from] sqlx::Error),
    /// The tables are not what this version knows.
    #[error("the store's tables cannot be brought up to date ({0})")]
    Migration(#[from] MigrateError),
}

impl SqliteStore {
    /// Opens the store at `address`, makes it where there is none, and brings its tables up to date.
    ///
    /// `sqlite://` with a path, absolute or relative to the working directory, or `sqlite::memory:`,
    /// which is gone with the process. A new file is readable by its owner only.
    pub async fn open(address: &str) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::from_str(address).map_err(|_| OpenError::Address)?;
        let in_memory = address == MEMORY;
        if !in_memory {
            make_private(options.get_filename())?;
        }
        let options = options
            .create_if_missing(true)
            .journal_mode(if in_memory {
                SqliteJournalMode::Memory
            } else {
                SqliteJournalMode::Wal
            })
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
        Ok(Self { pool, _keeper: keeper })
    }

    /// Closes the store: all is on the disk, and the log is merged into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Store for SqliteStore {
    fn bind_consent(&self, consent: Consent, expires: Timestamp) -> Later<'_, ()> {
        Box::pin(async move { told(self.bind(consent, expires, None).await) })
    }

    fn intend(&self, intent: Intent) -> Later<'_, ()> {
        Box::pin(async move { told(self.intend_one(intent).await) })
    }

    fn bind_intended(&self, consent: Consent, expires: Timestamp, request: Uuid) -> Later<'_, ()> {
        Box::pin(async move { told(self.bind(consent, expires, Some(request)).await) })
    }

    fn make_room(&self, most: u32, now: Timestamp) -> Later<'_, bool> {
        Box::pin(async move { told(self.has_room(most.into(), now).await) })
    }

    fn forget_intent(&self, request: Uuid) -> Later<'_, ()> {
        Box::pin(async move { told(self.drop_intent(request).await) })
    }

    fn take_intents(&self, before: Timestamp) -> Later<'_, Vec<Intent>> {
        Box::pin(async move { told(self.take_old_intents(before).await) })
    }

    fn find_consent<'a>(
        &'a self,
        consent: &'a ConsentId,
        now: Timestamp,
    ) -> Later<'a, Option<Consent>> {
        Box::pin(async move { told(self.find(consent, now).await) })
    }

    fn consents_of(&self, session: SessionKey, now: Timestamp) -> Later<'_, Vec<Consent>> {
        Box::pin(async move { told(self.of(session, now).await) })
    }

    fn add_authorisation<'a>(
        &'a self,
        consent: &'a ConsentId,
        authorisation: Authorisation,
    ) -> Later<'a, ()> {
        Box::pin(async move { told(self.add(consent, authorisation).await) })
    }

    fn learn<'a>(&'a self, consent: &'a ConsentId, fact: Fact, now: Timestamp) -> Later<'a, ()> {
        Box::pin(async move { told(self.note(consent, fact, now).await) })
    }

    fn forget_consent<'a>(&'a self, consent: &'a ConsentId) -> Later<'a, ()> {
        let statement = query("DELETE FROM consents WHERE id = $1").bind(consent.as_str());
        Box::pin(async move { told(statement.execute(&self.pool).await.map(drop)) })
    }

    fn forget_session(&self, session: SessionKey) -> Later<'_, ()> {
        Box::pin(async move { told(self.forget(session).await) })
    }

    fn keep_state(&self, key: StateKey, state: ReturnState) -> Later<'_, ()> {
        Box::pin(async move { told(self.keep(key, state).await) })
    }

    fn find_state(&self, key: StateKey) -> Later<'_, Option<ReturnState>> {
        let statement = query("SELECT * FROM returns WHERE key = $1").bind(hex(key.as_bytes()));
        Box::pin(async move {
            let row = told(statement.fetch_optional(&self.pool).await)?;
            told(row.as_ref().map(rows::state).transpose())
        })
    }

    fn use_state(&self, key: StateKey, used: Use) -> Later<'_, bool> {
        Box::pin(async move { told(self.spend(key, used).await) })
    }

    fn to_delete(&self, now: Timestamp) -> Later<'_, Vec<Deletion>> {
        Box::pin(async move { told(self.due(now).await) })
    }

    fn forget_expired(&self, now: Timestamp) -> Later<'_, ()> {
        Box::pin(async move { told(self.sweep(now).await) })
    }
}

/// Why a row cannot be had: the database failed, or holds what this version does not know.
#[derive(Debug, Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the column {0} holds what no version of the relay wrote")]
    Column(&'static str),
}

/// Logs a failure where it is handled. SQLite's messages name tables and columns, never values.
fn told<T>(result: Result<T, impl Into<Fault>>) -> Result<T, StoreError> {
    result.map_err(|error| {
        let error = error.into();
        tracing::error!(%error, "the store cannot answer");
        StoreError
    })
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
async fn migrate(pool: &SqlitePool) -> Result<(), MigrateError> {
    let migrations = migrations();
    for _ in 0..TRIES {
        if migrations.run(pool).await.is_ok() {
            return Ok(());
        }
        sleep(PAUSE).await;
    }
    migrations.run(pool).await
}

fn migrations() -> Migrator {
    let step = |number, name: &'static str, sql: &'static str| {
        Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        step(1, "first", include_str!("migrations/1_first.sql")),
        step(2, "deletions", include_str!("migrations/2_deletions.sql")),
        step(3, "listed", include_str!("migrations/3_listed.sql")),
        step(4, "returns", include_str!("migrations/4_returns.sql")),
        step(5, "intents", include_str!("migrations/5_intents.sql")),
        step(6, "entries", include_str!("migrations/6_entries.sql")),
    ])
}

const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);
const MEMORY: &str = "sqlite::memory:";
/// SQLite takes one writer at a time; more connections than a few only wait.
const CONNECTIONS: u32 = 4;
/// How long a call waits for its turn. Then it is refused, rather than kept.
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests;
