//! Values as they stand in rows, in both directions.

use std::fmt::Write as _;

use protocol::wire::{Approach, ConsentStatus, Entry, Returned, ScaStatus};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::sqlite::Fault;
use crate::clock::Timestamp;
use crate::crypto::key::{CodeKey, SessionKey};
use crate::crypto::seal::Sealed;
use crate::link::record::{Authorisation, Consent, Ended, Intent, ReturnKind, ReturnState};
use crate::link::return_page::KeptPage;

pub(super) fn consent(row: &SqliteRow) -> Result<Consent, Fault> {
    let preferred = match optional_text(row, "redirect_preferred")?.as_deref() {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(Fault::Column("redirect_preferred")),
    };
    Ok(Consent {
        id: parsed(row, "id")?,
        session: SessionKey::from_bytes(unhex(row, "session")?),
        bank: parsed(row, "bank")?,
        affiliated: optional_parsed(row, "affiliated")?,
        entry: optional_text(row, "entry")?.as_deref().and_then(Entry::decoded),
        context: parsed(row, "context")?,
        redirect_preferred: preferred,
        status: ConsentStatus::from(text(row, "status")?),
        valid_until: text(row, "valid_until")?,
        created: moment(row, "created")?,
        return_page: optional_text(row, "return_page")?.map(KeptPage::kept),
        psu: optional_text(row, "psu")?.map(Sealed::kept),
        ended: word(row, "ended", &ENDED)?,
        approved: optional_moment(row, "approved")?,
        listed: flag(row, "listed")?,
        authorisations: Vec::new(),
    })
}

/// How often a consent could not be deleted at the platform.
pub(super) fn failures(row: &SqliteRow) -> Result<u32, Fault> {
    let failures: i64 = row.try_get("deletion_failures")?;
    u32::try_from(failures).map_err(|_| Fault::Column("deletion_failures"))
}

pub(super) fn authorisation(row: &SqliteRow) -> Result<Authorisation, Fault> {
    Ok(Authorisation {
        id: parsed(row, "id")?,
        started: moment(row, "started")?,
        method: optional_parsed(row, "method")?,
        approach: optional_text(row, "approach")?.map(Approach::from),
        status: ScaStatus::from(text(row, "status")?),
        returned: optional_text(row, "returned")?.map(Returned::from),
        arrived: optional_moment(row, "arrived")?,
    })
}

pub(super) fn state(row: &SqliteRow) -> Result<ReturnState, Fault> {
    Ok(ReturnState {
        session: SessionKey::from_bytes(unhex(row, "session")?),
        consent: parsed(row, "consent")?,
        authorisation: parsed(row, "authorisation")?,
        kind: word(row, "kind", &KINDS)?,
        expires: moment(row, "expires")?,
        used: flag(row, "used")?,
        code: match optional_text(row, "code")? {
            Some(_) => Some(CodeKey::from_bytes(unhex(row, "code")?)),
            None => None,
        },
    })
}

pub(super) fn intent(row: &SqliteRow) -> Result<Intent, Fault> {
    Ok(Intent {
        request: parsed(row, "request")?,
        bank: parsed(row, "bank")?,
        context: parsed(row, "context")?,
        begun: moment(row, "begun")?,
    })
}

pub(super) fn ended(value: Ended) -> &'static str {
    written(value, &ENDED)
}

pub(super) fn kind(value: ReturnKind) -> &'static str {
    written(value, &KINDS)
}

pub(super) fn millis(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn optional(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn unhex(row: &SqliteRow, column: &'static str) -> Result<[u8; 32], Fault> {
    let text = text(row, column)?;
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(index * 2..index * 2 + 2).ok_or(Fault::Column(column))?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| Fault::Column(column))?;
    }
    if text.len() == 64 { Ok(bytes) } else { Err(Fault::Column(column)) }
}

fn text(row: &SqliteRow, column: &'static str) -> Result<String, Fault> {
    Ok(row.try_get(column)?)
}

fn optional_text(row: &SqliteRow, column: &'static str) -> Result<Option<String>, Fault> {
    Ok(row.try_get(column)?)
}

fn parsed<T: std::str::FromStr>(row: &SqliteRow, column: &'static str) -> Result<T, Fault> {
    text(row, column)?.parse().map_err(|_| Fault::Column(column))
}

fn optional_parsed<T: std::str::FromStr>(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<T>, Fault> {
    let parsed = optional_text(row, column)?.map(|text| text.parse());
    parsed.transpose().map_err(|_| Fault::Column(column))
}

fn moment(row: &SqliteRow, column: &'static str) -> Result<Timestamp, Fault> {
    optional_moment(row, column)?.ok_or(Fault::Column(column))
}

fn optional_moment(row: &SqliteRow, column: &'static str) -> Result<Option<Timestamp>, Fault> {
    let millis: Option<i64> = row.try_get(column)?;
    let millis = millis.map(u64::try_from).transpose().map_err(|_| Fault::Column(column))?;
    Ok(millis.map(Timestamp::from_millis))
}

fn flag(row: &SqliteRow, column: &'static str) -> Result<bool, Fault> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}

/// A closed vocabulary of a column.
type Words<T> = [(T, &'static str); 3];

fn word<T: Copy>(row: &SqliteRow, column: &'static str, words: &Words<T>) -> Result<T, Fault> {
    let text = text(row, column)?;
    let found = words.iter().find(|(_, word)| *word == text);
    found.map(|(value, _)| *value).ok_or(Fault::Column(column))
}

fn written<T: Copy + PartialEq>(value: T, words: &Words<T>) -> &'static str {
    let found = words.iter().find(|(known, _)| *known == value);
    found.map(|(_, word)| *word).expect("each value has its word")
}

const ENDED: Words<Ended> =
    [(Ended::No, "no"), (Ended::Here, "here"), (Ended::Everywhere, "everywhere")];
const KINDS: Words<ReturnKind> =
    [(ReturnKind::Code, "code"), (ReturnKind::Plain, "plain"), (ReturnKind::App, "app")];
pub(super) const HOUR: i64 = 3_600_000;
pub(super) const DAY: i64 = 24 * HOUR;
/// A consent is given up of which nobody has started an authorisation for so long: widgets do that at once.
pub(super) const UNUSED: i64 = 15 * 60_000;
/// How often a deletion is tried: for a week, since the pauses double up to an hour.
pub(super) const TRIES: i64 = 174;
