//! Finds what the other commands need on this machine, and installs what is missing.
//! It never asks a question, and a run that was interrupted continues where it stopped.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::browser::Browser;
use crate::cache::Cache;
use crate::error::Error;
use crate::progress::{self, Progress};
use crate::run::Run;
use crate::workspace::Workspace;

mod apt;
mod browser;
mod cargo_tools;
mod debian;
mod npm;
mod wasm_target;

pub(crate) use wasm_target::{TARGET, WasmToolchain};

/// The tools that make a bundle.
pub(crate) struct BundleTools {
    /// Compiles for wasm32.
    pub(crate) toolchain: WasmToolchain,
    /// The script of wasm-opt, for node; none where node or npm is missing.
    pub(crate) wasm_opt: Option<PathBuf>,
    /// The script of esbuild, for node; none where node or npm is missing.
    pub(crate) esbuild: Option<PathBuf>,
}

/// The tools that run the tests in a browser.
pub(crate) struct TestTools {
    /// Compiles for wasm32 and, with `folders`, finds wasm-pack, wasm-bindgen and geckodriver.
    pub(crate) toolchain: WasmToolchain,
    /// Folders to search for programs before those on PATH.
    pub(crate) folders: Vec<PathBuf>,
    /// The script of axe-core, which looks for faults of accessibility in a page.
    pub(crate) axe: PathBuf,
    /// The folder `node_modules` with the validator for OpenAPI documents.
    pub(crate) openapi: PathBuf,
    /// What the bundle's types are checked with.
    pub(crate) types: TypeTools,
    /// The script of esbuild, for node.
    pub(crate) esbuild: PathBuf,
}

/// What the bundle's types are checked with.
pub(crate) struct TypeTools {
    /// The script of the TypeScript compiler, for node.
    pub(crate) typescript: PathBuf,
    /// The folder with the types of React.
    pub(crate) react: PathBuf,
}

/// `cargo xtask setup`.
pub(crate) fn command(workspace: &Workspace, progress: &Progress) -> Result<ExitCode, Error> {
    println!("Setting up");
    for_tests(&Browser::ALL, workspace, progress)?;
    for_bundle(progress)?;
    progress::note("All there.");
    Ok(ExitCode::SUCCESS)
}

/// Installs what compiles for wasm32.
pub(crate) fn for_wasm(progress: &Progress) -> Result<WasmToolchain, Error> {
    let cache = Cache::open()?;
    let _lock = cache.lock()?;
    wasm_target::prepare(progress, &cache)
}

/// Installs what makes a bundle.
pub(crate) fn for_bundle(progress: &Progress) -> Result<BundleTools, Error> {
    let cache = Cache::open()?;
    let _lock = cache.lock()?;
    let toolchain = wasm_target::prepare(progress, &cache)?;
    let script = |package, name: &str| match npm::ensure(package, progress, &cache) {
        Ok(folder) => Some(folder.join("bin").join(name)),
        Err(error) => {
            progress::note(&error.to_string().replace('\n', "\n  "));
            progress::note(&format!("Going on without {name}: the bundle gets a little larger."));
            None
        }
    };
    Ok(BundleTools {
        toolchain,
        wasm_opt: script(npm::BINARYEN, "wasm-opt"),
        esbuild: script(npm::ESBUILD, "esbuild"),
    })
}

/// Installs what runs the tests in `browsers`.
pub(crate) fn for_tests(
    browsers: &[Browser],
    workspace: &Workspace,
    progress: &Progress,
) -> Result<TestTools, Error> {
    let cache = Cache::open()?;
    let _lock = cache.lock()?;
    let toolchain = wasm_target::prepare(progress, &cache)?;
    for browser in browsers {
        browser::ensure(*browser, progress)?;
    }
    npm::install_node(progress)?;
    let axe = npm::ensure(npm::AXE, progress, &cache)?.join("axe.min.js");
    let validator = npm::ensure(npm::OPENAPI, progress, &cache)?;
    // The script needs what npm put beside it, too.
    let openapi = validator.parent().unwrap_or(&validator).to_owned();
    let bindgen = workspace.locked_version("wasm-bindgen")?;
    let folders = cargo_tools::ensure(&bindgen, browsers, progress, &cache)?;
    let types = TypeTools {
        typescript: npm::ensure(npm::TYPESCRIPT, progress, &cache)?.join("lib/tsc.js"),
        react: npm::ensure(npm::REACT_TYPES, progress, &cache)?,
    };
    let esbuild = npm::ensure(npm::ESBUILD, progress, &cache)?.join("bin/esbuild");
    Ok(TestTools { toolchain, folders, axe, openapi, types, esbuild })
}

/// Installs what lints: the components of the toolchain in use.
pub(crate) fn for_lint(progress: &Progress) -> Result<(), Error> {
    let there = |tool| Run::new("cargo").args([tool, "--version"]).read().is_ok();
    if there("fmt") && there("clippy") {
        return Ok(());
    }
    let run = Run::new("rustup").args(["component", "add", "clippy", "rustfmt"]);
    let advice = "install clippy and rustfmt for the Rust toolchain in use; then try again.";
    progress.run("Adding clippy and rustfmt with rustup", advice, run)
}

/// A run of cargo with this machine's ordinary toolchain.
pub(crate) fn cargo(workspace: &Workspace) -> Run {
    Run::new("cargo").dir(workspace.root()).env("CARGO_TERM_COLOR", "never")
}
