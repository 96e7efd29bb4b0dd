//! What the files held that variables name: read once for a configuration, so that it is judged as a whole, and read again
//! to see whether they have changed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The files that were read, with what they held. They may hold secrets, so there is no `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Held(BTreeMap<PathBuf, Content>);

/// What a file held.
#[derive(Clone, PartialEq, Eq)]
enum Content {
    Bytes(Vec<u8>),
    /// It could not be read, for this reason and the system's number for it.
    Unread(ErrorKind, Option<i32>),
}

impl Held {
    /// What the file at `path` holds. It is read from the disk once.
    pub(super) fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        let content = self.0.entry(path.to_owned()).or_insert_with(|| Content::read(path));
        match content {
            Content::Bytes(bytes) => Ok(bytes.clone()),
            Content::Unread(_, Some(number)) => Err(io::Error::from_raw_os_error(*number)),
            Content::Unread(kind, None) => Err((*kind).into()),
        }
    }

    /// What the same files hold now. A pipe can be read only once, so what it held counts for ever.
    pub(super) fn again(&self) -> Self {
        let again = |(path, held): (&PathBuf, &Content)| {
            let is_read_once = fs::metadata(path).is_ok_and(|data| !data.is_file());
            (path.clone(), if is_read_once { held.clone() } else { Content::read(path) })
        };
        Self(self.0.iter().map(again).collect())
    }

    /// The files that hold something else in `other`.
    pub(super) fn changed(&self, other: &Self) -> Vec<&Path> {
        let is_other = |(path, held): &(&PathBuf, &Content)| other.0.get(*path) != Some(*held);
        self.0.iter().filter(is_other).map(|(path, _)| path.as_path()).collect()
    }
}

impl Content {
    fn read(path: &Path) -> Self {
        match fs::read(path) {
            Ok(bytes) => Self::Bytes(bytes),
            Err(error) => Self::Unread(error.kind(), error.raw_os_error()),
        }
    }
}
