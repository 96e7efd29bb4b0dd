//! The statements, each inside the transaction of its operation. They find rows and keep them; what becomes of a
//! link, [`Link`] says.

use protocol::id::ConsentId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteConnection;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

use super::Failure;
use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, StateKey};
use crate::link::state::{Event, Link, ReturnState, State};
use crate::store::Intent;

/// A row of which the body says all.
type Row = (String,);

pub(super) fn millis(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn body<T: Serialize>(value: &T) -> Result<String, Failure> {
    Ok(serde_json::to_string(value)?)
}

fn parsed<T: DeserializeOwned>(row: &Row) -> Result<T, Failure> {
    Ok(serde_json::from_str(&row.0)?)
}

fn all<T: DeserializeOwned>(rows: &[Row]) -> Result<Vec<T>, Failure> {
    rows.iter().map(parsed).collect()
}

/// Keeps a session until `expires` at least; until when it is kept now.
pub(super) async fn keep_session(
    db: &mut SqliteConnection,
    key: SessionKey,
    expires: Timestamp,
) -> Result<Timestamp, Failure> {
    let kept = query_scalar(
        "INSERT INTO sessions (key, expires) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET expires = \
         CASE WHEN sessions.expires < excluded.expires THEN excluded.expires ELSE sessions.expires END \
         RETURNING expires",
    )
    .bind(&key.as_bytes()[..])
    .bind(millis(expires))
    .fetch_one(db)
    .await?;
    Ok(moment(kept))
}

/// Keeps a new link; `false` where there is one with its id.
pub(super) async fn insert(db: &mut SqliteConnection, link: &Link) -> Result<bool, Failure> {
    let done = query(
        "INSERT INTO links (id, session, created, state, due, body) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(link.id.as_str())
    .bind(&link.session.as_bytes()[..])
    .bind(millis(link.created))
    .bind(link.state.word())
    .bind(link.due().map(millis))
    .bind(body(link)?)
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Writes what a link has become.
async fn write(db: &mut SqliteConnection, link: &Link) -> Result<(), Failure> {
    query("UPDATE links SET state = $2, due = $3, body = $4 WHERE id = $1")
        .bind(link.id.as_str())
        .bind(link.state.word())
        .bind(link.due().map(millis))
        .bind(body(link)?)
        .execute(db)
        .await?;
    Ok(())
}

/// A link, whether its session lasts or not.
async fn find(db: &mut SqliteConnection, id: &ConsentId) -> Result<Option<Link>, Failure> {
    let row: Option<Row> = query_as("SELECT body FROM links WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(db)
        .await?;
    row.as_ref().map(parsed).transpose()
}

/// Lets `change` change a link; what it has become, and what `change` says.
pub(super) async fn change<T>(
    db: &mut SqliteConnection,
    id: &ConsentId,
    change: impl FnOnce(&mut Link) -> T,
) -> Result<Option<(Link, T)>, Failure> {
    let Some(before) = find(db, id).await? else { return Ok(None) };
    let mut link = before.clone();
    let said = change(&mut link);
    if link != before {
        write(db, &link).await?;
    }
    Ok(Some((link, said)))
}

/// A link whose session has not expired, and the end of that.
pub(super) async fn get(
    db: &mut SqliteConnection,
    id: &ConsentId,
    now: Timestamp,
) -> Result<Option<(Link, Timestamp)>, Failure> {
    let row: Option<(String, i64)> = query_as(
        "SELECT links.body, sessions.expires FROM links \
         JOIN sessions ON sessions.key = links.session WHERE links.id = $1 AND sessions.expires > $2",
    )
    .bind(id.as_str())
    .bind(millis(now))
    .fetch_optional(db)
    .await?;
    row.map(|(body, expires)| Ok((serde_json::from_str(&body)?, moment(expires)))).transpose()
}

pub(super) async fn of_session(
    db: &mut SqliteConnection,
    session: SessionKey,
    now: Timestamp,
) -> Result<Vec<Link>, Failure> {
    let rows: Vec<Row> = query_as(
        "SELECT links.body FROM links JOIN sessions ON sessions.key = links.session \
         WHERE links.session = $1 AND sessions.expires > $2 ORDER BY links.created DESC, links.id LIMIT 50",
    )
    .bind(&session.as_bytes()[..])
    .bind(millis(now))
    .fetch_all(db)
    .await?;
    all(&rows)
}

pub(super) async fn due(db: &mut SqliteConnection, now: Timestamp) -> Result<Vec<Link>, Failure> {
    let rows: Vec<Row> = query_as(
        "SELECT body FROM links WHERE state = 'awaitDeletion' AND due <= $1 \
         ORDER BY due, created, id LIMIT 100",
    )
    .bind(millis(now))
    .fetch_all(db)
    .await?;
    all(&rows)
}

pub(super) async fn remove(db: &mut SqliteConnection, id: &ConsentId) -> Result<(), Failure> {
    query("DELETE FROM links WHERE id = $1").bind(id.as_str()).execute(db).await?;
    Ok(())
}

pub(super) async fn remove_session(
    db: &mut SqliteConnection,
    session: SessionKey,
    now: Timestamp,
) -> Result<(), Failure> {
    let key = &session.as_bytes()[..];
    let links: Vec<Row> =
        query_as("SELECT body FROM links WHERE session = $1").bind(key).fetch_all(&mut *db).await?;
    for mut link in all::<Link>(&links)? {
        link.apply(Event::Abandoned, now);
        match &link.state {
            State::AwaitDeletion { .. } => write(db, &link).await?,
            _ => remove(db, &link.id).await?,
        }
    }
    query("DELETE FROM returns WHERE session = $1").bind(key).execute(&mut *db).await?;
    query("DELETE FROM sessions WHERE key = $1").bind(key).execute(db).await?;
    Ok(())
}

pub(super) async fn sweep(db: &mut SqliteConnection, now: Timestamp) -> Result<bool, Failure> {
    let mut changed = 0;
    let expired: Vec<(Vec<u8>,)> = query_as("SELECT key FROM sessions WHERE expires <= $1")
        .bind(millis(now))
        .fetch_all(&mut *db)
        .await?;
    for (key,) in &expired {
        let key = key.as_slice().try_into().map_err(|_| Failure::Key)?;
        remove_session(db, SessionKey::from_bytes(key), now).await?;
        changed += 1;
    }
    query("DELETE FROM returns WHERE expires <= $1")
        .bind(millis(now) - DAY)
        .execute(&mut *db)
        .await?;
    let links: Vec<Row> =
        query_as("SELECT body FROM links WHERE due <= $1 AND state <> 'awaitDeletion'")
            .bind(millis(now))
            .fetch_all(&mut *db)
            .await?;
    for mut link in all::<Link>(&links)? {
        link.apply(Event::Tick, now);
        write(db, &link).await?;
        changed += 1;
    }
    let left = "DELETE FROM links WHERE state <> 'awaitDeletion' \
                AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.key = links.session)";
    changed += query(left).execute(db).await?.rows_affected();
    Ok(changed > 0)
}

/// The number of rows of the table, of sessions and links, that has more.
pub(super) async fn fullest(db: &mut SqliteConnection) -> Result<i64, Failure> {
    let (sessions, links): (i64, i64) =
        query_as("SELECT (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM links)")
            .fetch_one(db)
            .await?;
    Ok(sessions.max(links))
}

/// Removes links that are over, and sessions without a link, and ends links without an approval: `some` of each, the
/// oldest.
pub(super) async fn clear(
    db: &mut SqliteConnection,
    some: i64,
    now: Timestamp,
) -> Result<(), Failure> {
    query(
        "DELETE FROM links WHERE id IN \
         (SELECT id FROM links WHERE state IN ('over', 'deleted') ORDER BY created LIMIT $1)",
    )
    .bind(some)
    .execute(&mut *db)
    .await?;
    query(
        "DELETE FROM sessions WHERE key IN (SELECT key FROM sessions WHERE NOT EXISTS \
         (SELECT 1 FROM links WHERE links.session = sessions.key) ORDER BY expires LIMIT $1)",
    )
    .bind(some)
    .execute(&mut *db)
    .await?;
    let links: Vec<Row> = query_as(
        "SELECT body FROM links WHERE state IN ('awaitAuthorisation', 'awaitApproval') AND created <= $1 \
         ORDER BY created LIMIT $2",
    )
    .bind(millis(now) - HOUR)
    .bind(some)
    .fetch_all(&mut *db)
    .await?;
    for mut link in all::<Link>(&links)? {
        link.apply(Event::Abandoned, now);
        write(db, &link).await?;
    }
    Ok(())
}

pub(super) async fn insert_return(
    db: &mut SqliteConnection,
    key: StateKey,
    awaited: &ReturnState,
) -> Result<(), Failure> {
    query(
        "INSERT INTO returns (key, consent, session, expires, body) \
         SELECT $1, id, $3, $4, $5 FROM links WHERE id = $2",
    )
    .bind(&key.as_bytes()[..])
    .bind(awaited.consent.as_str())
    .bind(&awaited.session.as_bytes()[..])
    .bind(millis(awaited.expires))
    .bind(body(awaited)?)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn get_return(
    db: &mut SqliteConnection,
    key: StateKey,
) -> Result<Option<ReturnState>, Failure> {
    let row: Option<Row> = query_as("SELECT body FROM returns WHERE key = $1")
        .bind(&key.as_bytes()[..])
        .fetch_optional(db)
        .await?;
    row.as_ref().map(parsed).transpose()
}

pub(super) async fn write_return(
    db: &mut SqliteConnection,
    key: StateKey,
    state: &ReturnState,
) -> Result<(), Failure> {
    query("UPDATE returns SET body = $2 WHERE key = $1")
        .bind(&key.as_bytes()[..])
        .bind(body(state)?)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn intend(db: &mut SqliteConnection, intent: &Intent) -> Result<(), Failure> {
    query("INSERT INTO intents (request, begun, body) VALUES ($1, $2, $3)")
        .bind(intent.request.to_string())
        .bind(millis(intent.begun))
        .bind(body(intent)?)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn forget_intent(db: &mut SqliteConnection, request: Uuid) -> Result<(), Failure> {
    query("DELETE FROM intents WHERE request = $1").bind(request.to_string()).execute(db).await?;
    Ok(())
}

pub(super) async fn take_intents(
    db: &mut SqliteConnection,
    before: Timestamp,
) -> Result<Vec<Intent>, Failure> {
    let rows: Vec<Row> = query_as("DELETE FROM intents WHERE begun < $1 RETURNING body")
        .bind(millis(before))
        .fetch_all(db)
        .await?;
    all(&rows)
}

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
