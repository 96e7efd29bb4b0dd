//! Writes the notice of the work of others in the browser's bundle and the relay's binary, with the licences that
//! require it. It does not name the tools that build and test, because they are not shipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use crate::error::Error;
use crate::progress;
use crate::workspace::Workspace;

mod shipped;
mod texts;

use shipped::Shipped;

/// `cargo xtask notice`.
pub(crate) fn command(workspace: &Workspace) -> Result<ExitCode, Error> {
    let path = workspace.root().join(FILE);
    progress::step("Reading the licences of what is shipped", || {
        let notice = text(workspace.root())?;
        fs::write(&path, notice).map_err(Error::file("write", &path))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The whole notice for the project in `root`.
fn text(root: &Path) -> Result<String, Error> {
    let shipped = shipped::crates(root)?;
    let mut licences: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (used, (folder, licence)) in shipped.keys().zip(shipped::folders(root, &shipped)?) {
        for text in texts::of(&folder, &licence, root)? {
            licences.entry(text).or_default().insert(used.clone());
        }
    }
    let mut notice = head(&shipped);
    for (text, users) in by_first_user(&licences) {
        let users: Vec<_> = users.iter().map(String::as_str).collect();
        write!(notice, "\n{LINE}\n{}\n\n{text}\n", users.join(", ")).expect("a String takes it");
    }
    Ok(notice)
}

/// The part before the texts: the list of the crates.
fn head(shipped: &Shipped) -> String {
    shipped.iter().fold(INTRODUCTION.to_owned(), |head, (used, parts)| {
        let parts: Vec<_> = parts.iter().copied().collect();
        format!("{head}- {used}: {}\n", parts.join(", "))
    })
}

type Licence<'a> = (&'a String, &'a BTreeSet<String>);

/// In the order of the list above them.
fn by_first_user(licences: &BTreeMap<String, BTreeSet<String>>) -> Vec<Licence<'_>> {
    let mut all: Vec<_> = licences.iter().collect();
    all.sort_by_key(|(text, users)| (users.first().cloned(), (*text).clone()));
    all
}

/// Its name at the top level, and in the bundle.
pub(crate) const FILE: &str = "THIRD-PARTY-NOTICES";
const LINE: &str =
    "--------------------------------------------------------------------------------";
const INTRODUCTION: &str = "\
AIS Link is under MIT OR Apache-2.0. What is shipped of it, the browser's bundle and the relay's binary, holds
work of others, too: the Rust standard library (MIT OR Apache-2.0, the Rust project's contributors), SQLite (in the
public domain), and the crates in this list. Their licences follow it.

This file is written by `cargo xtask notice`.

";

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{FILE, head, shipped};

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the project")
    }

    fn kept() -> String {
        fs::read_to_string(root().join(FILE)).unwrap()
    }

    #[test]
    fn the_notice_names_the_crates_that_are_shipped() {
        let shipped = shipped::crates(root()).unwrap();
        assert!(shipped.len() > 100, "{}", shipped.len());
        let expected = head(&shipped);
        let kept = kept();
        let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
        let [kept_lines, expected_lines] = [&kept, &expected].map(|text| lines(text));
        let missing: Vec<_> =
            expected_lines.iter().filter(|line| !kept_lines.contains(line)).collect();
        assert!(missing.is_empty(), "run `cargo xtask notice`; {FILE} lacks {missing:#?}");
        assert!(kept.starts_with(&expected), "run `cargo xtask notice`; {FILE} names too much");
    }

    #[test]
    fn each_crate_has_a_licence_in_the_notice() {
        let kept = kept();
        let (_, texts) = kept.split_once(super::LINE).unwrap();
        for used in shipped::crates(root()).unwrap().keys() {
            assert!(texts.contains(used), "run `cargo xtask notice`: no text of {used}");
        }
        for words in ["Permission is hereby granted", "Apache License", "UNICODE LICENSE V3"] {
            assert!(texts.contains(words), "{words}");
        }
    }

    #[test]
    fn our_own_licences_are_in_every_manifest_and_at_the_top() {
        let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
        assert!(read("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
        for member in ["protocol", "wasm", "relay", "sandbox", "xtask"] {
            let manifest = read(&format!("{member}/Cargo.toml"));
            assert!(manifest.contains("license.workspace = true"), "{member}");
        }
        assert!(read("LICENSE-MIT").starts_with("MIT License\n"));
        assert!(read("LICENSE-APACHE").contains("Version 2.0, January 2004"));
    }
}
