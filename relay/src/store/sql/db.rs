//! A connection to either database. Each statement is written once, as PostgreSQL has it: with `$1` for a value, and
//! with locks on the rows that it reads to change them. SQLite takes the same, but for the locks. It needs none, for a
//! transaction that writes there is alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, Connection as _, Encode, Error, Executor as _, FromRow, PgPool, Postgres,
    SqlSafeStr as _, SqlStr, Sqlite, SqlitePool, Transaction, Type, query,
};
use tokio::time::timeout;

use super::Failure;

/// Connections to a database.
#[derive(Clone, Debug)]
pub(super) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool, Doubt),
}

/// How many connections are still to be asked whether they work, after one did not.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubt(Arc<AtomicU32>);

impl Doubt {
    /// Takes all `connections` to be doubtful.
    fn raise(&self, connections: u32) {
        self.0.store(connections, Ordering::Relaxed);
    }

    /// Whether the next connection is doubtful.
    pub(super) fn take(&self) -> bool {
        let less = |left: u32| left.checked_sub(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

impl Pool {
    /// Notes that a connection failed: where a server ended it, it has perhaps ended the others too.
    pub(super) fn failed(&self) {
        if let Self::Postgres(pool, doubt) = self {
            doubt.raise(pool.size());
        }
    }

    pub(super) async fn acquire(&self) -> Result<Connection, Error> {
        Ok(match self {
            Self::Sqlite(pool) => Connection::Sqlite(pool.acquire().await?),
            Self::Postgres(pool, _) => Connection::Postgres(pool.acquire().await?),
        })
    }

    /// What `work` comes to; `None` where a server is silent for too long. A file is waited for.
    pub(super) async fn within<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match self {
            Self::Sqlite(_) => Some(work.await),
            Self::Postgres(..) => timeout(SILENCE, work).await.ok(),
        }
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool, _) => pool.close().await,
        }
    }
}

/// A connection of a pool.
pub(super) enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Connection {
    pub(super) fn db(&mut self) -> Db<'_> {
        match self {
            Self::Sqlite(connection) => Db::Sqlite(connection),
            Self::Postgres(connection) => Db::Postgres(connection),
        }
    }

    /// Begins a transaction that writes.
    pub(super) async fn begin(&mut self, order: Order) -> Result<Tx<'_>, Error> {
        Ok(match self {
            // It takes the file's lock at once: no other writer comes between what is read and what is written.
            Self::Sqlite(connection) => Tx::Sqlite(connection.begin_with("BEGIN IMMEDIATE").await?),
            // Each statement sees what was committed before it, and the rows that it locks as they are then.
            Self::Postgres(connection) => {
                let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
                let mut tx = connection.begin_with(begin).await?;
                if order == Order::InTurn {
                    tx.execute(TURN).await?;
                }
                Tx::Postgres(tx)
            }
        })
    }

    /// Closes it after this use, if it may be of no use after this error. Where the disk fails, SQLite undoes the
    /// transaction by itself, and sqlx would refuse to begin another one on this connection for ever. A server that only
    /// reads is a standby: the one that writes is found by a new connection.
    pub(super) fn doubt(&mut self, error: &Failure) {
        match self {
            Self::Sqlite(connection) => connection.close_on_drop(),
            Self::Postgres(connection) if error.is_of_a_standby() => connection.close_on_drop(),
            Self::Postgres(_) => {}
        }
    }

    /// Closes it after this use: an answer may still be on its way.
    pub(super) fn give_up(&mut self) {
        match self {
            Self::Sqlite(connection) => connection.close_on_drop(),
            Self::Postgres(connection) => connection.close_on_drop(),
        }
    }
}

/// Which other transactions a transaction waits for. SQLite has one at a time in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// All others of this kind, of all relays. A change of a link may reach other links, and what the host's server hears
    /// of; without turns, transactions that lock these in different orders would wait for each other.
    InTurn,
    /// Those that have locked the rows that it wants. It locks rows of one table only.
    Beside,
}

/// A transaction. It is undone unless it is committed.
pub(super) enum Tx<'c> {
    Sqlite(Transaction<'c, Sqlite>),
    Postgres(Transaction<'c, Postgres>),
}

impl Tx<'_> {
    pub(super) fn db(&mut self) -> Db<'_> {
        match self {
            Self::Sqlite(tx) => Db::Sqlite(tx),
            Self::Postgres(tx) => Db::Postgres(tx),
        }
    }

    pub(super) async fn commit(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// What a statement is sent to: a connection, in a transaction or not.
pub(super) enum Db<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Db<'_> {
    /// A statement. Its values are bound in the order of their numbers.
    pub(super) fn query(&mut self, sql: &'static str) -> Query<'_> {
        match self {
            Self::Sqlite(db) => Query::Sqlite(db, query(without_locks(sql))),
            Self::Postgres(db) => Query::Postgres(db, query(sql)),
        }
    }
}

impl Db<'_> {
    /// A statement that is made of names in the code.
    pub(super) fn composed(&mut self, sql: AssertSqlSafe<String>) -> Query<'_> {
        match self {
            Self::Sqlite(db) => Query::Sqlite(db, query(sql)),
            Self::Postgres(db) => Query::Postgres(db, query(sql)),
        }
    }
}

/// A statement with the values that are bound so far.
#[must_use = "a statement does nothing until it is executed"]
pub(super) enum Query<'c> {
    Sqlite(&'c mut SqliteConnection, query::Query<'c, Sqlite, SqliteArguments>),
    Postgres(&'c mut PgConnection, query::Query<'c, Postgres, PgArguments>),
}

impl Query<'_> {
    pub(super) fn bind<'v>(self, value: impl Value<'v>) -> Self {
        match self {
            Self::Sqlite(db, query) => Self::Sqlite(db, query.bind(value)),
            Self::Postgres(db, query) => Self::Postgres(db, query.bind(value)),
        }
    }

    /// The number of rows that it has changed.
    pub(super) async fn execute(self) -> Result<u64, Error> {
        Ok(match self {
            Self::Sqlite(db, query) => query.execute(db).await?.rows_affected(),
            Self::Postgres(db, query) => query.execute(db).await?.rows_affected(),
        })
    }

    pub(super) async fn fetch_all<T: Row>(self) -> Result<Vec<T>, Error> {
        match self {
            Self::Sqlite(db, query) => query.fetch_all(db).await?.iter().map(T::from_row).collect(),
            Self::Postgres(db, query) => {
                query.fetch_all(db).await?.iter().map(T::from_row).collect()
            }
        }
    }

    pub(super) async fn fetch_optional<T: Row>(self) -> Result<Option<T>, Error> {
        match self {
            Self::Sqlite(db, query) => {
                query.fetch_optional(db).await?.as_ref().map(T::from_row).transpose()
            }
            Self::Postgres(db, query) => {
                query.fetch_optional(db).await?.as_ref().map(T::from_row).transpose()
            }
        }
    }

    pub(super) async fn fetch_one<T: Row>(self) -> Result<T, Error> {
        self.fetch_optional().await?.ok_or(Error::RowNotFound)
    }
}

/// A value that both databases take.
pub(super) trait Value<'v>:
    Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>
{
}

impl<'v, T> Value<'v> for T where
    T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>
{
}

/// A row that both databases give, such as a tuple.
pub(super) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send
{
}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send {}

fn without_locks(sql: &'static str) -> SqlStr {
    if !sql.contains(LOCKS[1]) {
        return sql.into_sql_str();
    }
    let bare = LOCKS.iter().fold(sql.to_owned(), |sql, lock| sql.replace(lock, ""));
    AssertSqlSafe(bare).into_sql_str()
}

/// What PostgreSQL wants and SQLite does not know, the longer one first.
const LOCKS: [&str; 2] = [" FOR UPDATE SKIP LOCKED", " FOR UPDATE"];
/// Waits for the others, by a lock that ends with the transaction.
const TURN: &str = "SELECT pg_advisory_xact_lock(4711042)";
/// How long a server may be silent: longer than it lets a statement take.
const SILENCE: Duration = Duration::from_secs(10);
