//! The lines of the steps that run: one at a time, or several side by side.
//!
//! On a terminal the last line shows all that run, rewritten each second. In a log a line is written when a
//! step begins, and its seconds behind it; where another step wrote in between, the whole line once more.

use std::io::Write;

use crate::clock::Stopwatch;

/// What is written on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Terminal,
    Log,
}

/// The steps that run, and the line that is not ended yet.
pub(super) struct Board<W> {
    output: W,
    kind: Output,
    running: Vec<Step>,
    next: usize,
    open: Open,
}

struct Step {
    number: usize,
    label: String,
    watch: Stopwatch,
}

/// The line that the cursor is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    /// The beginning of the step with this number.
    Step(usize),
    /// What runs, in so many letters.
    Status(usize),
}

impl<W: Write> Board<W> {
    pub(super) fn new(output: W, kind: Output) -> Self {
        Self { output, kind, running: Vec::new(), next: 0, open: Open::Nothing }
    }

    /// A step begins; gives its number.
    pub(super) fn begin(&mut self, label: &str, watch: Stopwatch) -> usize {
        let number = self.next;
        self.next += 1;
        self.running.push(Step { number, label: label.to_owned(), watch });
        if self.kind == Output::Terminal {
            self.tick();
        } else {
            self.close();
            self.write(&format!("  {label} ... "));
            self.open = Open::Step(number);
        }
        number
    }

    /// The step `number` has ended, with `word` before its seconds.
    pub(super) fn end(&mut self, number: usize, word: &str) {
        let Some(place) = self.running.iter().position(|step| step.number == number) else {
            return;
        };
        let step = self.running.remove(place);
        let end = format!("{word}{:.1} s\n", step.watch.seconds());
        if self.open == Open::Step(number) {
            self.write(&end);
        } else {
            self.close();
            self.write(&format!("  {} ... {end}", step.label));
        }
        self.open = Open::Nothing;
        self.tick();
    }

    /// Writes `text` in lines of its own.
    pub(super) fn say(&mut self, text: &str) {
        self.close();
        self.write(&format!("{text}\n"));
        self.tick();
    }

    /// Shows on a terminal what runs, and for how long.
    pub(super) fn tick(&mut self) {
        if self.kind == Output::Log || self.running.is_empty() {
            return;
        }
        let parts = self.running.iter();
        let parts: Vec<_> =
            parts.map(|step| format!("{} ... {:.0} s", step.label, step.watch.seconds())).collect();
        let line = format!("  {}", parts.join(", "));
        // A line that wraps could not be rewritten.
        let line: String = line.chars().take(WIDTH).collect();
        self.close();
        self.write(&line);
        self.open = Open::Status(line.chars().count());
    }

    /// Ends the line that the cursor is on, or wipes it.
    fn close(&mut self) {
        match self.open {
            Open::Nothing => {}
            Open::Step(_) => self.write("\n"),
            Open::Status(letters) => self.write(&format!("\r{}\r", " ".repeat(letters))),
        }
        self.open = Open::Nothing;
    }

    fn write(&mut self, text: &str) {
        // A closed standard output must not stop the work.
        drop(self.output.write_all(text.as_bytes()).and_then(|()| self.output.flush()));
    }
}

/// What fits on any terminal.
const WIDTH: usize = 79;

#[cfg(test)]
mod tests {
    use super::{Board, Output};
    use crate::clock::Stopwatch;

    /// What is written while `work` is done.
    fn written(kind: Output, work: impl FnOnce(&mut Board<&mut Vec<u8>>)) -> String {
        let mut output = Vec::new();
        work(&mut Board::new(&mut output, kind));
        String::from_utf8(output).unwrap()
    }

    fn two(board: &mut Board<&mut Vec<u8>>) {
        let first = board.begin("One", Stopwatch::start());
        let second = board.begin("Two", Stopwatch::start());
        board.end(first, "");
        board.say("  A note.");
        board.end(second, "failed after ");
    }

    #[test]
    fn a_step_alone_is_one_line_in_a_log() {
        let text = written(Output::Log, |board| {
            let step = board.begin("One", Stopwatch::start());
            board.end(step, "");
            board.say("  A note.");
        });
        assert_eq!(text, "  One ... 0.0 s\n  A note.\n");
    }

    #[test]
    fn steps_side_by_side_have_whole_lines_in_a_log() {
        let text = written(Output::Log, two);
        let lines =
            "  One ... \n  Two ... \n  One ... 0.0 s\n  A note.\n  Two ... failed after 0.0 s\n";
        assert_eq!(text, lines);
    }

    #[test]
    fn a_terminal_shows_all_that_run_and_keeps_a_line_of_each() {
        let text = written(Output::Terminal, two);
        assert!(text.contains("  One ... 0 s, Two ... 0 s"), "{text:?}");
        // What is left to be seen: the wiped lines are gone.
        let seen: Vec<_> = text.lines().map(|line| line.rsplit('\r').next().unwrap()).collect();
        assert_eq!(seen, ["  One ... 0.0 s", "  A note.", "  Two ... failed after 0.0 s"]);
    }

    #[test]
    fn no_line_of_a_terminal_wraps() {
        let text = written(Output::Terminal, |board| {
            board.begin(&"long ".repeat(40), Stopwatch::start());
        });
        assert_eq!(text.chars().count(), super::WIDTH);
    }
}
