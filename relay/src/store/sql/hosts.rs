//! The statements for what the host's server asked for, each inside the transaction of its operation.

use super::db::{Db, Query};
use super::ledger::add_event;
use super::statements::{all, body, millis, moment, parsed};
use super::{Failure, statements, views};
use crate::clock::Timestamp;
use crate::crypto::key::TokenKey;
use crate::host::{Connection, ConnectionEvent, Ender, LinkSession, Outcome, SessionEvent, Stage};
use crate::id::{ConnectionId, LinkSessionId};
use crate::link::state::Link;
use crate::store::host::{Counted, KeyedReply, Read, Reply, Wanted};
use serde::de::DeserializeOwned;

type Row = (String,);

/// Writes what follows from a change of a link.
pub(super) async fn follow(
    db: &mut Db<'_>,
    outcomes: Vec<Outcome>,
    now: Timestamp,
) -> Result<(), Failure> {
    for outcome in outcomes {
        match outcome {
            Outcome::ToSession(id, event) => {
                let change = |session: &mut LinkSession| session.apply(event, now);
                Box::pin(change_session(db, &id, change, now)).await?;
            }
            Outcome::ToConnection(id, event) => {
                let change = |known: &mut Connection| known.apply(event.clone(), now);
                if Box::pin(change_connection(db, &id, change, now)).await?.is_none()
                    && let ConnectionEvent::Linked(linked) = event
                {
                    let new = Connection::new(id, *linked, now);
                    insert_connection(db, &new).await?;
                }
            }
        }
    }
    Ok(())
}

pub(super) async fn insert_session(db: &mut Db<'_>, session: &LinkSession) -> Result<(), Failure> {
    db.query("INSERT INTO link_sessions (id, token, due, body) VALUES ($1, $2, $3, $4)")
        .bind(session.id.as_str())
        .bind(&session.token.as_bytes()[..])
        .bind(millis(session.due()))
        .bind(body(session)?)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn get_session(
    db: &mut Db<'_>,
    id: &LinkSessionId,
) -> Result<Option<LinkSession>, Failure> {
    found(db.query("SELECT body FROM link_sessions WHERE id = $1").bind(id.as_str())).await
}

pub(super) async fn find_session(
    db: &mut Db<'_>,
    token: TokenKey,
) -> Result<Option<LinkSession>, Failure> {
    found(db.query("SELECT body FROM link_sessions WHERE token = $1").bind(&token.as_bytes()[..]))
        .await
}

/// Lets `change` change a link session; what it has become. The host hears of it.
pub(super) async fn change_session(
    db: &mut Db<'_>,
    id: &LinkSessionId,
    change: impl FnOnce(&mut LinkSession),
    now: Timestamp,
) -> Result<Option<LinkSession>, Failure> {
    let locked =
        db.query("SELECT body FROM link_sessions WHERE id = $1 FOR UPDATE").bind(id.as_str());
    let Some(before) = found::<LinkSession>(locked).await? else { return Ok(None) };
    let mut session = before.clone();
    change(&mut session);
    if session != before {
        db.query("UPDATE link_sessions SET due = $2, body = $3 WHERE id = $1")
            .bind(id.as_str())
            .bind(millis(session.due()))
            .bind(body(&session)?)
            .execute()
            .await?;
        if let Some(event) = session.event_since(&before, now) {
            add_event(db, &event).await?;
        }
        // The browser that was first does not go on either.
        if let (Stage::Authorising { consent, .. }, Stage::Failed { .. }) =
            (&before.stage, &session.stage)
        {
            statements::end(db, consent, None, now).await?;
        }
    }
    Ok(Some(session))
}

async fn insert_connection(db: &mut Db<'_>, new: &Connection) -> Result<(), Failure> {
    db.query(
        "INSERT INTO connections (id, client_reference, status, created, due, ended, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id.as_str())
    .bind(&new.client_reference)
    .bind(new.state.word())
    .bind(millis(new.created))
    .bind(new.due().map(millis))
    .bind(new.ended().map(millis))
    .bind(body(new)?)
    .execute()
    .await?;
    Ok(())
}

pub(super) async fn get_connection(
    db: &mut Db<'_>,
    id: &ConnectionId,
) -> Result<Option<Connection>, Failure> {
    found(db.query("SELECT body FROM connections WHERE id = $1").bind(id.as_str())).await
}

pub(super) async fn list_connections(
    db: &mut Db<'_>,
    wanted: &Wanted,
) -> Result<Vec<Connection>, Failure> {
    let (created, id) = match &wanted.after {
        Some((created, id)) => (millis(*created), id.as_str()),
        None => (-1, ""),
    };
    let rows: Vec<Row> = db
        .query(
            "SELECT body FROM connections WHERE ($1 IS NULL OR client_reference = $1) \
         AND ($2 IS NULL OR status = $2) AND (created > $3 OR (created = $3 AND id > $4)) \
         ORDER BY created, id LIMIT $5",
        )
        .bind(&wanted.client_reference)
        .bind(&wanted.status)
        .bind(created)
        .bind(id)
        .bind(i64::from(wanted.most))
        .fetch_all()
        .await?;
    all(&rows)
}

/// Lets `change` change a connection; what it has become. The host hears of it.
pub(super) async fn change_connection(
    db: &mut Db<'_>,
    id: &ConnectionId,
    change: impl FnOnce(&mut Connection),
    now: Timestamp,
) -> Result<Option<Connection>, Failure> {
    let locked =
        db.query("SELECT body FROM connections WHERE id = $1 FOR UPDATE").bind(id.as_str());
    let Some(before) = found::<Connection>(locked).await? else { return Ok(None) };
    let mut connection = before.clone();
    change(&mut connection);
    if connection != before {
        db.query(
            "UPDATE connections SET client_reference = $2, status = $3, due = $4, ended = $5, body = $6 \
             WHERE id = $1",
        )
        .bind(id.as_str())
        .bind(&connection.client_reference)
        .bind(connection.state.word())
        .bind(connection.due().map(millis))
        .bind(connection.ended().map(millis))
        .bind(body(&connection)?)
        .execute()
        .await?;
        for event in connection.events_since(&before, now) {
            add_event(db, &event).await?;
        }
        // What a renewal replaces is to be deleted at the platform.
        if let Some(consent) = before.consent()
            && connection.consent() != Some(consent)
        {
            statements::end(db, consent, Some(&before.terms), now).await?;
        }
    }
    Ok(Some(connection))
}

/// Ends a connection here, and its consent at the platform; what it has become.
pub(super) async fn end_connection(
    db: &mut Db<'_>,
    id: &ConnectionId,
    by: Ender,
    now: Timestamp,
) -> Result<Option<Connection>, Failure> {
    let mut before = None;
    let end = |known: &mut Connection| {
        before = Some(known.clone()).filter(|known| !known.state.is_over());
        known.apply(ConnectionEvent::Ended(by), now);
    };
    let ended = change_connection(db, id, end, now).await?;
    if let Some(before) = before
        && let Some(consent) = before.consent()
    {
        statements::end(db, consent, Some(&before.terms), now).await?;
    }
    Ok(ended)
}

pub(super) async fn due_connections(
    db: &mut Db<'_>,
    now: Timestamp,
) -> Result<Vec<Connection>, Failure> {
    let rows: Vec<Row> = db
        .query("SELECT body FROM connections WHERE due <= $1 ORDER BY due LIMIT 100")
        .bind(millis(now))
        .fetch_all()
        .await?;
    all(&rows)
}

/// Links for the host's server that wait, and are some minutes old.
pub(super) async fn unlinked(db: &mut Db<'_>, now: Timestamp) -> Result<Vec<Link>, Failure> {
    let rows: Vec<Row> = db
        .query(
            "SELECT body FROM links WHERE state IN ('awaitApproval', 'awaitMore', 'approved') \
         AND created >= $1 AND created <= $2 ORDER BY created LIMIT 1000",
        )
        .bind(millis(now) - HOUR)
        .bind(millis(now) - 2 * MINUTE)
        .fetch_all()
        .await?;
    let links = all::<Link>(&rows)?;
    Ok(links.into_iter().filter(|link| link.hosted.is_some() && !link.is_of_connection()).collect())
}

pub(super) async fn sweep(
    db: &mut Db<'_>,
    now: Timestamp,
    ended: Timestamp,
) -> Result<(), Failure> {
    let sessions: Vec<Row> = db
        .query("SELECT body FROM link_sessions WHERE due <= $1 LIMIT 1000 FOR UPDATE SKIP LOCKED")
        .bind(millis(now))
        .fetch_all()
        .await?;
    for session in all::<LinkSession>(&sessions)? {
        if session.is_past(now) {
            db.query("DELETE FROM link_sessions WHERE id = $1")
                .bind(session.id.as_str())
                .execute()
                .await?;
        } else {
            let tick = |session: &mut LinkSession| session.apply(SessionEvent::Tick, now);
            change_session(db, &session.id, tick, now).await?;
        }
    }
    views::sweep(db, now).await?;
    for connection in due_connections(db, now).await? {
        let tick = |known: &mut Connection| known.apply(ConnectionEvent::Tick, now);
        change_connection(db, &connection.id, tick, now).await?;
    }
    for (statement, before) in [
        ("DELETE FROM connections WHERE ended <= $1", millis(ended)),
        ("DELETE FROM events WHERE created <= $1", millis(now) - LEDGER),
        ("DELETE FROM unattended_reads WHERE at <= $1", millis(now) - DAY),
        ("DELETE FROM replies WHERE expires <= $1", millis(now)),
    ] {
        db.query(statement).bind(before).execute().await?;
    }
    Ok(())
}

/// Counts a read; what may still be made. Transactions that write take turns, so no other one counts meanwhile.
pub(super) async fn count_read(
    db: &mut Db<'_>,
    read: &Read,
    now: Timestamp,
) -> Result<Counted, Failure> {
    let before = look_at_reads(db, read, now).await?;
    if before.remaining == 0 {
        return Ok(Counted { may: false, ..before });
    }
    db.query("INSERT INTO unattended_reads (consent, account, kind, at) VALUES ($1, $2, $3, $4)")
        .bind(&read.consent)
        .bind(&read.account)
        .bind(read.kind)
        .bind(millis(now))
        .execute()
        .await?;
    Ok(Counted { remaining: before.remaining - 1, ..before })
}

/// What may still be read.
pub(super) async fn look_at_reads(
    db: &mut Db<'_>,
    read: &Read,
    now: Timestamp,
) -> Result<Counted, Failure> {
    let made: Vec<(i64,)> = db
        .query(
            "SELECT at FROM unattended_reads WHERE consent = $1 AND account = $2 AND kind = $3 AND at > $4 \
             ORDER BY at",
        )
        .bind(&read.consent)
        .bind(&read.account)
        .bind(read.kind)
        .bind(millis(now) - DAY)
        .fetch_all()
        .await?;
    let before = u32::try_from(made.len()).unwrap_or(u32::MAX);
    let oldest = made.first().map_or_else(|| millis(now), |(at,)| *at);
    let remaining = read.most.saturating_sub(before);
    Ok(Counted { may: true, remaining, resets: moment(oldest + DAY) })
}

pub(super) async fn get_reply(
    db: &mut Db<'_>,
    key: TokenKey,
    now: Timestamp,
) -> Result<Option<Reply>, Failure> {
    found(
        db.query("SELECT body FROM replies WHERE key = $1 AND expires > $2")
            .bind(&key.as_bytes()[..])
            .bind(millis(now)),
    )
    .await
}

pub(super) async fn keep_reply(db: &mut Db<'_>, kept: &KeyedReply) -> Result<(), Failure> {
    db.query(
        "INSERT INTO replies (key, expires, body) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING",
    )
    .bind(&kept.key.as_bytes()[..])
    .bind(millis(kept.expires))
    .bind(body(&kept.reply)?)
    .execute()
    .await?;
    Ok(())
}

/// The answer that was kept for the key of `reply`; else keeps that one.
pub(super) async fn reply_once(
    db: &mut Db<'_>,
    reply: Option<&KeyedReply>,
) -> Result<Option<Reply>, Failure> {
    let Some(reply) = reply else { return Ok(None) };
    let kept = get_reply(db, reply.key, reply.now).await?;
    if kept.is_none() {
        keep_reply(db, reply).await?;
    }
    Ok(kept)
}

/// The row that a statement finds, if there is one.
pub(super) async fn found<T: DeserializeOwned>(query: Query<'_>) -> Result<Option<T>, Failure> {
    let row: Option<Row> = query.fetch_optional().await?;
    row.as_ref().map(parsed).transpose()
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// How long the ledger keeps an event.
const LEDGER: i64 = 30 * DAY;
