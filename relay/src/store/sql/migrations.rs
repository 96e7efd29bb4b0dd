//! The steps by which the tables came to be what they are. A step that was released never changes: mend it by a
//! further one. The steps after the seventh are the same in both databases.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType};

/// The step `number`, with what it says.
pub(super) fn step(number: i64, name: &'static str, sql: &'static str) -> Migration {
    Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
}

/// The steps that both databases take, in the SQL that both understand.
pub(super) fn shared() -> Vec<Migration> {
    vec![
        step(8, "hosts", include_str!("migrations/8_hosts.sql")),
        step(9, "views", include_str!("migrations/9_views.sql")),
    ]
}
