//! All checks that do not run the product: format, lints for both kinds of
//! machine, the house rules and, where cargo-deny is installed, the dependencies.

use std::process::ExitCode;

use crate::error::Error;
use crate::progress::{self, Progress};
use crate::run::Run;
use crate::setup;
use crate::tidy;
use crate::workspace::Workspace;

/// `cargo xtask lint`.
pub(crate) fn lint(workspace: &Workspace, progress: &Progress) -> Result<ExitCode, Error> {
    println!("Linting");
    setup::for_lint(progress)?;
    let cargo = |args: &[&str]| setup::cargo(workspace).args(args);
    let format = cargo(&["fmt", "--all", "--check"]);
    progress.run("Checking the format", "run `cargo fmt --all`.", format)?;
    let native = cargo(&["clippy", "--workspace", "--all-targets"]).args(STRICT);
    progress.run("Clippy, native", CLIPPY_ADVICE, native)?;
    let wasm = setup::for_wasm(progress)?
        .run("cargo", &[])
        .dir(workspace.root())
        // The crate's own dependencies in the workspace are linted with it.
        .args(["clippy", "--package", "ais-link", "--all-targets", "--target", setup::TARGET])
        .args(STRICT);
    progress.run("Clippy, wasm32", CLIPPY_ADVICE, wasm)?;
    progress::step("Checking the house rules", || tidy::check(workspace.root()))?;
    deny(workspace, progress)?;
    Ok(ExitCode::SUCCESS)
}

fn deny(workspace: &Workspace, progress: &Progress) -> Result<(), Error> {
    if Run::new("cargo").args(["deny", "--version"]).read().is_err() {
        progress::note(
            "The dependencies were not checked: `cargo install cargo-deny` enables that.",
        );
        return Ok(());
    }
    let deny = setup::cargo(workspace).args(["deny", "--workspace", "check"]);
    progress.run("Checking the dependencies", "see deny.toml.", deny)
}

const STRICT: [&str; 3] = ["--", "-D", "warnings"];
const CLIPPY_ADVICE: &str =
    "see the messages above; `#[expect(.., reason)]` where clippy is wrong.";
