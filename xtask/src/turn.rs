//! Turns of commands that run at the same time: those of one checkout share `target`, and all checkouts share the cache. The system
//! gives a turn back when the process that has it ends, however it ends.

use std::env;
use std::fs::TryLockError;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::process;

use anyhow::Result;
use fs_err as fs;

use crate::folders::scratch;
use crate::progress::note;

/// The files that one command at a time may write.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Files {
    /// The bundle, the package that is made of it, and what lies between.
    Bundle,
    /// The folder from which the demo runs the host's own server.
    DemoHost,
    /// `target/test-logs`, and all else that `cargo xtask test` writes.
    Tests,
    /// `target/dist`, and the clone that it is compared with.
    Release,
    /// The sheets of screens.
    Screens,
    /// The logs and tables of a measurement.
    Bench,
    /// What the fuzz targets work on.
    Fuzz,
}

impl Files {
    const fn name(self) -> &'static str {
        match self {
            Self::Bundle => "the bundle",
            Self::DemoHost => "the demo's folder",
            Self::Tests => "the tests' files",
            Self::Release => "the release",
            Self::Screens => "the screens",
            Self::Bench => "the benchmark's files",
            Self::Fuzz => "the fuzz targets' files",
        }
    }
}

/// Waits until no other command of this checkout writes `files`, and keeps others from it until the result is dropped. No
/// command may take what it has already: it would wait for itself.
pub(crate) fn take(files: Files) -> Result<fs::File> {
    let name = files.name();
    let file = name.replace([' ', '\''], "-") + ".lock";
    take_at(&scratch("locks").join(file), name, note)
}

/// The same for the lock `file`, which keeps others from `what`.
pub(crate) fn take_at(file: &Path, what: &str, say: impl FnOnce(&str)) -> Result<fs::File> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut open = fs::OpenOptions::new();
    let mut lock = open.read(true).write(true).create(true).truncate(false).open(file)?;
    match lock.file().try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut other = String::new();
            lock.read_to_string(&mut other)?;
            let other = if other.is_empty() { "another command" } else { &other };
            say(&format!("Waiting for {other}: it writes {what}."));
            lock.file().lock()?;
        }
        // Some network file systems have no locks.
        Err(TryLockError::Error(error)) => {
            say(&format!("Start no other command meanwhile: {what} cannot be locked ({error})."));
        }
    }
    lock.rewind()?;
    lock.set_len(0)?;
    let words: Vec<_> = env::args().skip(1).collect();
    write!(lock, "`cargo xtask {}` (process {})", words.join(" "), process::id())?;
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::thread;
    use std::time::Duration;

    use super::take_at;
    use crate::folders::{empty, scratch};

    #[test]
    fn the_second_says_whom_and_what_it_waits_for_and_goes_on_when_the_first_has_ended() {
        let folder = scratch("turn-test");
        empty(&folder).unwrap();
        let file = folder.join("deep/one.lock");
        let first = take_at(&file, "the bundle", |said| panic!("{said}")).unwrap();
        let (tell, told) = channel();
        let second = thread::spawn({
            let file = file.clone();
            move || {
                let said = tell.clone();
                let lock = take_at(&file, "the bundle", |text| said.send(text.to_owned()).unwrap());
                tell.send("has it".to_owned()).unwrap();
                drop(lock.unwrap());
            }
        });
        let said = told.recv_timeout(Duration::from_mins(1)).unwrap();
        assert!(said.starts_with("Waiting for `cargo xtask "), "{said}");
        let process = format!("(process {}): it writes the bundle.", std::process::id());
        assert!(said.ends_with(&process), "{said}");
        let early = told.recv_timeout(Duration::from_millis(300));
        assert_eq!(early, Err(RecvTimeoutError::Timeout), "the first has it still");
        // Another kind of files is nobody's.
        take_at(&folder.join("other.lock"), "the screens", |said| panic!("{said}")).unwrap();
        drop(first);
        assert_eq!(told.recv_timeout(Duration::from_mins(1)).unwrap(), "has it");
        second.join().unwrap();
    }

    #[test]
    fn the_words_of_an_earlier_command_do_not_stay_in_the_file() {
        let folder = scratch("turn-words-test");
        empty(&folder).unwrap();
        let file = folder.join("one.lock");
        fs_err::write(&file, "x".repeat(500)).unwrap();
        drop(take_at(&file, "the bundle", |said| panic!("{said}")).unwrap());
        let text = fs_err::read_to_string(&file).unwrap();
        assert!(text.starts_with("`cargo xtask ") && !text.contains("xxxxxxxxx"));
    }
}
