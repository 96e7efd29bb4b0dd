//! Writes the notice of the work of others in the browser's bundle and the relay's binary, with the licences that
//! require it. It does not name the tools that build and test, because they are not shipped.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use fs_err as fs;
use serde_json::Value as Json;
use walkdir::WalkDir;

use crate::folders::root;
use crate::run::{self, read};

/// `cargo xtask notice`.
pub(crate) fn write() -> Result<()> {
    let shipped = shipped()?;
    let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let sources = sources()?;
    for used in shipped.keys() {
        let source = sources.get(used);
        let (folder, licence) = source.with_context(|| format!("{used} names no licence"))?;
        for text in licences(folder, licence)? {
            users.entry(text).or_default().insert(used);
        }
    }
    // In the order of the list above them.
    let mut texts: Vec<_> = users.into_iter().map(|(text, users)| (users, text)).collect();
    texts.sort_by_key(|(users, _)| users.first().copied());
    let texts = texts.into_iter().map(|(users, text)| {
        let users = users.into_iter().collect::<Vec<_>>().join(", ");
        format!("\n{LINE}\n{users}\n\n{text}\n")
    });
    Ok(fs::write(root().join(FILE), head(&shipped) + &texts.collect::<String>())?)
}

/// The crates of others, such as `serde 1.0.1`, with the parts that they are in.
pub(crate) type Shipped = BTreeMap<String, BTreeSet<&'static str>>;

/// The crates that are linked into each part, on all systems that it runs on, without build dependencies.
pub(crate) fn shipped() -> Result<Shipped> {
    let mut found = Shipped::new();
    for (package, target, part) in PARTS {
        let tree = ["tree", "--locked", "--package", package, "--target", target];
        let form = ["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
        for line in read(run::new("cargo").args(tree).args(form))?.lines() {
            // Such as `serde v1.0.1` or `serde v1.0.1 (*)`. Our own have a path behind.
            let parts = line.trim_end_matches(" (*)").split_once(" v");
            if let Some((name, version)) = parts.filter(|(_, version)| !version.contains(' ')) {
                found.entry(format!("{name} {version}")).or_default().insert(part);
            }
        }
    }
    Ok(found)
}

/// The part before the texts: the list of the crates.
fn head(shipped: &Shipped) -> String {
    let lines = shipped.iter().map(|(used, parts)| {
        let parts: Vec<_> = parts.iter().copied().collect();
        format!("- {used}: {}\n", parts.join(", "))
    });
    INTRODUCTION.to_owned() + &lines.collect::<String>()
}

/// Where the source of each crate lies, and what its manifest says of the licence.
pub(crate) fn sources() -> Result<BTreeMap<String, (PathBuf, String)>> {
    let ask = ["metadata", "--locked", "--format-version", "1"];
    let metadata: Json = serde_json::from_str(&read(run::new("cargo").args(ask))?)?;
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    let source = |package: &Json| {
        let member = |name: &str| package[name].as_str();
        let folder = Path::new(member("manifest_path")?).parent()?.to_owned();
        let used = format!("{} {}", member("name")?, member("version")?);
        Some((used, (folder, member("license")?.to_owned())))
    };
    Ok(packages.iter().filter_map(source).collect())
}

/// The texts that go along with the crate in `folder`, whose manifest says `licence`. Where there is a choice and
/// MIT is in it, that is chosen. A crate that brings none gets the text of the licence that it names.
fn licences(folder: &Path, licence: &str) -> Result<Vec<String>> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut files = Vec::new();
    // Licences of parts lie deeper: C code in a crate has its own.
    let all = WalkDir::new(folder).max_depth(4).into_iter();
    for entry in all.filter_entry(|it| it.depth() == 0 || !is_aside(&name(it.path()))) {
        let path = entry?.into_path();
        if path.is_file() && is_licence(&name(&path)) {
            files.push(path);
        }
    }
    let is_mit = |path: &PathBuf| name(path).contains("MIT");
    if !licence.contains("AND") && licence.contains("MIT") && files.iter().any(is_mit) {
        files.retain(is_mit);
    }
    if files.is_empty() {
        let own = if licence.contains("MIT") { "LICENSE-MIT" } else { "LICENSE-APACHE" };
        let text = text(&root().join(own))?;
        // The crate's own page names the owner.
        let text = text.lines().filter(|line| !line.starts_with("Copyright (c)"));
        return Ok(vec![text.collect::<Vec<_>>().join("\n")]);
    }
    files.iter().map(|path| text(path)).collect()
}

/// Whether a folder holds code that is not linked.
fn is_aside(name: &str) -> bool {
    let aside = ["tests", "test", "benches", "examples", "fuzz", "docs", "doc", "ci", "util"];
    aside.contains(&name.to_lowercase().as_str())
}

fn is_licence(name: &str) -> bool {
    let name = name.to_lowercase();
    let (stem, kind) = name.split_once('.').unwrap_or((&name, ""));
    let words = ["license", "licence", "copying", "copyright", "notice", "unlicense"];
    words.iter().any(|word| stem.starts_with(word)) && !["rs", "toml", "py", "json"].contains(&kind)
}

/// The text of a file, without blanks at the ends of lines: copies that differ only so are one.
fn text(path: &Path) -> Result<String> {
    let bytes = fs::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    Ok(lines.join("\n").trim_matches('\n').to_owned())
}

/// The shipped parts, each with its systems: those that deny.toml names.
const PARTS: [(&str, &str, &str); 5] = [
    ("ais-link", "wasm32-unknown-unknown", "bundle"),
    ("relay", "aarch64-apple-darwin", "relay"),
    ("relay", "x86_64-pc-windows-msvc", "relay"),
    ("relay", "aarch64-unknown-linux-gnu", "relay"),
    ("relay", "x86_64-unknown-linux-gnu", "relay"),
];
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
    use fs_err as fs;

    use super::{FILE, LINE, head, root, shipped};

    #[test]
    fn the_notice_has_the_crates_that_are_shipped_and_their_licences() {
        let shipped = shipped().unwrap();
        assert!(shipped.len() > 100, "{}", shipped.len());
        let kept = fs::read_to_string(root().join(FILE)).unwrap();
        let (list, texts) = kept.split_once(&["\n", LINE].concat()).unwrap();
        let head = head(&shipped);
        let [kept, expected] = [list, &head].map(|list| list.lines().collect::<Vec<_>>());
        let missing: Vec<_> = expected.iter().filter(|line| !kept.contains(line)).collect();
        assert!(missing.is_empty(), "run `cargo xtask notice`; {FILE} lacks {missing:#?}");
        assert_eq!(kept, expected, "run `cargo xtask notice`; {FILE} names too much");
        let words = ["Permission is hereby granted", "Apache License", "UNICODE LICENSE V3"];
        for part in shipped.keys().map(String::as_str).chain(words) {
            assert!(texts.contains(part), "run `cargo xtask notice`: no text of {part}");
        }
    }
}
