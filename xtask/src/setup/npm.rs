//! Packages of npm, at exact versions, in the cache folder. Only the build and the
//! tests use them; the product contains nothing of them.

use std::fs;
use std::path::PathBuf;

use crate::cache::{self, Cache};
use crate::error::Error;
use crate::progress::Progress;
use crate::run::Run;
use crate::setup::apt;

/// A package at one version.
#[derive(Clone, Copy)]
pub(super) struct Package {
    name: &'static str,
    version: &'static str,
}

/// wasm-opt, as JavaScript and wasm: the same on each system.
pub(super) const BINARYEN: Package = Package { name: "binaryen", version: "132.0.0" };
/// A minifier for JavaScript.
pub(super) const ESBUILD: Package = Package { name: "esbuild", version: "0.28.2" };
/// The checks of accessibility.
pub(super) const AXE: Package = Package { name: "axe-core", version: "4.14.1" };

/// The validator for OpenAPI documents.
pub(super) const OPENAPI: Package = Package { name: "openapi-backend", version: "5.20.1" };
/// The compiler that checks the types of the bundle.
pub(super) const TYPESCRIPT: Package = Package { name: "typescript", version: "5.9.3" };
/// React's types for TypeScript.
pub(super) const REACT_TYPES: Package = Package { name: "@types/react", version: "19.3.0" };

/// The folder of `package`, installed if need be.
pub(super) fn ensure(
    package: Package,
    progress: &Progress,
    cache: &Cache,
) -> Result<PathBuf, Error> {
    let Package { name, version } = package;
    let file = name.replace('/', "-");
    let place = cache.path(&format!("npm-{file}-{version}"));
    let folder = place.join("node_modules").join(name);
    if !usable() {
        let what = format!("Node.js and npm, which run {name}");
        return Err(Error::missing(what, ADVICE));
    }
    if !folder.is_dir() {
        let made = cache.path(&format!("npm-{file}-{version}.partial"));
        cache::remove(&made)?;
        fs::create_dir_all(&made).map_err(Error::file("create", &made))?;
        let manifest = made.join("package.json");
        fs::write(&manifest, r#"{"private":true}"#).map_err(Error::file("write", &manifest))?;
        let run = Run::new(NPM)
            .dir(&made)
            .args(["install", "--yes", "--no-audit", "--no-fund", "--ignore-scripts"])
            .args(["--no-package-lock", "--save-exact"])
            .arg(format!("{name}@{version}"));
        progress.run(&format!("Installing {name} {version} (npm)"), ADVICE_NPM, run)?;
        cache::publish(&made, &place)?;
    }
    Ok(folder)
}

/// Installs Node.js and npm where they are missing and a package manager has them.
pub(super) fn install_node(progress: &Progress) -> Result<(), Error> {
    if usable() || !apt::usable() {
        return Ok(());
    }
    apt::install(&["nodejs", "npm"], progress)
}

fn usable() -> bool {
    let answers = |program| Run::new(program).arg("--version").read().is_ok();
    answers("node") && answers(NPM)
}

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
const ADVICE: &str = "install Node.js 20 or later, which brings npm; then try again.";
const ADVICE_NPM: &str = "check that npm reaches its registry; then try again.";
