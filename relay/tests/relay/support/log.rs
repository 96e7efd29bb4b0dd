//! Captures the log of a test, from the tasks of its own thread.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::{Registry, fmt};

/// A log. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Captures log lines until the guard is dropped.
    pub(crate) fn listen(&self) -> DefaultGuard {
        LazyLock::force(&OTHERS);
        let here = self.clone();
        set_default(fmt().with_ansi(false).with_writer(move || here.clone()).finish())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Two subscribers that nothing is written to. While only one subscriber is alive in a process, tracing asks the thread
/// that logs a line first whether anyone wants it, and keeps the answer for all threads: a test without a log would
/// silence another one's.
static OTHERS: LazyLock<[Dispatch; 2]> =
    LazyLock::new(|| [Dispatch::new(Registry::default()), Dispatch::new(Registry::default())]);
