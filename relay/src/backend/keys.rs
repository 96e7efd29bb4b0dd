//! Who may ask on the back-end port: names with the hashes of their keys, in a file that is read again when it changes.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use crate::crypto::key::TokenKey;
use crate::crypto::random::Random;

/// The keys of a file.
#[derive(Debug)]
pub struct Keys {
    path: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    keys: HashMap<TokenKey, String>,
    mark: Option<Mark>,
    /// Why the file, as it is, stays out.
    fault: Option<String>,
}

/// What changes when a file does: its length, and when it was written. A file that is replaced has another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    length: u64,
    written: Option<SystemTime>,
    number: u64,
}

/// Why the file of the keys cannot be used.
#[derive(Debug, Error)]
pub enum KeysError {
    /// It cannot be read.
    #[error("AIS_RELAY_BACKEND_KEYS_FILE cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// A line is not one.
    #[error(
        "line {0} of AIS_RELAY_BACKEND_KEYS_FILE must be a name, a colon and 64 digits in hex; \
         `ais-relay key new NAME` writes such a line"
    )]
    Line(usize),
    /// There are none.
    #[error("AIS_RELAY_BACKEND_KEYS_FILE has no key; `ais-relay key new NAME` makes one")]
    None,
}

impl Keys {
    /// The keys in the file at `path`.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        let (mark, keys) = (mark(path), read(path)?);
        let known = Known { keys, mark, fault: None };
        Ok(Self { path: path.to_owned(), known: Mutex::new(known) })
    }

    /// The name of `key`, if it is one.
    pub(crate) fn name_of(&self, key: &str) -> Option<String> {
        if !key.starts_with(PREFIX) {
            return None;
        }
        let mut known = self.known();
        self.look(&mut known);
        known.keys.get(&TokenKey::of(key)).cloned()
    }

    /// Reads the file again, if it has changed; why it stays out, where it does.
    pub(crate) fn fault(&self) -> Option<String> {
        let mut known = self.known();
        self.look(&mut known);
        known.fault.clone()
    }

    /// Reads the file again, if it has changed. Keys that cannot be read leave those that are known.
    fn look(&self, known: &mut Known) {
        let mark = mark(&self.path);
        if mark.is_some() && mark == known.mark {
            return;
        }
        match read(&self.path) {
            Ok(keys) => {
                tracing::info!(keys = keys.len(), "the keys of the back-end port were read again");
                (known.keys, known.mark, known.fault) = (keys, mark, None);
            }
            Err(error) => {
                if mark != known.mark {
                    tracing::error!(%error, "the keys of the back-end port stay as they were");
                }
                (known.mark, known.fault) = (mark, Some(error.to_string()));
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new key and its line in the file.
pub fn make(name: &str, random: &dyn Random) -> Option<(String, String)> {
    if !is_name(name) {
        return None;
    }
    let mut bits = [0; 32];
    random.fill(&mut bits);
    let key = [PREFIX, &URL_SAFE_NO_PAD.encode(bits)].concat();
    let line = format!("{name}:{}", hex(TokenKey::of(&key).as_bytes()));
    Some((key, line))
}

fn read(path: &Path) -> Result<HashMap<TokenKey, String>, KeysError> {
    let text = fs::read_to_string(path)?;
    let mut keys = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, hash) = line.split_once(':').ok_or(KeysError::Line(index + 1))?;
        let (name, hash) = (name.trim(), bytes(hash.trim()));
        match hash.filter(|_| is_name(name)) {
            Some(hash) => keys.insert(TokenKey::from_bytes(hash), name.to_owned()),
            None => return Err(KeysError::Line(index + 1)),
        };
    }
    if keys.is_empty() { Err(KeysError::None) } else { Ok(keys) }
}

fn mark(path: &Path) -> Option<Mark> {
    use std::os::unix::fs::MetadataExt as _;
    let data = fs::metadata(path).ok()?;
    Some(Mark { length: data.len(), written: data.modified().ok(), number: data.ino() })
}

fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=64).contains(&name.len()) && name.bytes().all(is_letter)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}

/// How a key begins.
const PREFIX: &str = "aisk_";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;

    #[test]
    fn a_key_is_known_by_its_hash_until_its_line_is_gone() {
        let path = std::env::temp_dir().join(format!("ais-relay-keys-{}", std::process::id()));
        let (first, line) = make("shop", &SystemRandom).unwrap();
        fs::write(&path, format!("# ours\n\n{line}\n")).unwrap();
        let keys = Keys::open(&path).unwrap();
        assert_eq!(keys.name_of(&first).as_deref(), Some("shop"));
        assert_eq!(keys.name_of(&first.replace("aisk_", "")), None);
        assert_eq!(keys.name_of("aisk_"), None);
        let (second, line) = make("shop-2", &SystemRandom).unwrap();
        fs::write(&path, &line).unwrap();
        keys.look(&mut keys.known());
        assert_eq!(keys.name_of(&first), None);
        assert_eq!(keys.name_of(&second).as_deref(), Some("shop-2"));
        fs::write(&path, "half a li").unwrap();
        keys.look(&mut keys.known());
        assert_eq!(
            keys.name_of(&second).as_deref(),
            Some("shop-2"),
            "what is broken changes nothing"
        );
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_is_not_one_is_refused_by_line() {
        let path = std::env::temp_dir().join(format!("ais-relay-no-keys-{}", std::process::id()));
        let hash = "ab".repeat(32);
        for (text, refusal) in [
            (String::new(), None),
            ("# nothing\n".to_owned(), None),
            ("shop".to_owned(), Some(1)),
            (format!("shop:{hash}\nshop two:{hash}"), Some(2)),
            (format!("shop:{}", &hash[1..]), Some(1)),
            (format!("shop:{}g", &hash[1..]), Some(1)),
        ] {
            fs::write(&path, &text).unwrap();
            match (read(&path), refusal) {
                (Err(KeysError::None), None) => {}
                (Err(KeysError::Line(line)), Some(expected)) => {
                    assert_eq!(line, expected, "{text}");
                }
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
        fs::remove_file(&path).unwrap();
        assert!(make("two words", &SystemRandom).is_none());
    }
}
