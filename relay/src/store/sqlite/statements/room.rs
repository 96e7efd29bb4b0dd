//! Room for one more consent. An attacker with many addresses is beyond the limits per address, and must not fill
//! the disk.

use sqlx::{query, query_as};

use crate::clock::Timestamp;
use crate::store::rows;
use crate::store::sqlite::SqliteStore;

impl SqliteStore {
    pub(in crate::store::sqlite) async fn has_room(
        &self,
        most: i64,
        now: Timestamp,
    ) -> Result<bool, sqlx::Error> {
        if self.fullest().await? < most {
            return Ok(true);
        }
        // Several at once: the next ones find room without a search.
        let some = (most / SHARE).max(1);
        let mut tx = self.pool.begin().await?;
        query(
            "DELETE FROM consents WHERE id IN (SELECT id FROM consents WHERE ended = 'everywhere' \
             OR (ended = 'no' AND status IN ('rejected', 'revokedByPsu', 'expired', 'terminatedByTpp')) \
             ORDER BY created LIMIT $1)",
        )
        .bind(some)
        .execute(&mut *tx)
        .await?;
        query(
            "DELETE FROM sessions WHERE key IN (SELECT key FROM sessions WHERE NOT EXISTS \
             (SELECT 1 FROM consents WHERE consents.session = sessions.key) ORDER BY expires LIMIT $1)",
        )
        .bind(some)
        .execute(&mut *tx)
        .await?;
        query(
            "UPDATE consents SET ended = 'here', psu = NULL WHERE id IN (SELECT id FROM consents \
             WHERE ended = 'no' AND created <= $1 AND status = 'received' AND approved IS NULL \
             ORDER BY created LIMIT $2)",
        )
        .bind(rows::millis(now) - rows::HOUR)
        .bind(some)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(self.fullest().await? < most)
    }

    /// The number of rows of the table, of the two, that has more.
    async fn fullest(&self) -> Result<i64, sqlx::Error> {
        let (sessions, consents): (i64, i64) =
            query_as("SELECT (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM consents)")
                .fetch_one(&self.pool)
                .await?;
        Ok(sessions.max(consents))
    }
}

/// The part of a full table that is looked through at once.
const SHARE: i64 = 100;
