//! What a lenient reader left out, by kind and without values.
//!
//! The relay counts it for the logs; the widget gets bodies that the relay has already counted.

use std::cell::RefCell;
use std::fmt;

/// How often something was left out, by the kind that was expected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LeftOut(Vec<(&'static str, u32)>);

/// Calls `read`, and returns what it left out.
pub fn left_out<T>(read: impl FnOnce() -> T) -> (T, LeftOut) {
    let outer = NOTED.replace(Some(LeftOut::default()));
    let value = read();
    let noted = NOTED.replace(outer).unwrap_or_default();
    (value, noted)
}

impl LeftOut {
    /// Whether nothing was left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The kinds of the left-out parts, each once.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(kind, _)| *kind)
    }

    fn add(&mut self, kind: &'static str) {
        match self.0.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => self.0.push((kind, 1)),
        }
    }
}

/// Such as `1 balance, 2 text`.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (kind, count)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{count} {kind}")?;
        }
        Ok(())
    }
}

/// Notes that a part was not a `T`.
pub(super) fn note<T>() {
    // The widget does not count, and need not load the words.
    if cfg!(not(target_arch = "wasm32")) {
        NOTED.with_borrow_mut(|noted| {
            if let Some(noted) = noted {
                noted.add(kind(std::any::type_name::<T>()));
            }
        });
    }
}

/// A type's name without its path; Rust's own types have plain words.
fn kind(name: &'static str) -> &'static str {
    match name.rsplit("::").next().unwrap_or(name) {
        "String" => "text",
        "u32" | "u64" => "number",
        "bool" => "truth value",
        own => own,
    }
}

thread_local! {
    /// A reader returns what it has read, so the notes go to its thread.
    static NOTED: RefCell<Option<LeftOut>> = const { RefCell::new(None) };
}
