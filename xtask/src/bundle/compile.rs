//! Compiles the widget's crate to wasm.

use std::path::PathBuf;

use crate::cargo_home::nameless_flags;
use crate::error::Error;
use crate::progress::Progress;
use crate::setup::{BundleTools, TARGET};
use crate::workspace::Workspace;

/// Compiles the crate; returns the module that the linker wrote.
pub(super) fn compile(
    workspace: &Workspace,
    tools: &BundleTools,
    progress: &Progress,
) -> Result<PathBuf, Error> {
    let run = tools
        .toolchain
        .run("cargo", &[])
        .dir(workspace.root())
        .without(&["RUSTFLAGS"])
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace))
        .args(["build", "--package", "ais-link", "--lib"])
        .args(["--target", TARGET, "--profile", PROFILE]);
    progress.run("Compiling the widget for wasm32", "see the compiler's messages above.", run)?;
    Ok(workspace.target().join(TARGET).join(PROFILE).join("ais_link.wasm"))
}

/// [`crate::wasm_file`] needs the linker's records later. References to JavaScript's
/// objects are off: a table of them and its functions would be 1 kB more.
fn flags(workspace: &Workspace) -> String {
    let own = ["-Clink-arg=--emit-relocs", "-Ctarget-feature=-reference-types"];
    [&[&*nameless_flags(workspace.root())], &own[..]].concat().join("\u{1f}")
}

const PROFILE: &str = "bundle";
