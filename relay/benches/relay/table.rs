//! A table of figures, as Markdown.

use std::fmt::{self, Display, Formatter};

pub(crate) struct Table {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// What the figures mean.
    notes: String,
}

impl Table {
    pub(crate) fn new(title: &str, head: &[&str], notes: &str) -> Self {
        let head = head.iter().map(ToString::to_string).collect();
        Self { title: title.to_owned(), head, rows: Vec::new(), notes: notes.to_owned() }
    }

    /// Adds a row, and shows it at once: a whole table takes a minute.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        eprintln!("{}: {}", self.title, cells.join(" | "));
        self.rows.push(cells);
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\n{}\n", self.title, self.notes)?;
        writeln!(f, "| {} |", self.head.join(" | "))?;
        writeln!(f, "|{}", "---|".repeat(self.head.len()))?;
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

/// `value` with as many decimals as its size is worth, and `unit`.
pub(crate) fn figure(value: f64, unit: &str) -> String {
    let decimals = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {unit}").trim_end().to_owned()
}

/// How many times `base` the value is.
pub(crate) fn ratio(value: f64, base: Option<f64>) -> String {
    base.map_or_else(|| "-".to_owned(), |base| format!("{:.2}", value / base))
}
