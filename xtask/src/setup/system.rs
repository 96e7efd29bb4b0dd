//! Compilers for the systems that a release is for, and the programs that sign one and make an image of it.

use std::env;
use std::path::Path;

use anyhow::Result;

use super::{apt_install, missing};
use crate::progress;
use crate::run::{self, find, read};

/// Installs what builds for the system of that name: Rust's standard library for it and, on another machine, a C compiler.
pub(crate) fn for_system(name: &str, compiler: &str, package: &str) -> Result<()> {
    let ask = ["--print", "target-libdir", "--target", name];
    let has_std = || read(run::new("rustc").args(ask)).is_ok_and(|it| Path::new(&it).is_dir());
    let advice = format!("run `rustup target add {name}` (with network); then try again.");
    if !has_std() {
        let label = format!("Adding {name} with rustup");
        progress::run(&label, &advice, run::new("rustup").args(["target", "add", name]))?;
    }
    if !has_std() {
        return missing(&format!("Rust's standard library for {name}"), &advice);
    }
    if name.starts_with(env::consts::ARCH) {
        return Ok(());
    }
    let library = if name.starts_with("aarch64") { "arm64" } else { "amd64" };
    ensure(compiler, &[package, &format!("libc6-dev-{library}-cross")])
}

/// Installs minisign where it is missing.
pub(crate) fn ensure_minisign() -> Result<()> {
    ensure("minisign", &["minisign"])
}

/// Installs buildah, which builds images without an engine, where it is missing.
pub(crate) fn ensure_buildah() -> Result<()> {
    ensure("buildah", &["buildah"])
}

/// Installs podman, which runs images without an engine, where it is missing. The runtime that it prefers takes no mixed cgroups.
pub(crate) fn ensure_podman() -> Result<()> {
    ensure("podman", &["podman"])?;
    ensure("runc", &["runc"])
}

fn ensure(program: &str, packages: &[&str]) -> Result<()> {
    if find(program).is_none() {
        apt_install(packages)?;
    }
    let advice = format!("install it (Debian: {}); then try again.", packages.join(" "));
    if find(program).is_some() { Ok(()) } else { missing(program, &advice) }
}
