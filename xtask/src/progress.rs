//! One calm line for each step, with its seconds. The output of long-running programs goes to a
//! log file; its end is shown when the step fails.

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Result, bail};
use fs_err as fs;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::clock;
use crate::folders::target;
use crate::run::{name, print_to};

/// Runs a program as one step. `advice` says what to do when it fails.
pub(crate) fn run(label: &str, advice: &str, command: &mut Command) -> Result<()> {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let file = words.collect::<Vec<_>>().join("-").to_lowercase() + ".log";
    logged(label, advice, command, &target().join("xtask-logs").join(file))
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
        let place = log.display();
        bail!("{tail}\n\n{label}: failed. {cause}\n  Whole output: {place}\n  Next: {advice}")
    })
}

/// Does `work` under a line with its label and, at the end, its time. Steps may run side by
/// side: their lines do not mix. Only a terminal shows the seconds of a step that still runs.
pub(crate) fn step<T>(label: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = clock::now();
    let style = ProgressStyle::with_template("  {msg} ... {elapsed}").expect("a fixed template");
    let line = ProgressBar::new_spinner().with_style(style).with_message(label.to_owned());
    let line = RUNNING.add(line);
    line.enable_steady_tick(TICK);
    if RUNNING.is_hidden() {
        note(&format!("{label} ..."));
    }
    let result = work();
    line.finish_and_clear();
    let word = if result.is_ok() { "" } else { "failed after " };
    note(&format!("{label} ... {word}{:.1} s", start.elapsed().as_secs_f64()));
    result
}

/// Prints a note about something that takes no time.
pub(crate) fn note(text: &str) {
    say(&format!("  {text}"));
}

/// Prints lines of their own.
pub(crate) fn say(text: &str) {
    // A closed standard output must not stop the work.
    RUNNING.suspend(|| drop(writeln!(io::stdout(), "{text}")));
}

/// The lines of the steps that run.
static RUNNING: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);
/// How often the seconds of a running step are rewritten on a terminal.
const TICK: Duration = Duration::from_secs(1);
/// How much of a failed program's output is shown.
const TAIL_LINES: usize = 40;

#[cfg(test)]
mod tests {
    use crate::{progress, run};

    #[test]
    fn a_failed_step_shows_its_output_the_log_and_the_advice() {
        let command = &mut run::new("cargo");
        let command = command.arg("--no-such-flag");
        let error = progress::run("A step (once)", "do this", command).unwrap_err();
        for part in ["no-such-flag", "xtask-logs/a-step-once.log", "Next: do this"] {
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
