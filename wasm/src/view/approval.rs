//! The challenge: a QR code for another device, or a link for this one, with the seconds that are left.

use std::rc::Rc;
use std::time::Duration;

use protocol::flow::{Challenge, Device, Step, View};

use super::Show;
use super::build::{Build, Screen};
use super::dom::{El, el, svg};
use super::picture::Canvas;
use crate::browser::page;
use crate::launcher::Launcher;
use crate::names::{PART_ACTION, PART_BUTTON, PART_QR};
use crate::qr::Drawing;
use crate::text::{Text, fill};

pub(super) fn challenge(
    mut build: Build<'_>,
    device: Device,
    challenge: &Challenge,
    step: Step,
) -> Screen {
    let text = build.words();
    // A picture or a frame cannot start the app here, whatever the person said.
    let here = device == Device::This && challenge.token().is_some();
    let (heading, help) = if here {
        (text.open_heading(), text.open_help())
    } else {
        (text.scan_heading(), text.scan_help())
    };
    build.heading(heading);
    let mut announcement = help.to_owned();
    if step.0 > 1 {
        let reason = fill(text.step(), &[("step", &step.0.to_string())]);
        build.paragraph("step", &reason);
        announcement = [&*reason, " ", help].concat();
    }
    build.paragraph("lead", help);
    let mut code = Code::new(&text);
    if !here {
        build.add(&code.square);
    }
    let mut countdown = Countdown::new(&text);
    build.add(&countdown.line);
    let message = el("p").class("message");
    build.add(&message);
    let link = link(&text, if here { ("action", PART_ACTION) } else { ("plain", PART_BUTTON) });
    let cancel = build.cancel();
    build.foot([link.clone(), cancel]);
    let update = move |show: &Show<'_>| {
        let View::Challenge { challenge, pick_up_by, return_to, message: told, .. } = show.view
        else {
            return;
        };
        code.draw(challenge);
        countdown.draw(millis(show.now.until(*pick_up_by)));
        message.say(told.unwrap_or_default());
        aim(&link, challenge, *return_to);
    };
    build.finish(&announcement, Some(Box::new(update)))
}

/// A real link that the person taps: browsers start no app by themselves.
fn link(text: &Text, (class, part): (&str, &str)) -> El {
    el("a").class(class).part(part).attr("referrerpolicy", "origin").text(text.open())
}

/// Aims at the app, which comes back to `return_to`, else to the page as it is. iOS stays in the tab only
/// if the page's address differs in its fragment.
fn aim(link: &El, challenge: &Challenge, return_to: Option<&str>) {
    link.set_shown(challenge.token().is_some());
    if let Some(token) = challenge.token() {
        let launcher = Launcher::of(&page::user_agent(), page::touch_points());
        let page = || [&*page::address(), "#ais-link"].concat();
        let back = return_to.map_or_else(page, str::to_owned);
        link.set("href", &launcher.link(token, &back));
    }
}

/// The QR code. Drawn only when it is another.
struct Code {
    square: El,
    drawn: Option<Challenge>,
    text: Rc<Text>,
    canvas: Canvas,
}

impl Code {
    fn new(text: &Rc<Text>) -> Self {
        let square = el("div").class("qr").part(PART_QR).attr("role", "img");
        let square = square.attr("aria-label", text.qr_label());
        Self { square, drawn: None, text: Rc::clone(text), canvas: Canvas::new() }
    }

    fn draw(&mut self, challenge: &Challenge) {
        if self.drawn.as_ref() == Some(challenge) {
            return;
        }
        self.drawn = Some(challenge.clone());
        let node = match challenge {
            Challenge::Picture(picture) => self.canvas.show(picture),
            other => other.qr_text().and_then(|text| Drawing::of(&text)).map(|code| drawing(&code)),
        };
        let node = node.unwrap_or_else(|| el("p").text(self.text.qr_failed()));
        self.square.element().replace_children_with_node_1(node.element());
    }
}

fn drawing(code: &Drawing) -> El {
    let side = code.side.to_string();
    let view_box = ["0 0 ", &side, " ", &side].concat();
    let path = svg("path").attr("d", &code.path);
    let drawing = svg("svg").attr("viewBox", &view_box).attr("shape-rendering", "crispEdges");
    drawing.attr("aria-hidden", "true").add(&path)
}

/// The seconds that are left to start the app, as a ring and in words. Not spoken each second.
struct Countdown {
    line: El,
    ring: El,
    words: El,
    text: Rc<Text>,
    whole: Option<u64>,
}

impl Countdown {
    fn new(text: &Rc<Text>) -> Self {
        let ring = svg("circle").attr("pathLength", "100");
        let ring = ring.attr("cx", "10").attr("cy", "10").attr("r", "8");
        let dial =
            svg("svg").class("dial").attr("viewBox", "0 0 20 20").attr("aria-hidden", "true");
        let words = el("span");
        let line = el("p").class("countdown").add(&dial.add(&ring)).add(&words);
        Self { line, ring, words, text: Rc::clone(text), whole: None }
    }

    fn draw(&mut self, left: u64) {
        let whole = *self.whole.get_or_insert(left.max(1));
        let share = (left * 100 / whole).min(100);
        self.ring.set("stroke-dasharray", &[&share.to_string(), " 100"].concat());
        let seconds = left.div_ceil(1000).to_string();
        self.words.say(&match left {
            0 => self.text.seconds_over().to_owned(),
            _ => fill(self.text.seconds_left(), &[("seconds", &seconds)]),
        });
    }
}

/// A short time in milliseconds: `as_millis` brings the arithmetic of 128 bits into the module.
fn millis(span: Duration) -> u64 {
    span.as_secs() * 1000 + u64::from(span.subsec_millis())
}
