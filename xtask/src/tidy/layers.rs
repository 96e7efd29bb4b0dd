//! Which crate may use which, which part of a crate may use which, and that no files of different folders use each
//! other in a circle. It reads the manifests, and the paths in the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::paths::used;

type Names = &'static [&'static str];

/// Each crate with those of the project that it may use, and one more that its tests may use.
const CRATES: [(&str, Names, &str); 7] = [
    ("protocol", &[], ""),
    ("ais-link", &["protocol"], "ais-link-module"),
    ("ais-link-module", &["ais-link"], ""),
    ("ais-accounts-module", &["ais-link"], ""),
    ("relay", &["protocol"], "sandbox"),
    ("sandbox", &["protocol"], ""),
    ("xtask", &[], ""),
];

/// The document that says which folder of `relay/src` may use which: under this title, a line for each folder, from the
/// top down. A file beside the folders counts as one, and so does a folder together with the file of its name.
const DRAWN: &str = "ARCHITECTURE.md";
const TITLE: &str = "### The relay in layers";

/// Which crate uses one that it must not use, as `cargo metadata` has them. One line for each finding.
pub(super) fn of_crates(metadata: &Json) -> Vec<String> {
    let mut findings = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, uses, test)) = CRATES.iter().find(|(it, ..)| *it == name) else {
            findings.push(format!("{name}: say in the tidy check what this crate may use"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            let is_test = dependency["kind"] == "dev";
            let allowed = uses.contains(&used) || (is_test && used == *test);
            if CRATES.iter().any(|(it, ..)| *it == used) && !allowed {
                findings.push(format!("{name}/Cargo.toml: must not use {used}"));
            }
        }
    }
    findings
}

/// What is wrong with how the files of `sources`, by their names, use each other. One line for each finding.
pub(super) fn of_files(sources: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut findings = BTreeSet::new();
    let rules = rules(sources.get(DRAWN).map_or("", String::as_str));
    for (at, (folder, uses)) in rules.iter().enumerate() {
        let above = rules[..=at].iter().filter(|(above, _)| uses.contains(above));
        findings.extend(above.map(|(above, _)| format!("{DRAWN}: {folder} uses {above} above it")));
    }
    for root in ["relay/src", "sandbox/src"] {
        let files = Files::read(root, sources);
        for (module, uses) in &files.0 {
            for (line, to) in uses {
                let here = format!("{root}/{}.rs:{line}", module.display());
                let other = format!("{root}/{}.rs", to.display());
                let (own, used) = (layer(module, &rules), layer(to, &rules));
                let rule = rules.iter().find(|(folder, _)| *folder == own);
                let allowed = rule.is_some_and(|(_, uses)| uses.contains(&&*used));
                // The crate's own file is its index: it uses all, and nothing needs it.
                if root == "relay/src" && own != "lib" && own != used && !allowed {
                    findings.insert(format!("{here}: {own} must not use {other}"));
                }
                if files.are_apart(module, to) && files.reaches(to, module) {
                    findings.insert(format!("{here}: is in a circle with {other}"));
                }
            }
        }
    }
    findings
}

/// Each folder of the relay with those that it may use, from the document. One without a rule may use none.
fn rules(document: &str) -> Vec<(&str, Vec<&str>)> {
    let drawn = document.split(TITLE).nth(1).and_then(|after| after.split("```").nth(1));
    let rules = drawn.unwrap_or_default().lines().filter_map(|line| line.split_once(": "));
    rules.map(|(folder, uses)| (folder, uses.split(", ").collect())).collect()
}

/// The folder that a file belongs to: the deepest one with a rule, or else the topmost part of its path.
fn layer(module: &Path, rules: &[(&str, Vec<&str>)]) -> String {
    let is_ruled = |path: &&Path| rules.iter().any(|(folder, _)| Path::new(folder) == *path);
    let topmost = || module.iter().next().map_or(module, Path::new);
    module.ancestors().find(is_ruled).unwrap_or_else(topmost).display().to_string()
}

/// The files of a crate, by the modules that they are, with the files that each uses and on which line. Its tests and its
/// programs are left out.
struct Files(BTreeMap<PathBuf, Vec<(usize, PathBuf)>>);

impl Files {
    fn read(root: &str, sources: &BTreeMap<String, String>) -> Self {
        let module = |name: &str| {
            let path = Path::new(name.strip_suffix(".rs")?).strip_prefix(root).ok()?.to_owned();
            let is_left_out = path == Path::new("main") || path.iter().any(|part| part == "tests");
            (!is_left_out).then_some(path)
        };
        let modules = sources.iter().filter_map(|(name, text)| Some((module(name)?, text)));
        let modules: BTreeMap<PathBuf, &String> = modules.collect();
        // The file that holds what a path names: the longest part of it that is a module.
        let file_of = |path: &Path| {
            let file = path.ancestors().find(|it| modules.contains_key(*it));
            file.unwrap_or(Path::new("lib")).to_owned()
        };
        let uses = |(module, text): (&PathBuf, &&String)| {
            let place = if module == Path::new("lib") { Path::new("") } else { module };
            let files = used(text, place).into_iter().map(|(line, path)| (line, file_of(&path)));
            (module.clone(), files.collect())
        };
        Self(modules.iter().map(uses).collect())
    }

    /// Whether two files are of different folders, neither of which is within the other.
    fn are_apart(&self, one: &Path, other: &Path) -> bool {
        let (one, other) = (self.folder(one), self.folder(other));
        !one.starts_with(other) && !other.starts_with(one)
    }

    /// The folder of a file. The file that has a folder of its name, or is beside the folders, is one itself.
    fn folder<'m>(&self, module: &'m Path) -> &'m Path {
        let has_folder = self.0.keys().any(|it| it != module && it.starts_with(module));
        let above = module.parent().filter(|above| *above != Path::new("") && !has_folder);
        above.unwrap_or(module)
    }

    /// Whether the file `from` uses the file `to`, itself or through others.
    fn reaches(&self, from: &PathBuf, to: &PathBuf) -> bool {
        let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
        while let Some(module) = next.pop() {
            if module == to {
                return true;
            }
            let uses = self.0.get(module).into_iter().flatten();
            next.extend(uses.map(|(_, used)| used).filter(|it| seen.insert(it)));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{of_crates, of_files};

    #[test]
    fn a_crate_may_use_those_below_it() {
        for (name, used, kind, found) in [
            ("relay", "protocol", json!(null), ""),
            ("relay", "axum", json!(null), ""),
            ("relay", "sandbox", json!("dev"), ""),
            ("relay", "sandbox", json!(null), "relay/Cargo.toml: must not use sandbox"),
            ("relay", "ais-link", json!("dev"), "relay/Cargo.toml: must not use ais-link"),
            ("protocol", "sandbox", json!("build"), "protocol/Cargo.toml: must not use sandbox"),
            ("xtask", "protocol", json!(null), "xtask/Cargo.toml: must not use protocol"),
            ("more", "serde", json!(null), "more: say in the tidy check what this crate may use"),
        ] {
            let dependencies = [json!({ "name": used, "kind": kind })];
            let package = json!({ "name": name, "dependencies": dependencies });
            assert_eq!(of_crates(&json!({ "packages": [package] })).concat(), found);
        }
    }

    /// Each line of `files` is a file and its text.
    #[track_caller]
    fn finds<const N: usize>(files: &str, expected: [&str; N]) {
        let rules = "### The relay in layers\n```\nlink: store, link/state, clock\nhttp: config, clock\n\
            link/state: clock\nstore: link\n```\n";
        let files = files.lines().filter_map(|line| line.trim().split_once(": "));
        let all = files.chain([("ARCHITECTURE.md", rules)]);
        let all = all.map(|(name, text)| (name.to_owned(), text.replace("; ", ";\n")));
        let mut found = of_files(&all.collect());
        assert!(found.remove("ARCHITECTURE.md: store uses link above it"));
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_use_against_the_rules_is_named_with_its_file_and_its_line() {
        finds(
            "relay/src/http/gate.rs: use crate::config::Access; use crate::routes::{health, redirect::next};
            relay/src/http/gate/tests.rs: use crate::relay::Relay;
            relay/src/main.rs: use crate::relay::Relay;
            relay/src/config.rs: //! The configuration.
            relay/src/relay.rs: //! The relay.
            relay/src/routes/health.rs: //! Health.
            relay/src/routes/redirect.rs: //! The way back.",
            [
                "relay/src/http/gate.rs:2: http must not use relay/src/routes/health.rs",
                "relay/src/http/gate.rs:2: http must not use relay/src/routes/redirect.rs",
            ],
        );
    }

    #[test]
    fn a_folder_without_a_rule_uses_nothing_and_a_deeper_one_has_its_own() {
        finds(
            "relay/src/more.rs: use crate::clock::Clock;
            relay/src/clock.rs: //! The clock.
            relay/src/link/sessions.rs: use crate::store::Store; use super::state::Link;
            relay/src/link/state.rs: fn late() -> crate::store::Store { todo!() }
            relay/src/store.rs: //! The store.",
            [
                "relay/src/link/state.rs:1: link/state must not use relay/src/store.rs",
                "relay/src/more.rs:1: more must not use relay/src/clock.rs",
            ],
        );
    }

    #[test]
    fn a_circle_between_folders_is_found_through_any_number_of_files() {
        finds(
            "sandbox/src/http/page.rs: use crate::sandbox::Sandbox;
            sandbox/src/http.rs: use self::page::show;
            sandbox/src/sandbox.rs: use crate::clock; use crate::http;
            sandbox/src/clock.rs: use super::http::page;",
            [
                "sandbox/src/clock.rs:1: is in a circle with sandbox/src/http/page.rs",
                "sandbox/src/http/page.rs:1: is in a circle with sandbox/src/sandbox.rs",
                "sandbox/src/sandbox.rs:1: is in a circle with sandbox/src/clock.rs",
                "sandbox/src/sandbox.rs:2: is in a circle with sandbox/src/http.rs",
            ],
        );
        finds(
            "sandbox/src/http/page.rs: use super::html::Html; use super::Scheme;
            sandbox/src/http/html.rs: use super::page::show;
            sandbox/src/http.rs: pub use self::page::show;",
            [],
        );
    }
}
