//! Debian's own Rust toolchain for the web, which lives in /usr/bin beside rustup's. It comes
//! without a standard library for wasm32, so one is built from its source, once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::{self, Cache};
use crate::cargo_home::nameless_flags;
use crate::error::Error;
use crate::progress::{self, Progress};
use crate::run::Run;
use crate::setup::apt;
use crate::setup::wasm_target::{ADVICE, TARGET, has_std};

/// A run of `program` that finds Debian's toolchain before any other.
pub(super) fn run(program: &str, folders: &[PathBuf]) -> Run {
    let mut path = vec![PathBuf::from(BIN)];
    path.extend_from_slice(folders);
    Run::new(program).first_on_path(&path).without(&FOREIGN)
}

/// Whether an earlier run has done all that is to be done.
pub(super) fn ready() -> bool {
    missing_packages().is_empty() && linker().is_none() && has_our_std()
}

/// Installs the toolchain and puts the standard library in its place.
pub(super) fn prepare(progress: &Progress, cache: &Cache) -> Result<(), Error> {
    let missing = missing_packages();
    if !missing.is_empty() {
        if !apt::usable() {
            let what = format!("a Rust toolchain with a standard library for {TARGET}");
            let advice = format!(
                "{ADVICE}\n  Or, on Debian, as administrator: `apt-get install {}`; then try again.",
                missing.join(" ")
            );
            return Err(Error::missing(what, advice));
        }
        apt::install(&missing, progress)?;
    }
    if let Some(linker) = linker() {
        apt::install(&[&linker], progress)?;
    }
    if has_our_std() || (!stamp_path()?.exists() && has_std(rustc())) {
        return Ok(());
    }
    let made = build_std(progress, cache)?;
    progress::step("Placing the standard library", || place_std(&made))
}

fn rustc() -> Run {
    run("rustc", &[])
}

/// The packages whose files are not there.
fn missing_packages() -> Vec<&'static str> {
    let absent = |(_, file): &&(&str, &str)| fs::symlink_metadata(file).is_err();
    PACKAGES.iter().filter(absent).map(|(package, _)| *package).collect()
}

/// The package of the linker, if it is missing: the one that the toolchain's link points at.
fn linker() -> Option<String> {
    let link = Path::new(LINKER);
    if link.exists() {
        return None;
    }
    let target = fs::read_link(link).ok()?;
    Some(target.file_name()?.to_string_lossy().into_owned())
}

/// Whether the standard library in place was built for the compiler in place: an update of the
/// packages brings another compiler, which cannot read it.
fn has_our_std() -> bool {
    let Ok(version) = version() else { return false };
    let stamp =
        stamp_path().and_then(|path| fs::read_to_string(&path).map_err(Error::file("read", &path)));
    stamp.is_ok_and(|text| text == version) && has_std(rustc())
}

fn version() -> Result<String, Error> {
    rustc().arg("-vV").read()
}

fn libraries() -> Result<PathBuf, Error> {
    rustc().args(["--print", "target-libdir", "--target", TARGET]).read().map(PathBuf::from)
}

fn stamp_path() -> Result<PathBuf, Error> {
    Ok(libraries()?.join("ais-link.stamp"))
}

/// Builds the standard library; gives the folder with the libraries and the stamp.
fn build_std(progress: &Progress, cache: &Cache) -> Result<PathBuf, Error> {
    let version = version()?;
    let release = version.lines().find_map(|line| line.strip_prefix("release: "));
    let folder = cache.path(&format!("std-{}", release.unwrap_or("unknown")));
    let made = folder.join("lib");
    let stamp = made.join("ais-link.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == version) {
        return Ok(made);
    }
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(Error::file("create", &source))?;
    for (file, text) in [("Cargo.toml", EMPTY_CRATE), ("src/lib.rs", "")] {
        let path = folder.join(file);
        fs::write(&path, text).map_err(Error::file("write", &path))?;
    }
    let run = run("cargo", &[])
        .dir(&folder)
        .without(&["RUSTFLAGS"])
        .env("CARGO_ENCODED_RUSTFLAGS", nameless_flags(&folder))
        .env("PATH", "/usr/bin:/bin")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .args(["build", "--release", "--target", TARGET, BUILD_STD]);
    let label = format!("Building the standard library for {TARGET} (half a minute, once)");
    progress.run(&label, "see the log above; then try again.", run)?;
    collect(&folder.join("target").join(TARGET).join("release/deps"), &made, &version)?;
    Ok(made)
}

/// Copies the libraries from the build's output to `made`, with the stamp.
fn collect(built: &Path, made: &Path, version: &str) -> Result<(), Error> {
    let partial = made.with_extension("partial");
    cache::remove(&partial)?;
    fs::create_dir_all(&partial).map_err(Error::file("create", &partial))?;
    for entry in fs::read_dir(built).map_err(Error::file("read", built))?.flatten() {
        let path = entry.path();
        let library = path.extension().is_some_and(|extension| extension == "rlib");
        if library && !entry.file_name().to_string_lossy().starts_with("libempty-") {
            let copy = partial.join(entry.file_name());
            fs::copy(&path, &copy).map_err(Error::file("copy", &path))?;
        }
    }
    let stamp = partial.join("ais-link.stamp");
    fs::write(&stamp, version).map_err(Error::file("write", &stamp))?;
    cache::publish(&partial, made)
}

/// Puts the libraries where the compiler looks, in one move at the end.
fn place_std(made: &Path) -> Result<(), Error> {
    let place = libraries()?;
    let partial = place.with_extension("partial");
    let parent = place.parent().unwrap_or(&place);
    let as_root = |program| {
        let what = format!("the right to write to {}", place.display());
        let advice = "run this command once as administrator, or with a sudo that asks nothing.";
        apt::privileged(program).ok_or_else(|| Error::missing(what, advice))
    };
    as_root("mkdir")?.arg("-p").arg(parent).read()?;
    as_root("rm")?.arg("-rf").args([&partial, &place]).read()?;
    as_root("cp")?.arg("-r").args([made, &partial]).read()?;
    as_root("mv")?.arg("-T").args([&partial, &place]).read()?;
    Ok(())
}

const BIN: &str = "/usr/bin";
/// A link to the linker of the LLVM that the compiler is built with.
const LINKER: &str = "/usr/bin/rust-lld";
/// The packages, each with a file that tells that it is there.
const PACKAGES: [(&str, &str); 5] = [
    ("rustc-web", "/usr/bin/rustc"),
    ("cargo-web", "/usr/bin/cargo"),
    ("rust-web-src", "/usr/lib/rustlib/src/rust/library/std/Cargo.toml"),
    ("rust-web-llvm", LINKER),
    ("rust-web-clippy", "/usr/bin/cargo-clippy"),
];
/// `test` is what the tests in a browser are built on.
const BUILD_STD: &str = "-Zbuild-std=std,test,proc_macro,panic_abort,panic_unwind";
/// Small code, as rustup's library has after optimising: the default makes bundles 2 kB larger.
const EMPTY_CRATE: &str = r#"[package]
name = "empty"
edition = "2024"

[profile.release]
codegen-units = 1
opt-level = "s"

[workspace]
"#;
/// Variables of another toolchain, which would lead Debian's astray.
const FOREIGN: [&str; 6] =
    ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTDOC", "LD_LIBRARY_PATH", "RUSTUP_HOME"];
