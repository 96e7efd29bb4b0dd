//! Times, sizes and numbers that no variable changes, each with its reason. Tests shorten them.

use std::time::Duration;

/// How long the relay waits, and how much it accepts.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the head of a request, and between two requests of a connection: a browser sends a head
    /// at once, and a peer that sends it byte by byte wants to hold the connection.
    pub head: Duration,
    /// For the body of a request.
    pub body: Duration,
    /// For all requests of a connection, so that a peer that reads answers byte by byte is cut off in the end.
    pub connection: Duration,
    /// For a part of an answer that the peer does not read; each part that it reads gives it more time.
    pub unread: Duration,
    /// For a connection to the platform.
    pub connect: Duration,
    /// For the head of the platform's answer: banks are slow when they start an authorisation.
    pub answer: Duration,
    /// For everything that a call needs of the platform: token, call, second try.
    pub whole_call: Duration,
    /// For a code that the platform cannot take at once; then the page asks the person to try again.
    pub exchange: Duration,
    /// From the bank's approval to the accounts, at a bank that sends no code. In this time a person who was lured
    /// into approving may still come back in another browser, which ends the consent. They need the time
    /// of a redirect, and on a telephone of the change from one app to another.
    pub hold: Duration,
    /// For calls in progress when the relay stops: longer than a call may last.
    pub drain: Duration,
    /// How long a list of banks, countries or cities serves all who ask for it. With zero, none is kept.
    pub list_fresh: Duration,
    /// How long it serves while the next one is fetched: while the platform is away, an old list is better
    /// than none.
    pub list_usable: Duration,
    /// Connections at one time; for a further one the one that has been idle longest is closed.
    pub connections: usize,
    /// Calls to the platform at one time; the relay asks further callers to try again. Lists take a quarter of them at
    /// most, so that there is always room for links.
    pub calls: usize,
    /// Authorisations of a consent that are kept: no person begins as many.
    pub authorisations: usize,
    /// Bytes of a request's target: two identifiers of a bank, encoded, are the most that one holds.
    pub target: usize,
    /// Bytes of the target of a return from the bank's page.
    pub return_target: usize,
    /// Bytes of a request's head; the least that hyper takes is 8 KiB.
    pub head_bytes: usize,
    /// Lines of a request's head.
    pub head_lines: usize,
    /// Bytes of a request's body.
    pub request_body: usize,
    /// Bytes of the platform's answer: the accounts of a company are the longest.
    pub answer_body: usize,
    /// Bytes of a logo.
    pub logo: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            connection: Duration::from_mins(5),
            unread: Duration::from_secs(10),
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(20),
            whole_call: Duration::from_secs(30),
            exchange: Duration::from_secs(10),
            hold: Duration::from_secs(8),
            drain: Duration::from_secs(40),
            list_fresh: Duration::from_mins(10),
            list_usable: Duration::from_hours(24),
            connections: 2000,
            calls: 500,
            authorisations: 200,
            target: 8 * KIB,
            return_target: 8 * KIB,
            head_bytes: 16 * KIB,
            head_lines: 64,
            request_body: 16 * KIB,
            answer_body: 4 * KIB * KIB,
            logo: 256 * KIB,
        }
    }
}

impl Limits {
    /// Files that the process has open when all of its connections and calls are in use.
    pub(crate) fn files(&self) -> u64 {
        (self.connections + self.calls) as u64 + SPARE_FILES
    }

    /// These limits for a process that may have only so many `files` open: two thirds of them for
    /// connections, a third for calls, so that the relay can serve each connection that it accepts.
    pub(crate) fn within(mut self, files: u64) -> Self {
        if files < self.files() {
            let shared = usize::try_from(files.saturating_sub(SPARE_FILES)).unwrap_or(usize::MAX);
            self.connections = self.connections.min(shared * 2 / 3).max(FEWEST);
            self.calls = self.calls.min(shared / 3).max(FEWEST);
        }
        self
    }
}

/// Files beside connections and calls: the store's, the served ones, the log, the listener.
const SPARE_FILES: u64 = 64;
/// The connections of the smallest relay, whatever the limit is.
const FEWEST: usize = 8;
const KIB: usize = 1024;
