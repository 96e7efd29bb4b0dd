//! The store in a database: SQLite for one relay, PostgreSQL for many.
//!
//! Each operation is one transaction, so that a process may be killed between any two of them. What has been
//! answered is on the disk.

mod copy;
mod counting;
mod db;
mod holds;
mod hosts;
mod keeping;
mod ledger;
mod migrations;
mod owner;
mod postgres;
mod probe;
mod sqlite;
mod statements;
mod views;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use protocol::id::ConsentId;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqlitePool;
use thiserror::Error;
use uuid::Uuid;

pub use self::copy::{Copied, CopyError, copy};
use self::db::{Connection, Db, Order, Pool};
use self::holds::Holds;
use self::owner::{Cache, Owner};
pub use self::postgres::Trouble;
pub use self::probe::probe;
use super::known::{Known, News, Turn};
use super::{BoxFuture, Change, Hold, Intent, ReturnChange, Store, StoreError};
use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, StateKey};
use crate::link::state::{Link, ReturnState};

/// A store in a database. Clones share it.
#[derive(Clone, Debug)]
pub struct SqlStore {
    pool: Pool,
    known: Arc<Known>,
    owner: Arc<Owner>,
    holds: Holds,
    /// A connection that nothing uses, where the tables are in memory: they last as long as one of theirs
    /// does, and the pool drops one whose call was aborted.
    _keeper: Option<SqlitePool>,
}

/// Why a store cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The address is no database's.
    #[error(
        "AIS_RELAY_STORE must be sqlite:// and a path, sqlite::memory:, or postgres:// with a host and a database"
    )]
    Address,
    /// The file cannot be made or opened.
    #[error("the store's file cannot be opened ({0}); AIS_RELAY_STORE names another")]
    File(#[from] io::Error),
    /// SQLite does not take the file.
    #[error("SQLite cannot open the store ({0}); AIS_RELAY_STORE names another")]
    Database(#[from] sqlx::Error),
    /// PostgreSQL cannot be used.
    #[error(transparent)]
    Postgres(#[from] Trouble),
    /// The tables are not what this version knows.
    #[error("the store's tables cannot be brought up to date ({0})")]
    Migration(#[from] MigrateError),
}

impl SqlStore {
    /// Opens the store at `address`, makes its tables where there are none, and brings them up to date.
    ///
    /// `sqlite://` with a path, absolute or relative to the working directory, or `sqlite::memory:`,
    /// which is gone with the process. A new file is readable by its owner only. Or `postgres://`, as PostgreSQL's own
    /// programs take it.
    pub async fn open(address: &str) -> Result<Self, OpenError> {
        match address.split_once(':') {
            Some(("postgres" | "postgresql", _)) => postgres::open(address).await,
            _ => sqlite::open(address).await,
        }
    }

    /// Closes the store: all is on the disk, and a file's log is merged into it.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl SqlStore {
    /// Reads. A call that reads may be aborted at any moment.
    async fn read<T>(
        &self,
        read: impl AsyncFnOnce(&mut Db<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let read = async {
            let mut connection = self.pool.acquire().await?;
            let answer = self.pool.within(read(&mut connection.db())).await;
            answer.unwrap_or_else(|| {
                connection.give_up();
                Err(Failure::Silence)
            })
        };
        let read = read.await;
        if read.is_err() {
            self.pool.failed();
        }
        logged(read)
    }

    /// Writes in one transaction, in a task of its own: however its caller ends, what is written is known.
    async fn write<T: Send + 'static>(&self, write: Write<T>) -> Result<T, StoreError> {
        self.write_in(Order::InTurn, write).await
    }

    /// Writes without waiting for the writes of other relays, where one table is all that is written.
    async fn write_beside<T: Send + 'static>(&self, write: Write<T>) -> Result<T, StoreError> {
        self.write_in(Order::Beside, write).await
    }

    async fn write_in<T: Send + 'static>(
        &self,
        order: Order,
        write: Write<T>,
    ) -> Result<T, StoreError> {
        let Self { pool, known, owner, .. } = self.clone();
        // SQLite would write to the removed file, and all of it would end with the process.
        if owner.has_lost_the_file() {
            return logged(Err(Failure::Gone));
        }
        let task = tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            let written = pool.within(transaction(&mut connection, &known, order, write)).await;
            match written {
                Some(Ok((said, news, turn))) => {
                    let is_alone = owner.cache() == Cache::Exclusive;
                    known.wrote(turn, if is_alone { news } else { News::Many });
                    Ok(said)
                }
                // Whether it was written is not known.
                Some(Err(error)) => {
                    known.forget();
                    connection.doubt(&error);
                    pool.failed();
                    Err(error)
                }
                None => {
                    connection.give_up();
                    pool.failed();
                    Err(Failure::Silence)
                }
            }
        });
        // A panic is written by its hook.
        logged(task.await.map_err(|_| StoreError)?)
    }
}

async fn transaction<T>(
    connection: &mut Connection,
    known: &Known,
    order: Order,
    write: Write<T>,
) -> Result<(T, News, Turn), Failure> {
    let mut tx = connection.begin(order).await?;
    let (said, news) = write(&mut tx.db()).await?;
    // The next transaction of a file begins only after this one.
    let turn = known.turn();
    tx.commit().await?;
    Ok((said, news, turn))
}

/// What is done in a transaction: what it says, and what is different then.
type Write<T> = Box<
    dyn for<'a, 'c> FnOnce(
            &'a mut Db<'c>,
        )
            -> Pin<Box<dyn Future<Output = Result<(T, News), Failure>> + Send + 'a>>
        + Send,
>;

impl Store for SqlStore {
    fn insert(
        &self,
        mut link: Link,
        expires: Timestamp,
        request: Option<Uuid>,
    ) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                if let Some(request) = request {
                    statements::forget_intent(db, request).await?;
                }
                let expires = statements::keep_session(db, link.session, expires).await?;
                let is_new = statements::insert(db, &mut link).await?;
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

    fn update<'a>(
        &'a self,
        id: &'a ConsentId,
        change: Change,
        now: Timestamp,
    ) -> BoxFuture<'a, Option<Arc<Link>>> {
        let id = id.clone();
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let changed = statements::change(db, &id, change, now).await?;
                let link = changed.map(|(link, ())| Arc::new(link));
                let news = link.clone().map_or(News::None, |link| News::of(link, now));
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

    fn insert_return(
        &self,
        key: StateKey,
        awaited: ReturnState,
        now: Timestamp,
    ) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let await_it = |link: &mut Link| awaited.begin(link);
                let changed = statements::change(db, &awaited.consent, await_it, now).await?;
                statements::insert_return(db, key, &awaited).await?;
                Ok(((), changed.map_or(News::None, |(link, ())| News::of(Arc::new(link), now))))
            })
        })))
    }

    fn get_return(&self, key: StateKey) -> BoxFuture<'_, Option<ReturnState>> {
        Box::pin(self.read(async move |db| statements::get_return(db, key).await))
    }

    fn update_return(
        &self,
        key: StateKey,
        change: ReturnChange,
        now: Timestamp,
    ) -> BoxFuture<'_, bool> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                match statements::change_return(db, key, change, now).await? {
                    Some((link, said)) => Ok((said, News::of(Arc::new(link), now))),
                    None => Ok((false, News::None)),
                }
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
        Box::pin(self.write_beside(Box::new(move |db| {
            Box::pin(async move { Ok((statements::intend(db, &intent).await?, News::None)) })
        })))
    }

    fn forget_intent(&self, request: Uuid) -> BoxFuture<'_, ()> {
        Box::pin(self.write_beside(Box::new(move |db| {
            Box::pin(async move { Ok((statements::forget_intent(db, request).await?, News::None)) })
        })))
    }

    fn take_intents(&self, before: Timestamp) -> BoxFuture<'_, Vec<Intent>> {
        Box::pin(self.write_beside(Box::new(move |db| {
            Box::pin(async move { Ok((statements::take_intents(db, before).await?, News::None)) })
        })))
    }

    fn hold<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Option<Hold>> {
        Box::pin(async move { logged(self.holds.hold(name).await.map_err(Failure::from)) })
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
    #[error("the server is silent")]
    Silence,
    #[error("its file was removed or replaced: put it back or not, and start the relay again")]
    Gone,
}

/// Logs a failure where it is handled. The databases' messages name tables and columns, never values.
fn logged<T>(result: Result<T, Failure>) -> Result<T, StoreError> {
    result.map_err(|error| {
        tracing::error!(%error, "the store cannot answer");
        StoreError
    })
}

/// The part of a full table that is looked through at once.
const SHARE: i64 = 100;
/// How long a call waits for its turn. Then it is refused, rather than kept.
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests;
