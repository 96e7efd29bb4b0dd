//! The seconds that are left to start the app, as a ring and in words. Not spoken each second.

use std::rc::Rc;
use std::time::Duration;

use protocol::concat;
use protocol::flow::View;
use protocol::profile::AfterPickUp;

use super::Show;
use super::dom::{El, el, svg};
use crate::names::{PART_COUNTDOWN, PART_MESSAGE};
use crate::text::{Text, fill};

/// A clock that runs down.
pub(super) struct Countdown {
    pub(super) line: El,
    /// What the bank tells the person meanwhile.
    pub(super) message: El,
    ring: El,
    words: El,
    text: Rc<Text>,
    whole: Option<u64>,
}

impl Countdown {
    pub(super) fn new(text: &Rc<Text>) -> Self {
        let ring = circle();
        let dial =
            svg("svg").class("dial").attr("viewBox", "0 0 20 20").attr("aria-hidden", "true");
        let dial = dial.add(&circle().class("track")).add(&ring);
        let words = el("span");
        let line = el("p").part(PART_COUNTDOWN).add(&dial).add(&words);
        let message = el("p").part(PART_MESSAGE);
        Self { line, message, ring, words, text: Rc::clone(text), whole: None }
    }

    /// Shows what is left, and tells whether nothing is.
    pub(super) fn draw(&mut self, show: &Show<'_>) -> bool {
        let View::Challenge { pick_up_by, after_pick_up, message, .. } = show.view else {
            return false;
        };
        self.message.say(message.unwrap_or_default());
        let left = millis(show.now.until(*pick_up_by));
        let whole = *self.whole.get_or_insert(left.max(1));
        let share = (left * 100 / whole).min(100);
        self.ring.set("stroke-dasharray", &concat(&[&share.to_string(), " 100"]));
        let seconds = left.div_ceil(1000).to_string();
        // Where the challenge goes, who still sees it has not started the app; where it stays, it says nothing.
        let (open, goes) = (self.text.seconds_over(), *after_pick_up == AfterPickUp::Goes);
        let seconds = fill(self.text.seconds_left(), &[("seconds", &seconds)]);
        self.words.say(&match (left, after_pick_up) {
            (0, _) if goes => String::new(),
            (0, _) => open.to_owned(),
            (_, AfterPickUp::Stays) => concat(&[&*seconds, ". ", open]),
            _ => seconds,
        });
        left == 0
    }
}

fn circle() -> El {
    svg("circle").attr("pathLength", "100").attr("cx", "10").attr("cy", "10").attr("r", "8")
}

/// A short time in milliseconds: `as_millis` brings the arithmetic of 128 bits into the module.
fn millis(span: Duration) -> u64 {
    span.as_secs() * 1000 + u64::from(span.subsec_millis())
}
