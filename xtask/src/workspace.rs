//! The project's folder, and the versions in its lock file.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::error::Error;
use crate::run::Run;

/// The project's folders, as cargo sees them.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo, so that a moved checkout and `CARGO_TARGET_DIR` are both respected.
    pub(crate) fn locate() -> Result<Self, Error> {
        let text = Run::new("cargo")
            .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
            .read()?;
        let folder = |key: &str| {
            let metadata: Json = serde_json::from_str(&text).ok()?;
            Some(PathBuf::from(metadata.get(key)?.as_str()?))
        };
        match (folder("workspace_root"), folder("target_directory")) {
            (Some(root), Some(target)) => Ok(Self { root, target }),
            _ => Err(Error::Value {
                what: "The output of `cargo metadata` was not understood.".to_owned(),
                expected: "JSON with workspace_root and target_directory".to_owned(),
            }),
        }
    }

    /// The checkout's top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's target folder.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The bundle: what a relay serves to pages.
    pub(crate) fn web(&self) -> PathBuf {
        self.target.join("web")
    }

    /// The commands' own intermediate files.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The version of `package` that Cargo.lock fixes; more than one is an error.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String, Error> {
        // Such as `registry+https://index.example#name@1.2.3`.
        let id = Run::new("cargo").dir(&self.root).args(["pkgid", "--locked", package]).read()?;
        let version = id.rsplit(['@', '#']).next();
        Ok(version.unwrap_or_default().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Workspace;

    #[test]
    fn one_locked_version_is_read_and_none_is_refused() {
        let workspace = Workspace::locate().unwrap();
        let version = workspace.locked_version("wasm-bindgen").unwrap();
        assert!(version.starts_with("0.2."), "{version}");
        assert!(workspace.locked_version("no-such-crate").is_err());
    }
}
