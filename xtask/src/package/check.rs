//! Checks the packed package as others see it: by publint and are-the-types-wrong, the manifest against its schema, and each
//! entry in node, where there is no page to work in.

use std::path::Path;

use anyhow::Result;
use fs_err as fs;

use super::{folder, sources};
use crate::folders::{empty, scratch};
use crate::progress;
use crate::run;
use crate::setup::{ATTW, NPM, OPENAPI, PUBLINT, SCHEMA};

/// Checks the file `packed`.
pub(super) fn check(packed: &Path) -> Result<()> {
    let mut run = run::new("node");
    run.arg(PUBLINT.file("src/cli.js"))
        .arg("run")
        .arg(folder())
        .args(["--strict", "--pack", "false"]);
    progress::run("Checking the package with publint", ADVICE, &mut run)?;
    let mut run = run::new("node");
    // The package has modules alone, which all tools and every supported Node.js can load. The entries that are left out
    // are data.
    run.arg(ATTW.file("dist/index.js"))
        .arg(packed)
        .args(["--profile", "esm-only", "--exclude-entrypoints"])
        .args(DATA);
    progress::run("Checking the package with are-the-types-wrong", ADVICE, &mut run)?;

    let place = scratch("package-check");
    empty(&place)?;
    fs::write(place.join("package.json"), r#"{"private":true,"type":"module"}"#)?;
    let mut run = run::new(NPM);
    run.current_dir(&place).args(["install", "--no-audit", "--no-fund", "--ignore-scripts"]);
    run.arg(packed).arg("react@19");
    progress::run("Installing the package", "check that npm reaches its registry.", &mut run)?;
    fs::copy(sources().join(SCRIPT), place.join(SCRIPT))?;
    let mut run = run::new("node");
    run.current_dir(&place).arg(SCRIPT);
    run.arg(OPENAPI.modules()).arg(SCHEMA.file("schema.json"));
    progress::run("Importing each entry, and checking the manifest", ADVICE, &mut run)
}

/// The script that does the rest, which is no part of the package.
pub(super) const SCRIPT: &str = "check.mjs";
const ADVICE: &str = "see the finding above, and the sources in wasm/package.";
/// The entries that are no scripts.
const DATA: [&str; 7] = [
    "ais-link.wasm",
    "accounts/ais-accounts.wasm",
    "custom-elements.json",
    "web-types.json",
    "vscode.html-data.json",
    "vscode.css-data.json",
    "integrity.json",
];
