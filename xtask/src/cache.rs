//! The cache folder of this person: files that are the same for every checkout, so that a fresh
//! clone starts fast. Anything in it may be deleted at any time.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::progress;

/// The cache folder.
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Opens the folder, making it where it does not exist yet.
    pub(crate) fn open() -> Result<Self, Error> {
        let root = place(|name| env::var_os(name).map(PathBuf::from)).ok_or_else(|| {
            Error::missing("a folder for the cache", "set AIS_LINK_CACHE to a folder of yours.")
        })?;
        fs::create_dir_all(&root).map_err(Error::file("create", &root))?;
        let root = root.canonicalize().map_err(Error::file("find", &root))?;
        Ok(Self { root })
    }

    /// A path inside the cache.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Keeps other checkouts from installing at the same time, until the guard is dropped.
    pub(crate) fn lock(&self) -> Result<CacheLock, Error> {
        let path = self.path("lock");
        let file = File::create(&path).map_err(Error::file("write", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                progress::note("Another set-up is running: waiting for it.");
                file.lock().map_err(Error::file("lock", &path))?;
            }
            Err(TryLockError::Error(source)) => {
                return Err(Error::File { action: "lock", path, source });
            }
        }
        Ok(CacheLock { _file: file })
    }
}

/// Holds the lock while something is put into the cache.
#[must_use]
pub(crate) struct CacheLock {
    _file: File,
}

/// Moves a finished folder to its place, so that the place never has a half-made one.
pub(crate) fn publish(made: &Path, place: &Path) -> Result<(), Error> {
    remove(place)?;
    fs::rename(made, place).map_err(Error::file("move into place", place))
}

/// Removes a folder with its contents, if it exists.
pub(crate) fn remove(folder: &Path) -> Result<(), Error> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::file("remove", folder))?;
    }
    Ok(())
}

fn place(var: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let set = |name| var(name).filter(|path| !path.as_os_str().is_empty());
    // A relative XDG path is invalid and to be ignored: XDG Base Directory Specification, Basics.
    set("AIS_LINK_CACHE").or_else(|| {
        let home = || set("HOME").or_else(|| set("USERPROFILE")).map(|home| home.join(".cache"));
        let base = set("XDG_CACHE_HOME").filter(|path| path.is_absolute()).or_else(home);
        base.map(|base| base.join("ais-link"))
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::place;

    #[track_caller]
    fn check(vars: &[(&str, &str)], expect: Option<&str>) {
        let var = |name: &str| {
            vars.iter().find(|(key, _)| *key == name).map(|(_, value)| PathBuf::from(value))
        };
        assert_eq!(place(var), expect.map(PathBuf::from));
    }

    #[test]
    fn the_folder_can_be_chosen() {
        let all = [("AIS_LINK_CACHE", "/c"), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")];
        check(&all, Some("/c"));
        check(&all[1..], Some("/x/ais-link"));
        check(&all[2..], Some("/h/.cache/ais-link"));
        check(&[], None);
    }

    #[test]
    fn empty_and_relative_values_are_passed_over() {
        let vars = [("AIS_LINK_CACHE", ""), ("XDG_CACHE_HOME", "relative"), ("HOME", "/h")];
        check(&vars, Some("/h/.cache/ais-link"));
    }
}
