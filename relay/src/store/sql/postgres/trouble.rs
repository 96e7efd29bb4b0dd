//! Why a relay cannot start with PostgreSQL, and what to do about it. A server's own messages name users and
//! statements; what is said here does not.

use std::io;

use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;
use thiserror::Error;

/// Why PostgreSQL cannot be used as a store.
#[derive(Debug, Error)]
pub enum Trouble {
    /// No server answers.
    #[error(
        "no PostgreSQL server answers at {place} ({why}): start it, or correct AIS_RELAY_STORE"
    )]
    Unreachable {
        /// Where it was looked for.
        place: String,
        /// What the system says.
        why: io::ErrorKind,
    },
    /// The server does not take the user or the password.
    #[error(
        "the PostgreSQL server at {place} refuses the user, the password or the sslmode of AIS_RELAY_STORE: correct it, or \
         the server's pg_hba.conf"
    )]
    Refused {
        /// Where the server is.
        place: String,
    },
    /// The server has no such database.
    #[error(
        "the PostgreSQL server at {place} has no database \"{name}\": make it with `createdb {name}`"
    )]
    NoDatabase {
        /// Where the server is.
        place: String,
        /// The database's name.
        name: String,
    },
    /// The server is older than what the relay's statements need.
    #[error("the PostgreSQL server has version {version}: the relay needs 15 or later")]
    TooOld {
        /// Its major version.
        version: i32,
    },
    /// No TLS with the server.
    #[error(
        "no TLS with the PostgreSQL server at {place} ({why}): sslmode and sslrootcert in AIS_RELAY_STORE say what is \
         wanted"
    )]
    Tls {
        /// Where the server is.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// The server has no connection left for the relay.
    #[error("the PostgreSQL server at {place} has no connection left: raise its max_connections")]
    Full {
        /// Where the server is.
        place: String,
    },
    /// The user may not make tables.
    #[error(
        "the relay's user may not make tables in the database \"{name}\": make the user its owner, or grant CREATE on \
         its schema"
    )]
    NoRight {
        /// The database's name.
        name: String,
    },
    /// The tables are a newer relay's, or not a relay's.
    #[error("the tables in the database \"{name}\" cannot be brought up to date: {why}")]
    Tables {
        /// The database's name.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// Anything else, with the code that PostgreSQL's documentation explains.
    #[error("the PostgreSQL server at {place} cannot be used ({why})")]
    Other {
        /// Where the server is.
        place: String,
        /// The SQLSTATE, or the kind of fault.
        why: String,
    },
}

impl Trouble {
    pub(super) fn of(error: sqlx::Error, options: &PgConnectOptions) -> Self {
        let place = place(options);
        let why = match error {
            sqlx::Error::Io(error) => {
                let tls = error.get_ref().and_then(|why| why.downcast_ref::<rustls::Error>());
                return match tls {
                    Some(why) => Self::Tls { place, why: why.to_string() },
                    None => Self::Unreachable { place, why: error.kind() },
                };
            }
            sqlx::Error::PoolTimedOut => {
                return Self::Unreachable { place, why: io::ErrorKind::TimedOut };
            }
            sqlx::Error::Tls(why) => return Self::Tls { place, why: why.to_string() },
            sqlx::Error::Database(error) => error.code().unwrap_or_default().into_owned(),
            _ => "an answer that is not PostgreSQL's".to_owned(),
        };
        match why.as_str() {
            "28000" | "28P01" => Self::Refused { place },
            "3D000" => Self::NoDatabase { place, name: name(options) },
            "42501" => Self::NoRight { name: name(options) },
            "53300" => Self::Full { place },
            _ => Self::Other { place, why },
        }
    }

    pub(super) fn of_tables(error: MigrateError, options: &PgConnectOptions) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                Self::of(error, options)
            }
            error => Self::Tables { name: name(options), why: error.to_string() },
        }
    }
}

/// Where the server is, as the log may show it.
fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// The database, which has the user's name where none is given.
fn name(options: &PgConnectOptions) -> String {
    options.get_database().unwrap_or_else(|| options.get_username()).to_owned()
}
