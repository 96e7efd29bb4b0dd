//! wasm-pack, wasm-bindgen-cli and geckodriver, in cargo's ordinary folder for programs.

use std::env;
use std::path::PathBuf;

use crate::browser::Browser;
use crate::cache::{self, Cache};
use crate::cargo_home::install_folder;
use crate::error::Error;
use crate::progress::Progress;
use crate::run::{Run, find};

/// A program that comes as a crate.
struct Tool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    fits: Fits,
    locked: Lock,
}

/// Which versions of a program that is there already are right.
#[derive(Clone, Copy)]
enum Fits {
    Exactly,
    OrNewer,
}

/// Whether the versions that the crate was published with are used.
#[derive(PartialEq)]
enum Lock {
    Published,
    Newest,
}

/// Makes sure of the tools that tests in `browsers` need; gives the folders to search before PATH.
/// `bindgen` is the version of wasm-bindgen that the project is locked to: the tool speaks the same
/// version only.
pub(super) fn ensure(
    bindgen: &str,
    browsers: &[Browser],
    progress: &Progress,
    cache: &Cache,
) -> Result<Vec<PathBuf>, Error> {
    let mut tools = vec![
        Tool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: bindgen,
            fits: Fits::Exactly,
            // Its published lock file does not resolve.
            locked: Lock::Newest,
        },
        Tool {
            package: "wasm-pack",
            program: "wasm-pack",
            version: WASM_PACK,
            fits: Fits::Exactly,
            locked: Lock::Published,
        },
    ];
    if browsers.contains(&Browser::Firefox) {
        tools.push(Tool {
            package: "geckodriver",
            program: "geckodriver",
            version: GECKODRIVER,
            // It speaks a standard, and many machines bring one.
            fits: Fits::OrNewer,
            locked: Lock::Published,
        });
    }
    let mut folders = Vec::new();
    for tool in &tools {
        folders.extend(place(tool, progress, cache)?);
    }
    folders.dedup();
    Ok(folders)
}

/// The folder that holds the right version, if it is not the one that PATH leads to anyway.
fn place(tool: &Tool, progress: &Progress, cache: &Cache) -> Result<Option<PathBuf>, Error> {
    if find(tool.program, &[]).is_some_and(|program| is_right(&program, tool)) {
        return Ok(None);
    }
    let folder = install_folder()
        .ok_or_else(|| Error::missing("cargo's home folder", "set CARGO_HOME; then try again."))?;
    let program = folder.join(format!("{}{}", tool.program, env::consts::EXE_SUFFIX));
    if !is_right(&program, tool) {
        install(tool, progress, cache)?;
    }
    if is_right(&program, tool) {
        return Ok(Some(folder));
    }
    let what = format!("{} {} in {}", tool.program, tool.version, folder.display());
    Err(Error::missing(what, by_hand(tool)))
}

fn install(tool: &Tool, progress: &Progress, cache: &Cache) -> Result<(), Error> {
    // A target folder of its own: an interrupted build goes on from there.
    let target = cache.path(&format!("build-{}-{}", tool.package, tool.version));
    let mut run = Run::new("cargo")
        .dir(&cache.path(""))
        .without(&["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"])
        .env("CARGO_TERM_COLOR", "never")
        // --debug: half the time, and the tool is quick enough. --force: also over a copy that
        // cargo did not install itself.
        .args(["install", tool.package, "--version", tool.version, "--debug", "--force"])
        .arg("--target-dir")
        .arg(&target);
    if tool.locked == Lock::Published {
        run = run.arg("--locked");
    }
    let label = format!("Installing {} {} (minutes, once)", tool.package, tool.version);
    progress.run(&label, &by_hand(tool), run)?;
    cache::remove(&target)
}

fn by_hand(tool: &Tool) -> String {
    format!("run `cargo install {} --version {}`; then try again.", tool.package, tool.version)
}

fn is_right(program: &PathBuf, tool: &Tool) -> bool {
    let said = Run::new(program).arg("--version").read();
    said.is_ok_and(|text| {
        version_in(&text).is_some_and(|found| match tool.fits {
            Fits::Exactly => found == tool.version,
            Fits::OrNewer => numbers(found) >= numbers(tool.version),
        })
    })
}

/// The numbers of a version, for comparison; one that is not understood is the oldest.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}

/// The version in an answer such as `wasm-pack 0.1.2 (abcdef 2020-01-01)`.
fn version_in(text: &str) -> Option<&str> {
    text.lines().next()?.split_whitespace().nth(1)
}

/// The release of wasm-pack that the project is tested with.
const WASM_PACK: &str = "0.15.1";
/// The release of geckodriver that the project is tested with.
const GECKODRIVER: &str = "0.37.1";

#[cfg(test)]
mod tests {
    use super::{numbers, version_in};

    #[test]
    fn a_version_is_the_second_word_of_the_first_line() {
        assert_eq!(version_in("wasm-pack 0.15.1\n"), Some("0.15.1"));
        assert_eq!(version_in("wasm-bindgen 0.2.130 (abc)"), Some("0.2.130"));
        assert_eq!(version_in(""), None);
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(numbers("0.100.0") > numbers("0.37.1"));
        assert!(numbers("0.37.0") < numbers("0.37.1"));
        assert!(numbers("unknown") < numbers("0.37.1"));
    }
}
