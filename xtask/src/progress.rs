//! A calm line at the start and at the end of each step, with its seconds. The output of long-running programs goes to a
//! log file; its end is shown when the step fails.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use fs_err as fs;

use crate::clock;
use crate::folders::{free_gigabytes, target};
use crate::run::{name, print_to};

/// Runs a program as one step. `advice` says what to do when it fails.
pub(crate) fn run(label: &str, advice: &str, command: &mut Command) -> Result<()> {
    logged(label, advice, command, &log_of(label))
}

/// The file with the output of the step `label`.
pub(crate) fn log_of(label: &str) -> PathBuf {
    let file = label.replace([' ', '/'], "-").to_lowercase() + ".log";
    target().join("xtask-logs").join(file)
}

/// Runs a program as one step, with its output in the file `log`.
pub(crate) fn logged(label: &str, advice: &str, command: &mut Command, log: &Path) -> Result<()> {
    step(label, || {
        fs::create_dir_all(log.parent().expect("logs are in a folder"))?;
        let program = name(command);
        let cause = match print_to(log, command)?.status() {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => format!("`{program}` ended with {status}."),
            Err(error) => format!("Could not start `{program}`: {error}."),
        };
        let bytes = fs::read(log)?;
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n");
        let (place, advice) = (log.display(), if is_full() { FULL } else { advice });
        bail!("{tail}\n\n{label}: failed. {cause}\n  Whole output: {place}\n  Next: {advice}")
    })
}

/// Whether the disk is as good as full: programs fail then, and few say why. What they had begun is gone by now.
fn is_full() -> bool {
    free_gigabytes().is_some_and(|free| free < 1.0)
}

/// Does `work` between a line with its label and one with its time. Steps may run side by side.
pub(crate) fn step<T>(label: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    note(&format!("{label} ..."));
    let start = clock::now();
    let result = work();
    let word = if result.is_ok() { "" } else { "failed after " };
    note(&format!("{label} ... {word}{:.1} s", start.elapsed().as_secs_f64()));
    result
}

/// Prints a note about something that takes no time.
pub(crate) fn note(text: &str) {
    say(&format!("  {}", text.replace('\n', "\n  ")));
}

/// Prints lines of their own. A closed standard output must not stop the work.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// How much of a failed program's output is shown.
const TAIL_LINES: usize = 40;
const FULL: &str = "the disk is as good as full; make room on it, then try again.";

#[cfg(test)]
mod tests {
    use crate::{progress, run};

    #[test]
    fn a_failed_step_shows_its_output_the_log_and_the_advice() {
        let command = &mut run::new("cargo");
        let command = command.arg("--no-such-flag");
        let error = progress::run("A/step now", "do this", command).unwrap_err();
        for part in ["no-such-flag", "xtask-logs/a-step-now.log", "Next: do this"] {
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
