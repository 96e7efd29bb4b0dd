//! Consents that the platform is about to be asked for.

use sqlx::query;
use uuid::Uuid;

use super::{Fault, SqliteStore};
use crate::clock::Timestamp;
use crate::link::record::Intent;
use crate::store::rows;

impl SqliteStore {
    pub(in crate::store::sqlite) async fn intend_one(
        &self,
        intent: Intent,
    ) -> Result<(), sqlx::Error> {
        query("INSERT INTO intents (request, bank, context, begun) VALUES ($1, $2, $3, $4)")
            .bind(intent.request.to_string())
            .bind(intent.bank.as_str())
            .bind(intent.context.as_str())
            .bind(rows::millis(intent.begun))
            .execute(&self.pool)
            .await
            .map(drop)
    }

    pub(in crate::store::sqlite) async fn drop_intent(
        &self,
        request: Uuid,
    ) -> Result<(), sqlx::Error> {
        query("DELETE FROM intents WHERE request = $1")
            .bind(request.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    pub(in crate::store::sqlite) async fn take_old_intents(
        &self,
        before: Timestamp,
    ) -> Result<Vec<Intent>, Fault> {
        // One statement: a transaction that reads before it writes would not wait for its turn.
        let rows = query("DELETE FROM intents WHERE begun < $1 RETURNING *")
            .bind(rows::millis(before))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(rows::intent).collect()
    }
}
