//! The database of which session owns which consent.

use std::path::Path;

use super::reader::Reader;
use super::variable::{STORE, STORE_KEY_FILE};
use crate::crypto::seal;
use crate::crypto::secret::Secret;

/// The database of which session owns which consent.
#[derive(Clone)]
pub struct Store {
    /// `AIS_RELAY_STORE`: the database.
    pub address: String,
    /// `AIS_RELAY_STORE_KEY_FILE`: the key that seals persons' ids. Without it, each process has its own key.
    pub key: Option<[u8; 32]>,
}

impl Store {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let address = reader.one(&STORE, |text| {
            let known = text == MEMORY
                || text.strip_prefix("sqlite://").is_some_and(|path| !path.is_empty());
            known.then(|| text.to_owned())
        });
        let key = match reader.raw(&STORE_KEY_FILE) {
            None => None,
            Some(path) => match Secret::read(Path::new(&path)) {
                Ok(secret) => {
                    let key = seal::key(&secret);
                    if key.is_none() {
                        reader.fault(&STORE_KEY_FILE, STORE_KEY_FILE.expected);
                    }
                    key
                }
                Err(error) => {
                    reader.fault(&STORE_KEY_FILE, format!("the path of a key's file; {error}"));
                    None
                }
            },
        };
        Some(Self { address: address?, key })
    }

    /// Whether the store outlives the process and the key does not.
    pub(crate) fn outlives_its_key(&self) -> bool {
        self.key.is_none() && self.address != MEMORY
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("address", &self.address).finish_non_exhaustive()
    }
}

const MEMORY: &str = "sqlite::memory:";
