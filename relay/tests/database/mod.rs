//! The databases that tests of the store run on: SQLite in memory, and a PostgreSQL server that belongs to the test's
//! process. A test that is named in [`on_each_database`] runs on both, and asks for its store by [`empty`].

mod server;

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

/// Makes two tests of each function that is named: one on SQLite and one on PostgreSQL.
macro_rules! on_each_database {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    let name = concat!(module_path!(), "::", stringify!($name));
                    database::Database::Sqlite.run(name, super::$name()).await;
                }
            )+
        }

        mod postgres {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    let name = concat!(module_path!(), "::", stringify!($name));
                    database::Database::Postgres.run(name, super::$name()).await;
                }
            )+
        }
    };
}

pub(crate) use on_each_database;
