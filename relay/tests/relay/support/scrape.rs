//! Metrics, as Prometheus reads them from a relay.

use std::collections::{BTreeMap, BTreeSet};

/// The text of a scrape, read.
pub(crate) struct Scrape {
    pub text: String,
    /// The type of each name.
    pub types: BTreeMap<String, String>,
    values: BTreeMap<String, f64>,
}

impl Scrape {
    /// Reads a scrape: before its series, each name has one help and one type.
    pub(crate) fn read(text: &str) -> Self {
        let (mut types, mut values) = (BTreeMap::new(), BTreeMap::new());
        let mut helped = BTreeSet::new();
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').unwrap();
                assert!(helped.insert(name.to_owned()) && help.len() > 5, "{line}");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert!(helped.contains(name), "{line}");
                assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{line}");
            } else {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let name = series.split('{').next().unwrap();
                let parts = ["_bucket", "_sum", "_count"].map(|part| name.strip_suffix(part));
                let of_histogram = parts
                    .into_iter()
                    .flatten()
                    .any(|name| types.get(name).is_some_and(|kind: &String| kind == "histogram"));
                assert!(of_histogram || types.contains_key(name), "{line}");
                let value = value.parse().unwrap();
                assert!(values.insert(series.to_owned(), value).is_none(), "{line}");
            }
        }
        Self { text: text.to_owned(), types, values }
    }

    /// The value of a series, by its name and labels as the text has them.
    pub(crate) fn value(&self, series: &str) -> Option<f64> {
        self.values.get(&["ais_relay_", series].concat()).copied()
    }

    /// Asserts that these series have these values.
    pub(crate) fn has(&self, expected: &[(&str, f64)]) {
        let wrong: Vec<_> = expected
            .iter()
            .filter(|(series, value)| self.value(series) != Some(*value))
            .map(|(series, value)| (series, value, self.value(series)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{}", self.text);
    }

    /// The names and labels of all series.
    pub(crate) fn series(&self) -> BTreeSet<&str> {
        self.values.keys().map(String::as_str).collect()
    }
}
