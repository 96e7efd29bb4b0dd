//! The sandbox from the outside, over HTTP.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod access;
mod aspsps;
mod bankid;
mod binary;
mod browser;
mod challenges;
mod consents;
mod control;
mod customers;
mod decoupled;
mod documents;
mod exchange;
mod flow;
mod forms;
mod limits;
mod linked;
mod links;
mod logs;
mod pages;
mod process;
mod profiles;
mod recorded;
mod redirect;
mod support;
mod tls;
mod tokens;
mod transactions;
