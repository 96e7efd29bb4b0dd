//! The paths within its own crate that a source uses: in `use` lines, in groups and in the midst of code.

/// A path that is used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Used {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The parts of the path from the crate's root.
    pub path: Vec<String>,
}

/// The paths that `text` uses, which is the source of `module`. Comments and its tests at the end are left out.
pub(super) fn used(text: &str, module: &[String]) -> impl Iterator<Item = Used> {
    let code = text.split(TESTS).next().unwrap_or_default();
    let code = code.lines().map(without_comment).collect::<Vec<_>>().join("\n");
    let mut all = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].trim_end_matches(' ');
            // A path goes on there, or says from where something is seen.
            let is_part =
                code[..at].ends_with(|last: char| last.is_alphanumeric() || ":_$".contains(last));
            if is_part || before.ends_with("(in") {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            let mut paths = Vec::new();
            walk(&code[at..], Vec::new(), &mut paths);
            let resolved = paths.into_iter().filter_map(|path| absolute(&path, module));
            all.extend(resolved.map(|path| Used { line, path }));
        }
    }
    all.into_iter()
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

/// Reads the path at the beginning of `text` into `paths`, and what a group at its end holds; gives back the rest.
fn walk<'t>(text: &'t str, mut path: Vec<&'t str>, paths: &mut Vec<Vec<&'t str>>) -> &'t str {
    let mut text = text.trim_start();
    loop {
        if let Some(mut group) = text.strip_prefix('{') {
            loop {
                group = walk(group, path.clone(), paths).trim_start();
                let next = group.find([',', '}']).map(|at| group.split_at(at));
                match next {
                    Some((_, rest)) if rest.starts_with(',') => group = &rest[1..],
                    Some((_, rest)) => return &rest[1..],
                    None => return "",
                }
                if let Some(rest) = group.trim_start().strip_prefix('}') {
                    return rest;
                }
            }
        }
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let end = text.find(|letter| !is_word(letter)).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        if !word.is_empty() && word != "self" || path.is_empty() {
            path.push(word);
        }
        match rest.strip_prefix("::") {
            Some(rest) if rest.starts_with(|letter| is_word(letter) || letter == '{') => {
                text = rest;
            }
            _ => {
                paths.push(path);
                return rest;
            }
        }
    }
}

/// `path` from the crate's root, as `module` writes it.
fn absolute(path: &[&str], module: &[String]) -> Option<Vec<String>> {
    let (first, mut rest) = path.split_first()?;
    let mut all = match *first {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        _ => module[..module.len().checked_sub(1)?].to_vec(),
    };
    while let Some(("super", after)) = rest.split_first().map(|(it, after)| (*it, after)) {
        all.pop()?;
        rest = after;
    }
    all.extend(rest.iter().map(|part| (*part).to_owned()));
    Some(all)
}

/// How the tests at the end of a file begin.
const TESTS: &str = "#[cfg(test)]\nmod tests {";

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<(usize, String)> {
        let module = ["http", "gate"].map(str::to_owned);
        used(text, &module).map(|it| (it.line, it.path.join("::"))).collect()
    }

    #[test]
    fn groups_are_read_to_their_ends() {
        let text = "use crate::{\n    clock::{self, Clock},\n    relay::Relay as It,\n};\nuse super::super::log;\n";
        let found = paths(text);
        let lines = [(1, "clock"), (1, "clock::Clock"), (1, "relay::Relay"), (5, "log")];
        assert_eq!(found, lines.map(|(line, path)| (line, path.to_owned())));
    }

    #[test]
    fn paths_in_code_count_and_those_in_comments_and_tests_do_not() {
        let text = "//! See [`crate::log`].\nfn a() { crate::key::read(); self::cors::allow() }\n\
            pub(in crate::http) fn b() {}\n// crate::log\n#[cfg(test)]\nmod tests { use crate::relay; }\n";
        let lines = [(2, "key::read"), (2, "http::gate::cors::allow")];
        assert_eq!(paths(text), lines.map(|(line, path)| (line, path.to_owned())));
    }

    #[test]
    fn a_star_uses_the_module_itself() {
        assert_eq!(paths("use super::body::*;\n"), [(1, "http::body".to_owned())]);
    }
}
