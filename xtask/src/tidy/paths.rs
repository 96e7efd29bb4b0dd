//! The paths within its own crate that a source uses: in `use` lines, in groups and in code.

use std::path::{Path, PathBuf};

/// The paths from the crate's root that `text` uses, which is the source of `module`, each with its line. Comments and
/// the tests at the end are left out.
pub(super) fn used(text: &str, module: &Path) -> Vec<(usize, PathBuf)> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    let lines = code.lines().map(|line| if is_comment(line) { "" } else { line });
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in ["crate::", "super::", "self::"].iter().flat_map(|it| code.match_indices(it)) {
        let before = &code[..at];
        // A path goes on there, or says from where something is seen.
        let goes_on = before.ends_with(|it: char| it.is_alphanumeric() || ":_$".contains(it));
        if !goes_on && !before.ends_with("(in ") {
            let line = before.matches('\n').count() + 1;
            let paths = expanded(&code[at..]).into_iter();
            found.extend(paths.map(|path| (line, absolute(&path, module))));
        }
    }
    found
}

/// The path at the beginning of `text`, or all paths of its group.
fn expanded(text: &str) -> Vec<String> {
    let (mut found, mut groups) = (Vec::new(), vec![String::new()]);
    for part in text.split_inclusive(|it: char| !it.is_alphanumeric() && it != '_' && it != ':') {
        let (word, end) = part.split_at(part.len() - part.chars().last().map_or(0, char::len_utf8));
        let path = groups.last().map(|group| [group, word].concat()).unwrap_or_default();
        match end {
            "{" if word.ends_with("::") => groups.push(path),
            _ if word.is_empty() => {}
            _ => found.push(path),
        }
        if end == "}" {
            groups.pop();
        }
        if groups.len() < 2 {
            break;
        }
    }
    found
}

/// `path` from the crate's root, as `module` writes it.
fn absolute(path: &str, module: &Path) -> PathBuf {
    let (first, rest) = path.split_once("::").unwrap_or((path, ""));
    let start = match first {
        "self" => module,
        "super" => module.parent().unwrap_or(module),
        _ => Path::new(""),
    };
    let mut all = start.to_owned();
    for part in rest.split("::").filter(|part| !["", "self"].contains(part)) {
        if part == "super" {
            all.pop();
        } else {
            all.push(part);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::used;

    #[test]
    fn paths_in_groups_and_in_code_count_and_those_in_comments_and_tests_do_not() {
        let group = "use crate::{\n    clock::{self, Clock},\n    relay::Relay,\n};\nuse super::super::log;\n";
        let code = "//! See [`crate::log`].\nfn a() { crate::key::read(); self::cors::allow() }\n\
            pub(in crate::http) fn b() {}\n// crate::log\n#[cfg(test)]\nmod tests { use crate::relay; }\n";
        for (text, expected) in [
            (group, &[(1, "clock"), (1, "clock/Clock"), (1, "relay/Relay"), (5, "log")][..]),
            (code, &[(2, "key/read"), (2, "http/gate/cors/allow")]),
            ("use super::body::*;\n", &[(1, "http/body")]),
        ] {
            let found = used(text, Path::new("http/gate"));
            let expected = expected.iter().map(|(line, path)| (*line, Path::new(path).to_owned()));
            assert_eq!(found, expected.collect::<Vec<_>>());
        }
    }
}
