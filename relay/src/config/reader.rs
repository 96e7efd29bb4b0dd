//! Reads values of variables and file, and collects their faults.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use thiserror::Error;
use toml::Value;

use super::files::Held;
use super::variable::{VARIABLES, Variable};

/// The environment, or what a test puts in its place: names with their values.
pub type Vars = BTreeMap<String, String>;

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file is not TOML. The parser's own message would quote a line, which may hold a secret.
    #[error("the configuration file is not TOML: see line {line}")]
    File {
        /// The line, from 1.
        line: usize,
    },
    /// Values are missing or bad.
    #[error("{}", .0.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))]
    Values(Vec<Fault>),
}

/// One missing or bad value. The value is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name} must be {expected}")]
pub struct Fault {
    /// The name, as it stands in the environment or in the file.
    pub name: String,
    /// What it must be.
    pub expected: String,
}

/// Reads values one by one, and collects the faults until the end.
pub(super) struct Reader<'a> {
    vars: &'a Vars,
    file: BTreeMap<String, String>,
    held: Held,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(vars: &'a Vars, file: Option<&str>) -> Result<Self, ConfigError> {
        let mut reader =
            Self { vars, file: BTreeMap::new(), held: Held::default(), faults: Vec::new() };
        let text = file.unwrap_or_default();
        let table: toml::Table = text.parse().map_err(|error| line(text, &error))?;
        for (name, value) in table {
            if !VARIABLES.iter().any(|variable| variable.file_name() == name) {
                reader
                    .faults
                    .push(Fault { name, expected: "left out: there is no such setting".into() });
            } else if let Some(value) = flat(&value) {
                reader.file.insert(name, value);
            } else {
                reader
                    .faults
                    .push(Fault { name, expected: "a string or a list of strings".into() });
            }
        }
        Ok(reader)
    }

    /// The same reader, for which the files that variables name hold what they `held`.
    pub(super) fn with(self, held: Held) -> Self {
        Self { held, ..self }
    }

    /// What the file at `path`, which a variable names, holds.
    pub(super) fn contents(&mut self, path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
        self.held.read(path.as_ref())
    }

    /// The value of a variable that is required, or has a default.
    pub(super) fn one<T>(
        &mut self,
        variable: &Variable,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let Some(text) = self.raw(variable).or(variable.default.map(str::to_owned)) else {
            self.fault(variable, variable.expected);
            return None;
        };
        self.parsed(variable, parse(&text))
    }

    /// The value of a variable that may be left out.
    pub(super) fn optional<T>(
        &mut self,
        variable: &Variable,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.raw(variable)?;
        self.parsed(variable, parse(&text))
    }

    /// The values of a list; none where the variable is left out and has no default.
    pub(super) fn list<T>(
        &mut self,
        variable: &Variable,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let text = self.raw(variable).or(variable.default.map(str::to_owned));
        let text = text.unwrap_or_default();
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        let items = items.map(parse).collect::<Option<Vec<T>>>();
        self.parsed(variable, items).unwrap_or_default()
    }

    /// The text of a variable. An empty one in the environment counts as not set.
    pub(super) fn raw(&self, variable: &Variable) -> Option<String> {
        let set = self.vars.get(&variable.env_name()).filter(|text| !text.is_empty());
        set.or_else(|| self.file.get(&variable.file_name())).cloned()
    }

    pub(super) fn fault(&mut self, variable: &Variable, expected: impl Into<String>) {
        let in_file = self.vars.get(&variable.env_name()).is_none_or(String::is_empty)
            && self.file.contains_key(&variable.file_name());
        let name = if in_file { variable.file_name() } else { variable.env_name() };
        self.faults.push(Fault { name, expected: expected.into() });
    }

    /// The faults, and what the files held that were read.
    pub(super) fn finish(self) -> (Vec<Fault>, Held) {
        (self.faults, self.held)
    }

    fn parsed<T>(&mut self, variable: &Variable, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.fault(variable, variable.expected);
        }
        value
    }
}

/// A value of the file as a variable would hold it.
fn flat(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Some(items?.join(","))
        }
        _ => None,
    }
}

fn line(text: &str, error: &toml::de::Error) -> ConfigError {
    let end = error.span().map_or(0, |span| span.start);
    let line = text.bytes().take(end).filter(|byte| *byte == b'\n').count() + 1;
    ConfigError::File { line }
}
