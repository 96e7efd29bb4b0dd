//! A moment on the host's clock, and a day of the calendar.

use std::fmt;
use std::ops::Add;
use std::time::Duration;

use crate::text::concat;

/// A moment on the host's monotonic clock: milliseconds since an origin of the host's choice.
///
/// `std::time::Instant` panics on `wasm32-unknown-unknown`, and code that reads a clock cannot be tested;
/// so the host reads its own (`performance.now()` in a page) and passes the moment in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick(u64);

impl Tick {
    /// The moment `millis` milliseconds after the host's origin.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// How long before `later` this moment is; zero if it is not before it.
    pub const fn until(self, later: Self) -> Duration {
        Duration::from_millis(later.0.saturating_sub(self.0))
    }
}

impl Add<Duration> for Tick {
    type Output = Self;

    /// Saturates at the end of time.
    fn add(self, rhs: Duration) -> Self {
        let millis = u64::try_from(rhs.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

/// A day of the calendar in UTC. It is never ahead of the Nordic banks' day, so a limit that they count by
/// the second holds at night too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u32);

impl Day {
    /// The day at `millis` milliseconds since 1970-01-01.
    pub fn at_millis(millis: u64) -> Self {
        Self(u32::try_from(millis / DAY).unwrap_or(LAST).min(LAST))
    }

    /// The day that is written as `yyyy-MM-dd`; `None` for what is no day, and for days before 1970.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |part: &str| -> Option<u32> {
            let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { part.parse().ok() } else { None }
        };
        let parts = (text.get(..4)?, text.get(4..5)?, text.get(5..7)?, text.get(7..8)?);
        let (year, "-", month, "-") = parts else { return None };
        let of_month = text.get(8..).filter(|part| part.len() == 2)?;
        let written = (number(year)?, number(month)?, number(of_month)?);
        let (year, month, of_month) = written;
        let from_march = (month + 9) % 12;
        let year = year.checked_sub(u32::from(month <= 2))?;
        let days = DAYS_OF_ERA * (year / 400) + year % 400 * 365 + year % 400 / 4
            - year % 400 / 100
            + (153 * from_march + 2) / 5
            + of_month;
        // A day that the month does not have would be one of the next.
        let day = Self(days.checked_sub(DAYS_BEFORE_1970 + 1)?);
        (day.civil() == written).then_some(day)
    }

    /// The day `days` later; the last possible one at the end of time.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days).min(LAST))
    }

    /// Its first moment, in milliseconds since 1970-01-01.
    pub fn millis(self) -> u64 {
        u64::from(self.0) * DAY
    }

    /// How many days lie between the two.
    pub fn apart_from(self, other: Self) -> u32 {
        self.0.abs_diff(other.0)
    }

    /// The year that it is in.
    pub fn year(self) -> u32 {
        self.civil().0
    }

    /// Year, month and day of the month, by the proleptic Gregorian calendar. The years here start in
    /// March, so that a leap day is their last.
    fn civil(self) -> (u32, u32, u32) {
        let days = self.0 + DAYS_BEFORE_1970;
        let (era, of_era) = (days / DAYS_OF_ERA, days % DAYS_OF_ERA);
        let leaps = of_era / 1_460 - of_era / 36_524 + of_era / 146_096;
        let year_of_era = (of_era - leaps) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        (year_of_era + era * 400 + u32::from(month <= 2), month, day)
    }
}

impl fmt::Display for Day {
    /// As `yyyy-MM-dd`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        let two = |number: u32| if number < 10 { "0" } else { "" };
        let thousands = ["000", "00", "0", ""][year.checked_ilog10().unwrap_or(0).min(3) as usize];
        let [year, month_text, day_text] = [year, month, day].map(|number| number.to_string());
        // The formatter's own ways of writing numbers would be 1 kB more of what a page loads.
        f.write_str(&concat(&[
            thousands,
            &year,
            "-",
            two(month),
            &month_text,
            "-",
            two(day),
            &day_text,
        ]))
    }
}

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;
/// 9999-12-31: the fields have no place for years of five digits.
const LAST: u32 = 2_932_896;
/// From 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_1970: u32 = 719_468;
/// The days of 400 years, after which the calendar repeats.
const DAYS_OF_ERA: u32 = 146_097;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_by_the_calendar() {
        for (millis, days, expected) in [
            (0, 0, "1970-01-01"),
            (86_399_999, 0, "1970-01-01"),
            (86_400_000, 0, "1970-01-02"),
            (951_782_400_000, 0, "2000-02-29"),
            (951_782_400_000, 1, "2000-03-01"),
            (1_709_164_800_000, 0, "2024-02-29"),
            (1_709_164_800_000, 366, "2025-03-01"),
            (1_798_675_200_000, 0, "2026-12-31"),
            (1_798_761_599_999, 1, "2027-01-01"),
            (1_787_659_200_000, 179, "2027-02-20"),
            (4_107_542_400_000, 0, "2100-03-01"),
            (4_107_542_399_999, 0, "2100-02-28"),
            (u64::MAX, u32::MAX, "9999-12-31"),
        ] {
            let day = Day::at_millis(millis).plus(days);
            assert_eq!(day.to_string(), expected, "{millis} {days}");
            assert_eq!(day.year().to_string(), expected[..4]);
            assert_eq!(Day::parse(expected), Some(day));
        }
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for text in [
            "",
            "2026",
            "2026-1-1",
            "2026-01-1",
            "2026-01-011",
            "2026-00-01",
            "2026-13-01",
            "2026-01-00",
            "2026-01-32",
            "2026-02-29",
            "2100-02-29",
            "1969-12-31",
            "0000-01-01",
            "+026-01-01",
            "2026-+1-01",
            "2026/01/01",
            "2026-01-01T00:00:00Z",
            " 2026-01-01",
            "２026-01-01",
            "2026-0å-1",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
