//! A compiler for wasm32: the toolchain in use has the standard library for it, or rustup adds that. Where no server of
//! toolchains can be reached, Debian's packages bring a toolchain and the library's source, from which it is built once.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use fs_err as fs;

use super::{apt_install, missing};
use crate::folders::{cache, empty, publish};
use crate::progress::{self, note};
use crate::run::{self, read};

/// A run of cargo that can compile for wasm32, with these flags of the compiler.
pub(crate) fn cargo_for_wasm(flags: &[&str]) -> Command {
    let mut flags = flags.join(BETWEEN);
    let mut run = run::new("cargo");
    if !has_std() {
        run = debian("cargo");
        flags = [flags, format!("--sysroot={}", debian_std().display())].join(BETWEEN);
    }
    run.env("CARGO_ENCODED_RUSTFLAGS", flags.trim_matches('\u{1f}'));
    run
}

/// Installs the target, or Debian's toolchain.
pub(super) fn ensure() -> Result<()> {
    if has_std() || (has_debian() && debian_std().exists()) {
        return Ok(());
    }
    let label = format!("Adding {TARGET} with rustup");
    let add = ["target", "add", TARGET];
    if progress::run(&label, ADVICE, run::new("rustup").args(add)).is_ok() && has_std() {
        return Ok(());
    }
    note("rustup could not get it; looking for another way.");
    if !has_debian() {
        apt_install(&PACKAGES)?;
    }
    // The linker is a link to the one of LLVM, whose package has its name.
    if let Ok(linker) = fs::read_link(LINKER)
        && let Some(package) = linker.file_name().filter(|_| !Path::new(LINKER).exists())
    {
        apt_install(&[&package.to_string_lossy()])?;
    }
    if has_debian() { build_std() } else { missing(&format!("a compiler for {TARGET}"), ADVICE) }
}

/// Whether the toolchain in use has the standard library.
fn has_std() -> bool {
    let ask = ["--print", "target-libdir", "--target", TARGET];
    read(run::new("rustc").args(ask)).is_ok_and(|folder| Path::new(&folder).is_dir())
}

fn has_debian() -> bool {
    let files = ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/bin/cargo-clippy", LINKER, SOURCE];
    files.iter().all(|file| Path::new(file).exists())
}

/// A run of a program of Debian's toolchain, which may lie beside rustup's.
fn debian(program: &str) -> Command {
    let mut run = run::new(program);
    for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTDOC", "LD_LIBRARY_PATH", "RUSTFLAGS"] {
        run.env_remove(name);
    }
    run.env("PATH", run::path(Some("/usr/bin")));
    run
}

/// Where the standard library for Debian's compiler is. An update of the packages brings another compiler.
fn debian_std() -> PathBuf {
    let version = read(debian("rustc").arg("--version")).unwrap_or_default();
    cache().join("debian-std").join(version.split(' ').nth(1).unwrap_or_default())
}

fn build_std() -> Result<()> {
    let folder = cache().join("debian-std/build");
    // Nothing of another compiler stays.
    empty(&folder)?;
    fs::create_dir(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), EMPTY_CRATE)?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let mut run = debian("cargo");
    run.current_dir(&folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["build", "--release", "--target", TARGET, "--target-dir", "target"])
        .args(["--config", SMALL[0], "--config", SMALL[1]])
        // `test` is what the tests in a browser are built on.
        .arg("-Zbuild-std=std,test,proc_macro,panic_abort,panic_unwind");
    let label = format!("Building the standard library for {TARGET} (half a minute, once)");
    progress::run(&label, "see the log above; then try again.", &mut run)?;
    let made = folder.join("sysroot");
    let libraries = made.join("lib/rustlib").join(TARGET).join("lib");
    empty(&libraries)?;
    let built = folder.join("target").join(TARGET).join("release/deps");
    for entry in fs::read_dir(built)?.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let is_empty = name.to_string_lossy().starts_with("libempty-");
        if path.extension().is_some_and(|kind| kind == "rlib") && !is_empty {
            fs::copy(path, libraries.join(name))?;
        }
    }
    publish(&made, &debian_std())
}

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const ADVICE: &str =
    "run `rustup target add wasm32-unknown-unknown` (with network); then try again.";
/// What cargo wants between flags: a blank may be part of a path.
const BETWEEN: &str = "\u{1f}";
const PACKAGES: [&str; 5] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy"];
const LINKER: &str = "/usr/bin/rust-lld";
const SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const EMPTY_CRATE: &str = "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n";
/// Small code, as rustup's library has after optimising: the default makes bundles 2 kB larger.
const SMALL: [&str; 2] = ["profile.release.opt-level='s'", "profile.release.codegen-units=1"];
