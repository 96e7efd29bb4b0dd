//! The statements for view sessions, each inside the transaction of its operation.

use super::Failure;
use super::db::Db;
use super::hosts::found;
use super::statements::{body, millis};
use crate::clock::Timestamp;
use crate::crypto::key::TokenKey;
use crate::host::ViewSession;
use crate::id::ViewSessionId;

pub(super) async fn insert(db: &mut Db<'_>, session: &ViewSession) -> Result<(), Failure> {
    db.query("INSERT INTO view_sessions (id, token, forgotten, body) VALUES ($1, $2, $3, $4)")
        .bind(session.id.as_str())
        .bind(&session.token.as_bytes()[..])
        .bind(millis(session.forgotten()))
        .bind(body(session)?)
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn get(
    db: &mut Db<'_>,
    id: &ViewSessionId,
) -> Result<Option<ViewSession>, Failure> {
    found(db.query("SELECT body FROM view_sessions WHERE id = $1").bind(id.as_str())).await
}

/// Lets `change` change the view session with this token; what it has become.
pub(super) async fn change(
    db: &mut Db<'_>,
    token: TokenKey,
    change: impl FnOnce(&mut ViewSession),
) -> Result<Option<ViewSession>, Failure> {
    let locked = db
        .query("SELECT body FROM view_sessions WHERE token = $1 FOR UPDATE")
        .bind(&token.as_bytes()[..]);
    let Some(before) = found::<ViewSession>(locked).await? else { return Ok(None) };
    let mut session = before.clone();
    change(&mut session);
    if session != before {
        db.query("UPDATE view_sessions SET body = $2 WHERE id = $1")
            .bind(session.id.as_str())
            .bind(body(&session)?)
            .execute()
            .await?;
    }
    Ok(Some(session))
}

pub(super) async fn sweep(db: &mut Db<'_>, now: Timestamp) -> Result<(), Failure> {
    db.query("DELETE FROM view_sessions WHERE forgotten <= $1").bind(millis(now)).execute().await?;
    Ok(())
}
