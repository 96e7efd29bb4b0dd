//! The keys of the store together. The first one seals and marks; each one opens and recognises; the last one makes the ids
//! that must stay the same when a key is added.

use std::sync::{Arc, PoisonError, RwLock};

use super::key::OpaqueId;
use super::random::Random;
use super::seal::{KEY_LEN, Sealed, Sealer};

/// The keys in use, which may be replaced while the relay runs.
pub(crate) struct Ring(RwLock<Arc<Keys>>);

struct Keys {
    /// The first one in the file.
    first: Sealer,
    /// Those behind it, the last one of the file at the end.
    older: Vec<Sealer>,
    /// The last one, by which keys are recognised as these.
    last: [u8; KEY_LEN],
}

impl Ring {
    /// A ring of `keys`; of one random key where there are none.
    pub(crate) fn new(keys: &[[u8; KEY_LEN]], random: &dyn Random) -> Self {
        let keys = Keys::new(keys).unwrap_or_else(|| {
            let mut key = [0; KEY_LEN];
            random.fill(&mut key);
            Keys { first: Sealer::new(&key), older: Vec::new(), last: key }
        });
        Self(RwLock::new(Arc::new(keys)))
    }

    /// Whether `keys` make the same ids as those in use.
    pub(crate) fn makes_ids_like(&self, keys: &[[u8; KEY_LEN]]) -> bool {
        keys.last().is_none_or(|last| *last == self.keys().last)
    }

    /// Uses `keys` from now on; those in use stay where there are none.
    pub(crate) fn replace(&self, keys: &[[u8; KEY_LEN]]) {
        if let Some(keys) = Keys::new(keys) {
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        }
    }

    /// Seals `text`. It opens only together with `owner`.
    pub(crate) fn seal(&self, text: &str, owner: &str, random: &dyn Random) -> Option<Sealed> {
        self.keys().first.seal(text, owner, random)
    }

    /// The text that was sealed for `owner`; `None` where none of the keys was used, or another owner.
    pub(crate) fn open(&self, sealed: &Sealed, owner: &str) -> Option<String> {
        self.keys().all().find_map(|sealer| sealer.open(sealed, owner))
    }

    /// [`Sealer::account`], stable while the last key is.
    pub(crate) fn account(&self, number: &str, currency: &str) -> [u8; 16] {
        self.keys().last().account(number, currency)
    }

    /// [`Sealer::transaction`], stable while the last key is.
    pub(crate) fn transaction(&self, text: &str) -> [u8; 16] {
        self.keys().last().transaction(text)
    }

    /// [`Sealer::state`], stable while the last key is.
    pub(crate) fn state(&self, consent: &str, authorisation: &str) -> OpaqueId {
        self.keys().last().state(consent, authorisation)
    }

    /// [`Sealer::session`].
    pub(crate) fn session(&self, random: &dyn Random) -> OpaqueId {
        self.keys().first.session(random)
    }

    /// Whether `id` came from [`Ring::session`] with one of the keys.
    pub(crate) fn has_made(&self, id: &OpaqueId) -> bool {
        self.keys().all().any(|sealer| sealer.has_made(id))
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Keys {
    fn new(keys: &[[u8; KEY_LEN]]) -> Option<Self> {
        let (first, older) = keys.split_first()?;
        let last = older.last().unwrap_or(first);
        let (first, older) = (Sealer::new(first), older.iter().map(Sealer::new).collect());
        Some(Self { first, older, last: *last })
    }

    fn all(&self) -> impl Iterator<Item = &Sealer> {
        std::iter::once(&self.first).chain(&self.older)
    }

    fn last(&self) -> &Sealer {
        self.older.last().unwrap_or(&self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;

    const OLD: [u8; 32] = [1; 32];
    const NEW: [u8; 32] = [2; 32];

    #[test]
    fn a_new_key_in_front_seals_and_what_the_old_one_made_goes_on() {
        let ring = Ring::new(&[OLD], &SystemRandom);
        let sealed = ring.seal("198001019999", "c1", &SystemRandom).unwrap();
        let session = ring.session(&SystemRandom);
        let ids = |ring: &Ring| {
            (ring.account("SE45", "SEK"), ring.transaction("rent"), ring.state("c1", "a1").text())
        };
        let before = ids(&ring);
        assert!(ring.makes_ids_like(&[NEW, OLD]) && ring.makes_ids_like(&[]));
        ring.replace(&[NEW, OLD]);
        assert_eq!(ring.open(&sealed, "c1").as_deref(), Some("198001019999"));
        assert_eq!(ring.open(&sealed, "c2"), None);
        assert!(ring.has_made(&session));
        assert_eq!(ids(&ring), before);
        let resealed = ring.seal("x", "c1", &SystemRandom).unwrap();
        assert_eq!(Sealer::new(&NEW).open(&resealed, "c1").as_deref(), Some("x"));
        assert_eq!(Sealer::new(&OLD).open(&resealed, "c1"), None);
        assert!(Sealer::new(&NEW).has_made(&ring.session(&SystemRandom)));
    }

    #[test]
    fn keys_without_the_last_one_make_other_ids() {
        let ring = Ring::new(&[NEW, OLD], &SystemRandom);
        assert!(!ring.makes_ids_like(&[NEW]) && !ring.makes_ids_like(&[OLD, NEW]));
        assert!(ring.makes_ids_like(&[OLD, NEW, OLD]));
        ring.replace(&[]);
        assert!(ring.makes_ids_like(&[OLD]), "without keys nothing changes");
    }
}
