//! The sandbox as its clients meet it: over HTTP, without looking inside.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod access;
mod aspsps;
mod bankid;
mod binary;
mod consents;
mod control;
mod decoupled;
mod flow;
mod logs;
mod process;
mod support;
mod tls;
mod tokens;
