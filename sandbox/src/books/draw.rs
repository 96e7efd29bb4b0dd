//! Draws that a seed, an account and a day decide: the same each time, whatever was asked before.

use sha2::{Digest, Sha256};
use time::Date;

/// A stream of numbers (`SplitMix64`).
pub(super) struct Draw(u64);

/// A number for a text: the start of its SHA-256 digest.
pub(super) fn number_of(seed: u64, text: &str) -> u64 {
    let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(text).finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}

impl Draw {
    /// The stream for one account, by its number, and one day.
    pub(super) fn new(account: u64, day: Date) -> Self {
        let mut draw = Self(account);
        let day = u64::from(day.to_julian_day().unsigned_abs());
        Self(draw.next() ^ day.wrapping_mul(STEP))
    }

    /// The stream after one more number has decided it.
    pub(super) fn and(mut self, number: u64) -> Self {
        Self(self.next() ^ number)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `from` to `to`, both included.
    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        let span = u64::try_from(to - from).unwrap_or_default() + 1;
        from + i64::try_from(self.next() % span).unwrap_or_default()
    }

    /// Whether something happens that does so `percent` times in a hundred.
    pub(super) fn happens(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of `all`, which is not empty.
    pub(super) fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let last = i64::try_from(all.len()).unwrap_or(1) - 1;
        &all[usize::try_from(self.between(0, last)).unwrap_or_default()]
    }
}

/// The step of `SplitMix64`.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
