//! The house rules that neither the compiler nor clippy checks: how files begin and end, how long
//! they are, and which part of the project may use which.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use fs_err as fs;
use walkdir::WalkDir;

use crate::folders::root;
use crate::run::{self, read};

mod layers;
mod paths;
mod proofs;
mod snippets;

/// Checks the project.
pub(crate) fn check() -> Result<()> {
    let sources = sources()?;
    let metadata = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let metadata = serde_json::from_str(&read(run::new("cargo").args(metadata))?)?;
    let mut findings: Vec<_> = sources.iter().flat_map(|(name, text)| faults(name, text)).collect();
    findings.extend(layers::of_crates(&metadata));
    findings.extend(layers::of_files(&sources));
    findings.extend(proofs::missing(&sources));
    findings.extend(snippets::untried(&sources));
    findings.sort();
    let all = findings.join("\n");
    ensure!(findings.is_empty(), "{all}\n  Expected: files that keep the house rules (STYLE.md)");
    Ok(())
}

/// The project's text files by their names, without those that tools make.
fn sources() -> Result<BTreeMap<String, String>> {
    let mut sources = BTreeMap::new();
    let made = [".git", "node_modules", "pkg", "target"];
    let all = WalkDir::new(root()).into_iter();
    for entry in all.filter_entry(|it| !made.iter().any(|made| it.file_name() == *made)) {
        let entry = entry?;
        let name = entry.path().strip_prefix(root())?.display().to_string().replace('\\', "/");
        let kind = name.rsplit('.').next().unwrap_or_default();
        let is_text = KINDS.contains(&kind) || name.starts_with(".ci/");
        if is_text && entry.file_type().is_file() {
            sources.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(sources)
}

/// What is wrong with the text of the file `name`, one line each.
fn faults(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let is = |kinds: &[&str]| kinds.iter().any(|kind| name.ends_with(kind));
    if is(&[".rs"]) && !text.starts_with("//! ") {
        faults.push(format!("{name}:1: open with `//!`: what the file does, and must not do"));
    }
    let lines = text.lines().count();
    if is(&[".rs", ".js", ".css", ".html"]) && lines > MOST_LINES {
        faults.push(format!("{name}: {lines} lines, at most {MOST_LINES} are read with pleasure"));
    }
    if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
        faults.push(format!("{name}:{lines}: end with one line feed"));
    }
    for (number, line) in text.split('\n').enumerate() {
        let here = format!("{name}:{}", number + 1);
        if line.ends_with([' ', '\t', '\r']) {
            faults.push(format!("{here}: blanks at the end of the line"));
        }
        if MACHINE.iter().any(|it| line.contains(&format!("/{it}/"))) {
            faults.push(format!("{here}: a path of one machine"));
        }
        let rules = BANNED.iter().filter(|(place, _)| name.starts_with(place));
        let is_code = !line.trim_start().starts_with("//");
        let used = rules.flat_map(|(_, paths)| *paths).filter(|it| is_code && line.contains(*it));
        faults.extend(used.map(|path| format!("{here}: must not use {path}")));
    }
    faults
}

const KINDS: [&str; 10] = ["css", "html", "js", "json", "md", "rs", "sh", "svg", "toml", "yml"];
const MOST_LINES: usize = 400;
/// Folders of one person's machine.
const MACHINE: [&str; 4] = ["home", "root", "Users", "work"];
/// Where a path must not be used, and which.
const BANNED: [(&str, &[&str]); 4] = [
    ("protocol/src/", &["std::net", "std::fs", "tokio", "web_sys", "js_sys", "reqwest", "axum"]),
    ("protocol/src/call", &["crate::flow"]),
    ("protocol/src/wire", &["crate::flow"]),
    ("wasm/src/browser", &["crate::driver", "crate::element", "crate::view"]),
];

#[cfg(test)]
mod tests {
    use super::{MACHINE, MOST_LINES, check, faults, sources};

    #[test]
    fn the_project_keeps_the_house_rules() {
        let sources = sources().unwrap();
        for name in ["xtask/src/tidy.rs", "Cargo.toml", ".ci/run"] {
            assert!(sources.contains_key(name), "{name}");
        }
        check().unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn each_rule_finds_its_fault() {
        let long = "a();\n".repeat(MOST_LINES + 1);
        let paths = MACHINE.map(|it| format!("see /{it}/me\n"));
        let cases = [
            ("a.rs", "fn main() {}\n", "a.rs:1: open with"),
            ("a.js", &*long, "401 lines"),
            ("a.md", "no line feed", "end with one line feed"),
            ("a.md", "two\n\n", "end with one line feed"),
            ("a.md", "one\ntwo \n", "a.md:2: blanks"),
            ("a.md", "one\r\n", "a.md:1: blanks"),
            ("protocol/src/a.rs", "//! A.\nuse std::fs;\n", "a.rs:2: must not use std::fs"),
            ("wasm/src/browser/a.rs", "//! A.\nuse crate::view::View;\n", "a.rs:2: must not"),
        ];
        let paths = paths.iter().map(|path| ("a.md", &**path, "a.md:1: a path"));
        for (name, text, expected) in paths.chain(cases) {
            let found = faults(name, text);
            assert!(found.len() == 1 && found[0].contains(expected), "{found:?}");
        }
        assert!(faults("a.rs", "//! A file.\n").is_empty() && faults("a.css", "").is_empty());
    }
}
