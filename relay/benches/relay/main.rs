//! What the relay costs, beside nginx and a Node relay that do the same work on headers: CPU time and delay of a
//! call, memory, what polling costs the platform, and how many links the store takes.
//!
//! `cargo bench -p relay` runs it; `cargo xtask bench` also installs what it compares with, and keeps the tables.
//! All programs of one table run one after the other on the same machine, so that ratios hold where times do not.
//! It reads CPU time and memory from `/proc`, so it runs on Linux alone.

#![expect(clippy::unwrap_used, reason = "a benchmark has no one to hand an error to")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use mimalloc::MiMalloc;

mod bare;
mod browser;
mod calls;
mod memory;
mod platform;
mod polling;
mod store;
mod subject;
mod table;

use subject::Programs;
use table::Table;

/// As in the relay, for the server of the libraries alone.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> =
        env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if let [first, url, port, certificate @ ..] = &*arguments
        && first == BARE
    {
        let certificate = certificate.first().map(String::as_str);
        return bare::serve(url, port.parse().unwrap(), certificate).await;
    }
    let wants = |name: &str| arguments.is_empty() || arguments.iter().any(|wanted| wanted == name);
    let place = |name| env::var_os(name).map(PathBuf::from);
    let programs = Programs {
        relay: place("AIS_BENCH_RELAY").unwrap_or_else(|| env!("CARGO_BIN_EXE_ais-relay").into()),
        nginx: place("AIS_BENCH_NGINX"),
        node_modules: env::var_os("AIS_BENCH_NODE_MODULES")
            .map_or_else(Vec::new, |folders| env::split_paths(&folders).collect()),
    };
    for (what, is_there) in
        [("nginx", programs.nginx.is_some()), ("Node", !programs.node_modules.is_empty())]
    {
        if !is_there {
            eprintln!("{what} is not measured: `cargo xtask bench` installs it.");
        }
    }
    let folder = env::temp_dir().join(format!("ais-relay-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut tables: Vec<Table> = Vec::new();
    if wants("calls") {
        tables.extend(calls::measure(&programs, &folder).await);
    }
    if wants("memory") {
        tables.push(memory::measure(&programs, &folder).await);
    }
    if wants("polling") {
        tables.push(polling::measure(&programs, &folder).await);
    }
    if wants("store") {
        tables.push(store::measure(&programs, &folder).await);
    }
    for table in &tables {
        println!("{table}");
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// The first argument of a process that is a server of the libraries alone.
const BARE: &str = "bare";

/// The address of a new SQLite file.
fn sqlite(folder: &Path) -> String {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("sqlite://{}/relay-{number}.sqlite", folder.display())
}
