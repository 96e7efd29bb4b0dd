//! Names the tests that run on each database, or on PostgreSQL alone. A function that is not named does not compile.

/// Makes two tests of each function that is named: one on SQLite and one on PostgreSQL.
macro_rules! on_each_database {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            use super::*;

            $(
                #[tokio::test]
                async fn $name() {
                    let name = concat!(module_path!(), "::", stringify!($name));
                    database::Database::Sqlite.run(name, super::$name()).await;
                }
            )+
        }

        mod postgres {
            use super::*;

            $(
                #[tokio::test]
                async fn $name() {
                    let name = concat!(module_path!(), "::", stringify!($name));
                    database::Database::Postgres.run(name, super::$name()).await;
                }
            )+
        }
    };
}

/// Makes a test on PostgreSQL of each function that is named.
macro_rules! on_postgres {
    ($($name:ident),+ $(,)?) => {
        mod postgres {
            use super::*;

            $(
                #[tokio::test]
                async fn $name() {
                    let name = concat!(module_path!(), "::", stringify!($name));
                    database::Database::Postgres.run(name, super::$name()).await;
                }
            )+
        }
    };
}

pub(crate) use {on_each_database, on_postgres};
