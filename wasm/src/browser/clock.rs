//! The two clocks of a page: one that only goes forward, and the calendar.

use js_sys::Date;
use protocol::Tick;
use protocol::concat;
use wasm_bindgen::UnwrapThrowExt;

use super::page::window;

/// Now, as `performance.now()` tells: it goes on while a laptop sleeps, or jumps when it wakes.
pub(crate) fn now() -> Tick {
    let millis = window().performance().unwrap_throw().now();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since the page was opened: positive, and far below 2^53"
    )]
    Tick::from_millis(millis as u64)
}

/// The day `days` from today, where the person is.
pub(crate) fn day_after(days: u32) -> Date {
    let day = Date::new_0();
    day.set_date(day.get_date() + days);
    day
}

/// The present year, where the person is.
pub(crate) fn year() -> u32 {
    Date::new_0().get_full_year()
}

/// A day as `yyyy-MM-dd`.
pub(crate) fn iso_day(day: &Date) -> String {
    let two = |number: u32| concat(&[if number < 10 { "0" } else { "" }, &number.to_string()]);
    concat(&[
        &day.get_full_year().to_string(),
        "-",
        &two(day.get_month() + 1),
        "-",
        &two(day.get_date()),
    ])
}
