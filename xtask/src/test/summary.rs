//! The results of a test run, as a table and one line of counts at the end.

use std::process::ExitCode;

use crate::clock::Stopwatch;
use crate::error::Error;
use crate::progress;

/// The steps of a test run so far.
#[derive(Default)]
pub(super) struct Summary {
    rows: Vec<Row>,
}

/// One step.
struct Row {
    name: &'static str,
    failed: bool,
    seconds: f64,
    counts: Option<Counts>,
}

impl Summary {
    /// Does a step. It prints a failure at once; the later steps still run.
    pub(super) fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Option<T> {
        let watch = Stopwatch::start();
        let result = work();
        if let Err(error) = &result {
            progress::say(&format!("\n{error}\n"));
        }
        let failed = result.is_err();
        self.rows.push(Row { name, failed, seconds: watch.seconds(), counts: None });
        result.ok()
    }

    /// Adds the tests that were counted in the output of the step `name`. A step that passed
    /// without any test fails: its runner found nothing to run.
    pub(super) fn add(&mut self, name: &str, counts: Counts) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.name == name) {
            row.counts = Some(counts);
            if counts == Counts::default() && !row.failed {
                progress::say(&format!("\nThe {name} ran no test: the runner found none.\n"));
                row.failed = true;
            }
        }
    }

    /// Adds the steps of a thread that ran beside others.
    pub(super) fn append(&mut self, lane: Self) {
        self.rows.extend(lane.rows);
    }

    /// Prints the table and the counts, and how long it took from the start on.
    pub(super) fn finish(&self, watch: Stopwatch) -> ExitCode {
        print!("\n{}", self.table(watch.seconds()));
        if self.failed_steps() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn table(&self, seconds: f64) -> String {
        let rows = self.rows.iter().map(Row::line).collect::<String>();
        let word = if self.failed_steps() == 0 { "passed" } else { "FAILED" };
        let total = format!("  {:18} {word:8} {seconds:7.1} s\n", "total");
        let Counts { passed, failed } = self.counts();
        format!("{rows}{total}\n{passed} passed, {failed} failed\n")
    }

    fn failed_steps(&self) -> usize {
        self.rows.iter().filter(|row| row.failed).count()
    }

    /// All tests. A step that failed without a failed test (it did not compile, say) counts as one.
    fn counts(&self) -> Counts {
        self.rows.iter().fold(Counts::default(), |sum, row| {
            let counts = row.counts.unwrap_or_default();
            let least = usize::from(row.failed);
            Counts {
                passed: sum.passed + counts.passed,
                failed: sum.failed + counts.failed.max(least),
            }
        })
    }
}

impl Row {
    fn line(&self) -> String {
        let word = if self.failed { "FAILED" } else { "passed" };
        let tests = self
            .counts
            .map(|Counts { passed, failed }| format!("   {passed} tests passed, {failed} failed"));
        let tests = tests.unwrap_or_default();
        format!("  {:18} {word:8} {:7.1} s{tests}\n", self.name, self.seconds)
    }
}

/// A number of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    passed: usize,
    failed: usize,
}

impl Counts {
    /// The tests in the output of `cargo test` or of wasm-bindgen's runner: the sum of their lines
    /// `test result: ok. 3 passed; 0 failed; ...`.
    pub(super) fn in_output(text: &str) -> Self {
        let results = text.lines().filter_map(|line| line.split_once("test result: "));
        results.fold(Self::default(), |sum, (_, result)| Self {
            passed: sum.passed + number_before(result, " passed"),
            failed: sum.failed + number_before(result, " failed"),
        })
    }
}

fn number_before(text: &str, word: &str) -> usize {
    let number = text.split_once(word).and_then(|(before, _)| before.rsplit(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Counts, Summary};
    use crate::error::Error;

    const OUTPUT: &str = "running 3 tests\n\
        test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
        noise: 5 passed; 5 failed\n\
        test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 filtered out; finished in 0.02s\n";

    #[test]
    fn the_lines_of_all_runners_are_added_up() {
        assert_eq!(Counts::in_output(OUTPUT), Counts { passed: 13, failed: 2 });
        assert_eq!(Counts::in_output("error: could not compile"), Counts::default());
    }

    #[test]
    fn the_last_line_holds_the_counts_alone() {
        let mut summary = Summary::default();
        summary.step("one", || Ok(()));
        summary.add("one", Counts { passed: 4, failed: 0 });
        assert_eq!(summary.table(1.0).lines().last(), Some("4 passed, 0 failed"));
        assert_eq!(summary.failed_steps(), 0);
    }

    #[test]
    fn a_step_that_fails_counts_even_without_a_failed_test() {
        let mut summary = Summary::default();
        let done: Option<()> = summary.step("one", || Err(Error::missing("a thing", "get it.")));
        assert!(done.is_none());
        assert_eq!(summary.table(1.0).lines().last(), Some("0 passed, 1 failed"));
    }

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        let mut summary = Summary::default();
        summary.step("one", || Ok(()));
        summary.add("one", Counts::default());
        assert_eq!(summary.failed_steps(), 1);
    }
}
