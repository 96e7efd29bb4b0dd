//! What was tested, as a table: a line for each bank and method.

use std::fmt::Write;
use std::fs;

use protocol::profile::Method;

use super::data::Bank;
use crate::support::logs;

/// A line.
pub(super) struct Row([String; 6]);

impl Row {
    /// What happened at `bank` with `method`, by each answer.
    pub(super) fn new(bank: &Bank, method: &Method, approved: String, refused: String) -> Self {
        let Method { id, device, challenge } = method;
        let word = |word: &dyn std::fmt::Debug| format!("{word:?}").to_lowercase();
        let (device, challenge) = (word(device), word(challenge));
        Self([bank.name.clone(), id.as_str().to_owned(), device, challenge, approved, refused])
    }
}

/// Writes `rows` into the folder of logs; says how many there are.
pub(super) fn write(mut rows: Vec<Row>) -> usize {
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    let mut table = String::from(HEAD);
    for Row(cells) in &rows {
        writeln!(table, "| {} |", cells.join(" | ")).expect("a text can be added to");
    }
    fs::write(logs().join("banks-and-methods.md"), table).expect("the folder of logs is there");
    rows.len()
}

const HEAD: &str = "\
| Bank | Method | Device | Challenge | Approved | Refused |
|---|---|---|---|---|---|
";
