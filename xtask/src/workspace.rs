//! Where the project lies and which versions its lock file fixes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use toml::Table;

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
            let found = serde_json::from_str::<Json>(&text).ok()?.get(key)?.as_str()?.to_owned();
            Some(PathBuf::from(found))
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

    /// The version of `package` that Cargo.lock fixes.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String, Error> {
        let path = self.root.join("Cargo.lock");
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        locked_version(&text, package).ok_or_else(|| Error::Value {
            what: format!("Cargo.lock names no single version of {package}."),
            expected: format!("one [[package]] entry named {package}"),
        })
    }
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let lock: Table = lock.parse().ok()?;
    let mut versions = lock
        .get("package")?
        .as_array()?
        .iter()
        .filter(|entry| entry.get("name").and_then(|name| name.as_str()) == Some(package))
        .filter_map(|entry| entry.get("version")?.as_str());
    let only = versions.next()?.to_owned();
    versions.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "a"
        version = "1.2.3"
        [[package]]
        name = "b"
        version = "1.0.0"
        [[package]]
        name = "b"
        version = "2.0.0"
    "#;

    #[test]
    fn one_locked_version_is_read() {
        assert_eq!(locked_version(LOCK, "a").as_deref(), Some("1.2.3"));
    }

    #[test]
    fn two_versions_or_none_are_refused() {
        assert_eq!(locked_version(LOCK, "b"), None);
        assert_eq!(locked_version(LOCK, "c"), None);
    }
}
