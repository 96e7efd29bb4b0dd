//! The store in SQLite: one file beside the relay, or memory for a demo.
//!
//! Each operation is one transaction, so that a process may be killed between any two of them. What has been
//! answered is on the disk (write-ahead log, `synchronous=FULL`).

mod older;
mod owner;
mod statements;

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::pin::Pin;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use protocol::id::ConsentId;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use thiserror::Error;
use tokio::time::sleep;
use uuid::Uuid;

use self::owner::{Cache, Owner};
use super::known::{Known, News};
use super::{BoxFuture, Change, Intent, ReturnChange, Store, StoreError};
use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, StateKey};
use crate::link::state::{Link, ReturnState};

/// A store in SQLite. Clones share it.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pool: SqlitePool,
    known: Arc<Known>,
    owner: Arc<Owner>,
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
        let owner = if in_memory {
            Owner::Memory
        } else {
            make_private(options.get_filename())?;
            Owner::of(options.get_filename())
        };
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
        older::bring(&pool).await?;
        owner.look();
        Ok(Self { pool, known: Arc::default(), owner: Arc::new(owner), _keeper: keeper })
    }

    /// Closes the store: all is on the disk, and the log is merged into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl SqliteStore {
    /// Reads. A call that reads may be aborted at any moment.
    async fn read<T>(
        &self,
        read: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let read = async {
            let mut connection = self.pool.acquire().await?;
            read(&mut connection).await
        };
        logged(read.await)
    }

    /// Writes in one transaction, in a task of its own: however its caller ends, what is written is known.
    async fn write<T: Send + 'static>(&self, write: Write<T>) -> Result<T, StoreError> {
        let Self { pool, known, owner, .. } = self.clone();
        let task = tokio::spawn(async move {
            // It takes the file's lock at once: no other writer comes between what is read and what is written.
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
            let (said, news) = write(&mut tx).await?;
            if let Err(error) = tx.commit().await {
                // Whether it was written is not known.
                known.wrote(News::Many);
                return Err(error.into());
            }
            known.wrote(match owner.cache() {
                Cache::Exclusive => news,
                Cache::Shared => News::Many,
            });
            Ok(said)
        });
        // A panic is written by its hook.
        logged(task.await.map_err(|_| StoreError)?)
    }
}

/// What is done in a transaction: what it says, and what is different then.
type Write<T> = Box<
    dyn for<'a> FnOnce(
            &'a mut SqliteConnection,
        )
            -> Pin<Box<dyn Future<Output = Result<(T, News), Failure>> + Send + 'a>>
        + Send,
>;

impl Store for SqliteStore {
    fn insert(&self, link: Link, expires: Timestamp, request: Option<Uuid>) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                if let Some(request) = request {
                    statements::forget_intent(db, request).await?;
                }
                let expires = statements::keep_session(db, link.session, expires).await?;
                let is_new = statements::insert(db, &link).await?;
                let news = if is_new { News::Made(Arc::new(link), expires) } else { News::Many };
                Ok(((), news))
            })
        })))
    }

    fn get<'a>(&'a self, id: &'a ConsentId, now: Timestamp) -> BoxFuture<'a, Option<Arc<Link>>> {
        Box::pin(async move {
            let mark = match (self.owner.cache(), self.known.get(id, now)) {
                (Cache::Exclusive, Ok(known)) => return Ok(known),
                (Cache::Exclusive, Err(mark)) => Some(mark),
                (Cache::Shared, _) => None,
            };
            let found = self.read(async |db| statements::get(db, id, now).await).await?;
            Ok(found.map(|(link, expires)| {
                let link = Arc::new(link);
                if let Some(mark) = mark {
                    self.known.read(&link, expires, mark);
                }
                link
            }))
        })
    }

    fn of_session(&self, session: SessionKey, now: Timestamp) -> BoxFuture<'_, Vec<Arc<Link>>> {
        Box::pin(async move {
            let links = self.read(async |db| statements::of_session(db, session, now).await);
            Ok(links.await?.into_iter().map(Arc::new).collect())
        })
    }

    fn update<'a>(&'a self, id: &'a ConsentId, change: Change) -> BoxFuture<'a, Option<Arc<Link>>> {
        let id = id.clone();
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let changed = statements::change(db, &id, change).await?;
                let link = changed.map(|(link, ())| Arc::new(link));
                let news = link.clone().map_or(News::None, News::Link);
                Ok((link, news))
            })
        })))
    }

    fn remove<'a>(&'a self, id: &'a ConsentId) -> BoxFuture<'a, ()> {
        let id = id.clone();
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                statements::remove(db, &id).await?;
                Ok(((), News::Gone(id)))
            })
        })))
    }

    fn remove_session(&self, session: SessionKey, now: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                statements::remove_session(db, session, now).await?;
                Ok(((), News::Many))
            })
        })))
    }

    fn insert_return(&self, key: StateKey, awaited: ReturnState) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let await_it = |link: &mut Link| awaited.begin(link);
                let changed = statements::change(db, &awaited.consent, await_it).await?;
                statements::insert_return(db, key, &awaited).await?;
                Ok(((), changed.map_or(News::None, |(link, ())| News::Link(Arc::new(link)))))
            })
        })))
    }

    fn get_return(&self, key: StateKey) -> BoxFuture<'_, Option<ReturnState>> {
        Box::pin(self.read(async move |db| statements::get_return(db, key).await))
    }

    fn update_return(&self, key: StateKey, change: ReturnChange) -> BoxFuture<'_, bool> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let Some(mut state) = statements::get_return(db, key).await? else {
                    return Ok((false, News::None));
                };
                let id = state.consent.clone();
                let both = |link: &mut Link| change(&mut state, link);
                let Some((link, said)) = statements::change(db, &id, both).await? else {
                    return Ok((false, News::None));
                };
                statements::write_return(db, key, &state).await?;
                Ok((said, News::Link(Arc::new(link))))
            })
        })))
    }

    fn due(&self, now: Timestamp) -> BoxFuture<'_, Vec<Arc<Link>>> {
        Box::pin(async move {
            let links = self.read(async |db| statements::due(db, now).await);
            Ok(links.await?.into_iter().map(Arc::new).collect())
        })
    }

    fn sweep(&self, now: Timestamp) -> BoxFuture<'_, ()> {
        self.owner.look();
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let has_changed = statements::sweep(db, now).await?;
                Ok(((), if has_changed { News::Many } else { News::None }))
            })
        })))
    }

    fn make_room(&self, most: u32, now: Timestamp) -> BoxFuture<'_, bool> {
        let most = i64::from(most);
        Box::pin(async move {
            if self.read(async |db| statements::fullest(db).await).await? < most {
                return Ok(true);
            }
            self.write(Box::new(move |db| {
                Box::pin(async move {
                    // Several at once: the next calls find room without a search.
                    statements::clear(db, (most / SHARE).max(1), now).await?;
                    Ok((statements::fullest(db).await? < most, News::Many))
                })
            }))
            .await
        })
    }

    fn intend(&self, intent: Intent) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move { Ok((statements::intend(db, &intent).await?, News::None)) })
        })))
    }

    fn forget_intent(&self, request: Uuid) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move { Ok((statements::forget_intent(db, request).await?, News::None)) })
        })))
    }

    fn take_intents(&self, before: Timestamp) -> BoxFuture<'_, Vec<Intent>> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move { Ok((statements::take_intents(db, before).await?, News::None)) })
        })))
    }
}

/// Why a row cannot be had: the database failed, or holds what this version does not know.
#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("a row holds what no version of the relay wrote ({:?})", .0.classify())]
    Body(#[from] serde_json::Error),
    #[error("a key has not 32 bytes")]
    Key,
}

/// Logs a failure where it is handled. SQLite's messages name tables and columns, never values.
fn logged<T>(result: Result<T, Failure>) -> Result<T, StoreError> {
    result.map_err(|error| {
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
        step(7, "links", include_str!("migrations/7_links.sql")),
    ])
}

const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);
const MEMORY: &str = "sqlite::memory:";
/// SQLite takes one writer at a time; more connections than a few only wait.
const CONNECTIONS: u32 = 4;
/// The part of a full table that is looked through at once.
const SHARE: i64 = 100;
/// How long a call waits for its turn. Then it is refused, rather than kept.
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests;
