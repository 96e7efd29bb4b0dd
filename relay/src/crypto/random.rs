//! The only source of random bytes. It stands behind a trait, so that a test can predict them.

use uuid::Uuid;

/// Makes unpredictable random bytes.
pub trait Random: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // Without it, session ids could be guessed.
        getrandom::fill(bytes).expect("the operating system has a source of random bytes");
    }
}

/// A new id for a call to the platform: a uuid of version 4 (OpenAPI parameter `X-Request-ID`).
pub(crate) fn request_id(random: &dyn Random) -> Uuid {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
