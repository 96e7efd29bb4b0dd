//! The tests that documents name as proofs: each must exist. The numbers that `SECURITY.md` says must be those of its
//! list.

use std::collections::BTreeMap;

/// The documents, whose tables name tests in their last column.
const DOCUMENTS: [&str; 2] = [LIST, "docs/faults.md"];
const LIST: &str = "docs/security.md";
const SUMMARY: &str = "SECURITY.md";

/// What is wrong with the proofs that the documents among `sources` name, one line each.
pub(super) fn missing(sources: &BTreeMap<String, String>) -> Vec<String> {
    let mut findings = Vec::new();
    for (document, text) in DOCUMENTS.iter().filter_map(|it| sources.get_key_value(*it)) {
        for (number, line) in text.lines().enumerate() {
            let last = line.strip_suffix(" |").and_then(|line| line.rsplit(" | ").next());
            let named = last.unwrap_or_default().split('`').skip(1).step_by(2);
            for name in named.filter(|name| is_name(name) && !is_test(name, sources)) {
                findings.push(format!("{document}:{}: no test is called {name}", number + 1));
            }
        }
    }
    if let (Some(list), Some(summary)) = (sources.get(LIST), sources.get(SUMMARY)) {
        let words: Vec<_> = summary.split_whitespace().collect();
        let words = words.join(" ");
        let [held, not, none] =
            ["## Held", "## Not held", "## Not applicable"].map(|it| rows(list, it));
        for said in [
            format!("has {} requirements", held + not + none),
            format!("the tests that prove it: {held}."),
            format!("each with the reason: {not}."),
            format!("Not applicable: {none}."),
        ] {
            if !words.contains(&said) {
                findings.push(format!("{SUMMARY}: does not say \"{said}\", as {LIST} has it"));
            }
        }
    }
    findings
}

/// Rows of the table under `title`, without its head.
fn rows(text: &str, title: &str) -> usize {
    let lines = text.lines().skip_while(|line| *line != title).skip(1);
    let section = lines.take_while(|line| !line.starts_with("## "));
    section.filter(|line| line.starts_with("| ")).count().saturating_sub(1)
}

/// Whether a text in code is the name of a function, and no command or file.
fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    text.contains('_') && text.bytes().all(is_letter)
}

/// Whether a test has this name: by its attribute, or in the macros that make tests.
pub(super) fn is_test(name: &str, sources: &BTreeMap<String, String>) -> bool {
    let (function, scenario) = (format!("fn {name}("), format!("scenario!({name},"));
    let code = sources.iter().filter(|(file, _)| file.rsplit('.').next() == Some("rs"));
    code.map(|(_, text)| text).any(|text| {
        let listed = || text.lines().any(|line| line.trim().trim_end_matches(',') == name);
        let marked = |at: usize| {
            let before = text[..at].trim_end().trim_end_matches("async").trim_end();
            let attributes = before.rsplit("\n\n").next().unwrap_or_default();
            ["test]", "::test(", "wasm_bindgen_test"].iter().any(|it| attributes.contains(it))
        };
        text.contains(&scenario)
            || text.match_indices(&function).any(|(at, _)| marked(at) || listed())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_that_is_no_test_is_named_by_its_line() {
        let list = "## Held\n\n| R | P |\n|---|---|\n| a | `a_test`, `a_scenario_too` |\n| b | `a_helper`, `cargo xtask x` |\n\
                    | c | `listed_here` |\n\n## Not held\n\n| R | W |\n|---|---|\n| d | `as_is` |\n";
        let code = "//! A.\n\nfn a_helper() {}\n\n#[tokio::test]\nasync fn a_test() {}\n\n\
                    scenario!(a_scenario_too, async |it| {});\n\non_postgres! {\n    listed_here,\n}\n\nasync fn listed_here() {}\n";
        let summary = "It has 4 requirements. Held, with the tests that prove it: 3. Not held, each with\nthe reason: 1. Not applicable: 1.";
        let sources = [(LIST, list), ("a.rs", code), (SUMMARY, summary)];
        let sources = sources.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        assert_eq!(
            missing(&sources),
            [
                "docs/security.md:6: no test is called a_helper",
                "docs/security.md:13: no test is called as_is",
                "SECURITY.md: does not say \"Not applicable: 0.\", as docs/security.md has it",
            ]
        );
    }
}
