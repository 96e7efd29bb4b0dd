//! The mark above a heading that shows the outcome at a glance: by its shape first, then by its colour.
//! Screen readers skip it, since the heading says the same.

use super::dom::{El, svg};
use crate::names::{PART_BROKEN, PART_DECLINED, PART_DONE, PART_LATE, PART_STOPPED};

/// A shape in a disc.
pub(crate) struct Mark {
    /// The part that gives it its colour.
    part: &'static str,
    /// The strokes, on a field of 24 by 24.
    path: &'static str,
}

/// Success.
pub(crate) const DONE: Mark = Mark { part: PART_DONE, path: "m6 12.5 4 4 8-9" };
/// The person cancelled.
pub(crate) const STOPPED: Mark = Mark { part: PART_STOPPED, path: "M9 7v10m6-10v10" };
/// The person or the bank declined.
pub(crate) const DECLINED: Mark = Mark { part: PART_DECLINED, path: "m7.5 7.5 9 9m0-9-9 9" };
/// A time-out.
pub(crate) const LATE: Mark = Mark { part: PART_LATE, path: "M12 5.5v7l4.5 2.5" };
/// A failure.
pub(crate) const BROKEN: Mark = Mark { part: PART_BROKEN, path: "M12 6v7m0 4v.01" };

impl Mark {
    pub(crate) fn draw(&self) -> El {
        let disc = svg("svg").part(self.part);
        let disc = disc.attr("viewBox", "0 0 24 24").attr("aria-hidden", "true");
        disc.add(&svg("path").attr("d", self.path))
    }
}
