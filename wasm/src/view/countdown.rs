//! The seconds left to start the app, as a ring and in words. Screen readers speak only the end.

use std::rc::Rc;
use std::time::Duration;

use protocol::concat;
use protocol::flow::View;
use protocol::profile::{AfterPickUp, ClockEnd};

use super::Show;
use super::build::Build;
use super::dom::{El, el, svg};
use crate::names::PART_COUNTDOWN;
use crate::text::{Text, fill};

/// A countdown.
pub(super) struct Countdown {
    pub(super) line: El,
    ring: El,
    words: El,
    live: El,
    text: Rc<Text>,
}

impl Countdown {
    pub(super) fn new(build: &Build<'_>) -> Self {
        let ring = circle();
        let dial =
            svg("svg").class("dial").attr("viewBox", "0 0 20 20").attr("aria-hidden", "true");
        let dial = dial.add(&circle().class("track")).add(&ring);
        let words = el("span");
        let line = el("p").part(PART_COUNTDOWN).add(&dial).add(&words);
        Self { line, ring, words, live: build.live.clone(), text: build.words() }
    }

    /// Shows the time left; returns whether it is over.
    pub(super) fn draw(&self, show: &Show<'_>) -> bool {
        let View::Challenge { pick_up, pick_up_by, pick_up_to, after_pick_up, .. } = show.view
        else {
            return false;
        };
        let left = millis(show.now.until(*pick_up_by));
        let share = (left * 100 / millis(*pick_up).max(1)).min(100);
        self.ring.set("stroke-dasharray", &concat(&[&share.to_string(), " 100"]));
        let seconds = left.div_ceil(1000).to_string();
        let left_to = match pick_up_to {
            ClockEnd::Start => self.text.seconds_left(),
            ClockEnd::Approval => self.text.seconds_left_approve(),
        };
        let seconds = fill(left_to, &[("seconds", &seconds)]);
        let (open, none) = (self.text.seconds_over(), self.text.seconds_none());
        // A bank that keeps the challenge does not report whether the app was started.
        let words = match (left, after_pick_up) {
            (0, AfterPickUp::Stays) => concat(&[open, " ", none]),
            (0, _) => none.to_owned(),
            (_, AfterPickUp::Stays) => concat(&[&*seconds, ". ", open]),
            _ => seconds,
        };
        let began = !self.words.is_empty();
        if self.words.say(&words) && began && left == 0 {
            self.live.say(&words);
        }
        left == 0
    }
}

fn circle() -> El {
    svg("circle").attr("pathLength", "100").attr("cx", "10").attr("cy", "10").attr("r", "8")
}

/// A short time in milliseconds: `as_millis` would bring 128-bit arithmetic into the module.
fn millis(span: Duration) -> u64 {
    span.as_secs() * 1000 + u64::from(span.subsec_millis())
}
