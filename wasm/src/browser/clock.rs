//! The two clocks of a page: one that only goes forward, and the calendar.

use js_sys::Date;
use protocol::Tick;
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

/// The day `days` from today, at a bank. Its moment is of the world's calendar (UTC), whose days are never ahead
/// of those of the Nordic banks: a limit that they count by the second is kept at night, too.
pub(crate) fn day_after(days: u32) -> Date {
    let day = Date::new_0();
    day.set_utc_date(day.get_utc_date() + days.min(CENTURY));
    day
}

/// The present year, where the person is.
pub(crate) fn year() -> u32 {
    Date::new_0().get_full_year()
}

/// A day as `yyyy-MM-dd`.
pub(crate) fn iso_day(day: &Date) -> String {
    let mut text = String::from(day.to_iso_string());
    text.truncate(ISO_DAY);
    text
}

/// The letters of a day, before those of its time.
const ISO_DAY: usize = 10;
/// Days. Far beyond it a browser has no calendar any more, and throws.
const CENTURY: u32 = 36_525;

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use js_sys::eval;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::{day_after, iso_day};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn a_person_whose_day_is_ahead_asks_for_no_day_more() {
        let said = |script: &str| eval(script).expect("it runs").as_string();
        said(AHEAD);
        let asked = iso_day(&day_after(179));
        said("Date.prototype.getDate = window.date; ''");
        let expected = said("new Date(Date.now() + 179 * 864e5).toISOString().slice(0, 10)");
        assert_eq!(Some(asked), expected);
    }

    /// Plays a calendar that is a day ahead of the bank's.
    const AHEAD: &str = "window.date = Date.prototype.getDate;
        Date.prototype.getDate = function () { return new Date(+this + 864e5).getUTCDate(); }; ''";
}
