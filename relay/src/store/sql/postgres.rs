//! PostgreSQL: one database for any number of relays. The log and the errors say where it is, but not as whom the
//! relay connects, nor with which password.

mod trouble;

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, query_scalar};

pub use self::trouble::Trouble;
use super::db::{Doubt, Pool};
use super::holds::Holds;
use super::migrations::{self, step};
use super::owner::Owner;
use super::{Failure, OpenError, SqlStore};

/// Opens the store at `address`, as [`SqlStore::open`] says.
pub(super) async fn open(address: &str) -> Result<SqlStore, OpenError> {
    let options = PgConnectOptions::from_str(address).map_err(|_| OpenError::Address)?;
    let options = options.application_name("ais-relay");
    bring_up_to_date(&options).await?;
    let doubt = Doubt::default();
    let doubts = doubt.clone();
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .idle_timeout(Duration::from_mins(10))
        .max_lifetime(Duration::from_hours(1))
        // One that was used a moment ago is not asked whether it still works, unless another one did not. In a failover
        // it may work and have led to a standby, while the address leads to the new primary.
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            let is_doubtful = meta.idle_for > FRESH || doubts.take();
            Box::pin(async move { Ok(!(is_doubtful && is_standby(connection).await?)) })
        })
        .after_connect(|connection, _| Box::pin(prepare(connection)))
        .connect_with(options.clone())
        .await
        .map_err(|error| Trouble::of(error, &options))?;
    Ok(SqlStore {
        pool: Pool::Postgres(pool, doubt),
        known: Arc::default(),
        owner: Arc::new(Owner::Server),
        holds: Holds::at(options),
        _keeper: None,
    })
}

/// Gives a new connection its limits: no statement, wait or silence of one relay may stop the others for long.
pub(super) async fn prepare(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection.execute(LIMITS).await?;
    Ok(())
}

/// Whether the server at the other end may only read.
async fn is_standby(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    query_scalar("SELECT pg_is_in_recovery()").fetch_one(connection).await
}

impl Failure {
    /// Whether a server refused to write because another one is the primary.
    pub(super) fn is_of_a_standby(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        error.code().as_deref() == Some(READ_ONLY)
    }
}

/// Connects to a server that is new enough.
pub(super) async fn connected(options: &PgConnectOptions) -> Result<PgConnection, Trouble> {
    let trouble = |error| Trouble::of(error, options);
    let connecting = tokio::time::timeout(START, PgConnection::connect_with(options)).await;
    let mut connection = connecting.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(trouble)?;
    let version: i32 = query_scalar("SELECT current_setting('server_version_num')::int4")
        .fetch_one(&mut connection)
        .await
        .map_err(trouble)?;
    if version < OLDEST {
        return Err(Trouble::TooOld { version: version / 10_000 });
    }
    Ok(connection)
}

/// Makes the tables, or brings them up to date. Of relays that start at once, one does this and the others wait.
async fn bring_up_to_date(options: &PgConnectOptions) -> Result<(), Trouble> {
    let mut connection = connected(options).await?;
    let done = migrations().run_direct(None, &mut connection, false).await;
    done.map_err(|error| Trouble::of_tables(error, options))?;
    connection.close().await.map_err(|error| Trouble::of(error, options))
}

/// The first step makes the tables as SQLite has them after the step of that number. The later ones are the same.
pub(super) fn migrations() -> Migrator {
    let first = step(7, "links", include_str!("migrations/7_links_postgres.sql"));
    Migrator::with_migrations([vec![first], migrations::shared()].concat())
}

/// Connections at one time. A call uses one for as long as a statement takes, or a few.
pub(super) const CONNECTIONS: u32 = 10;
/// What PostgreSQL answers to a write in a transaction that may only read.
const READ_ONLY: &str = "25006";
/// The version as the server numbers it.
const OLDEST: i32 = 150_000;
/// How long the start waits for the server.
const START: Duration = Duration::from_secs(10);
/// How long a call waits for a connection, which may have to be made first. Then it is refused, rather than kept.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that was used within this time is taken to work.
const FRESH: Duration = Duration::from_secs(1);
/// A server ends the connection of a relay whose machine went away, and so frees what that relay has locked.
const LIMITS: &str = "SET lock_timeout = '5s'; SET statement_timeout = '8s'; \
     SET idle_in_transaction_session_timeout = '5s'; SET idle_session_timeout = 0; \
     SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";
