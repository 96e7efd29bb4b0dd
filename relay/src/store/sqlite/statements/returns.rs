//! Returns that are awaited, and what they mean: noted in one transaction with their use.

use protocol::wire::Returned;
use sqlx::{Sqlite, Transaction, query};

use super::SqliteStore;
use crate::crypto::key::StateKey;
use crate::link::record::{ReturnState, Use};
use crate::store::rows;
use crate::store::rows::hex;

impl SqliteStore {
    pub(in crate::store::sqlite) async fn keep(
        &self,
        key: StateKey,
        state: ReturnState,
    ) -> Result<(), sqlx::Error> {
        query(
            "INSERT INTO returns (key, session, consent, authorisation, kind, expires, used) \
             SELECT $1, $2, id, $4, $5, $6, 0 FROM consents WHERE id = $3",
        )
        .bind(hex(key.as_bytes()))
        .bind(hex(state.session.as_bytes()))
        .bind(state.consent.as_str())
        .bind(state.authorisation.as_str())
        .bind(rows::kind(state.kind))
        .bind(rows::millis(state.expires))
        .execute(&self.pool)
        .await
        .map(drop)
    }

    pub(in crate::store::sqlite) async fn spend(
        &self,
        key: StateKey,
        used: Use,
    ) -> Result<bool, sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        let key = hex(key.as_bytes());
        if !take(&mut tx, &key, &used).await? {
            return Ok(false);
        }
        let returned = match used {
            Use::Own(returned) => returned,
            Use::Exchange(_) => Some(Returned::Exchanging),
            Use::Foreign => Some(Returned::Foreign),
        };
        if let Some(returned) = returned {
            came_back(&mut tx, &key, &returned).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// Uses a state, unless somebody has. A use in another browser is the first that ends the consent: whoever
/// began may have used the state up beforehand, so that nobody would notice.
async fn take(
    tx: &mut Transaction<'_, Sqlite>,
    key: &str,
    used: &Use,
) -> Result<bool, sqlx::Error> {
    let statement = match used {
        Use::Own(_) => query("UPDATE returns SET used = 1 WHERE key = $1 AND used = 0").bind(key),
        Use::Exchange(code) => {
            query("UPDATE returns SET used = 1, code = $2 WHERE key = $1 AND used = 0")
                .bind(key)
                .bind(hex(code.as_bytes()))
        }
        Use::Foreign => query(
            "UPDATE consents SET ended = 'here', psu = NULL WHERE ended = 'no' \
             AND id = (SELECT consent FROM returns WHERE key = $1)",
        )
        .bind(key),
    };
    let is_first = statement.execute(&mut **tx).await?.rows_affected() > 0;
    if is_first && *used == Use::Foreign {
        let statement = query("UPDATE returns SET used = 1 WHERE key = $1").bind(key);
        statement.execute(&mut **tx).await?;
    }
    Ok(is_first)
}

/// Notes how the person of an authorisation came back. But for an exchange that begins, no further step of it
/// needs their id.
async fn came_back(
    tx: &mut Transaction<'_, Sqlite>,
    key: &str,
    returned: &Returned,
) -> Result<(), sqlx::Error> {
    query(
        "UPDATE authorisations SET returned = $2 \
         WHERE consent = (SELECT consent FROM returns WHERE key = $1) \
         AND id = (SELECT authorisation FROM returns WHERE key = $1) \
         AND ($2 = 'foreign' OR returned IS NULL OR returned NOT IN ('completed', 'foreign'))",
    )
    .bind(key)
    .bind(returned.as_str())
    .execute(&mut **tx)
    .await?;
    if *returned != Returned::Exchanging {
        let statement = "UPDATE consents SET psu = NULL \
             WHERE id = (SELECT consent FROM returns WHERE key = $1) \
             AND (psu NOT LIKE 'accounts.%' OR $2 <> 'completed')";
        query(statement).bind(key).bind(returned.as_str()).execute(&mut **tx).await?;
    }
    Ok(())
}
