//! Which folder of the relay may use which, read from the paths in its sources; and, there and in the sandbox, that
//! no files of different folders use each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{Used, used};

/// Each folder of `relay/src` with those that it may use, from the top down: each uses those below it only. A file
/// beside the folders counts as one, and so does a folder together with the file of its name. One without a rule
/// may use none.
const RELAY: [(&str, &[&str]); 13] = [
    ("serve", &["router", "relay", "link", "config", "http"]),
    ("router", &["routes", "relay", "http"]),
    (
        "routes",
        &[
            "relay",
            "log",
            "link",
            "store",
            "link/return_page",
            "platform",
            "http",
            "config",
            "crypto",
            "clock",
        ],
    ),
    ("relay", &["link", "store", "platform", "config", "crypto", "clock"]),
    ("log", &["platform", "http", "config", "certificate", "clock"]),
    (
        "link",
        &[
            "store",
            "link/state",
            "link/return_page",
            "platform",
            "http",
            "config",
            "crypto",
            "clock",
        ],
    ),
    ("store", &["link/state", "link/return_page", "crypto", "clock"]),
    ("link/state", &["link/return_page", "crypto", "clock"]),
    ("link/return_page", &["http", "config", "crypto"]),
    ("platform", &["http", "config", "certificate", "crypto", "clock"]),
    ("http", &["config", "crypto", "clock"]),
    ("config", &["certificate", "crypto", "clock"]),
    ("certificate", &["crypto", "clock"]),
];

/// What is wrong with how the files of `sources`, by their names, use each other. One line for each finding.
pub(super) fn check(sources: &BTreeMap<String, String>) -> Vec<String> {
    let relay = Crate::read("relay/src/", sources);
    let sandbox = Crate::read("sandbox/src/", sources);
    let mut findings = relay.upward(&RELAY);
    findings.extend(relay.circles());
    findings.extend(sandbox.circles());
    let drawn = sources.get(DRAWN).map(|text| text.lines().collect::<BTreeSet<_>>());
    let missing = rules().filter(|rule| drawn.as_ref().is_some_and(|it| !it.contains(&**rule)));
    findings.extend(missing.map(|rule| format!("{DRAWN}: must have the line \"{rule}\"")));
    findings
}

/// The document that shows the rules.
const DRAWN: &str = "ARCHITECTURE.md";

/// The rules as a reader sees them, a line each.
fn rules() -> impl Iterator<Item = String> {
    RELAY.iter().map(|(folder, uses)| format!("{folder}: {}", uses.join(", ")))
}

/// The path of a module, or of what is in one.
type Path = Vec<String>;

/// The files of a crate, by the modules that they are, and what each uses. Its tests and its programs are left out.
struct Crate<'a> {
    root: &'a str,
    arrows: BTreeMap<Path, Vec<Arrow>>,
}

/// That a file uses another one.
struct Arrow {
    line: usize,
    to: Path,
}

impl<'a> Crate<'a> {
    fn read(root: &'a str, sources: &BTreeMap<String, String>) -> Self {
        let module = |name: &str| {
            let name = name.strip_prefix(root)?.strip_suffix(".rs")?;
            let path: Path = name.split('/').map(str::to_owned).collect();
            let is_left_out = name == "main" || path.iter().any(|part| part == "tests");
            let path = if name == "lib" { Path::new() } else { path };
            (!is_left_out).then_some(path)
        };
        let modules: BTreeMap<Path, &String> =
            sources.iter().filter_map(|(name, text)| Some((module(name)?, text))).collect();
        let arrow = |Used { line, path }: Used| Arrow { line, to: file_of(&path, &modules) };
        let arrows = modules
            .iter()
            .map(|(module, text)| (module.clone(), used(text, module).map(arrow).collect()))
            .collect();
        Self { root, arrows }
    }

    fn name(&self, module: &[String]) -> String {
        let name = if module.is_empty() { "lib".to_owned() } else { module.join("/") };
        format!("{}{name}.rs", self.root)
    }

    /// Arrows from a folder to one that `rules` do not let it use.
    fn upward(&self, rules: &[(&str, &[&str])]) -> Vec<String> {
        // The crate's own file is its index: it uses all, and nothing needs it.
        let files = self.arrows.iter().filter(|(module, _)| !module.is_empty());
        let mut findings = BTreeSet::new();
        for (module, arrows) in files {
            let own = ruled(module, rules);
            let allowed = rules.iter().find(|(folder, _)| *folder == own).map(|(_, uses)| *uses);
            for Arrow { line, to } in arrows {
                let used = ruled(to, rules);
                if used != own && !allowed.unwrap_or_default().contains(&&*used) {
                    let (name, other) = (self.name(module), self.name(to));
                    findings.insert(format!("{name}:{line}: {own} must not use {other}"));
                }
            }
        }
        findings.into_iter().collect()
    }

    /// Arrows between files of different folders that are part of a circle.
    fn circles(&self) -> Vec<String> {
        let mut findings = BTreeSet::new();
        for (module, arrows) in &self.arrows {
            for Arrow { line, to } in arrows {
                if self.are_apart(module, to) && self.reaches(to, module) {
                    let (name, other) = (self.name(module), self.name(to));
                    findings.insert(format!("{name}:{line}: is in a circle with {other}"));
                }
            }
        }
        findings.into_iter().collect()
    }

    /// Whether two files are of different folders, neither of which is within the other.
    fn are_apart(&self, one: &[String], other: &[String]) -> bool {
        let (one, other) = (self.folder(one), self.folder(other));
        !one.starts_with(other) && !other.starts_with(one)
    }

    /// The folder of a file. The file that has a folder of its name belongs to that.
    fn folder<'m>(&self, module: &'m [String]) -> &'m [String] {
        let has_folder =
            self.arrows.keys().any(|it| it.len() > module.len() && it.starts_with(module));
        match module {
            [before @ .., _] if !has_folder && !before.is_empty() => before,
            _ => module,
        }
    }

    /// Whether the file `from` uses the file `to`, itself or through others.
    fn reaches(&self, from: &Path, to: &Path) -> bool {
        let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
        while let Some(module) = next.pop() {
            if module == to {
                return true;
            }
            let arrows = self.arrows.get(module).into_iter().flatten();
            next.extend(arrows.map(|arrow| &arrow.to).filter(|it| seen.insert(it)));
        }
        false
    }
}

/// The file that holds what `path` names: the longest part of it that is a module.
fn file_of(path: &[String], modules: &BTreeMap<Path, &String>) -> Path {
    let lengths = (0..=path.len()).rev();
    lengths
        .map(|length| path[..length].to_vec())
        .find(|it| modules.contains_key(it))
        .unwrap_or_default()
}

/// The folder of `rules` that a module belongs to: the deepest one, or else the topmost part of its path.
fn ruled(module: &[String], rules: &[(&str, &[&str])]) -> String {
    let lengths = (1..=module.len()).rev();
    let mut folders = lengths.map(|length| module[..length].join("/"));
    let found = folders.find(|folder| rules.iter().any(|(ruled, _)| ruled == folder));
    found.unwrap_or_else(|| module.first().map_or("lib", String::as_str).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(files: &[(&str, &str)]) -> Vec<String> {
        let all = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        check(&all.collect())
    }

    #[test]
    fn each_folder_uses_those_below_it_only() {
        for (at, (folder, uses)) in RELAY.iter().enumerate() {
            for used in *uses {
                let below = RELAY[at + 1..].iter().any(|(other, _)| other == used);
                let is_ground = RELAY.iter().all(|(other, _)| other != used);
                assert!(below || is_ground, "{folder} uses {used}");
            }
        }
    }

    #[test]
    fn an_arrow_upward_is_named_with_its_file_and_its_line() {
        let gate = "//! The gate.\n\nuse crate::config::Access;\nuse crate::routes::{health, redirect::next};\n";
        let found = findings(&[
            ("relay/src/http/gate.rs", gate),
            ("relay/src/config.rs", ""),
            ("relay/src/routes/health.rs", ""),
            ("relay/src/routes/redirect.rs", ""),
        ]);
        assert_eq!(
            found,
            [
                "relay/src/http/gate.rs:4: http must not use relay/src/routes/health.rs",
                "relay/src/http/gate.rs:4: http must not use relay/src/routes/redirect.rs"
            ]
        );
    }

    #[test]
    fn a_new_folder_may_use_nothing_before_it_has_a_rule() {
        let found = findings(&[
            ("relay/src/more.rs", "use crate::clock::Clock;"),
            ("relay/src/clock.rs", ""),
        ]);
        assert_eq!(found, ["relay/src/more.rs:1: more must not use relay/src/clock.rs"]);
    }

    #[test]
    fn what_a_deeper_folder_may_use_is_its_own_rule() {
        let sessions = "use crate::store::Store;\nuse super::state::Link;\n";
        let state = "fn late() -> crate::store::Store { todo!() }\n";
        let found = findings(&[
            ("relay/src/link/sessions.rs", sessions),
            ("relay/src/link/state.rs", state),
            ("relay/src/store.rs", ""),
        ]);
        assert_eq!(
            found,
            ["relay/src/link/state.rs:1: link/state must not use relay/src/store.rs"]
        );
    }

    #[test]
    fn a_circle_between_folders_is_found_through_any_number_of_files() {
        let files = [
            ("sandbox/src/http/page.rs", "use crate::sandbox::Sandbox;\n"),
            ("sandbox/src/http.rs", "use self::page::show;\n"),
            ("sandbox/src/sandbox.rs", "use crate::clock;\nuse crate::http;\n"),
            ("sandbox/src/clock.rs", "use super::http::page;\n"),
        ];
        assert_eq!(
            findings(&files),
            [
                "sandbox/src/clock.rs:1: is in a circle with sandbox/src/http/page.rs",
                "sandbox/src/http/page.rs:1: is in a circle with sandbox/src/sandbox.rs",
                "sandbox/src/sandbox.rs:1: is in a circle with sandbox/src/clock.rs",
                "sandbox/src/sandbox.rs:2: is in a circle with sandbox/src/http.rs",
            ]
        );
        assert_eq!(findings(&files[..2]), [""; 0]);
    }

    #[test]
    fn files_of_one_folder_may_use_each_other() {
        let files = [
            ("sandbox/src/http/page.rs", "use super::html::Html;\nuse super::Scheme;\n"),
            ("sandbox/src/http/html.rs", "use super::page::show;\n"),
            ("sandbox/src/http.rs", "pub use self::page::show;\n"),
        ];
        assert_eq!(findings(&files), [""; 0]);
    }

    #[test]
    fn the_rules_stand_in_the_document() {
        let all = rules().collect::<Vec<_>>();
        assert_eq!(findings(&[(DRAWN, &all.join("\n"))]), [""; 0]);
        let missing = format!("{DRAWN}: must have the line \"{}\"", all[0]);
        assert_eq!(findings(&[(DRAWN, &all[1..].join("\n"))]), [missing]);
    }

    #[test]
    fn tests_and_programs_may_use_all() {
        let upward = "use crate::relay::Relay;\n";
        let files = [
            (
                "relay/src/crypto/key.rs",
                "#[cfg(test)]\nmod tests {\n    use crate::relay::Relay;\n}\n",
            ),
            ("relay/src/http/gate/tests.rs", upward),
            ("relay/src/main.rs", upward),
            ("relay/src/relay.rs", ""),
        ];
        assert_eq!(findings(&files), [""; 0]);
    }
}
