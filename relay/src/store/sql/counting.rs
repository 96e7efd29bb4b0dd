//! The statements that count rows for metrics. They lock nothing.

use protocol::Day;

use super::Failure;
use super::db::Db;
use crate::clock::Timestamp;
use crate::link::state::State;
use crate::metrics::{DAYS, Stored};

/// What the store counts at `now`.
pub(super) async fn count(db: &mut Db<'_>, now: Timestamp) -> Result<Stored, Failure> {
    let states: Vec<(String, i64)> =
        db.query("SELECT state, COUNT(*) FROM links GROUP BY state").fetch_all().await?;
    let number = |word: &str| {
        states.iter().find(|(state, _)| state == word).map_or(0, |(_, number)| *number)
    };
    let flows = State::WORDS.into_iter().map(|word| (word, number(word))).collect();
    let (outbox,): (i64,) =
        db.query("SELECT COUNT(*) FROM events WHERE due IS NOT NULL").fetch_one().await?;
    let expiring = match db {
        Db::Sqlite(_) => EXPIRING_IN_SQLITE,
        Db::Postgres(_) => EXPIRING_IN_POSTGRES,
    };
    let [one, seven, fourteen] = DAYS.map(|days| last_day(now, days));
    let (one, seven, fourteen): (i64, i64, i64) =
        db.query(expiring).bind(one).bind(seven).bind(fourteen).fetch_one().await?;
    Ok(Stored { flows, expiring: [one, seven, fourteen], outbox })
}

/// The latest last day of a consent of which no more than `days` are left. It ends with that day.
fn last_day(now: Timestamp, days: u32) -> String {
    Day::at_millis(now.as_millis()).plus(days.saturating_sub(1)).to_string()
}

/// Days in this form are in the order of their letters.
const EXPIRING_IN_SQLITE: &str = "SELECT COUNT(CASE WHEN day <= $1 THEN 1 END), COUNT(CASE WHEN day <= $2 THEN 1 END), \
     COUNT(CASE WHEN day <= $3 THEN 1 END) FROM (SELECT body ->> '$.valid_until' AS day FROM connections \
     WHERE status IN ('active', 'broken')) AS open";
const EXPIRING_IN_POSTGRES: &str = "SELECT COUNT(CASE WHEN day <= $1 THEN 1 END), COUNT(CASE WHEN day <= $2 THEN 1 END), \
     COUNT(CASE WHEN day <= $3 THEN 1 END) FROM (SELECT body::json ->> 'valid_until' AS day FROM connections \
     WHERE status IN ('active', 'broken')) AS open";
