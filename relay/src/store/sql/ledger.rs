//! The statements for the ledger of events, each inside the transaction of its operation.

use super::Failure;
use super::db::Db;
use super::statements::{body, millis, moment};
use crate::clock::Timestamp;
use crate::host::HostEvent;
use crate::id::EventId;
use crate::store::host::{AT_ONCE, Delivery, Entry};

/// Adds an event, which is to be delivered at once. One that is there already stays as it is.
pub(super) async fn add_event(db: &mut Db<'_>, event: &HostEvent) -> Result<(), Failure> {
    let number: Option<(i64,)> = db
        .query(
            "UPDATE counters SET value = value + 1 WHERE name = 'events' \
             AND NOT EXISTS (SELECT 1 FROM events WHERE id = $1) RETURNING value",
        )
        .bind(event.id.as_str())
        .fetch_optional()
        .await?;
    let Some((number,)) = number else { return Ok(()) };
    db.query(
        "INSERT INTO events (seq, id, created, due, attempts, delivery, body) \
         VALUES ($1, $2, $3, $3, 0, 'due', $4) ON CONFLICT (id) DO NOTHING",
    )
    .bind(number)
    .bind(event.id.as_str())
    .bind(millis(event.at))
    .bind(body(event)?)
    .execute()
    .await?;
    Ok(())
}

/// A row of the ledger: number, moment of the delivery, attempts, state of the delivery, event.
type EventRow = (i64, Option<i64>, i64, String, String);

fn entry((number, due, attempts, delivery, body): EventRow) -> Result<Entry, Failure> {
    let delivery = match (delivery.as_str(), due) {
        ("due", Some(due)) => Delivery::Due(moment(due)),
        ("delivered", _) => Delivery::Delivered,
        _ => Delivery::Failed,
    };
    let event = serde_json::from_str(&body)?;
    Ok(Entry { number, event, attempts: u32::try_from(attempts).unwrap_or(u32::MAX), delivery })
}

pub(super) async fn events(db: &mut Db<'_>, after: i64, most: u32) -> Result<Vec<Entry>, Failure> {
    let rows: Vec<EventRow> = db.query(
        "SELECT seq, due, attempts, delivery, body FROM events WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(most))
    .fetch_all()
    .await?;
    rows.into_iter().map(entry).collect()
}

pub(super) async fn get_event(db: &mut Db<'_>, id: &EventId) -> Result<Option<Entry>, Failure> {
    let row: Option<EventRow> = db
        .query("SELECT seq, due, attempts, delivery, body FROM events WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional()
        .await?;
    row.map(entry).transpose()
}

pub(super) async fn take_deliveries(
    db: &mut Db<'_>,
    now: Timestamp,
    again: Timestamp,
) -> Result<Vec<Entry>, Failure> {
    let rows: Vec<EventRow> = db.query(
        "UPDATE events SET due = $2 WHERE seq IN \
         (SELECT seq FROM events WHERE delivery = 'due' AND due <= $1 ORDER BY seq LIMIT $3 FOR UPDATE SKIP LOCKED) \
         RETURNING seq, due, attempts, delivery, body",
    )
    .bind(millis(now))
    .bind(millis(again))
    .bind(i64::from(AT_ONCE))
    .fetch_all()
    .await?;
    let mut entries = rows.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|entry| entry.number);
    Ok(entries)
}

pub(super) async fn note_delivery(
    db: &mut Db<'_>,
    id: &EventId,
    attempts: u32,
    delivery: Delivery,
) -> Result<(), Failure> {
    let (word, due) = match delivery {
        Delivery::Due(due) => ("due", Some(millis(due))),
        Delivery::Delivered => ("delivered", None),
        Delivery::Failed => ("failed", None),
    };
    db.query("UPDATE events SET delivery = $2, due = $3, attempts = $4 WHERE id = $1")
        .bind(id.as_str())
        .bind(word)
        .bind(due)
        .bind(i64::from(attempts))
        .execute()
        .await?;
    Ok(())
}
