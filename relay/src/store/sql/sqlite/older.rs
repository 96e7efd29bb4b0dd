//! The rows of stores of older relays, which kept a consent, its authorisations and its returns apart, and keys in
//! hexadecimal: each consent becomes a [`Link`], in one transaction with the end of the older tables.

use std::str::FromStr;

use protocol::wire::{Approach, ConsentStatus, Entry, Returned, ScaStatus};
use sqlx::sqlite::{Sqlite, SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Decode, Row as _, Type, query, query_scalar, raw_sql};

use super::super::db::Db;
use super::super::statements;
use crate::clock::Timestamp;
use crate::crypto::key::{CodeKey, SessionKey, StateKey};
use crate::crypto::seal::Sealed;
use crate::link::return_page::KeptPage;
use crate::link::state::{
    Authorisation, Cause, Link, Listed, Return, ReturnKind, ReturnState, State, Terms, Used, Way,
};
use crate::store::Intent;

/// Brings over what an older relay has left, if one has.
pub(in crate::store::sql) async fn bring(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    // Of two relays that start at once, the second finds nothing left.
    let tables: i64 =
        query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = 'old_consents'")
            .fetch_one(&mut *tx)
            .await?;
    if tables > 0 {
        sessions(&mut tx).await?;
        links(&mut tx).await?;
        returns(&mut tx).await?;
        intents(&mut tx).await?;
        for table in ["returns", "authorisations", "consents", "sessions", "intents"] {
            raw_sql(sqlx::AssertSqlSafe(format!("DROP TABLE old_{table}")))
                .execute(&mut *tx)
                .await?;
        }
    }
    tx.commit().await
}

async fn sessions(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for row in query("SELECT * FROM old_sessions").fetch_all(&mut *db).await? {
        let row = Old(&row);
        let (key, expires) = (SessionKey::from_bytes(row.key("key")?), row.moment("expires")?);
        statements::keep_session(&mut Db::Sqlite(db), key, expires).await.map_err(wrong)?;
    }
    Ok(())
}

async fn links(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for row in query("SELECT * FROM old_consents").fetch_all(&mut *db).await? {
        let ones =
            query("SELECT * FROM old_authorisations WHERE consent = $1 ORDER BY started, number")
                .bind(row.try_get::<String, _>("id")?)
                .fetch_all(&mut *db)
                .await?;
        statements::insert(&mut Db::Sqlite(db), &mut link(&Old(&row), &ones)?)
            .await
            .map_err(wrong)?;
    }
    Ok(())
}

fn link(row: &Old<'_>, ones: &[SqliteRow]) -> Result<Link, sqlx::Error> {
    let (status, created) =
        (ConsentStatus::from(row.get::<String>("status")?), row.moment("created")?);
    let foreign = ones.iter().map(Old).find(|one| {
        one.get::<Option<String>>("returned").is_ok_and(|it| it.as_deref() == Some("foreign"))
    });
    let cause = match foreign {
        Some(one) => Cause::Foreign { authorisation: one.parsed("id")? },
        None => Cause::Person,
    };
    let authorisations =
        ones.iter().map(|row| authorisation(&Old(row))).collect::<Result<Vec<_>, _>>()?;
    let is_approved = status == ConsentStatus::Valid
        || authorisations
            .iter()
            .any(|one| one.status.is_approved() || one.way == Way::AtBank(Return::Taken));
    let approved = row.perhaps_moment("approved")?.or(is_approved.then_some(created));
    let state = match (row.get::<String>("ended")?.as_str(), approved) {
        ("here", _) => State::AwaitDeletion {
            cause,
            status,
            failures: u32::try_from(row.get::<i64>("deletion_failures")?).unwrap_or_default(),
            due: row.moment("deletion_due")?,
        },
        ("everywhere", _) => State::Deleted { cause, status },
        (_, approved) if status.is_final() => State::Over { status, approved },
        (_, Some(since)) => State::Approved { since, status },
        (_, None) if status != ConsentStatus::Received => State::AwaitMore { status },
        (_, None) if authorisations.is_empty() => State::AwaitAuthorisation,
        (_, None) => State::AwaitApproval,
    };
    let entry: Option<String> = row.get("entry")?;
    Ok(Link {
        id: row.parsed("id")?,
        session: SessionKey::from_bytes(row.key("session")?),
        terms: Terms {
            bank: row.parsed("bank")?,
            affiliated: row.perhaps("affiliated")?,
            entry: entry.as_deref().and_then(Entry::decoded),
            context: row.parsed("context")?,
            redirect_preferred: row.perhaps("redirect_preferred")?,
            valid_until: row.get("valid_until")?,
            return_page: row.get::<Option<String>>("return_page")?.map(KeptPage::kept),
        },
        created,
        psu: row.get::<Option<String>>("psu")?.map(Sealed::kept),
        listed: if row.get::<i64>("listed")? == 0 { Listed::NotYet } else { Listed::Once },
        authorisations,
        valid_until: None,
        hosted: None,
        state,
    })
}

fn authorisation(row: &Old<'_>) -> Result<Authorisation, sqlx::Error> {
    let approach = row.get::<Option<String>>("approach")?.map(Approach::from);
    let returned = row.get::<Option<String>>("returned")?.map(Returned::from);
    let back = match (returned, row.perhaps_moment("arrived")?) {
        // That is the link's to say.
        (None | Some(Returned::Foreign), None) => None,
        (None | Some(Returned::Foreign), Some(at)) => Some(Return::Arrived { at }),
        (Some(Returned::Completed), Some(at)) => Some(Return::Confirmed { at }),
        (Some(Returned::Completed), None) => Some(Return::Taken),
        (Some(Returned::Exchanging), _) => Some(Return::Exchanging),
        (Some(Returned::Declined), _) => Some(Return::Declined),
        (Some(Returned::Late), _) => Some(Return::Late),
        (Some(Returned::ExchangeFailed), _) => Some(Return::ExchangeFailed),
        (Some(Returned::Failed | Returned::Unknown(_)), _) => Some(Return::Failed),
    };
    Ok(Authorisation {
        id: row.parsed("id")?,
        started: row.moment("started")?,
        method: row.perhaps("method")?,
        status: ScaStatus::from(row.get::<String>("status")?),
        way: match (approach, back) {
            // A person who came back from the bank's page had gone there.
            (_, Some(back)) => Way::AtBank(back),
            (Some(approach), None) => Way::of(approach),
            (None, None) => Way::Unknown,
        },
    })
}

async fn returns(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for row in query("SELECT * FROM old_returns").fetch_all(&mut *db).await? {
        let row = Old(&row);
        let code = row.get::<Option<String>>("code")?.map(|_| row.key("code")).transpose()?;
        let state = ReturnState {
            session: SessionKey::from_bytes(row.key("session")?),
            consent: row.parsed("consent")?,
            authorisation: row.parsed("authorisation")?,
            kind: match row.get::<String>("kind")?.as_str() {
                "code" => ReturnKind::Code,
                "plain" => ReturnKind::Plain,
                _ => ReturnKind::App,
            },
            expires: row.moment("expires")?,
            used: match (row.get::<i64>("used")?, code) {
                (0, _) => Used::NotYet,
                (_, Some(code)) => Used::WithCode(CodeKey::from_bytes(code)),
                (_, None) => Used::Once,
            },
        };
        let key = StateKey::from_bytes(row.key("key")?);
        statements::insert_return(&mut Db::Sqlite(db), key, &state).await.map_err(wrong)?;
    }
    Ok(())
}

async fn intents(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for row in query("SELECT * FROM old_intents").fetch_all(&mut *db).await? {
        let row = Old(&row);
        let intent = Intent {
            request: row.parsed("request")?,
            bank: row.parsed("bank")?,
            context: row.parsed("context")?,
            begun: row.moment("begun")?,
        };
        statements::intend(&mut Db::Sqlite(db), &intent).await.map_err(wrong)?;
    }
    Ok(())
}

/// A row of an older table.
struct Old<'a>(&'a SqliteRow);

impl<'a> Old<'a> {
    fn get<T: Decode<'a, Sqlite> + Type<Sqlite>>(
        &self,
        column: &'static str,
    ) -> Result<T, sqlx::Error> {
        self.0.try_get(column)
    }

    fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, sqlx::Error> {
        self.get::<String>(column)?.parse().map_err(|_| unknown(column))
    }

    fn perhaps<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, sqlx::Error> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| text.parse()).transpose().map_err(|_| unknown(column))
    }

    fn moment(&self, column: &'static str) -> Result<Timestamp, sqlx::Error> {
        self.get(column).map(statements::moment)
    }

    fn perhaps_moment(&self, column: &'static str) -> Result<Option<Timestamp>, sqlx::Error> {
        Ok(self.get::<Option<i64>>(column)?.map(statements::moment))
    }

    /// 32 bytes in hexadecimal.
    fn key(&self, column: &'static str) -> Result<[u8; 32], sqlx::Error> {
        let text: String = self.get(column)?;
        let digits = |place: usize| u8::from_str_radix(text.get(place..place + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(digits).collect();
        bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| unknown(column))
    }
}

fn unknown(column: &'static str) -> sqlx::Error {
    wrong(format!("the column {column} holds what no version of the relay wrote"))
}

fn wrong(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::Decode(why.into())
}
