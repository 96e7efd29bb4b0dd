//! The crates in the shipped files, as cargo resolves the lock file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::error::Error;
use crate::run::Run;

/// The crates of others, such as `serde 1.0.1`, with the parts that they are in.
pub(super) type Shipped = BTreeMap<String, BTreeSet<&'static str>>;

/// The crates that are linked into each part, on all systems that it runs on, without build dependencies.
pub(super) fn crates(root: &Path) -> Result<Shipped, Error> {
    let mut found = Shipped::new();
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
fn crate_in(line: &str) -> Option<String> {
    let (name, version) = line.trim_end_matches(" (*)").split_once(" v")?;
    let foreign = !version.contains(char::is_whitespace);
    foreign.then(|| format!("{name} {version}"))
}

/// Where the source of each of the crates lies, and what its manifest says of the licence, in their order.
pub(super) fn folders(root: &Path, crates: &Shipped) -> Result<Vec<(PathBuf, String)>, Error> {
    let ask = ["metadata", "--locked", "--format-version", "1"];
    let text = Run::new("cargo").dir(root).args(ask).read()?;
    let metadata: Json = serde_json::from_str(&text).unwrap_or_default();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let places = packages.filter_map(|package| {
        let member = |name: &str| package[name].as_str();
        let used = format!("{} {}", member("name")?, member("version")?);
        let folder = Path::new(member("manifest_path")?).parent()?.to_owned();
        Some((used, (folder, member("license")?.to_owned())))
    });
    let mut places: BTreeMap<_, _> = places.collect();
    let missing = |used: &String| Error::Value {
        what: format!("Cargo knows no place or licence of {used}."),
        expected: "a crate with `license` in its manifest".to_owned(),
    };
    crates.keys().map(|used| places.remove(used).ok_or_else(|| missing(used))).collect()
}

/// The shipped parts, each with its systems: those that deny.toml names.
const PARTS: [(&str, &str, &str); 4] = [
    ("ais-link", "wasm32-unknown-unknown", "bundle"),
    ("relay", "aarch64-apple-darwin", "relay"),
    ("relay", "x86_64-pc-windows-msvc", "relay"),
    ("relay", "x86_64-unknown-linux-gnu", "relay"),
];

#[cfg(test)]
mod tests {
    use super::crate_in;

    #[test]
    fn crates_of_others_are_read_and_our_own_are_not() {
        assert_eq!(crate_in("serde v1.0.229").as_deref(), Some("serde 1.0.229"));
        assert_eq!(
            crate_in("toml_datetime v1.1.3+spec-1.1.0 (*)").as_deref(),
            Some("toml_datetime 1.1.3+spec-1.1.0")
        );
        assert_eq!(crate_in("protocol v0.1.0 (a/folder)"), None);
        assert_eq!(crate_in(""), None);
    }
}
