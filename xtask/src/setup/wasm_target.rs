//! A compiler for wasm32 with its standard library: the toolchain has it, rustup adds it, or, where no server
//! of toolchains can be reached, Debian's packages bring a toolchain that can build it.

use std::fs;
use std::path::PathBuf;

use crate::cache::Cache;
use crate::error::Error;
use crate::progress::{self, Progress};
use crate::run::Run;
use crate::setup::debian;

/// Which compiler makes wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmToolchain {
    /// The one that compiles everything else.
    Usual,
    /// Debian's, beside the one that compiles everything else.
    Debian,
}

impl WasmToolchain {
    /// A run of `program` in which `cargo` and `rustc` are this toolchain's. `folders` are
    /// searched before the rest of PATH.
    pub(crate) fn run(self, program: &str, folders: &[PathBuf]) -> Run {
        let run = match self {
            Self::Usual => Run::new(program).first_on_path(folders),
            Self::Debian => debian::run(program, folders),
        };
        run.env("CARGO_TERM_COLOR", "never")
    }
}

/// Finds or makes a toolchain for wasm32.
pub(super) fn prepare(progress: &Progress, cache: &Cache) -> Result<WasmToolchain, Error> {
    if has_std(Run::new("rustc")) {
        return Ok(WasmToolchain::Usual);
    }
    // Where rustup has failed to add the target once, it would fail again.
    if !debian::ready() {
        let run = Run::new("rustup").args(["target", "add", TARGET]);
        let added = progress.run(&format!("Adding {TARGET} with rustup"), ADVICE, run);
        if added.is_ok() && has_std(Run::new("rustc")) {
            return Ok(WasmToolchain::Usual);
        }
        progress::note("rustup could not get it; looking for another way.");
        debian::prepare(progress, cache)?;
    }
    progress::note(BY_HAND);
    Ok(WasmToolchain::Debian)
}

/// Whether the toolchain's folder of libraries that `rustc` names holds a standard library.
pub(super) fn has_std(rustc: Run) -> bool {
    let folder = rustc.args(["--print", "target-libdir", "--target", TARGET]).read();
    let Some(entries) = folder.ok().and_then(|folder| fs::read_dir(folder).ok()) else {
        return false;
    };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// What a person can do.
pub(super) const ADVICE: &str =
    "run `rustup target add wasm32-unknown-unknown` (with network); then try again.";
const BY_HAND: &str = "Debian's toolchain compiles for wasm32. To run wasm-pack by hand, put it first in that shell: \
    `unset RUSTUP_TOOLCHAIN; export PATH=/usr/bin:$PATH`.";
