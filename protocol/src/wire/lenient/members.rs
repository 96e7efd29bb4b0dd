//! The members of an object, by their names.

use std::mem;

use super::{Loose, OfLoose, items, noted};

/// What an object has. Each member is read once.
pub(crate) struct Members {
    members: Vec<(String, Loose)>,
    is_ambiguous: bool,
}

impl Members {
    /// Those of `loose`, if it is an object.
    pub(crate) fn of(loose: Loose) -> Option<Self> {
        match loose {
            Loose::Object(members) => Some(Self { members, is_ambiguous: false }),
            _ => None,
        }
    }

    /// The value of a member, whatever it is.
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

    /// A value that must be there.
    pub(crate) fn must<T: OfLoose>(&mut self, name: &str) -> Option<T> {
        T::of_loose(self.take(name))
    }

    /// A text that must be there, and say something.
    pub(crate) fn said(&mut self, name: &str) -> Option<String> {
        self.must(name).filter(|text: &String| !text.trim().is_empty())
    }

    /// A value that may be missing.
    pub(crate) fn perhaps<T: OfLoose>(&mut self, name: &str) -> Option<T> {
        noted(self.take(name))
    }

    /// A value, or its usual one.
    pub(crate) fn or_default<T: OfLoose + Default>(&mut self, name: &str) -> T {
        self.perhaps(name).unwrap_or_default()
    }

    /// A list. One that comes bare is a list of one.
    pub(crate) fn list<T: OfLoose>(&mut self, name: &str) -> Vec<T> {
        items(self.take(name))
    }

    /// A list that must be there, be it null.
    pub(crate) fn listed<T: OfLoose>(&mut self, name: &str) -> Option<Vec<T>> {
        let is_there = self.members.iter().any(|(own, _)| own == name);
        is_there.then(|| self.list(name))
    }

    /// What was `read`, unless a member was there twice: then it is not known which counts.
    pub(crate) fn settle<T>(self, read: T) -> Option<T> {
        if self.is_ambiguous { None } else { Some(read) }
    }
}
