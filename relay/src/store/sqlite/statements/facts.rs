//! What is learned of a consent: what is final does not change again.

use protocol::id::{ConsentId, MethodId};
use protocol::wire::{ConsentStatus, Returned, ScaStatus};
use sqlx::query;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};

use super::SqliteStore;
use crate::clock::Timestamp;
use crate::link::record::Fact;
use crate::store::rows;
use crate::store::rows::optional;

impl SqliteStore {
    pub(in crate::store::sqlite) async fn note(
        &self,
        consent: &ConsentId,
        fact: Fact,
        now: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let consent = consent.as_str();
        let now = rows::millis(now);
        let mut tx = self.pool.begin().await?;
        statement(consent, &fact, now).execute(&mut *tx).await?;
        if approves(&fact) {
            query("UPDATE consents SET approved = $2 WHERE id = $1 AND approved IS NULL")
                .bind(consent)
                .bind(now)
                .execute(&mut *tx)
                .await?;
        }
        // What is final is not learned again, so that this must not be left for later.
        let forget = match use_left(&fact) {
            UseLeft::Steps => None,
            UseLeft::Accounts => {
                Some("UPDATE consents SET psu = NULL WHERE id = $1 AND psu NOT LIKE 'accounts.%'")
            }
            UseLeft::None => Some("UPDATE consents SET psu = NULL WHERE id = $1"),
        };
        if let Some(forget) = forget {
            query(forget).bind(consent).execute(&mut *tx).await?;
        }
        tx.commit().await
    }
}

type Statement<'a> = Query<'a, Sqlite, SqliteArguments>;

/// What a fact changes.
fn statement<'a>(consent: &'a str, fact: &'a Fact, now: i64) -> Statement<'a> {
    match fact {
        Fact::Status(status) => query(
            "UPDATE consents SET status = $2 WHERE id = $1 AND status NOT IN \
             ('rejected', 'revokedByPsu', 'expired', 'terminatedByTpp')",
        )
        .bind(consent)
        .bind(status.as_str()),
        Fact::Sca(authorisation, status) => query(
            "UPDATE authorisations SET status = $3 WHERE consent = $1 AND id = $2 \
             AND status NOT IN ('finalised', 'exempted', 'failed')",
        )
        .bind(consent)
        .bind(authorisation.as_str())
        .bind(status.as_str()),
        Fact::Method(authorisation, method, approach) => query(
            // Once it goes through the bank's page, it does.
            "UPDATE authorisations SET method = $3, \
             approach = CASE WHEN approach = 'REDIRECT' THEN approach ELSE $4 END \
             WHERE consent = $1 AND id = $2",
        )
        .bind(consent)
        .bind(authorisation.as_str())
        .bind(optional(method.as_ref().map(MethodId::as_str)))
        .bind(approach.as_str()),
        Fact::Returned(authorisation, returned) => query(
            "UPDATE authorisations SET returned = $3 \
             WHERE consent = $1 AND id = $2 \
             AND (returned IS NULL OR returned NOT IN ('completed', 'foreign'))",
        )
        .bind(consent)
        .bind(authorisation.as_str())
        .bind(returned.as_str()),
        Fact::Listed => query("UPDATE consents SET listed = 1 WHERE id = $1").bind(consent),
        Fact::Ended(ended) => query("UPDATE consents SET ended = $2, psu = NULL WHERE id = $1")
            .bind(consent)
            .bind(rows::ended(*ended)),
        Fact::NotDeleted { again } => query(
            "UPDATE consents SET deletion_failures = deletion_failures + 1, deletion_due = $2 \
             WHERE id = $1",
        )
        .bind(consent)
        .bind(rows::millis(*again)),
        // How they came back is known already where a bank has two links for one authorisation.
        Fact::Arrived(authorisation) => query(
            "UPDATE authorisations SET arrived = $3 \
             WHERE consent = $1 AND id = $2 AND returned IS NULL",
        )
        .bind(consent)
        .bind(authorisation.as_str())
        .bind(now),
    }
}

/// Whether a fact is the bank's word that it has the person's approval.
fn approves(fact: &Fact) -> bool {
    match fact {
        Fact::Sca(_, status) => matches!(status, ScaStatus::Finalised | ScaStatus::Exempted),
        Fact::Status(status) => *status == ConsentStatus::Valid,
        _ => false,
    }
}

/// What the person's id is still good for.
enum UseLeft {
    /// For further steps of the authorisation.
    Steps,
    /// For the list of accounts, at a bank that wants to hear it there.
    Accounts,
    /// For nothing.
    None,
}

fn use_left(fact: &Fact) -> UseLeft {
    match fact {
        Fact::Sca(_, ScaStatus::Failed) | Fact::Listed => UseLeft::None,
        Fact::Status(ConsentStatus::Valid) | Fact::Returned(_, Returned::Completed) => {
            UseLeft::Accounts
        }
        Fact::Sca(_, status) if status.is_final() => UseLeft::Accounts,
        Fact::Status(status) if *status != ConsentStatus::Received => UseLeft::None,
        Fact::Returned(_, returned) if *returned != Returned::Exchanging => UseLeft::None,
        _ => UseLeft::Steps,
    }
}
