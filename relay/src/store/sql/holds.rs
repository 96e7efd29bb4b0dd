//! What one relay does and no other at the same time. A hold is no row: it ends with what holds it, also where that is
//! killed, so that the next relay can go on at once.
//!
//! In PostgreSQL the relay has one connection for all its holds, each of them an advisory lock of that session. With
//! SQLite there is one relay, and a list in its memory is enough.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Error, query, query_as};
use tokio::runtime::Handle;
use tokio::sync;
use tokio::time::timeout;

use super::postgres::{self, PATIENCE};
use crate::store::Hold;

/// What this relay holds.
#[derive(Clone, Debug)]
pub(super) struct Holds(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    taken: Mutex<HashSet<i64>>,
    server: Option<Server>,
}

/// Where the relays agree who holds what.
#[derive(Debug)]
struct Server {
    options: PgConnectOptions,
    connection: sync::Mutex<Option<PgConnection>>,
}

impl Holds {
    /// Holds that no other process need know.
    pub(super) fn of_this_process() -> Self {
        Self(Arc::new(Inner { taken: Mutex::default(), server: None }))
    }

    /// Holds among all relays of a database.
    pub(super) fn at(options: PgConnectOptions) -> Self {
        let server = Server { options, connection: sync::Mutex::default() };
        Self(Arc::new(Inner { taken: Mutex::default(), server: Some(server) }))
    }

    /// Holds `name`, unless somebody does.
    pub(super) async fn hold(&self, name: &str) -> Result<Option<Hold>, Error> {
        let key = key(name);
        if !self.0.taken().insert(key) {
            return Ok(None);
        }
        // It lets go of the key however this ends.
        let mut held = Held { holds: self.clone(), key, at_server: false };
        if let Some(server) = &self.0.server {
            if !server.lock(key).await? {
                return Ok(None);
            }
            held.at_server = true;
        }
        Ok(Some(Hold::new(held)))
    }
}

impl Inner {
    fn taken(&self) -> MutexGuard<'_, HashSet<i64>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    async fn lock(&self, key: i64) -> Result<bool, Error> {
        let mut place = self.connection.lock().await;
        // Where it breaks or takes too long, the next one begins with a new connection: this one holds nothing then.
        let mut connection = match place.take() {
            Some(connection) => connection,
            None => timeout(PATIENCE, self.connect()).await.unwrap_or(Err(Error::PoolTimedOut))?,
        };
        let asked = query_as("SELECT pg_try_advisory_lock($1), pg_is_in_recovery()").bind(key);
        let asked = timeout(PATIENCE, asked.fetch_one(&mut connection)).await;
        let (is_free, is_standby): (bool, bool) = asked.unwrap_or(Err(Error::PoolTimedOut))?;
        if is_standby {
            // In a failover an address may lead to a server where no other relay holds anything.
            return Err(Error::Protocol("the server is a standby".to_owned()));
        }
        *place = Some(connection);
        Ok(is_free)
    }

    async fn unlock(&self, key: i64) {
        let mut place = self.connection.lock().await;
        if let Some(mut connection) = place.take() {
            let unlocked =
                query("SELECT pg_advisory_unlock($1)").bind(key).execute(&mut connection);
            if matches!(timeout(PATIENCE, unlocked).await, Ok(Ok(_))) {
                *place = Some(connection);
            }
        }
    }

    async fn connect(&self) -> Result<PgConnection, Error> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        postgres::prepare(&mut connection).await?;
        Ok(connection)
    }
}

/// One hold, until it is dropped.
struct Held {
    holds: Holds,
    key: i64,
    at_server: bool,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.holds.0.taken().remove(&self.key);
        // A process that ends needs to say nothing.
        if self.at_server
            && let Ok(runtime) = Handle::try_current()
        {
            let (holds, key) = (self.holds.clone(), self.key);
            runtime.spawn(async move {
                if let Some(server) = &holds.0.server {
                    server.unlock(key).await;
                }
            });
        }
    }
}

/// The number of the lock for `name`. Should two names have one, the second waits for its next turn.
fn key(name: &str) -> i64 {
    Sha256::digest(name).first_chunk().map_or(0, |first| i64::from_be_bytes(*first))
}
