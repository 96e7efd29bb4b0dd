//! The test runner of wasm-bindgen, and geckodriver: programs that come as crates.

use anyhow::Result;

use super::Browser;
use crate::folders::cache;
use crate::progress;
use crate::run::{self, read};

/// Installs what tests in `browsers` need, where PATH has it not, in a folder of ours.
pub(super) fn ensure(browsers: &[Browser]) -> Result<()> {
    // Such as `registry+https://index.example#wasm-bindgen@1.2.3`: the runner speaks the same version only.
    let locked = read(run::new("cargo").args(["pkgid", "--locked", "wasm-bindgen"]))?;
    let locked = locked.rsplit('@').next().unwrap_or_default();
    let said = |program| read(run::new(program).arg("--version")).unwrap_or_default();
    if !said("wasm-bindgen-test-runner").ends_with(locked) {
        // Its published lock file does not resolve.
        install("wasm-bindgen-cli", locked, &[])?;
    }
    // It speaks a standard, and many machines have one: any version works.
    if browsers.contains(&Browser::Firefox) && said("geckodriver").is_empty() {
        install("geckodriver", "0.37.1", &["--locked"])?;
    }
    Ok(())
}

fn install(package: &str, version: &str, flags: &[&str]) -> Result<()> {
    let advice = format!("run `cargo install {package} --version {version}`; then try again.");
    let mut run = run::new("cargo");
    // --debug: half the time, and the programs are quick enough. An interrupted build goes on from its target folder.
    run.args(["install", package, "--version", version, "--debug", "--force"]).args(flags);
    run.arg("--root").arg(cache().join("tools"));
    run.arg("--target-dir").arg(cache().join("build").join(package));
    progress::run(&format!("Installing {package} {version} (minutes, once)"), &advice, &mut run)
}
