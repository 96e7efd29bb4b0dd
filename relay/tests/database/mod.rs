//! The databases that tests of the store run on: SQLite in memory, and a PostgreSQL server that belongs to the test's
//! process. A test asks for the database that it runs on by [`empty`]; `each.rs` names the tests.

pub(crate) mod server;

use std::future::Future;

use self::server::Server;

/// A database that a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// Runs `test` on this database. Where there is no PostgreSQL server, it says so, and `test` does not run.
    pub(crate) async fn run(self, name: &str, test: impl Future<Output = ()>) {
        if self == Self::Postgres
            && let Err(why) = Server::of_this_process()
        {
            server::say(&format!("not run: no PostgreSQL server here ({why}): {name}"));
            return;
        }
        Box::pin(OWN.scope(self, test)).await;
    }
}

/// The database of the running test.
pub(crate) fn own() -> Database {
    OWN.try_with(|own| *own).unwrap_or(Database::Sqlite)
}

/// The address of an empty database, which only the caller knows.
pub(crate) async fn empty() -> String {
    match own() {
        Database::Sqlite => "sqlite::memory:".to_owned(),
        Database::Postgres => Server::of_this_process().expect("it runs").empty().await,
    }
}

tokio::task_local! {
    static OWN: Database;
}
