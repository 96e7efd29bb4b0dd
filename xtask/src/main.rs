//! The project's commands, run as `cargo xtask <command>`: one module each.
//!
//! Nothing here is linked into the product, and nothing here depends on the crates that it builds:
//! the commands only run other programs and arrange their files.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bench;
mod bundle;
mod clock;
mod demo;
mod faults;
mod folders;
mod fuzz;
mod host;
mod lint;
mod logs;
mod notice;
mod package;
mod progress;
mod release;
mod run;
mod screens;
mod setup;
mod size;
mod test;
mod tidy;
mod turn;
mod wasm_file;

/// The commands of AIS Link.
///
/// Start with `cargo xtask demo`: it installs what is missing, builds the widget and serves a page
/// to try it on. `cargo xtask test` does the same for the tests. Both may be stopped and started
/// again at any time.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Demo(demo::Args),
    Test(test::Args),
    Screens(screens::Args),
    Bench(bench::Args),
    Fuzz(fuzz::Args),
    /// Run the tests of each fault in docs/faults.md: of the platform, the network, the clock, the store and the process.
    ///
    /// All of them are part of `cargo xtask test` too; those in a browser are run there alone.
    Faults,
    /// Build the bundle: what a relay serves so that pages can use <ais-link>.
    ///
    /// It lands in target/web: `ais-link.js`, which a page loads; `assets/`, whose names carry a hash
    /// of the content; a brotli and a gzip copy of each; and the licences.
    Build {
        /// Build the relay too, with the bundle inside: target/release/ais-relay, one file to run.
        #[arg(long)]
        release: bool,
    },
    Release(release::Args),
    /// Make and check the package of npm, for pages whose scripts come from a bundler.
    ///
    /// Its files land in target/package, and the packed file beside that folder: `ais-link-<version>.tgz`.
    Package,
    /// Show the size of what a page loads, and fail when it is over the budget.
    Size,
    /// Check format, lints (native and wasm32, warnings are errors) and the house rules.
    Lint,
    /// Check the house rules: how files begin and end, their length, who may use whom.
    Tidy,
    /// Write THIRD-PARTY-NOTICES: the crates that are shipped, and their licences.
    ///
    /// A test fails when the crates in it are not those that Cargo.lock says are shipped.
    Notice,
    /// Install everything that the other commands need, and do nothing else.
    ///
    /// The other commands install what they need themselves; this one is for preparing a machine, or
    /// an image, ahead of time. What is there already is left as it is.
    Setup,
}

fn main() -> ExitCode {
    start(Cli::parse().task).unwrap_or_else(|error| {
        eprintln!("\n{error:#}");
        ExitCode::FAILURE
    })
}

fn start(task: Task) -> Result<ExitCode> {
    match task {
        Task::Demo(args) => demo::demo(&args),
        Task::Test(args) => return test::test(&args),
        Task::Screens(args) => screens::screens(&args),
        Task::Fuzz(args) => fuzz::fuzz(&args),
        Task::Faults => faults::faults(),
        Task::Build { release: false } => bundle::command(),
        Task::Build { release: true } => release::build(),
        Task::Release(args) => release::release(&args),
        Task::Package => package::command(),
        Task::Bench(args) => bench::bench(&args),
        Task::Size => size::command(),
        Task::Lint => lint::lint(),
        Task::Tidy => progress::step("Checking the house rules", tidy::check),
        Task::Notice => progress::step("Reading the licences of what is shipped", notice::write),
        Task::Setup => setup::command(),
    }
    .map(|()| ExitCode::SUCCESS)
}
