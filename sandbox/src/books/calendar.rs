//! Days on which banks book.

use time::{Date, Duration, Weekday};

/// The day `days` later, or earlier.
pub(crate) fn later(day: Date, days: i64) -> Date {
    let last = if days < 0 { Date::MIN } else { Date::MAX };
    day.checked_add(Duration::days(days)).unwrap_or(last)
}

/// All days from `from` to `to`, both included.
pub(super) fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    (0..=(to - from).whole_days()).map(move |days| later(from, days))
}

/// The banking day that is `count` banking days after `day`.
pub(super) fn banking_days_after(day: Date, count: u8) -> Date {
    let mut day = day;
    for _ in 0..count {
        day = later(day, 1);
        while is_weekend(day) {
            day = later(day, 1);
        }
    }
    day
}

/// The last banking day on or before the day of the month.
pub(super) fn payday(day: Date, of_month: u8) -> Date {
    let mut payday = day.replace_day(of_month).unwrap_or(day);
    while is_weekend(payday) {
        payday = later(payday, -1);
    }
    payday
}

pub(super) fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Days within which everything is booked.
pub(super) const LONGEST_WAIT: i64 = 6;
