//! What those who run the relay decide: where they ask how it is, and how it stops.

use std::net::SocketAddr;
use std::time::Duration;

use super::reader::Reader;
use super::variable::{ADMIN_LISTEN, DRAIN_DELAY};

/// What those who run the relay decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `AIS_RELAY_ADMIN_LISTEN`: where they ask how it is; `None` where there is no such port.
    pub admin: Option<SocketAddr>,
    /// `AIS_RELAY_DRAIN_DELAY`: how long it serves on after the signal to stop.
    pub drain_delay: Duration,
}

impl Operation {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let admin = reader.one(&ADMIN_LISTEN, |text| match text {
            "off" => Some(None),
            text => text.parse().ok().map(Some),
        });
        let drain_delay = reader.one(&DRAIN_DELAY, seconds);
        Some(Self { admin: admin?, drain_delay: drain_delay? })
    }
}

/// Seconds, with a fraction and the unit or without. Supervisors write both.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s').unwrap_or(text).parse().ok()?;
    (0.0..=LONGEST).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

/// Seconds: a longer wait is a mistake.
const LONGEST: f64 = 3600.0;
