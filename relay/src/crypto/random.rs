//! The one place that makes random bytes. It is asked through a trait, so that a test can foresee them.

use uuid::Uuid;

/// Makes random bytes that nobody can foresee.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // To go on without it would mean session ids that can be guessed.
        getrandom::fill(bytes).expect("the operating system has a source of random bytes");
    }
}

/// A fresh id for a call to the platform: a uuid of version 4 (OpenAPI parameter `X-Request-ID`).
pub(crate) fn request_id(random: &dyn Random) -> Uuid {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
