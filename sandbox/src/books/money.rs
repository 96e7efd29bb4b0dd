//! Money in the smallest unit of its currency, so that sums are exact. All currencies here have two decimals.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

/// An amount in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Money(pub(crate) i64);

impl Money {
    /// The amount in `text`, such as `-12.50`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.')?;
        if decimals.len() != 2 {
            return None;
        }
        [whole, decimals].concat().parse().ok().map(Self)
    }

    /// So many whole units.
    pub(crate) const fn units(units: i64) -> Self {
        Self(units * 100)
    }

    /// The amount in another currency, of which one unit of this one is `rate` ten thousandths.
    pub(crate) const fn at(self, rate: i64) -> Self {
        Self(self.0 * rate / RATE_UNIT)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let all = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", all / 100, all % 100)
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, rhs: Self) -> Self {
        Self(self.0 + rhs.0)
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, rhs: Self) -> Self {
        Self(self.0 - rhs.0)
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Self::add)
    }
}

/// The parts of a rate's unit.
pub(crate) const RATE_UNIT: i64 = 10_000;

#[cfg(test)]
mod tests {
    use super::Money;

    #[test]
    fn an_amount_is_written_as_it_was_read() {
        for (text, hundredths) in
            [("0.00", 0), ("-0.05", -5), ("24318.42", 2_431_842), ("-12.50", -1250)]
        {
            assert_eq!(Money::parse(text), Some(Money(hundredths)), "{text}");
            assert_eq!(Money(hundredths).to_string(), text);
        }
        for text in ["", "1", "1.5", "1,50", "1.500", "x.50"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }
}
