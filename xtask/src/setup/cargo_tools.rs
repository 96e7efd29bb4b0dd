//! wasm-pack, wasm-bindgen-cli and geckodriver, in cargo's ordinary folder for programs.

use std::env;
use std::path::{Path, PathBuf};

use crate::browser::Browser;
use crate::cache::{self, Cache};
use crate::cargo_home::install_folder;
use crate::error::Error;
use crate::progress::Progress;
use crate::run::{Run, find};

/// A program that comes as a crate.
#[derive(Clone, Copy)]
struct Tool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
}

/// Installs the tools that tests in `browsers` need; returns the folders to search before PATH.
/// `bindgen` is the version of wasm-bindgen that the project is locked to: the tool speaks the same
/// version only.
pub(super) fn ensure(
    bindgen: &str,
    browsers: &[Browser],
    progress: &Progress,
    cache: &Cache,
) -> Result<Vec<PathBuf>, Error> {
    let bindgen = Tool { package: BINDGEN, program: "wasm-bindgen", version: bindgen };
    let mut tools = vec![bindgen, WASM_PACK];
    // It speaks a standard, and many machines have one: any version works.
    if browsers.contains(&Browser::Firefox) && find(GECKODRIVER.program, &[]).is_none() {
        tools.push(GECKODRIVER);
    }
    let folder = install_folder()
        .ok_or_else(|| Error::missing("cargo's home folder", "set CARGO_HOME; then try again."))?;
    let mut folders = Vec::new();
    for tool in tools {
        if find(tool.program, &[]).is_some_and(|program| is_right(&program, tool)) {
            continue;
        }
        let program = folder.join(format!("{}{}", tool.program, env::consts::EXE_SUFFIX));
        if !is_right(&program, tool) {
            install(tool, progress, cache)?;
        }
        if !is_right(&program, tool) {
            let what = format!("{} {} in {}", tool.program, tool.version, folder.display());
            return Err(Error::missing(what, by_hand(tool)));
        }
        folders = vec![folder.clone()];
    }
    Ok(folders)
}

fn install(tool: Tool, progress: &Progress, cache: &Cache) -> Result<(), Error> {
    // A target folder of its own: an interrupted build goes on from there.
    let target = cache.path(&format!("build-{}-{}", tool.package, tool.version));
    // Its published lock file does not resolve.
    let locked = if tool.package == BINDGEN { None } else { Some("--locked") };
    let run = Run::new("cargo")
        .dir(&cache.path(""))
        .without(&["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"])
        .env("CARGO_TERM_COLOR", "never")
        // --debug: half the time, and the tool is quick enough. --force: also over a copy that
        // cargo did not install itself.
        .args(["install", tool.package, "--version", tool.version, "--debug", "--force"])
        .arg("--target-dir")
        .arg(&target)
        .args(locked);
    let label = format!("Installing {} {} (minutes, once)", tool.package, tool.version);
    progress.run(&label, &by_hand(tool), run)?;
    cache::remove(&target)
}

fn by_hand(tool: Tool) -> String {
    format!("run `cargo install {} --version {}`; then try again.", tool.package, tool.version)
}

/// By an answer such as `wasm-pack 0.1.2 (abcdef 2020-01-01)`.
fn is_right(program: &Path, tool: Tool) -> bool {
    let said = Run::new(program).arg("--version").read();
    said.is_ok_and(|text| text.split_whitespace().nth(1) == Some(tool.version))
}

const BINDGEN: &str = "wasm-bindgen-cli";
/// The releases that the project is tested with.
const WASM_PACK: Tool = Tool { package: "wasm-pack", program: "wasm-pack", version: "0.15.1" };
const GECKODRIVER: Tool =
    Tool { package: "geckodriver", program: "geckodriver", version: "0.37.1" };
