//! Which crates are in what is shipped, by what cargo says of the lock file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::error::Error;
use crate::run::Run;

/// A crate of somebody else, in one version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crate {
    name: String,
    version: String,
}

impl fmt::Display for Crate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// What is shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Bundle,
    Relay,
}

impl Part {
    /// How the list names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Relay => "relay",
        }
    }
}

/// The crates that are linked into each part, on all systems that it runs on. What only builds is left out.
pub(super) fn crates(root: &Path) -> Result<BTreeMap<Crate, BTreeSet<Part>>, Error> {
    let mut found: BTreeMap<Crate, BTreeSet<Part>> = BTreeMap::new();
    for (package, target, part) in PARTS {
        let tree = Run::new("cargo")
            .dir(root)
            .args(["tree", "--locked", "--package", package, "--target", target])
            .args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"])
            .read()?;
        for used in tree.lines().filter_map(crate_in) {
            found.entry(used).or_default().insert(part);
        }
    }
    Ok(found)
}

/// The crate in a line such as `serde v1.0.1` or `serde v1.0.1 (*)`. Our own have a path behind.
fn crate_in(line: &str) -> Option<Crate> {
    let line = line.trim_end_matches(" (*)");
    let (name, version) = line.split_once(" v")?;
    let foreign = version.chars().all(|char| !char.is_whitespace());
    foreign.then(|| Crate { name: name.to_owned(), version: version.to_owned() })
}

/// Where the source of each of the crates lies, and what its manifest says of the licence, in their order.
pub(super) fn folders(
    root: &Path,
    crates: &BTreeMap<Crate, BTreeSet<Part>>,
) -> Result<Vec<(PathBuf, String)>, Error> {
    let text = Run::new("cargo")
        .dir(root)
        .args(["metadata", "--locked", "--format-version", "1"])
        .read()?;
    let metadata: Json = serde_json::from_str(&text).unwrap_or_default();
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let place = |used: &Crate| {
        let is = |package: &&Json| {
            package["name"] == used.name.as_str() && package["version"] == used.version.as_str()
        };
        let package = packages.iter().find(is)?;
        let manifest = Path::new(package["manifest_path"].as_str()?);
        Some((manifest.parent()?.to_owned(), package["license"].as_str()?.to_owned()))
    };
    let missing = |used: &Crate| Error::Value {
        what: format!("Cargo knows no place or licence of {used}."),
        expected: "a crate with `license` in its manifest".to_owned(),
    };
    crates.keys().map(|used| place(used).ok_or_else(|| missing(used))).collect()
}

/// What is shipped, for which systems: those that deny.toml names.
const PARTS: [(&str, &str, Part); 4] = [
    ("ais-link", "wasm32-unknown-unknown", Part::Bundle),
    ("relay", "aarch64-apple-darwin", Part::Relay),
    ("relay", "x86_64-pc-windows-msvc", Part::Relay),
    ("relay", "x86_64-unknown-linux-gnu", Part::Relay),
];

#[cfg(test)]
mod tests {
    use super::crate_in;

    #[test]
    fn crates_of_others_are_read_and_our_own_are_not() {
        let read = |line: &str| crate_in(line).map(|used| used.to_string());
        assert_eq!(read("serde v1.0.229").as_deref(), Some("serde 1.0.229"));
        assert_eq!(
            read("toml_datetime v1.1.3+spec-1.1.0 (*)").as_deref(),
            Some("toml_datetime 1.1.3+spec-1.1.0")
        );
        assert_eq!(read("protocol v0.1.0 (a/folder)"), None);
        assert_eq!(read(""), None);
    }
}
