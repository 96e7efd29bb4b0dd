//! The mark above a heading that tells at a glance how it ended: by its shape first, then by its colour. It
//! says nothing to a screen reader, for the heading does.

use super::dom::{El, svg};
use crate::names::{PART_BROKEN, PART_DECLINED, PART_DONE, PART_LATE, PART_STOPPED};

/// A shape in a disc.
pub(super) struct Mark {
    /// What it is styled by: it has the colour.
    part: &'static str,
    /// The strokes, on a field of 24 by 24.
    path: &'static str,
}

/// It is done.
pub(super) const DONE: Mark = Mark { part: PART_DONE, path: "m6 12.5 4 4 8-9" };
/// The person stopped it.
pub(super) const STOPPED: Mark = Mark { part: PART_STOPPED, path: "M9 7v10m6-10v10" };
/// Somebody said no.
pub(super) const DECLINED: Mark = Mark { part: PART_DECLINED, path: "m7.5 7.5 9 9m0-9-9 9" };
/// It took too long.
pub(super) const LATE: Mark = Mark { part: PART_LATE, path: "M12 5.5v7l4.5 2.5" };
/// Something is broken.
pub(super) const BROKEN: Mark = Mark { part: PART_BROKEN, path: "M12 6v7m0 4v.01" };

impl Mark {
    pub(super) fn draw(&self) -> El {
        let disc = svg("svg").part(self.part);
        let disc = disc.attr("viewBox", "0 0 24 24").attr("aria-hidden", "true");
        disc.add(&svg("path").attr("d", self.path))
    }
}
