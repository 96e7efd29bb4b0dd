//! Randomness as an argument, so that a seed repeats a run exactly.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// A stream of bytes: SHA-256 over a seed and a counter. A seed from the machine makes it unpredictable.
pub(crate) struct Random {
    seed: [u8; 32],
    counter: u64,
}

impl Random {
    /// An unpredictable stream.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub(crate) fn from_machine() -> Result<Self, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(Self { seed, counter: 0 })
    }

    /// The stream of `seed`: the same each time, for tests only.
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self { seed: Sha256::digest(seed.to_be_bytes()).into(), counter: 0 }
    }

    /// The next 32 bytes.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.counter += 1;
        Sha256::new()
            .chain_update(self.seed)
            .chain_update(self.counter.to_be_bytes())
            .finalize()
            .into()
    }

    /// The next uuid, of version 4.
    pub(crate) fn uuid(&mut self) -> Uuid {
        let bytes = self.bytes();
        let mut half = [0; 16];
        half.copy_from_slice(&bytes[..16]);
        Builder::from_random_bytes(half).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_repeats_its_stream_and_the_stream_does_not_repeat_itself() {
        let (mut one, mut two) = (Random::from_seed(7), Random::from_seed(7));
        let first = one.uuid();
        assert_eq!(first, two.uuid());
        assert_ne!(first, one.uuid());
        assert_ne!(first, Random::from_seed(8).uuid());
    }
}
