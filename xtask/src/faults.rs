//! Runs the tests of faults: those that the table in `docs/faults.md` names.

use anyhow::{Result, ensure};
use fs_err as fs;

use crate::folders::{root, target};
use crate::progress::{logged, note};
use crate::run;

/// `cargo xtask faults`.
pub(crate) fn faults() -> Result<()> {
    let names = names(&fs::read_to_string(root().join(TABLE))?);
    ensure!(!names.is_empty(), "{TABLE} names no test");
    let log = target().join("faults.log");
    let mut run = run::new("cargo");
    run.args([
        "test",
        "--workspace",
        "--no-fail-fast",
        "--lib",
        "--test",
        "relay",
        "--test",
        "kill",
    ]);
    run.args(["--test", "scenarios", "--"]).args(&names);
    logged("Running the tests of faults", "see the failure above.", &mut run, &log)?;
    let said = fs::read_to_string(&log)?;
    let passed = said.lines().filter(|line| line.starts_with("test ") && line.ends_with(" ok"));
    note(&format!("{} tests of {} names passed.", passed.count(), names.len()));
    Ok(())
}

/// The names in code in the last column of the table.
fn names(table: &str) -> Vec<String> {
    let rows = table.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit(" | ").next());
    let names = rows.flat_map(|last| last.split('`').skip(1).step_by(2));
    names.filter(|name| name.contains('_')).map(str::to_owned).collect()
}

const TABLE: &str = "docs/faults.md";

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn the_tests_are_those_of_the_last_column() {
        let table = "Say `no_name`.\n\n| A | B |\n|---|---|\n| `not_this` | `this_one`, `and_this` in a browser |\n";
        assert_eq!(names(table), ["this_one", "and_this"]);
    }
}
