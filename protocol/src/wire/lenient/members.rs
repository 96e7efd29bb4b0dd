//! The members of an object, by their names.

use std::mem;

use super::{Loose, OfLoose, items, noted};

/// The members of an object. Each is read once.
pub(crate) struct Members {
    members: Vec<(String, Loose)>,
    is_ambiguous: bool,
}

impl Members {
    /// The members of `loose`, if it is an object.
    pub(crate) fn of(loose: Loose) -> Option<Self> {
        match loose {
            Loose::Object(members) => Some(Self { members, is_ambiguous: false }),
            _ => None,
        }
    }

    /// The value of a member.
    pub(crate) fn take(&mut self, name: &str) -> Loose {
        let mut found = None;
        for (own, value) in &mut self.members {
            if own == name {
                self.is_ambiguous |= found.is_some();
                found = Some(mem::take(value));
            }
        }
        found.unwrap_or_default()
    }

    /// A required value.
    pub(crate) fn must<T: OfLoose>(&mut self, name: &str) -> Option<T> {
        T::of_loose(self.take(name))
    }

    /// A required text that is not empty.
    pub(crate) fn non_empty(&mut self, name: &str) -> Option<String> {
        self.must(name).filter(|text: &String| !text.trim().is_empty())
    }

    /// An optional value.
    pub(crate) fn perhaps<T: OfLoose>(&mut self, name: &str) -> Option<T> {
        noted(self.take(name))
    }

    /// A value, or its default.
    pub(crate) fn or_default<T: OfLoose + Default>(&mut self, name: &str) -> T {
        self.perhaps(name).unwrap_or_default()
    }

    /// A value, or `default`.
    pub(crate) fn or<T: OfLoose>(&mut self, name: &str, default: T) -> T {
        self.perhaps(name).unwrap_or(default)
    }

    /// A list. A single value counts as a list of one.
    pub(crate) fn list<T: OfLoose>(&mut self, name: &str) -> Vec<T> {
        items(self.take(name))
    }

    /// A required list, which may be null.
    pub(crate) fn listed<T: OfLoose>(&mut self, name: &str) -> Option<Vec<T>> {
        let is_there = self.members.iter().any(|(own, _)| own == name);
        is_there.then(|| self.list(name))
    }

    /// Returns `read`, unless a member came twice, which makes it ambiguous.
    pub(crate) fn settle<T>(self, read: T) -> Option<T> {
        if self.is_ambiguous { None } else { Some(read) }
    }
}
