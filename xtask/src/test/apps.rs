//! Apps of other tools, each made with the packed package and driven through a link (`wasm/package/apps`). It must not know
//! a tool: the script there does.

use std::path::Path;

use anyhow::{Context as _, Result};
use fs_err as fs;

use crate::folders::{root, target};
use crate::progress::{logged, note};
use crate::{package, run};

/// Builds `apps` and links a bank in each; all of them where the list is empty. The relay and the sandbox are those that cargo
/// has compiled for the tests. Returns how many apps these are.
pub(super) fn link(bundle: &Path, apps: &[&str], logs: &Path) -> Result<usize> {
    let log = logs.join("apps.log");
    let mut run = run::new("node");
    run.arg(root().join("wasm/package/apps/run.mjs")).arg(target().join("apps"));
    run.arg(package::packed()).arg(bundle).arg(target().join("debug")).args(apps);
    let advice = "see the app above: its sources are in wasm/package/apps, what was made of them in target/apps.";
    logged("Linking a bank in apps of other tools", advice, &mut run, &log)?;
    let said = fs::read_to_string(&log)?;
    note(said.trim());
    let number = said.lines().last().and_then(|line| line.split_once(" of ")?.0.parse().ok());
    number.context("the apps did not say how many they are")
}

/// Those of every run: a bundler alone, a framework, and a page with both elements. The others take minutes.
pub(super) const USUAL: [&str; 3] = ["vite", "react19", "accounts"];
