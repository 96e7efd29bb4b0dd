//! Randomness with a printed seed, so that a failed run can be repeated. The same seed gives the same persons
//! and the same moments to the killer; the machine's own timing still differs.

use std::time::Duration;

use relay::{Random as _, SystemRandom};

/// A generator (splitmix64).
pub(crate) struct Random(u64);

impl Random {
    /// With the seed in `AIS_LINK_KILL_SEED`, or with a random one.
    pub(crate) fn seeded() -> Self {
        let mut bytes = [0; 8];
        SystemRandom.fill(&mut bytes);
        let given = std::env::var(SEED).ok();
        let seed = given.map_or(u64::from_ne_bytes(bytes), |text| text.parse().unwrap());
        println!("{SEED}={seed}");
        Self(seed)
    }

    /// A generator of its own.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A time below `millis`.
    pub(crate) fn time(&mut self, millis: u64) -> Duration {
        Duration::from_micros(self.below(millis * 1000))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

const SEED: &str = "AIS_LINK_KILL_SEED";
