//! Debian's own Rust toolchain for the web, which lives in /usr/bin beside rustup's. It comes
//! without a standard library for wasm32, so one is built from its source, once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::Cache;
use crate::cargo_home::nameless_flags;
use crate::error::Error;
use crate::progress::{self, Progress};
use crate::run::Run;
use crate::setup::apt;
use crate::setup::wasm_target::{ADVICE, TARGET, has_std};

/// A run of `program` that finds Debian's toolchain before any other.
pub(super) fn run(program: &str, folders: &[PathBuf]) -> Run {
    let path = [&[PathBuf::from("/usr/bin")], folders].concat();
    Run::new(program).first_on_path(&path).without(&FOREIGN)
}

/// Whether an earlier run has done everything.
pub(super) fn ready() -> bool {
    missing_packages().is_empty() && has_our_std()
}

/// Installs the toolchain and puts the standard library in its place.
pub(super) fn prepare(progress: &Progress, cache: &Cache) -> Result<(), Error> {
    // The linker's package is known only when the link to it is there.
    for _ in 0..2 {
        let missing = missing_packages();
        let names: Vec<&str> = missing.iter().map(String::as_str).collect();
        if !names.is_empty() && !apt::usable() {
            let what = format!("a Rust toolchain with a standard library for {TARGET}");
            let packages = names.join(" ");
            let debian = format!("as administrator: `apt-get install {packages}`; then try again.");
            return Err(Error::missing(what, format!("{ADVICE}\n  Or, on Debian, {debian}")));
        }
        if !names.is_empty() {
            apt::install(&names, progress)?;
        }
    }
    if has_our_std() || (!libraries()?.join(STAMP).exists() && has_std(run("rustc", &[]))) {
        return Ok(());
    }
    let folder = build_std(progress, cache)?;
    progress::step("Placing the standard library", || place_std(&folder))
}

/// The packages whose files are not there, and that of the linker, which moves with LLVM.
fn missing_packages() -> Vec<String> {
    let absent = |(_, file): &&(&str, &str)| fs::symlink_metadata(file).is_err();
    let missing = PACKAGES.iter().filter(absent).map(|(package, _)| (*package).to_owned());
    let linker = fs::read_link(LINKER).ok().filter(|_| !Path::new(LINKER).exists());
    let linker = linker.as_deref().and_then(Path::file_name);
    missing.chain(linker.map(|name| name.to_string_lossy().into_owned())).collect()
}

/// Whether the standard library in place was built for the compiler in place: an update of the
/// packages brings another compiler, which cannot read it.
fn has_our_std() -> bool {
    let stamp = libraries().map(|folder| fs::read_to_string(folder.join(STAMP)));
    let (Ok(Ok(stamp)), Ok(version)) = (stamp, version()) else { return false };
    stamp == version && has_std(run("rustc", &[]))
}

fn version() -> Result<String, Error> {
    run("rustc", &[]).arg("-vV").read()
}

fn libraries() -> Result<PathBuf, Error> {
    let ask = ["--print", "target-libdir", "--target", TARGET];
    run("rustc", &[]).args(ask).read().map(PathBuf::from)
}

/// Builds the standard library, with the stamp; gives the folder of the build.
fn build_std(progress: &Progress, cache: &Cache) -> Result<PathBuf, Error> {
    let folder = cache.path("debian-std");
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(Error::file("create", &source))?;
    for (file, text) in [("Cargo.toml", EMPTY_CRATE), ("src/lib.rs", ""), (STAMP, &version()?)] {
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
    Ok(folder)
}

/// Puts the libraries where the compiler looks, in one move at the end.
fn place_std(folder: &Path) -> Result<(), Error> {
    let place = libraries()?;
    let partial = place.with_extension("partial");
    let as_root = |program| {
        let what = format!("the right to write to {}", place.display());
        let advice = "run this command once as administrator, or with a sudo that asks nothing.";
        apt::privileged(program).ok_or_else(|| Error::missing(what, advice))
    };
    let built = folder.join("target").join(TARGET).join("release/deps");
    let entries = fs::read_dir(&built).map_err(Error::file("read", &built))?.flatten();
    let libraries = entries.map(|entry| entry.path()).filter(|path| {
        let empty =
            path.file_name().is_some_and(|it| it.to_string_lossy().starts_with("libempty-"));
        !empty && path.extension().is_some_and(|kind| kind == "rlib")
    });
    as_root("rm")?.arg("-rf").args([&partial, &place]).read()?;
    as_root("mkdir")?.arg("-p").arg(&partial).read()?;
    as_root("cp")?.args(libraries).arg(folder.join(STAMP)).arg(&partial).read()?;
    as_root("mv")?.arg("-T").args([&partial, &place]).read()?;
    Ok(())
}

/// Holds the version of the compiler that the libraries beside it were built for.
const STAMP: &str = "ais-link.stamp";
/// A link to the linker of the LLVM that the compiler is built with.
const LINKER: &str = "/usr/bin/rust-lld";
/// The packages, each with a file that shows that it is installed.
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
/// Variables of another toolchain, which would mislead Debian's.
const FOREIGN: [&str; 6] =
    ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTDOC", "LD_LIBRARY_PATH", "RUSTUP_HOME"];
