//! The statements, each inside the transaction of its operation. They find rows and keep them; what becomes of a
//! link, [`Link`] says.

use protocol::id::ConsentId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::db::Db;
use super::{Failure, hosts};
use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, StateKey};
use crate::host::follow;
use crate::link::state::{Cause, Event, Link, ReturnState, State, Terms};
use crate::store::Intent;

/// A row of which the body says all.
type Row = (String,);

pub(super) fn millis(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(u64::try_from(millis).unwrap_or_default())
}

pub(super) fn body<T: Serialize>(value: &T) -> Result<String, Failure> {
    Ok(serde_json::to_string(value)?)
}

pub(super) fn parsed<T: DeserializeOwned>(row: &Row) -> Result<T, Failure> {
    Ok(serde_json::from_str(&row.0)?)
}

pub(super) fn all<T: DeserializeOwned>(rows: &[Row]) -> Result<Vec<T>, Failure> {
    rows.iter().map(parsed).collect()
}

/// Keeps a session until `expires` at least; until when it is kept now.
pub(super) async fn keep_session(
    db: &mut Db<'_>,
    key: SessionKey,
    expires: Timestamp,
) -> Result<Timestamp, Failure> {
    let (kept,) = db.query(
        "INSERT INTO sessions (key, expires) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET expires = \
         CASE WHEN sessions.expires < excluded.expires THEN excluded.expires ELSE sessions.expires END \
         RETURNING expires",
    )
    .bind(&key.as_bytes()[..])
    .bind(millis(expires))
    .fetch_one()
    .await?;
    Ok(moment(kept))
}

/// Keeps a new link, and what follows from it; `false` where there is one with its id.
pub(super) async fn insert(db: &mut Db<'_>, link: &mut Link) -> Result<bool, Failure> {
    let now = link.created;
    let outcomes = follow(None, link, now);
    let done = db.query(
        "INSERT INTO links (id, session, created, state, due, body) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(link.id.as_str())
    .bind(&link.session.as_bytes()[..])
    .bind(millis(link.created))
    .bind(link.state.word())
    .bind(link.due().map(millis))
    .bind(body(link)?)
    .execute()
    .await?;
    let is_new = done > 0;
    if is_new {
        hosts::follow(db, outcomes, now).await?;
    }
    Ok(is_new)
}

/// Writes what a link has become, and what follows from it.
async fn write(
    db: &mut Db<'_>,
    before: &Link,
    link: &mut Link,
    now: Timestamp,
) -> Result<(), Failure> {
    let outcomes = follow(Some(before), link, now);
    hosts::follow(db, outcomes, now).await?;
    db.query("UPDATE links SET state = $2, due = $3, body = $4 WHERE id = $1")
        .bind(link.id.as_str())
        .bind(link.state.word())
        .bind(link.due().map(millis))
        .bind(body(link)?)
        .execute()
        .await?;
    Ok(())
}

/// A link, whether its session lasts or not. No other transaction changes it until this one ends.
async fn lock(db: &mut Db<'_>, id: &ConsentId) -> Result<Option<Link>, Failure> {
    let row: Option<Row> = db
        .query("SELECT body FROM links WHERE id = $1 FOR UPDATE")
        .bind(id.as_str())
        .fetch_optional()
        .await?;
    row.as_ref().map(parsed).transpose()
}

/// Lets `change` change a link; what it has become, and what `change` says.
pub(super) async fn change<T>(
    db: &mut Db<'_>,
    id: &ConsentId,
    change: impl FnOnce(&mut Link) -> T,
    now: Timestamp,
) -> Result<Option<(Link, T)>, Failure> {
    let Some(before) = lock(db, id).await? else { return Ok(None) };
    let mut link = before.clone();
    let said = change(&mut link);
    if link != before {
        write(db, &before, &mut link, now).await?;
    }
    Ok(Some((link, said)))
}

/// Ends a consent, so that it is deleted at the platform; one whose link was forgotten has `terms`.
pub(super) async fn end(
    db: &mut Db<'_>,
    id: &ConsentId,
    terms: Option<&Terms>,
    now: Timestamp,
) -> Result<(), Failure> {
    let ended = |link: &mut Link| link.apply(Event::End(Cause::Abandoned), now);
    if Box::pin(change(db, id, ended, now)).await?.is_none()
        && let Some(terms) = terms
    {
        let mut link = Link::new(id.clone(), NO_SESSION, terms.clone(), now);
        ended(&mut link);
        insert(db, &mut link).await?;
    }
    Ok(())
}

/// A link whose session has not expired, and the end of that.
pub(super) async fn get(
    db: &mut Db<'_>,
    id: &ConsentId,
    now: Timestamp,
) -> Result<Option<(Link, Timestamp)>, Failure> {
    let row: Option<(String, i64)> = db.query(
        "SELECT links.body, sessions.expires FROM links \
         JOIN sessions ON sessions.key = links.session WHERE links.id = $1 AND sessions.expires > $2",
    )
    .bind(id.as_str())
    .bind(millis(now))
    .fetch_optional()
    .await?;
    row.map(|(body, expires)| Ok((serde_json::from_str(&body)?, moment(expires)))).transpose()
}

pub(super) async fn of_session(
    db: &mut Db<'_>,
    session: SessionKey,
    now: Timestamp,
) -> Result<Vec<Link>, Failure> {
    let rows: Vec<Row> = db.query(
        "SELECT links.body FROM links JOIN sessions ON sessions.key = links.session \
         WHERE links.session = $1 AND sessions.expires > $2 ORDER BY links.created DESC, links.id LIMIT 50",
    )
    .bind(&session.as_bytes()[..])
    .bind(millis(now))
    .fetch_all()
    .await?;
    all(&rows)
}

pub(super) async fn due(db: &mut Db<'_>, now: Timestamp) -> Result<Vec<Link>, Failure> {
    let rows: Vec<Row> = db
        .query(
            "SELECT body FROM links WHERE state = 'awaitDeletion' AND due <= $1 \
         ORDER BY due, created, id LIMIT 100",
        )
        .bind(millis(now))
        .fetch_all()
        .await?;
    all(&rows)
}

pub(super) async fn remove(db: &mut Db<'_>, id: &ConsentId) -> Result<(), Failure> {
    db.query("DELETE FROM links WHERE id = $1").bind(id.as_str()).execute().await?;
    Ok(())
}

pub(super) async fn remove_session(
    db: &mut Db<'_>,
    session: SessionKey,
    now: Timestamp,
) -> Result<(), Failure> {
    let key = &session.as_bytes()[..];
    // Before its links: a new one waits here, and is then kept with a new session.
    let _: Option<(Vec<u8>,)> = db
        .query("SELECT key FROM sessions WHERE key = $1 FOR UPDATE")
        .bind(key)
        .fetch_optional()
        .await?;
    let links: Vec<Row> = db
        .query("SELECT body FROM links WHERE session = $1 ORDER BY id FOR UPDATE")
        .bind(key)
        .fetch_all()
        .await?;
    for before in all::<Link>(&links)? {
        let mut link = before.clone();
        link.apply(Event::Abandoned, now);
        match &link.state {
            State::AwaitDeletion { .. } => write(db, &before, &mut link, now).await?,
            _ => remove(db, &link.id).await?,
        }
    }
    db.query("DELETE FROM returns WHERE session = $1").bind(key).execute().await?;
    db.query("DELETE FROM sessions WHERE key = $1").bind(key).execute().await?;
    Ok(())
}

pub(super) async fn sweep(db: &mut Db<'_>, now: Timestamp) -> Result<bool, Failure> {
    let mut changed = 0;
    let expired: Vec<(Vec<u8>,)> = db
        .query("SELECT key FROM sessions WHERE expires <= $1 FOR UPDATE SKIP LOCKED")
        .bind(millis(now))
        .fetch_all()
        .await?;
    for (key,) in &expired {
        let key = key.as_slice().try_into().map_err(|_| Failure::Key)?;
        remove_session(db, SessionKey::from_bytes(key), now).await?;
        changed += 1;
    }
    let old = "DELETE FROM returns WHERE key IN \
               (SELECT key FROM returns WHERE expires <= $1 FOR UPDATE SKIP LOCKED)";
    db.query(old).bind(millis(now) - DAY).execute().await?;
    let links: Vec<Row> = db
        .query(
            "SELECT body FROM links WHERE due <= $1 AND state <> 'awaitDeletion' FOR UPDATE SKIP LOCKED",
        )
        .bind(millis(now))
        .fetch_all()
        .await?;
    for before in all::<Link>(&links)? {
        let mut link = before.clone();
        link.apply(Event::Tick, now);
        write(db, &before, &mut link, now).await?;
        changed += 1;
    }
    let left = "DELETE FROM links WHERE id IN (SELECT id FROM links WHERE state <> 'awaitDeletion' \
                AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.key = links.session) \
                FOR UPDATE SKIP LOCKED)";
    changed += db.query(left).execute().await?;
    Ok(changed > 0)
}

/// The number of rows of the table, of sessions and links, that has more.
pub(super) async fn fullest(db: &mut Db<'_>) -> Result<i64, Failure> {
    let (sessions, links): (i64, i64) = db
        .query("SELECT (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM links)")
        .fetch_one()
        .await?;
    Ok(sessions.max(links))
}

/// Removes links that are over, and sessions without a link, and ends links without an approval: `some` of each, the
/// oldest.
pub(super) async fn clear(db: &mut Db<'_>, some: i64, now: Timestamp) -> Result<(), Failure> {
    db.query(
        "DELETE FROM links WHERE id IN \
         (SELECT id FROM links WHERE state IN ('over', 'deleted') ORDER BY created LIMIT $1 \
          FOR UPDATE SKIP LOCKED)",
    )
    .bind(some)
    .execute()
    .await?;
    let empty: Vec<(Vec<u8>,)> = db
        .query(
            "SELECT key FROM sessions WHERE NOT EXISTS \
             (SELECT 1 FROM links WHERE links.session = sessions.key) ORDER BY expires LIMIT $1 \
             FOR UPDATE SKIP LOCKED",
        )
        .bind(some)
        .fetch_all()
        .await?;
    for (key,) in empty {
        // A link may have come to it before it was locked.
        let still = "DELETE FROM sessions WHERE key = $1 AND NOT EXISTS \
                     (SELECT 1 FROM links WHERE links.session = sessions.key)";
        db.query(still).bind(key).execute().await?;
    }
    let links: Vec<Row> = db.query(
        "SELECT body FROM links WHERE state IN ('awaitAuthorisation', 'awaitApproval') AND created <= $1 \
         ORDER BY created LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(millis(now) - HOUR)
    .bind(some)
    .fetch_all()
    .await?;
    for before in all::<Link>(&links)? {
        let mut link = before.clone();
        link.apply(Event::Abandoned, now);
        write(db, &before, &mut link, now).await?;
    }
    Ok(())
}

pub(super) async fn insert_return(
    db: &mut Db<'_>,
    key: StateKey,
    awaited: &ReturnState,
) -> Result<(), Failure> {
    db.query(
        "INSERT INTO returns (key, consent, session, expires, body) \
         SELECT $1, id, $3, $4, $5 FROM links WHERE id = $2 ON CONFLICT (key) DO NOTHING",
    )
    .bind(&key.as_bytes()[..])
    .bind(awaited.consent.as_str())
    .bind(&awaited.session.as_bytes()[..])
    .bind(millis(awaited.expires))
    .bind(body(awaited)?)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn get_return(
    db: &mut Db<'_>,
    key: StateKey,
) -> Result<Option<ReturnState>, Failure> {
    let row: Option<Row> = db
        .query("SELECT body FROM returns WHERE key = $1")
        .bind(&key.as_bytes()[..])
        .fetch_optional()
        .await?;
    row.as_ref().map(parsed).transpose()
}

/// Lets `change` change a return and its link; what the link has become, and what `change` says.
pub(super) async fn change_return(
    db: &mut Db<'_>,
    key: StateKey,
    change: impl FnOnce(&mut ReturnState, &mut Link) -> bool,
    now: Timestamp,
) -> Result<Option<(Link, bool)>, Failure> {
    let Some(state) = get_return(db, key).await? else { return Ok(None) };
    // The link is locked before its return, as everywhere; the return may have changed before that.
    let Some(before) = lock(db, &state.consent).await? else { return Ok(None) };
    let Some(mut state) = get_return(db, key).await? else { return Ok(None) };
    let mut link = before.clone();
    let said = change(&mut state, &mut link);
    if link != before {
        write(db, &before, &mut link, now).await?;
    }
    db.query("UPDATE returns SET body = $2 WHERE key = $1")
        .bind(&key.as_bytes()[..])
        .bind(body(&state)?)
        .execute()
        .await?;
    Ok(Some((link, said)))
}

pub(super) async fn intend(db: &mut Db<'_>, intent: &Intent) -> Result<(), Failure> {
    db.query("INSERT INTO intents (request, begun, body) VALUES ($1, $2, $3)")
        .bind(intent.request.to_string())
        .bind(millis(intent.begun))
        .bind(body(intent)?)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn forget_intent(db: &mut Db<'_>, request: Uuid) -> Result<(), Failure> {
    db.query("DELETE FROM intents WHERE request = $1").bind(request.to_string()).execute().await?;
    Ok(())
}

pub(super) async fn take_intents(
    db: &mut Db<'_>,
    before: Timestamp,
) -> Result<Vec<Intent>, Failure> {
    let rows: Vec<Row> = db
        .query(
            "DELETE FROM intents WHERE request IN \
             (SELECT request FROM intents WHERE begun < $1 FOR UPDATE SKIP LOCKED) RETURNING body",
        )
        .bind(millis(before))
        .fetch_all()
        .await?;
    all(&rows)
}

/// No browser has a cookie with this hash.
const NO_SESSION: SessionKey = SessionKey::from_bytes([0; 32]);
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
