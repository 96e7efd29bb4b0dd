//! Whether a store can be used, without a change to it.

use std::io;
use std::path::Path;
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, query};

use super::sqlite::MEMORY;
use super::{OpenError, postgres};

/// Whether the store at `address` can be used. A file that is not there can be made where its folder is.
///
/// # Errors
/// Those of [`SqlStore::open`](super::SqlStore::open), but for those of its tables: they are not brought up to date.
pub async fn probe(address: &str) -> Result<(), OpenError> {
    if let Some(("postgres" | "postgresql", _)) = address.split_once(':') {
        let options = PgConnectOptions::from_str(address).map_err(|_| OpenError::Address)?;
        let connection = postgres::connected(&options.application_name("ais-relay")).await?;
        let _ = connection.close().await;
        return Ok(());
    }
    let options = SqliteConnectOptions::from_str(address).map_err(|_| OpenError::Address)?;
    if address == MEMORY {
        return Ok(());
    }
    let file = options.get_filename();
    if !file.exists() {
        let folder = file.parent().filter(|folder| *folder != Path::new(""));
        let is_there = folder.is_none_or(Path::is_dir);
        let missing = || io::Error::new(io::ErrorKind::NotFound, "its folder is not there");
        return if is_there { Ok(()) } else { Err(missing().into()) };
    }
    let mut connection = SqliteConnection::connect_with(&options.read_only(true)).await?;
    query("SELECT name FROM sqlite_master LIMIT 1").fetch_optional(&mut connection).await?;
    let _ = connection.close().await;
    Ok(())
}
