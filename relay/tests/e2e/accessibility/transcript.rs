//! Compares the text of a screen reader with the expected one. The expectation is a text file for people to read; the
//! actual text is always in the folder of logs, to take its place where a change is meant.

use std::fs;

use crate::support::logs;

/// Fails at the first line where `actual` differs from `expected`, the text of the file `name`.
pub(super) fn compare(name: &str, expected: &str, actual: &str) {
    let log = logs().join(name);
    fs::write(&log, actual).expect("the folder of logs is there");
    let mut screen = "";
    let mut expected = expected.lines();
    for line in actual.lines() {
        if line.starts_with('#') {
            screen = line;
        }
        assert_eq!(
            line,
            expected.next().unwrap_or("(the end)"),
            "{screen}: if this is meant, put {} in the place of transcripts/{name}",
            log.display()
        );
    }
    assert_eq!(expected.next(), None, "{name}: lines are missing");
}
