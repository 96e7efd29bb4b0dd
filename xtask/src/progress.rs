//! One calm line for each step, with its seconds. The output of long-running programs goes to a
//! log file; its end is shown when the step fails.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::clock::Stopwatch;
use crate::error::Error;
use crate::run::Run;

/// Shows the progress to a person.
pub(crate) struct Progress {
    logs: PathBuf,
}

impl Progress {
    /// Progress whose log files go to the folder `logs`.
    pub(crate) fn new(logs: PathBuf) -> Self {
        Self { logs }
    }

    /// Runs a program as one step. `advice` says what to do when it fails.
    pub(crate) fn run(&self, label: &str, advice: &str, run: Run) -> Result<(), Error> {
        let log = self.logs.join(format!("{}.log", slug(label)));
        fs::create_dir_all(&self.logs).map_err(Error::file("create", &self.logs))?;
        fs::write(&log, "").map_err(Error::file("write", &log))?;
        step(label, || logged(label, advice, run, &log))
    }
}

/// Does `work` under a line with its label and, at the end, its time. Steps may run side by
/// side: their lines do not mix. Only a terminal shows the seconds of a step that still runs.
pub(crate) fn step<T>(label: &str, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let watch = Stopwatch::start();
    let style = ProgressStyle::with_template("  {msg} ... {elapsed}").expect("a fixed template");
    let line =
        RUNNING.add(ProgressBar::new_spinner().with_style(style).with_message(label.to_owned()));
    line.enable_steady_tick(TICK);
    if RUNNING.is_hidden() {
        note(&format!("{label} ..."));
    }
    let result = work();
    line.finish_and_clear();
    let word = if result.is_ok() { "" } else { "failed after " };
    note(&format!("{label} ... {word}{:.1} s", watch.seconds()));
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

/// Runs a program into `log`; a failure becomes an error with the end of the log in it.
pub(crate) fn logged(label: &str, advice: &str, run: Run, log: &Path) -> Result<(), Error> {
    let program = run.name();
    let cause = match run.log_to(log) {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("`{program}` ended with {status}."),
        Err(error) => error.to_string(),
    };
    Err(Error::Step {
        step: label.to_owned(),
        cause,
        tail: tail(log),
        log: log.to_owned(),
        advice: advice.to_owned(),
    })
}

fn slug(label: &str) -> String {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

fn tail(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// The lines of the steps that run.
static RUNNING: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);
/// How often the seconds of a running step are rewritten on a terminal.
const TICK: Duration = Duration::from_secs(1);
/// How much of a failed program's output is shown.
const TAIL_LINES: usize = 40;

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;
    use std::process;

    use super::{Progress, TAIL_LINES, slug, tail};
    use crate::run::Run;

    #[test]
    fn a_label_becomes_a_file_name() {
        assert_eq!(slug("Installing wasm-pack 0.1 (once)"), "installing-wasm-pack-0-1-once");
    }

    #[test]
    fn the_tail_is_the_end_of_a_long_log() {
        let log = env::temp_dir().join(format!("xtask-tail-{}.log", process::id()));
        let lines: Vec<String> = (1..=100).map(|n| format!("line {n}")).collect();
        fs::write(&log, lines.join("\n")).unwrap();
        let tail = tail(&log);
        assert_eq!(tail.lines().count(), TAIL_LINES);
        assert!(tail.starts_with("line 61\n") && tail.ends_with("line 100"));
        fs::remove_file(log).unwrap();
    }

    #[test]
    fn a_failed_step_shows_its_output_and_the_advice() {
        let folder = env::temp_dir().join(format!("xtask-progress-{}", process::id()));
        let progress = Progress::new(folder.clone());
        let run = Run::new("cargo").arg("--no-such-flag");
        let error = progress.run("A step", "do this next", run).unwrap_err().to_string();
        assert!(error.contains("no-such-flag") && error.contains("do this next"), "{error}");
        fs::remove_dir_all(folder).unwrap();
    }
}
