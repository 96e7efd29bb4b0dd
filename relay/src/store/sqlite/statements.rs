//! The statements: each one alone, or several in a transaction.

mod facts;
mod intents;
mod returns;
mod room;

use protocol::id::{AffiliatedId, ConsentId};
use protocol::wire::Entry;
use sqlx::query;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::{Fault, SqliteStore};
use crate::clock::Timestamp;
use crate::crypto::key::SessionKey;
use crate::link::record::{Authorisation, Consent, Deletion, Ended};
use crate::store::rows;
use crate::store::rows::{hex, optional};

/// Ends the consents under a condition that the bank may still honour, and of which no page was told as
/// linked. Of one that a page was told of, the host has the id, and may use it.
macro_rules! end_untold {
    ($condition:literal) => {
        concat!(
            "UPDATE consents SET ended = 'here', psu = NULL WHERE ended = 'no' AND listed = 0 \
             AND status NOT IN ('rejected', 'revokedByPsu', 'expired', 'terminatedByTpp') AND ",
            $condition
        )
    };
}

impl SqliteStore {
    pub(super) async fn bind(
        &self,
        consent: Consent,
        expires: Timestamp,
        intent: Option<Uuid>,
    ) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        if let Some(request) = intent {
            query("DELETE FROM intents WHERE request = $1")
                .bind(request.to_string())
                .execute(&mut *tx)
                .await?;
        }
        query(
            "INSERT INTO sessions (key, expires) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE \
             SET expires = excluded.expires WHERE sessions.expires < excluded.expires",
        )
        .bind(hex(consent.session.as_bytes()))
        .bind(rows::millis(expires))
        .execute(&mut *tx)
        .await?;
        query(
            "INSERT INTO consents (id, session, bank, affiliated, context, redirect_preferred, \
             status, valid_until, created, return_page, psu, ended, listed, entry) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(consent.id.as_str())
        .bind(hex(consent.session.as_bytes()))
        .bind(consent.bank.as_str())
        .bind(optional(consent.affiliated.as_ref().map(AffiliatedId::as_str)))
        .bind(consent.context.as_str())
        .bind(consent.redirect_preferred.map(|preferred| preferred.to_string()))
        .bind(consent.status.as_str())
        .bind(&consent.valid_until)
        .bind(rows::millis(consent.created))
        .bind(consent.return_page.as_ref().map(ToString::to_string))
        .bind(consent.psu.as_ref().map(|psu| psu.as_str().to_owned()))
        .bind(rows::ended(consent.ended))
        .bind(i64::from(consent.listed))
        .bind(consent.entry.as_ref().and_then(Entry::encoded))
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    pub(super) async fn add(
        &self,
        consent: &ConsentId,
        authorisation: Authorisation,
    ) -> Result<(), sqlx::Error> {
        // A consent that was forgotten meanwhile has no authorisations either.
        query(
            "INSERT INTO authorisations \
             (consent, id, number, started, method, approach, status, returned) \
             SELECT consents.id, $2, COALESCE(MAX(authorisations.number), 0) + 1, $3, $4, $5, $6, $7 \
             FROM consents LEFT JOIN authorisations ON authorisations.consent = consents.id \
             WHERE consents.id = $1 GROUP BY consents.id ON CONFLICT (consent, id) DO NOTHING",
        )
        .bind(consent.as_str())
        .bind(authorisation.id.as_str())
        .bind(rows::millis(authorisation.started))
        .bind(authorisation.method.as_ref().map(|method| method.as_str().to_owned()))
        .bind(authorisation.approach.as_ref().map(|approach| approach.as_str().to_owned()))
        .bind(authorisation.status.as_str())
        .bind(authorisation.returned.as_ref().map(|returned| returned.as_str().to_owned()))
        .execute(&self.pool)
        .await
        .map(drop)
    }

    pub(super) async fn find(
        &self,
        consent: &ConsentId,
        now: Timestamp,
    ) -> Result<Option<Consent>, Fault> {
        let row = query(
            "SELECT consents.* FROM consents JOIN sessions ON sessions.key = consents.session \
             WHERE consents.id = $1 AND sessions.expires > $2",
        )
        .bind(consent.as_str())
        .bind(rows::millis(now))
        .fetch_optional(&self.pool)
        .await?;
        match row {
            Some(row) => self.whole(&row).await.map(Some),
            None => Ok(None),
        }
    }

    pub(super) async fn of(
        &self,
        session: SessionKey,
        now: Timestamp,
    ) -> Result<Vec<Consent>, Fault> {
        let rows = query(
            "SELECT consents.* FROM consents JOIN sessions ON sessions.key = consents.session \
             WHERE consents.session = $1 AND sessions.expires > $2 \
             ORDER BY consents.created DESC, consents.id LIMIT 50",
        )
        .bind(hex(session.as_bytes()))
        .bind(rows::millis(now))
        .fetch_all(&self.pool)
        .await?;
        let mut consents = Vec::with_capacity(rows.len());
        for row in &rows {
            consents.push(self.whole(row).await?);
        }
        Ok(consents)
    }

    pub(super) async fn due(&self, now: Timestamp) -> Result<Vec<Deletion>, Fault> {
        let rows = query(
            "SELECT * FROM consents WHERE ended = $1 AND deletion_due <= $2 \
             ORDER BY deletion_due, created, id LIMIT 100",
        )
        .bind(rows::ended(Ended::Here))
        .bind(rows::millis(now))
        .fetch_all(&self.pool)
        .await?;
        let mut deletions = Vec::with_capacity(rows.len());
        for row in &rows {
            let (consent, failures) = (self.whole(row).await?, rows::failures(row)?);
            deletions.push(Deletion { consent, failures });
        }
        Ok(deletions)
    }

    /// The consent in a row, with its authorisations.
    async fn whole(&self, row: &SqliteRow) -> Result<Consent, Fault> {
        let mut consent = rows::consent(row)?;
        let rows =
            query("SELECT * FROM authorisations WHERE consent = $1 ORDER BY started, number")
                .bind(consent.id.as_str())
                .fetch_all(&self.pool)
                .await?;
        consent.authorisations = rows.iter().map(rows::authorisation).collect::<Result<_, _>>()?;
        Ok(consent)
    }

    pub(super) async fn forget(&self, session: SessionKey) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        let key = hex(session.as_bytes());
        query(end_untold!("session = $1")).bind(&key).execute(&mut *tx).await?;
        query("DELETE FROM sessions WHERE key = $1").bind(&key).execute(&mut *tx).await?;
        query("DELETE FROM returns WHERE session = $1").bind(&key).execute(&mut *tx).await?;
        query("DELETE FROM consents WHERE session = $1 AND ended <> $2")
            .bind(&key)
            .bind(rows::ended(Ended::Here))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn sweep(&self, now: Timestamp) -> Result<(), sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        let now = rows::millis(now);
        query(end_untold!("session IN (SELECT key FROM sessions WHERE expires <= $1)"))
            .bind(now)
            .execute(&mut *tx)
            .await?;
        query("DELETE FROM sessions WHERE expires <= $1").bind(now).execute(&mut *tx).await?;
        query(
            "DELETE FROM returns WHERE expires <= $1 OR session NOT IN (SELECT key FROM sessions)",
        )
        .bind(now - rows::DAY)
        .execute(&mut *tx)
        .await?;
        // The answer that told of it may have been lost on its way to the browser.
        query(
            "UPDATE consents SET ended = 'here', psu = NULL WHERE ended = 'no' \
             AND created <= $1 AND status = 'received' AND approved IS NULL \
             AND NOT EXISTS (SELECT 1 FROM authorisations WHERE consent = consents.id)",
        )
        .bind(now - rows::UNUSED)
        .execute(&mut *tx)
        .await?;
        // Banks end what nobody goes on with within minutes.
        query("UPDATE consents SET psu = NULL WHERE psu IS NOT NULL AND created <= $1")
            .bind(now - rows::HOUR)
            .execute(&mut *tx)
            .await?;
        query(
            "DELETE FROM consents WHERE session NOT IN (SELECT key FROM sessions) \
             AND (ended <> $1 OR deletion_failures >= $2)",
        )
        .bind(rows::ended(Ended::Here))
        .bind(rows::TRIES)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}
