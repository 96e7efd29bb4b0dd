//! What a lenient reader left out, by kind. There is nothing of a value in it.
//!
//! The relay counts, for its operator reads logs; the widget reads what the relay has counted already.

use std::cell::RefCell;
use std::fmt;

/// How often something was left out, by what it should have been.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LeftOut(Vec<(&'static str, u32)>);

/// Calls `read`, and tells what was left out meanwhile.
pub fn left_out<T>(read: impl FnOnce() -> T) -> (T, LeftOut) {
    let outer = NOTED.replace(Some(LeftOut::default()));
    let value = read();
    let noted = NOTED.replace(outer).unwrap_or_default();
    (value, noted)
}

impl LeftOut {
    /// Whether all was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was left out, each kind once.
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

/// Notes that there was something else in the place of a `T`.
pub(super) fn note<T>() {
    // The widget does not count, and need not carry the words.
    if cfg!(not(target_arch = "wasm32")) {
        NOTED.with_borrow_mut(|noted| {
            if let Some(noted) = noted {
                noted.add(kind(std::any::type_name::<T>()));
            }
        });
    }
}

/// A type's name without its path, in the words of people where it has one of Rust's own.
fn kind(name: &'static str) -> &'static str {
    match name.rsplit("::").next().unwrap_or(name) {
        "String" => "text",
        "u32" | "u64" => "number",
        "bool" => "truth value",
        own => own,
    }
}

thread_local! {
    /// A reader has nobody to tell but its thread: what it gives is what it read.
    static NOTED: RefCell<Option<LeftOut>> = const { RefCell::new(None) };
}
