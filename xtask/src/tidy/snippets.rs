//! The blocks of code in the documents: before each stands, in a comment, what tries it. That is a test, a command of
//! ours that the continuous integration runs or a person runs before a release, or the reason why nothing does.

use std::collections::BTreeMap;
use std::path::Path;

use super::proofs::is_test;

/// What is wrong with the comments, one line each.
pub(super) fn untried(sources: &BTreeMap<String, String>) -> Vec<String> {
    let is_document = |name: &str| {
        let is_text = Path::new(name).extension().is_some_and(|kind| kind == "md");
        is_text && (DOCUMENTS.contains(&name) || name.starts_with("docs/"))
    };
    let mut findings = Vec::new();
    for (name, text) in sources.iter().filter(|(name, _)| is_document(name)) {
        let (mut before, mut is_inside) = ("", false);
        for (number, line) in text.lines().enumerate() {
            let opens = line.starts_with("```") && !is_inside;
            is_inside ^= line.starts_with("```");
            if opens && let Some(fault) = fault(before, sources) {
                findings.push(format!("{name}:{}: {fault}", number + 1));
            }
            before = line;
        }
    }
    findings
}

/// What is wrong with the line before a block.
fn fault(before: &str, sources: &BTreeMap<String, String>) -> Option<String> {
    let comment = before.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
    let Some(names) = comment.and_then(|comment| comment.strip_prefix("tried by ")) else {
        let has_reason = comment.is_some_and(|comment| comment.starts_with("not tried: "));
        let advice =
            "write what tries this block in the line before it: <!-- tried by `a_test` -->";
        return (!has_reason).then(|| advice.to_owned());
    };
    let mut names = names.split('`').skip(1).step_by(2).peekable();
    if names.peek().is_none() {
        return Some("the comment names no test and no command".to_owned());
    }
    let missing = names.find(|name| !name.starts_with("cargo xtask ") && !is_test(name, sources));
    missing.map(|name| format!("no test is called {name}"))
}

/// The documents outside of `docs/`.
const DOCUMENTS: [&str; 3] = ["README.md", "relay/README.md", "sandbox/README.md"];

#[cfg(test)]
mod tests {
    use super::untried;

    #[test]
    fn a_block_without_a_test_is_named_by_its_line() {
        let page = "<!-- tried by `a_test`, `cargo xtask demo` -->\n```sh\na\n```\n\n```sh\nb\n```\n\n<!-- tried by `no_test` -->\n\
                    ```js\n```\n<!-- not tried: it needs a cluster -->\n```sh\n```\n<!-- tried by hand -->\n```\n```\n";
        let code = "//! A.\n\n#[test]\nfn a_test() {}\n";
        let sources = [("docs/a.md", page), ("STYLE.md", "```\n```\n"), ("a.rs", code)];
        let sources = sources.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let found = untried(&sources);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("docs/a.md:6: write what tries"), "{found:?}");
        assert_eq!(found[1], "docs/a.md:11: no test is called no_test");
        assert_eq!(found[2], "docs/a.md:17: the comment names no test and no command");
    }
}
