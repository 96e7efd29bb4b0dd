//! The database of which session owns which consent.

use std::path::Path;

use url::Url;

use super::reader::Reader;
use super::variable::{STORE, STORE_FILE, STORE_KEY_FILE};
use crate::crypto::seal;
use crate::crypto::secret::{Secret, SecretError};

/// The database of which session owns which consent.
#[derive(Clone)]
pub struct Store {
    /// `AIS_RELAY_STORE` or `AIS_RELAY_STORE_FILE`: the database, perhaps with a password.
    pub address: Secret,
    /// `AIS_RELAY_STORE_KEY_FILE`: the keys that seal persons' ids. Without one, each process has its own key.
    pub keys: StoreKeys,
}

/// The keys of the store: the first one seals, all open, and the last one makes the ids that must stay the same.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StoreKeys(Vec<[u8; 32]>);

impl StoreKeys {
    /// These keys.
    pub fn new(keys: impl Into<Vec<[u8; 32]>>) -> Self {
        Self(keys.into())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn all(&self) -> &[[u8; 32]] {
        &self.0
    }
}

impl std::fmt::Debug for StoreKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoreKeys({})", self.0.len())
    }
}

impl Store {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let address = address(reader);
        let keys = store_keys(reader);
        let store = Self { address: address?, keys };
        if store.is_shared() && store.keys.is_empty() {
            reader.fault(&STORE_KEY_FILE, SHARED_KEY);
        }
        Some(store)
    }

    /// Whether other relays may use the store.
    pub fn is_shared(&self) -> bool {
        is_postgres(self.address.expose())
    }

    /// The database as the log may show it: of a server its host, and the name of the database there.
    pub fn label(&self) -> String {
        let address = self.address.expose();
        if !is_postgres(address) {
            return address.to_owned();
        }
        let Ok(url) = Url::parse(address) else { return "postgres://".to_owned() };
        let queried = |name: &str| {
            url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let host = url.host_str().map(str::to_owned).or_else(|| queried("host"));
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("postgres://{}{port}{}", host.unwrap_or_default(), url.path())
    }

    /// Whether the store outlives the process and the key does not.
    pub(crate) fn outlives_its_key(&self) -> bool {
        self.keys.is_empty() && self.address.expose() != MEMORY
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("address", &self.label()).finish_non_exhaustive()
    }
}

/// The keys in their file; none where no file is named.
pub(super) fn store_keys(reader: &mut Reader<'_>) -> StoreKeys {
    let Some(path) = reader.raw(&STORE_KEY_FILE) else { return StoreKeys::default() };
    match reader.contents(path) {
        Ok(contents) => {
            let keys = seal::keys(&contents);
            if keys.is_none() {
                reader.fault(&STORE_KEY_FILE, STORE_KEY_FILE.expected);
            }
            keys.map(StoreKeys).unwrap_or_default()
        }
        Err(error) => {
            let error = SecretError::from(error);
            reader.fault(&STORE_KEY_FILE, format!("the path of a key's file; {error}"));
            StoreKeys::default()
        }
    }
}

/// The address, from one of its two variables.
fn address(reader: &mut Reader<'_>) -> Option<Secret> {
    let Some(path) = reader.raw(&STORE_FILE) else {
        return reader.one(&STORE, known);
    };
    if reader.raw(&STORE).is_some() {
        reader.fault(&STORE_FILE, "left out where AIS_RELAY_STORE is set");
        return None;
    }
    let found = match Secret::read(Path::new(&path)) {
        Ok(secret) => known(secret.expose()).ok_or_else(|| STORE_FILE.expected.to_owned()),
        Err(error) => Err(format!("the path of a file with the store's address; {error}")),
    };
    found.map_err(|expected| reader.fault(&STORE_FILE, expected)).ok()
}

/// The address of a database that a relay can use.
fn known(text: &str) -> Option<Secret> {
    let is_known = text == MEMORY
        || text.strip_prefix("sqlite://").is_some_and(|path| !path.is_empty())
        || (is_postgres(text) && Url::parse(text).is_ok());
    Secret::new(text).ok().filter(|_| is_known)
}

fn is_postgres(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

const MEMORY: &str = "sqlite::memory:";
const SHARED_KEY: &str = "set where the store is PostgreSQL: the path of a file with one key, the same for all relays \
                          that use it";
