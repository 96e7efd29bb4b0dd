//! Searches the logs of a test run for secrets, tokens, and the accounts and
//! persons that sandbox and tests invent. It reports the place of a hit, never the hit itself.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::error::Error;

/// Searches each file in `folder` and in the folders under it; returns the number of files. Files
/// that begin with `runner` are the test runners' own; where `expected`, there must be others.
/// `accounts` is the sandbox's list of accounts.
pub(crate) fn scan(
    folder: &Path,
    accounts: &Path,
    runner: &str,
    expected: bool,
) -> Result<usize, Error> {
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
    let words = words(accounts)?;
    let mut hits = Vec::new();
    for path in &files {
        let bytes = fs::read(path).map_err(Error::file("read", path))?;
        for (line, kind) in hits_in(&String::from_utf8_lossy(&bytes), &words) {
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

/// The forbidden texts, in the form of [`plain`], each with its kind.
type Words = Vec<(String, &'static str)>;

fn words(accounts: &Path) -> Result<Words, Error> {
    let mut words: Words = CANARIES.map(|(word, kind)| (plain(word), kind)).to_vec();
    let text = fs::read_to_string(accounts).map_err(Error::file("read", accounts))?;
    let table: Table = text.parse().unwrap_or_default();
    let accounts = table.get("account").and_then(Value::as_array).into_iter().flatten();
    for account in accounts {
        for (key, kind) in [("iban", "an IBAN"), ("bban", "an account"), ("owner", "a name")] {
            let value = account.get(key).and_then(Value::as_str);
            words.extend(value.map(|value| (plain(value), kind)));
        }
    }
    if words.len() == CANARIES.len() {
        let expected = "the sandbox's accounts in sandbox/data/accounts.toml".to_owned();
        return Err(Error::Value {
            what: "There is no account to search for.".to_owned(),
            expected,
        });
    }
    Ok(words)
}

/// The number of each line with a hit, and its kind.
fn hits_in(text: &str, words: &Words) -> Vec<(usize, &'static str)> {
    let mut hits = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = plain(line);
        let found = words.iter().filter(|(word, _)| line.contains(word));
        hits.extend(found.map(|(_, kind)| (index + 1, *kind)));
    }
    hits.dedup();
    hits
}

/// The text in one spelling: numbers may be in groups, and a personal number may have a hyphen.
fn plain(text: &str) -> String {
    text.to_lowercase().replace([' ', '-', '+'], "")
}

/// The tests' secrets, the prefix of the sandbox's tokens, and the tests' personal numbers without the century,
/// which is not always written.
const CANARIES: [(&str, &str); 6] = [
    ("sandbox-secret", "the client secret"),
    ("sbx_at_", "an access token"),
    ("bearer ", "an Authorization header"),
    ("811218-9876", "a personal number"),
    ("800101-9999", "a personal number"),
    ("800101-9994", "a personal number"),
];

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;
    use std::path::Path;
    use std::process;

    use super::{hits_in, scan, words};

    fn accounts() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../sandbox/data/accounts.toml"))
    }

    #[test]
    fn each_planted_canary_is_found() {
        let text = "ok\nclient_secret=sandbox-secret\n{\"token\":\"sbx_at_1\"}\n\
            authorization: Bearer abc\nSE52 5000 0000 0543 9100 0421\npsu 198112189876\n\
            psu 811218-9876\nno 6112420118306\nAstrid Lindgård\n";
        let expect = [
            (2, "the client secret"),
            (3, "an access token"),
            (4, "an Authorization header"),
            (5, "an IBAN"),
            (5, "an account"),
            (6, "a personal number"),
            (7, "a personal number"),
            (8, "an account"),
            (9, "a name"),
        ];
        assert_eq!(hits_in(text, &words(accounts()).unwrap()), expect);
    }

    #[test]
    fn an_ordinary_log_has_no_hit() {
        let text = "2026-11-23T09:00:00.123456Z  INFO call=CreateConsent bank=ESSESESS status=201 \
            ms=12 request_id=5f0c7e1a-9d0e-4c5b-8a53-3d1f0a6b7c8d\n\
            test result: ok. 12 passed; 0 failed; finished in 0.02s\n";
        assert!(hits_in(text, &words(accounts()).unwrap()).is_empty());
    }

    #[test]
    fn a_hit_is_told_by_its_place_and_not_repeated() {
        let folder = env::temp_dir().join(format!("xtask-logs-{}", process::id()));
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("run-native.log"), "fine\n").unwrap();
        let scan = |expected| scan(&folder, accounts(), "run-", expected);
        let missing = scan(true).unwrap_err().to_string();
        assert!(missing.contains("left no log"), "{missing}");
        assert_eq!(scan(false).unwrap(), 1);

        fs::write(folder.join("deep/relay.log"), "fine\nBearer tokentext\n").unwrap();
        let found = scan(true).unwrap_err().to_string();
        assert!(found.contains("relay.log:2: an Authorization header"), "{found}");
        assert!(!found.contains("tokentext"), "{found}");

        fs::write(folder.join("deep/relay.log"), "fine\n").unwrap();
        assert_eq!(scan(true).unwrap(), 2);
        fs::remove_dir_all(folder).unwrap();
    }
}
