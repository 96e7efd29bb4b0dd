//! Rules for the text of one file.

/// The findings about the text of the file `name`, one line each.
pub(super) fn check(name: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let is = |kind: &str| name.ends_with(kind);
    if is(".rs") && !text.starts_with("//! ") {
        findings.push(format!("{name}:1: open with `//!`: what the file does, and must not do"));
    }
    let lines = text.lines().count();
    if [".rs", ".js", ".css", ".html"].iter().any(|kind| is(kind)) && lines > MOST_LINES {
        findings
            .push(format!("{name}: {lines} lines, at most {MOST_LINES} are read with pleasure"));
    }
    if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
        findings.push(format!("{name}:{lines}: end with one line feed"));
    }
    for (number, line) in text.split('\n').enumerate() {
        let here = format!("{name}:{}", number + 1);
        if line.ends_with([' ', '\t', '\r']) {
            findings.push(format!("{here}: blanks at the end of the line"));
        }
        if FORBIDDEN.iter().any(|word| line.contains(word)) {
            findings.push(format!("{here}: a path of one machine"));
        }
    }
    findings
}

const MOST_LINES: usize = 400;

/// Folders of one person's machine, written in parts so that this file keeps the rule too.
const FORBIDDEN: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Use", "rs/"),
    concat!("C:", "\\Users"),
    concat!("/wo", "rk/"),
];

#[cfg(test)]
mod tests {
    use super::{FORBIDDEN, MOST_LINES, check};

    #[track_caller]
    fn finds(name: &str, text: &str, expect: &str) {
        let findings = check(name, text);
        assert!(findings.len() == 1 && findings[0].contains(expect), "{findings:?}");
    }

    #[test]
    fn a_file_that_keeps_the_rules_is_not_mentioned() {
        assert!(check("a.rs", "//! A file.\n").is_empty());
        assert!(check("a.css", "").is_empty());
    }

    #[test]
    fn each_rule_finds_its_fault() {
        finds("a.rs", "fn main() {}\n", "a.rs:1: open with");
        finds("a.js", &"a();\n".repeat(MOST_LINES + 1), "401 lines");
        finds("a.md", "no line feed", "end with one line feed");
        finds("a.md", "two\n\n", "end with one line feed");
        finds("a.md", "one\ntwo \n", "a.md:2: blanks");
        finds("a.md", "one\r\n", "a.md:1: blanks");
        for word in FORBIDDEN {
            finds("a.md", &format!("see {word}me\n"), "a.md:1: a path of one machine");
        }
    }
}
