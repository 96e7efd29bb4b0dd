//! Compares what was said with what is expected. The expectation is a text file that people read; what was
//! really said is always in the folder of logs, to take its place where the change is meant.

use std::fs;

use crate::support::logs;

/// Fails at the first line in which `said` is not `expected`, the text of the file `name`.
pub(super) fn compare(name: &str, expected: &str, said: &str) {
    let log = logs().join(name);
    fs::write(&log, said).expect("the folder of logs is there");
    let mut screen = "";
    let mut expected = expected.lines();
    for line in said.lines() {
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
    assert_eq!(expected.next(), None, "{name}: less was said");
}
