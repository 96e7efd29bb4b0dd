//! Whether this process has the store's file to itself. What it knows of the store without asking is good only then;
//! in a restart two relays have the file open for a while.
//!
//! Each store that opens the file first puts a file with the next number beside it, and holds a lock on that for as
//! long as it lives. So one look at the next number tells whether a newer store came, and the locks tell whether the
//! older ones are gone. Only the newest store removes the files of older ones, and only once all of them are gone.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// Whether what is known in memory may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cache {
    /// No other process writes: what this one knows is so.
    Exclusive,
    /// Others may write: the store is asked each time.
    Shared,
}

/// The place of a store among those that have its file open.
#[derive(Debug)]
pub(super) enum Owner {
    /// The tables are in this process's memory.
    Memory,
    /// The tables are in a file, and the relay cannot find out who else has it open.
    Unknown,
    /// The tables are a server's, for any number of relays.
    Server,
    /// The tables are in a file, with this place among those who have it open.
    Place(Place),
}

#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    /// Which file is at the path, by device and number, where it was there already.
    file: Option<(u64, u64)>,
    number: u64,
    /// The file that the next store to come makes.
    next: PathBuf,
    is_oldest: AtomicBool,
    /// How many looks in turn have found others.
    looks: AtomicU32,
    _lock: File,
}

impl Owner {
    /// Takes the newest place. It must be there before the store's file is opened.
    pub(super) fn of(path: &Path) -> Self {
        match Place::take(path) {
            Ok(place) => Self::Place(place),
            Err(error) => {
                tracing::warn!(kind = ?error.kind(), "the store is read for each call: no lock beside it");
                Self::Unknown
            }
        }
    }

    /// Whether the tables are in a file, which is for one relay.
    pub(super) fn is_of_a_file(&self) -> bool {
        matches!(self, Self::Place(_) | Self::Unknown)
    }

    /// Looks whether the older stores are gone. Where others have had the file open for some looks, which is longer than
    /// a restart takes, it warns.
    pub(super) fn look(&self) {
        self.look_for_older();
        let Self::Place(place) = self else { return };
        match self.cache() {
            Cache::Exclusive => place.looks.store(0, Ordering::Relaxed),
            Cache::Shared if place.looks.fetch_add(1, Ordering::Relaxed) == FEW => tracing::warn!(
                "another relay has the store's file open: stop one of them, or give both PostgreSQL"
            ),
            Cache::Shared => {}
        }
    }

    /// Whether another file, or none, is where the store's file was.
    pub(super) fn has_lost_the_file(&self) -> bool {
        let Self::Place(place) = self else { return false };
        place.file.is_some() && identity(&place.path) != place.file
    }

    fn look_for_older(&self) {
        if let Self::Place(place) = self
            && !place.is_oldest.load(Ordering::Acquire)
            && place.outlives_the_older().unwrap_or(false)
        {
            place.is_oldest.store(true, Ordering::Release);
        }
    }

    /// Whether what is known in memory may be used now.
    pub(super) fn cache(&self) -> Cache {
        match self {
            Self::Memory => Cache::Exclusive,
            Self::Place(place)
                if place.is_oldest.load(Ordering::Acquire) && !place.next.exists() =>
            {
                Cache::Exclusive
            }
            Self::Place(_) | Self::Unknown | Self::Server => Cache::Shared,
        }
    }
}

impl Place {
    fn take(path: &Path) -> io::Result<Self> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let made = MADE.fetch_add(1, Ordering::Relaxed);
        let own = beside(path, &format!("new-{}-{made}", std::process::id()));
        let lock = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&own)?;
        // It is locked before it is seen.
        let number = lock.lock().and_then(|()| place(path, &own));
        fs::remove_file(&own)?;
        let (number, path) = (number?, path.to_owned());
        let next = numbered(&path, number + 1);
        let file = identity(&path);
        Ok(Self {
            path,
            file,
            number,
            next,
            is_oldest: AtomicBool::new(false),
            looks: AtomicU32::new(0),
            _lock: lock,
        })
    }

    fn outlives_the_older(&self) -> io::Result<bool> {
        let older =
            || numbers(&self.path).map(|all| all.into_iter().filter(|it| *it < self.number));
        for number in older()? {
            let is_gone = match File::open(numbered(&self.path, number)) {
                Ok(file) => file.try_lock_shared().is_ok(),
                Err(error) => error.kind() == io::ErrorKind::NotFound,
            };
            if !is_gone {
                return Ok(false);
            }
        }
        for number in older()? {
            // Where another one has removed it, it is gone all the same.
            let _ = fs::remove_file(numbered(&self.path, number));
        }
        Ok(true)
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Gives the file `own` the next number.
fn place(path: &Path, own: &Path) -> io::Result<u64> {
    loop {
        let number = numbers(path)?.into_iter().max().unwrap_or(0) + 1;
        match fs::hard_link(own, numbered(path, number)) {
            Ok(()) => return Ok(number),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-open-");
    name.push(end);
    name.into()
}

fn numbered(path: &Path, number: u64) -> PathBuf {
    beside(path, &number.to_string())
}

/// The numbers of the stores that have come, but for those that were removed.
fn numbers(path: &Path) -> io::Result<Vec<u64>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let start = beside(Path::new(path.file_name().unwrap_or_default()), "");
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder.unwrap_or(Path::new(".")))? {
        let name = entry?.file_name();
        let number: Option<u64> =
            name.to_str().and_then(|name| name.strip_prefix(start.to_str()?)?.parse().ok());
        numbers.extend(number);
    }
    Ok(numbers)
}

const FEW: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_store_has_the_file_to_itself_once_all_older_ones_are_gone() {
        let folder = std::env::temp_dir().join(format!("ais-relay-owner-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("relay.sqlite");
        let open = || {
            let owner = Owner::of(&path);
            owner.look();
            owner
        };
        let first = open();
        assert_eq!(first.cache(), Cache::Exclusive);
        let second = open();
        assert_eq!((first.cache(), second.cache()), (Cache::Shared, Cache::Shared));
        let third = open();
        drop(second);
        third.look();
        assert_eq!((first.cache(), third.cache()), (Cache::Shared, Cache::Shared));
        // What has come once is seen by who was there before, also when it is gone again.
        drop(third);
        let fourth = open();
        first.look();
        assert_eq!((first.cache(), fourth.cache()), (Cache::Shared, Cache::Shared));
        drop(first);
        fourth.look();
        assert_eq!(fourth.cache(), Cache::Exclusive);
        assert_eq!(numbers(&path).unwrap(), [4], "the older ones are cleared away");
        assert_eq!(Owner::Memory.cache(), Cache::Exclusive);
        assert_eq!(Owner::of(&folder.join("none/relay.sqlite")).cache(), Cache::Shared);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn stores_that_open_at_one_moment_have_places_of_their_own() {
        let folder = std::env::temp_dir().join(format!("ais-relay-owners-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("relay.sqlite");
        let opening: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || Place::take(&path).unwrap())
            })
            .collect();
        let places: Vec<_> = opening.into_iter().map(|it| it.join().unwrap()).collect();
        let mut all: Vec<_> = places.iter().map(|place| place.number).collect();
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(
            places.iter().all(|place| (place.number == 1) == place.outlives_the_older().unwrap())
        );
        drop(places);
        fs::remove_dir_all(&folder).unwrap();
    }
}
