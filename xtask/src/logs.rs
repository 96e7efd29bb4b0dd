//! Searches the logs of a test run for secrets, tokens, and the accounts and
//! persons that sandbox and tests invent. It reports the place of a hit, never the hit itself.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use fs_err as fs;
use toml::Table;
use walkdir::WalkDir;

use crate::folders::root;

/// Searches each file in `folder` and in the folders under it; returns the number of files.
pub(crate) fn scan(folder: &Path) -> Result<usize> {
    let words = words()?;
    let (mut files, mut hits) = (0, Vec::new());
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files += 1;
            let text = fs::read(entry.path())?;
            for (line, kind) in hits_in(&String::from_utf8_lossy(&text), &words) {
                hits.push(format!("  {}:{line}: {kind}", entry.path().display()));
            }
        }
    }
    ensure!(hits.is_empty(), "The logs hold what must not be logged:\n{}", hits.join("\n"));
    Ok(files)
}

/// The forbidden texts, in the form of [`plain`], each with its kind.
type Words = Vec<(String, &'static str)>;

fn words() -> Result<Words> {
    let mut words: Words = CANARIES.map(|(word, kind)| (plain(word), kind)).to_vec();
    let accounts = root().join("sandbox/data/accounts.toml");
    let accounts: Table = fs::read_to_string(accounts)?.parse()?;
    let accounts = accounts["account"].as_array().context("the sandbox has no accounts")?;
    for account in accounts {
        for (key, kind) in [("iban", "an IBAN"), ("bban", "an account"), ("owner", "a name")] {
            let value = account.get(key).and_then(toml::Value::as_str);
            words.extend(value.map(|value| (plain(value), kind)));
        }
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
    use fs_err as fs;

    use super::{hits_in, scan, words};
    use crate::folders::{empty, scratch};

    #[test]
    fn each_planted_canary_is_found_and_an_ordinary_line_is_not() {
        let words = words().unwrap();
        for (line, expected) in [
            ("client_secret=sandbox-secret", "the client secret"),
            ("{\"token\":\"sbx_at_1\"}", "an access token"),
            ("authorization: Bearer abc", "an Authorization header"),
            ("SE52 5000 0000 0543 9100 0421", "an IBAN, an account"),
            ("psu 198112189876", "a personal number"),
            ("psu 811218-9876", "a personal number"),
            ("Astrid Lindgård", "a name"),
            ("call=CreateConsent bank=ESSESESS id=5f0c7e1a-9d0e-4c5b-8a53-3d1f0a6b7c8d ms=12", ""),
        ] {
            let found = hits_in(line, &words).into_iter().map(|(_, kind)| kind);
            assert_eq!(found.collect::<Vec<_>>().join(", "), expected, "{line}");
        }
    }

    #[test]
    fn a_hit_is_named_by_its_place_and_not_repeated() {
        let folder = scratch("logs-test");
        empty(&folder.join("deep")).unwrap();
        fs::write(folder.join("run-native.log"), "fine\n").unwrap();
        assert_eq!(scan(&folder).unwrap(), 1);
        fs::write(folder.join("deep/relay.log"), "fine\nBearer tokentext\n").unwrap();
        let found = scan(&folder).unwrap_err().to_string();
        assert!(found.contains("relay.log:2: an Authorization header"), "{found}");
        assert!(!found.contains("tokentext"), "{found}");
    }
}
