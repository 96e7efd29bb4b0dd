//! Moves a store to another database: all rows, table by table. It may be stopped at any moment and done once more, and
//! is done when both have the same number of rows in each table.

use sqlx::AssertSqlSafe;
use thiserror::Error;

use super::db::{Connection, Order, Query, Row, Value};
use super::owner::Cache;
use super::{OpenError, SqlStore, sqlite};

/// How many rows of a table both stores have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The table's name.
    pub table: &'static str,
    /// The number of its rows.
    pub rows: u64,
}

/// Why a store is not copied.
#[derive(Debug, Error)]
pub enum CopyError {
    /// One of both cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A relay may write meanwhile.
    #[error("a relay has the first store open: stop it, and copy again")]
    InUse,
    /// The second store has rows of its own.
    #[error(
        "the second store has {there} rows in {table}, and the first one has {here}: it is not a copy of the first; \
         empty it, and copy again"
    )]
    Differs {
        /// The table's name.
        table: &'static str,
        /// The number of rows in the first store.
        here: i64,
        /// The number of rows in the second one.
        there: i64,
    },
    /// A database failed in between.
    #[error("a database failed in between ({0}): copy again, which goes on from there")]
    Database(#[from] sqlx::Error),
}

/// Copies the store at the address `from` to the one at `to`, and tells of each table that is done.
pub async fn copy(from: &str, to: &str, mut done: impl FnMut(Copied)) -> Result<(), CopyError> {
    sqlite::must_exist(from)?;
    let (from, to) = (SqlStore::open(from).await?, SqlStore::open(to).await?);
    if from.owner.is_of_a_file() && from.owner.cache() == Cache::Shared {
        return Err(CopyError::InUse);
    }
    let mut ends = Ends { from: from.pool.acquire().await?, to: to.pool.acquire().await? };
    // A return belongs to a link, which must be there before it.
    done(ends.table::<Vec<u8>, (Vec<u8>, i64)>(&SESSIONS).await?);
    done(ends.table::<String, (String, Vec<u8>, i64, String, Option<i64>, String)>(&LINKS).await?);
    done(ends.table::<Vec<u8>, (Vec<u8>, String, Vec<u8>, i64, String)>(&RETURNS).await?);
    done(ends.table::<String, (String, i64, String)>(&INTENTS).await?);
    done(ends.table::<String, (String, Vec<u8>, i64, String)>(&LINK_SESSIONS).await?);
    done(ends.table::<String, (String, Vec<u8>, i64, String)>(&VIEW_SESSIONS).await?);
    done(ends.table::<String, ConnectionRow>(&CONNECTIONS).await?);
    done(ends.table::<i64, (i64, String, i64, Option<i64>, i64, String, String)>(&EVENTS).await?);
    // After the events, whose number it has.
    done(ends.table::<String, (String, i64)>(&COUNTERS).await?);
    done(ends.table::<Vec<u8>, (Vec<u8>, i64, String)>(&REPLIES).await?);
    done(ends.without_key::<String, (String, String, String, i64)>(&READS).await?);
    drop(ends);
    from.close().await;
    to.close().await;
    Ok(())
}

type ConnectionRow = (String, Option<String>, String, i64, Option<i64>, Option<i64>, String);

/// A table with its columns, of which the first is the key.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
}

/// All tables, for tests to compare with those that there are.
#[cfg(test)]
pub(super) const TABLES: [&Table; 11] = [
    &SESSIONS,
    &LINKS,
    &RETURNS,
    &INTENTS,
    &LINK_SESSIONS,
    &VIEW_SESSIONS,
    &CONNECTIONS,
    &EVENTS,
    &COUNTERS,
    &REPLIES,
    &READS,
];

const SESSIONS: Table = Table { name: "sessions", columns: &["key", "expires"] };
const LINKS: Table =
    Table { name: "links", columns: &["id", "session", "created", "state", "due", "body"] };
const RETURNS: Table =
    Table { name: "returns", columns: &["key", "consent", "session", "expires", "body"] };
const INTENTS: Table = Table { name: "intents", columns: &["request", "begun", "body"] };

const LINK_SESSIONS: Table =
    Table { name: "link_sessions", columns: &["id", "token", "due", "body"] };
const VIEW_SESSIONS: Table =
    Table { name: "view_sessions", columns: &["id", "token", "forgotten", "body"] };
const CONNECTIONS: Table = Table {
    name: "connections",
    columns: &["id", "client_reference", "status", "created", "due", "ended", "body"],
};
const EVENTS: Table = Table {
    name: "events",
    columns: &["seq", "id", "created", "due", "attempts", "delivery", "body"],
};
const COUNTERS: Table = Table { name: "counters", columns: &["name", "value"] };
const REPLIES: Table = Table { name: "replies", columns: &["key", "expires", "body"] };
/// It has no key: a read is a row.
const READS: Table =
    Table { name: "unattended_reads", columns: &["consent", "account", "kind", "at"] };

/// Both databases.
struct Ends {
    from: Connection,
    to: Connection,
}

impl Ends {
    async fn table<K, R>(&mut self, table: &Table) -> Result<Copied, CopyError>
    where
        K: Default + Clone + for<'v> Value<'v>,
        R: Row + Keyed<K>,
    {
        let (read, write) = (table.page(), table.upsert());
        let mut after = K::default();
        loop {
            let mut from = self.from.db();
            let page = from.composed(AssertSqlSafe(read.clone())).bind(after.clone()).bind(PAGE);
            let rows: Vec<R> = page.fetch_all().await?;
            let Some(last) = rows.last() else { break };
            after = last.key();
            let mut tx = self.to.begin(Order::InTurn).await?;
            for row in rows {
                let mut to = tx.db();
                row.bind_to(to.composed(AssertSqlSafe(write.clone()))).execute().await?;
            }
            tx.commit().await?;
        }
        self.compare(table).await
    }

    /// A table whose rows have no key: the rows that are there already go first.
    async fn without_key<K, R: Row + Keyed<K>>(
        &mut self,
        table: &Table,
    ) -> Result<Copied, CopyError> {
        let mut from = self.from.db();
        let rows: Vec<R> = from.composed(AssertSqlSafe(table.all())).fetch_all().await?;
        let (clear, write) = (format!("DELETE FROM {}", table.name), table.insert());
        let mut tx = self.to.begin(Order::InTurn).await?;
        tx.db().composed(AssertSqlSafe(clear)).execute().await?;
        for row in rows {
            let mut to = tx.db();
            row.bind_to(to.composed(AssertSqlSafe(write.clone()))).execute().await?;
        }
        tx.commit().await?;
        self.compare(table).await
    }

    async fn compare(&mut self, table: &Table) -> Result<Copied, CopyError> {
        let (here, there) =
            (count(&mut self.from, table).await?, count(&mut self.to, table).await?);
        if here != there {
            return Err(CopyError::Differs { table: table.name, here, there });
        }
        Ok(Copied { table: table.name, rows: here.unsigned_abs() })
    }
}

async fn count(connection: &mut Connection, table: &Table) -> Result<i64, sqlx::Error> {
    let mut db = connection.db();
    let all = db.composed(AssertSqlSafe(format!("SELECT COUNT(*) FROM {}", table.name)));
    Ok(all.fetch_one::<(i64,)>().await?.0)
}

impl Table {
    fn page(&self) -> String {
        let (key, columns) = (self.columns[0], self.columns.join(", "));
        format!("SELECT {columns} FROM {} WHERE {key} > $1 ORDER BY {key} LIMIT $2", self.name)
    }

    fn all(&self) -> String {
        format!("SELECT {} FROM {}", self.columns.join(", "), self.name)
    }

    fn insert(&self) -> String {
        let (columns, count) = (self.columns.join(", "), self.columns.len());
        let values: Vec<_> = (1..=count).map(|number| format!("${number}")).collect();
        format!("INSERT INTO {} ({columns}) VALUES ({})", self.name, values.join(", "))
    }

    fn upsert(&self) -> String {
        let [key, others @ ..] = self.columns else { return self.insert() };
        let later: Vec<_> =
            others.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        format!("{} ON CONFLICT ({key}) DO UPDATE SET {}", self.insert(), later.join(", "))
    }
}

/// A row that begins with its key, as a tuple.
trait Keyed<K> {
    fn key(&self) -> K;
    fn bind_to(self, query: Query<'_>) -> Query<'_>;
}

macro_rules! keyed {
    ($key:ident $($rest:ident)+) => {
        impl<$key, $($rest),+> Keyed<$key> for ($key, $($rest),+)
        where
            $key: Clone + for<'v> Value<'v>,
            $($rest: for<'v> Value<'v>),+
        {
            fn key(&self) -> $key {
                self.0.clone()
            }

            #[expect(non_snake_case, reason = "a value has the name of its type")]
            fn bind_to(self, query: Query<'_>) -> Query<'_> {
                let ($key, $($rest),+) = self;
                query.bind($key)$(.bind($rest))+
            }
        }
    };
}

keyed!(K A);
keyed!(K A B);
keyed!(K A B C);
keyed!(K A B C D);
keyed!(K A B C D E);
keyed!(K A B C D E F);
keyed!(K A B C D E F G);

/// Rows that are read, and written in one transaction.
const PAGE: i64 = 500;
