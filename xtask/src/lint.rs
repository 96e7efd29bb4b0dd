//! All checks that do not run the product: format, lints for both kinds of
//! machine, the house rules and, where cargo-deny is installed, the dependencies.

use anyhow::Result;

use crate::progress::{self, note};
use crate::run::{self, read};
use crate::{setup, tidy};

/// `cargo xtask lint`.
pub(crate) fn lint() -> Result<()> {
    println!("Linting");
    setup::for_wasm()?;
    let format = ["fmt", "--all", "--check"];
    progress::run("Checking the format", "run `cargo fmt --all`.", run::new("cargo").args(format))?;
    let native = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    progress::run("Clippy, native", CLIPPY, run::new("cargo").args(native))?;
    // The crate's own dependencies in the workspace are linted with it.
    let wasm = ["clippy", "--package", "ais-link", "--all-targets", "--target", setup::TARGET];
    let wasm = [&wasm[..], &["--", "-D", "warnings"]].concat();
    progress::run("Clippy, wasm32", CLIPPY, setup::cargo_for_wasm(&[]).args(wasm))?;
    progress::step("Checking the house rules", tidy::check)?;
    if read(run::new("cargo").args(["deny", "--version"])).is_err() {
        note("The dependencies were not checked: `cargo install cargo-deny` enables that.");
        return Ok(());
    }
    let deny = ["deny", "--workspace", "check"];
    progress::run("Checking the dependencies", "see deny.toml.", run::new("cargo").args(deny))
}

const CLIPPY: &str = "see the messages above; `#[expect(.., reason)]` where clippy is wrong.";
