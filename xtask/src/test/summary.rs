//! The results of a test run: each failure when it happens, and one line of counts at the end.

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow};
use fs_err as fs;

use crate::progress::{note, say};

/// What has passed and failed so far, perhaps in several threads.
#[derive(Default)]
pub(super) struct Summary(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    /// Tests among those that passed that have said that they were not run: the machine lacks something.
    not_run: usize,
    /// The steps that failed.
    steps: Vec<String>,
}

impl Summary {
    /// Does a step. It prints a failure at once; the later steps still run.
    pub(super) fn step<T>(&self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        self.count(name, [0, 0], work())
    }

    /// Does a step that runs tests, with its output in the file `log`. One that ran none has failed.
    pub(super) fn suite(&self, name: &str, log: &Path, work: impl FnOnce() -> Result<()>) {
        let mut result = work();
        let output = fs::read(log).unwrap_or_default();
        let tests @ [passed, failed] = counted(&output);
        let not_run = String::from_utf8_lossy(&output).matches(NOT_RUN).count();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).not_run += not_run;
        note(&format!("{name}: {passed} tests passed, {failed} failed"));
        if result.is_ok() && tests == [0, 0] {
            result = Err(anyhow!("The {name} ran no test: the runner found none."));
        }
        self.count(name, tests, result);
    }

    /// Does a step whose `work` tries several things, and returns how many these were where all worked.
    pub(super) fn tries(&self, name: &str, work: impl FnOnce() -> Result<usize>) {
        let result = work();
        let passed = *result.as_ref().unwrap_or(&0);
        self.count(name, [passed, 0], result);
    }

    fn count<T>(&self, name: &str, [passed, failed]: [usize; 2], result: Result<T>) -> Option<T> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.passed += passed;
        // A step that failed without a failed test (it did not compile, say) counts as one.
        counts.failed += failed.max(usize::from(result.is_err()));
        if let Err(error) = &result {
            say(&format!("\n{error:#}\n"));
            counts.steps.push(name.to_owned());
        }
        result.ok()
    }

    /// Prints what has failed, and the counts on a line of their own.
    pub(super) fn finish(self) -> ExitCode {
        let counts = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Counts { passed, failed, not_run, steps } = counts;
        if failed > 0 {
            say(&format!("\nFAILED: {}", steps.join(", ")));
        }
        if not_run > 0 {
            say(&format!(
                "\nNOT RUN: {not_run} of those that passed, for this machine lacks something"
            ));
        }
        say(&format!("\n{passed} passed, {failed} failed"));
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The tests that passed and failed, in the output of `cargo test` or of wasm-bindgen's runner: the sum of their lines
/// `test result: ok. 3 passed; 0 failed; ...`.
fn counted(output: &[u8]) -> [usize; 2] {
    let text = String::from_utf8_lossy(output);
    let results = text.lines().filter_map(|line| line.split_once("test result: "));
    results.fold([0, 0], |[passed, failed], (_, result)| {
        let before = |word| result.split_once(word).and_then(|(it, _)| it.rsplit(' ').next());
        let number = |word| before(word).and_then(|it| it.parse().ok()).unwrap_or(0);
        [passed + number(" passed"), failed + number(" failed")]
    })
}

/// How a test says, past its runner, that it does not run, and why.
const NOT_RUN: &str = "not run: no ";

#[cfg(test)]
mod tests {
    use anyhow::{Result, bail};
    use fs_err as fs;

    use super::Summary;
    use crate::folders::{empty, scratch};

    #[test]
    fn the_tests_of_all_runners_and_the_failed_steps_are_counted() {
        let output = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 filtered out\n\
            noise: 5 passed; 5 failed\n\
            test result: FAILED. 10 passed; 2 failed; 0 ignored; finished in 0.02s\n";
        let folder = scratch("summary-test");
        empty(&folder).unwrap();
        let log = folder.join("run.log");
        let summary = Summary::default();
        for (text, done, counts) in [
            (output, false, [13, 2]),
            ("error: could not compile", false, [13, 3]),
            ("a runner that found nothing", true, [13, 4]),
            ("not run: no server: a\ntest result: ok. 2 passed; 0 failed", true, [15, 4]),
        ] {
            fs::write(&log, text).unwrap();
            let work = || if done { Ok(()) } else { bail!("it failed") };
            summary.suite("suite", &log, work);
            let now = summary.0.lock().unwrap();
            assert_eq!([now.passed, now.failed], counts);
        }
        assert_eq!(summary.0.lock().unwrap().not_run, 1);
        assert_eq!(summary.step("good", || Ok(1)), Some(1));
        assert_eq!(summary.step("bad", || -> Result<()> { bail!("it is missing") }), None);
        assert_eq!(summary.0.lock().unwrap().steps, ["suite", "suite", "suite", "bad"]);
    }
}
