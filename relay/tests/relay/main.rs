//! The relay from outside: real sockets, a recording platform behind it, a denial test for each rule.

#![expect(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

mod account;
mod allow_list;
mod answers;
mod approach;
mod backend;
mod binary;
mod contexts;
mod cors;
#[path = "../database/mod.rs"]
mod database;
mod deletions;
mod documents;
#[path = "../database/each.rs"]
mod each;
mod ending;
mod faults;
mod files;
mod fuzzed;
mod ground;
mod headers;
mod ids;
mod kept;
mod left;
mod lists;
mod logos;
mod monitoring;
mod mtls;
mod mtls_files;
mod mtls_log;
mod mtls_support;
mod own_way;
mod postgres_tls;
mod profiles;
mod quota;
mod redirect;
mod reload;
mod resume;
mod sandboxed;
mod serving;
mod session;
mod shared;
mod support;
mod token;
mod traces;
