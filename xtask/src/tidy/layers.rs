//! The allowed direction of the dependencies between the crates, read from their
//! manifests, and between the parts of a crate, read from their `use` lines.

use std::path::Path;

use toml::{Table, Value};

/// The findings about the dependencies in the file `name`, one line each.
pub(super) fn check(name: &str, text: &str) -> Vec<String> {
    match name.strip_suffix("/Cargo.toml") {
        Some(folder) => manifest(folder, text),
        None if is_rust(name) => source(name, text),
        None => Vec::new(),
    }
}

fn is_rust(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|kind| kind == "rs")
}

/// A crate with those of the project that it may use.
struct Layer {
    folder: &'static str,
    may_use: &'static [&'static str],
    tests_may_use: &'static [&'static str],
}

/// The crates of the project, by the names under which they are used.
const CRATES: [&str; 5] = ["protocol", "ais-link", "relay", "sandbox", "xtask"];

const LAYERS: [Layer; 5] = [
    Layer { folder: "protocol", may_use: &[], tests_may_use: &[] },
    Layer { folder: "wasm", may_use: &["protocol"], tests_may_use: &[] },
    Layer { folder: "relay", may_use: &["protocol"], tests_may_use: &["sandbox"] },
    Layer { folder: "sandbox", may_use: &["protocol"], tests_may_use: &[] },
    Layer { folder: "xtask", may_use: &[], tests_may_use: &[] },
];

/// Where a path must not be used, and which.
const FORBIDDEN: [(&str, &[&str]); 5] = [
    ("protocol/src/", &["std::net", "std::fs", "tokio", "web_sys", "js_sys", "reqwest", "axum"]),
    ("protocol/src/call", &["crate::flow"]),
    ("protocol/src/wire", &["crate::flow"]),
    ("wasm/src/browser", &["crate::driver", "crate::element", "crate::view"]),
    ("relay/src/", &["sandbox"]),
];

fn manifest(folder: &str, text: &str) -> Vec<String> {
    let Ok(manifest) = text.parse::<Table>() else {
        return vec![format!("{folder}/Cargo.toml: not TOML")];
    };
    let Some(layer) = LAYERS.iter().find(|layer| layer.folder == folder) else {
        return vec![format!("{folder}/Cargo.toml: say in the tidy check what this crate may use")];
    };
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables = targets.into_iter().flat_map(|targets| targets.values());
    let tables = tables.filter_map(Value::as_table).chain([&manifest]);
    let mut findings = Vec::new();
    for table in tables {
        for (section, tests) in
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            let used = table.get(section).and_then(Value::as_table);
            let ours = used.into_iter().flat_map(Table::keys).filter(|n| CRATES.contains(&&n[..]));
            findings.extend(
                ours.filter(|name| !layer.allows(name, tests))
                    .map(|name| format!("{folder}/Cargo.toml: must not use {name}")),
            );
        }
    }
    findings
}

impl Layer {
    fn allows(&self, name: &str, tests: bool) -> bool {
        self.may_use.contains(&name) || (tests && self.tests_may_use.contains(&name))
    }
}

fn source(name: &str, text: &str) -> Vec<String> {
    let rules = FORBIDDEN.iter().filter(|(place, _)| name.starts_with(place));
    let paths: Vec<&str> = rules.flat_map(|(_, paths)| *paths).copied().collect();
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some(used) = used_path(line) else { continue };
        let broken = paths.iter().filter(|path| is_under(used, path));
        findings.extend(broken.map(|path| format!("{name}:{}: must not use {path}", number + 1)));
    }
    findings
}

/// The path of a line that begins with `use`.
fn used_path(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line =
        line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
    line.strip_prefix("use ")
}

fn is_under(used: &str, path: &str) -> bool {
    used.strip_prefix(path).is_some_and(|rest| rest.starts_with([':', ';', ' ']))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_crate_may_use_those_below_it() {
        let relay = "[dependencies]\nprotocol.workspace = true\naxum.workspace = true\n\
            [dev-dependencies]\nsandbox.workspace = true\n";
        assert!(check("relay/Cargo.toml", relay).is_empty());
    }

    #[test]
    fn every_other_way_is_found() {
        let uses = |name: &str| format!("[dependencies]\n{name}.workspace = true\n");
        for (folder, name) in [
            ("relay", "sandbox"),
            ("relay", "ais-link"),
            ("sandbox", "relay"),
            ("protocol", "sandbox"),
            ("xtask", "protocol"),
        ] {
            let found = check(&format!("{folder}/Cargo.toml"), &uses(name));
            assert_eq!(found, [format!("{folder}/Cargo.toml: must not use {name}")]);
        }
        let target = "[target.'cfg(unix)'.dependencies]\nrelay = { path = \"../relay\" }\n";
        assert_eq!(check("wasm/Cargo.toml", target).len(), 1);
    }

    #[test]
    fn a_new_crate_needs_a_rule() {
        assert_eq!(check("more/Cargo.toml", "[package]\n").len(), 1);
    }

    #[test]
    fn parts_of_a_crate_keep_to_their_side() {
        let flow = "//! A call.\n\nuse crate::flow::State;\n";
        assert_eq!(
            check("protocol/src/call.rs", flow),
            ["protocol/src/call.rs:3: must not use crate::flow"]
        );
        assert!(check("protocol/src/flow/state.rs", flow).is_empty());
        assert_eq!(check("wasm/src/browser/fetch.rs", "pub use crate::view::{View};").len(), 1);
        assert!(check("relay/src/lib.rs", "use sandboxes::X;").is_empty());
    }
}
