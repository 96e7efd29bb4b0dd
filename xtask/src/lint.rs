//! All checks that do not run the product: format, lints for both kinds of machine, the house rules and the
//! dependencies.

use anyhow::{Result, ensure};

use crate::bundle;
use crate::progress::{self, note};
use crate::run::{self, read};
use crate::setup::{self, CARGO_DENY};
use crate::tidy;

/// `cargo xtask lint`.
pub(crate) fn lint() -> Result<()> {
    println!("Linting");
    setup::for_wasm()?;
    let format = ["fmt", "--all", "--check"];
    progress::run("Checking the format", "run `cargo fmt --all`.", run::new("cargo").args(format))?;
    let native = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    progress::run("Clippy, native", CLIPPY, run::new("cargo").args(native))?;
    // The crate's own dependencies in the workspace are linted with it.
    let packages = ["--package", "ais-link", "--package", bundle::ACCOUNTS.package];
    let rest = ["--all-targets", "--target", setup::TARGET, "--", "-D", "warnings"];
    let wasm = [&["clippy"], &packages[..], &rest].concat();
    progress::run("Clippy, wasm32", CLIPPY, setup::cargo_for_wasm(&[]).args(wasm))?;
    progress::step("Checking the house rules", tidy::check)?;
    dependencies()
}

/// Checks licences, bans and sources of the dependencies, and the advisories about them where their database can be reached.
fn dependencies() -> Result<()> {
    CARGO_DENY.ensure()?;
    let deny = |what: &[&str]| {
        let mut run = CARGO_DENY.run();
        run.args(["--workspace", "check"]).args(what);
        run
    };
    let kinds = &mut deny(&["bans", "licenses", "sources"]);
    progress::run("Checking the dependencies", "see deny.toml.", kinds)?;
    let Err(error) = read(deny(&["advisories"]).env("GIT_TERMINAL_PROMPT", "0")) else {
        note("No advisory is known about the dependencies.");
        return Ok(());
    };
    let is_out_of_reach = error.to_string().contains("failed to fetch advisory database");
    ensure!(is_out_of_reach, "{error:#}\n  Next: see deny.toml.");
    note(
        "NOT CHECKED: whether advisories are known about the dependencies. Their database cannot be reached from here.",
    );
    Ok(())
}

const CLIPPY: &str = "see the messages above; `#[expect(.., reason)]` where clippy is wrong.";
