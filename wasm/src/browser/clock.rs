//! The two clocks of a page: one that only goes forward, and the calendar.

use std::time::Duration;

use js_sys::Date;
use protocol::Tick;
use wasm_bindgen::UnwrapThrowExt;

use super::page::window;

/// Now, by `performance.now()`: it runs on while a laptop sleeps, or jumps when it wakes.
pub(crate) fn now() -> Tick {
    let millis = window().performance().unwrap_throw().now();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since the page was opened: positive, and far below 2^53"
    )]
    Tick::from_millis(millis as u64)
}

/// Reads a day of the form `yyyy-MM-dd`.
pub(crate) fn date(iso: &str) -> Date {
    Date::new(&iso.into())
}

/// The moment `span` from now, in milliseconds of the device's calendar: only for display.
pub(crate) fn millis_after(span: Duration) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970: positive, and far below 2^53"
    )]
    let now = Date::new_0().get_time() as u64;
    now.saturating_add(span.as_millis().try_into().unwrap_or(u64::MAX))
}

/// The moment of so many milliseconds of the calendar.
pub(crate) fn moment(millis: u64) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "one millisecond more or less does not matter")]
    Date::new(&(millis as f64).into())
}

/// The day `days` from today, by the device's clock: only for display, and only where the relay's day is
/// unknown.
pub(crate) fn day_after(days: u32) -> Date {
    let day = Date::new_0();
    day.set_utc_date(day.get_utc_date() + days.min(CENTURY));
    day
}

/// The present year by the device's clock, where the relay's is unknown.
pub(crate) fn year() -> u32 {
    Date::new_0().get_full_year()
}

/// Days. Far beyond it a browser has no calendar, and throws.
const CENTURY: u32 = 36_525;
