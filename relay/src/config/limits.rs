//! Times, sizes and numbers that no variable changes, each with its reason. Tests shorten them.

use std::time::Duration;

/// What the relay waits for, and how much it takes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the head of a request, and between two requests of a connection: a browser sends a head
    /// at once, and who sends it byte by byte wants to hold the connection.
    pub head: Duration,
    /// For the body of a request.
    pub body: Duration,
    /// For all requests of a connection: who reads answers byte by byte is cut off some time.
    pub connection: Duration,
    /// For a connection to the platform.
    pub connect: Duration,
    /// For the head of the platform's answer: banks are slow when they start an authorisation.
    pub answer: Duration,
    /// For all that a call needs of the platform: token, call, second try.
    pub whole_call: Duration,
    /// For a code that the platform cannot take at once; then the person is told to come again.
    pub exchange: Duration,
    /// From the bank's approval to the accounts, at a bank that sends no code: so long somebody who was lured
    /// into approving may yet come back in another browser, which ends the consent. They need the time
    /// of a redirect, and on a telephone of the change from one app to another.
    pub hold: Duration,
    /// For calls under way when the relay is told to stop: longer than a call may last.
    pub drain: Duration,
    /// Connections at one time; further ones wait in the kernel's queue.
    pub connections: usize,
    /// Calls to the platform at one time; further ones are told to come again.
    pub calls: usize,
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
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(20),
            whole_call: Duration::from_secs(30),
            exchange: Duration::from_secs(10),
            hold: Duration::from_secs(8),
            drain: Duration::from_secs(40),
            connections: 2000,
            calls: 500,
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

const KIB: usize = 1024;
