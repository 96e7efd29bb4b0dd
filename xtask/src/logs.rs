//! Searches the logs of a test run for what must never be in a log: secrets, tokens, account
//! numbers and personal numbers. It names the place of a hit, never the hit itself.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

mod iban;
mod personal_number;

/// Searches each file in `folder` and in the folders under it; gives the number of files. Files
/// that begin with `runner` are the test runners' own; where `expected`, there must be others.
pub(crate) fn scan(folder: &Path, runner: &str, expected: bool) -> Result<usize, Error> {
    let files = files(folder)?;
    let own = |path: &&PathBuf| {
        path.file_name().is_none_or(|name| !name.to_string_lossy().starts_with(runner))
    };
    if expected && files.iter().filter(own).count() == 0 {
        return Err(Error::Value {
            what: format!("The tests left no log in {}.", folder.display()),
            expected: "the logs of the processes under test, to be searched".to_owned(),
        });
    }
    let mut hits = Vec::new();
    for path in &files {
        let bytes = fs::read(path).map_err(Error::file("read", path))?;
        for (line, kind) in hits_in(&String::from_utf8_lossy(&bytes)) {
            hits.push(format!("  {}:{line}: {kind}", path.display()));
        }
    }
    if hits.is_empty() {
        return Ok(files.len());
    }
    Err(Error::Value {
        what: format!("The logs hold what must not be logged:\n{}", hits.join("\n")),
        expected: "logs without secrets, tokens and personal data".to_owned(),
    })
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The number of each line with a hit, and what was found there.
fn hits_in(text: &str) -> Vec<(usize, &'static str)> {
    let lines = text.lines().enumerate();
    lines.flat_map(|(n, line)| kinds_in(line).into_iter().map(move |kind| (n + 1, kind))).collect()
}

fn kinds_in(line: &str) -> Vec<&'static str> {
    let lower = line.to_lowercase();
    let words = CANARIES.iter().filter(|(word, _)| lower.contains(word)).map(|(_, kind)| *kind);
    let mut kinds: Vec<&str> = words.collect();
    kinds.extend(iban::is_in(line).then_some("an IBAN"));
    kinds.extend(personal_number::is_in(line).then_some("a personal number"));
    kinds
}

/// What the tests use as secrets, and how the sandbox's tokens begin, in lower case.
const CANARIES: [(&str, &str); 3] = [
    ("sandbox-secret", "the client secret"),
    ("sbx_at_", "an access token"),
    ("bearer ", "an Authorization header"),
];

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;
    use std::process;

    use super::{hits_in, scan};

    #[test]
    fn each_planted_canary_is_found() {
        let text = "ok\nclient_secret=sandbox-secret\n{\"token\":\"sbx_at_1\"}\n\
            authorization: Bearer abc\naccount SE45 5000 0000 0583 9825 7466\npsu 198112189876\n";
        let expect = [
            (2, "the client secret"),
            (3, "an access token"),
            (4, "an Authorization header"),
            (5, "an IBAN"),
            (6, "a personal number"),
        ];
        assert_eq!(hits_in(text), expect);
    }

    #[test]
    fn an_ordinary_log_has_no_hit() {
        let text = "2026-11-23T09:00:00.123456Z  INFO call=CreateConsent bank=ESSESESS status=201 \
            ms=12 request_id=5f0c7e1a-9d0e-4c5b-8a53-3d1f0a6b7c8d\n\
            test result: ok. 12 passed; 0 failed; finished in 0.02s\n";
        assert!(hits_in(text).is_empty());
    }

    #[test]
    fn a_hit_is_told_by_its_place_and_not_repeated() {
        let folder = env::temp_dir().join(format!("xtask-logs-{}", process::id()));
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("run-native.log"), "fine\n").unwrap();
        let missing = scan(&folder, "run-", true).unwrap_err().to_string();
        assert!(missing.contains("left no log"), "{missing}");
        assert_eq!(scan(&folder, "run-", false).unwrap(), 1);

        fs::write(folder.join("deep/relay.log"), "fine\nBearer tokentext\n").unwrap();
        let found = scan(&folder, "run-", true).unwrap_err().to_string();
        assert!(found.contains("relay.log:2: an Authorization header"), "{found}");
        assert!(!found.contains("tokentext"), "{found}");

        fs::write(folder.join("deep/relay.log"), "fine\n").unwrap();
        assert_eq!(scan(&folder, "run-", true).unwrap(), 2);
        fs::remove_dir_all(folder).unwrap();
    }
}
