//! The QR code: drawn only when it changes, removed when it is too old to be read, and enlargeable to the
//! whole screen.

use std::rc::Rc;

use protocol::flow::{Challenge, View};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlDialogElement, Path2d};

use super::Show;
use super::build::Build;
use super::dom::{El, button, el, live};
use super::picture::Pictures;
use super::visibility::VisibilityWatch;
use crate::names::PART_QR;
use crate::qr::Drawing;
use crate::text::Text;

/// The code on a sheet, which is in the page or fills the screen.
pub(super) struct Code {
    pub(super) frame: El,
    square: El,
    /// `None` while the text that it is too old is shown.
    drawn: Option<Challenge>,
    text: Rc<Text>,
    live: El,
    /// A copy of the live region for the full-screen dialog: screen readers ignore the page behind it.
    echo: El,
    pictures: Pictures,
    _visibility: Option<VisibilityWatch>,
}

impl Code {
    /// A code with `below` under it on the same sheet.
    pub(super) fn new(build: &mut Build<'_>, below: [El; 2]) -> Self {
        let text = build.words();
        let square = el("div").part(PART_QR);
        let sheet = el("div").class("sheet").add(&square).add_all(below);
        let home = el("div").add(&sheet);
        let cut = el("p").class("cut").attr("role", "status");
        let visibility = VisibilityWatch::of(&square, cut.clone(), Rc::clone(&text));
        let frame = el("div").class("code").add(&home).add(&cut);
        let echo = live();
        enlargement(build, &frame, home, sheet, &echo);
        let (live, pictures) = (build.live.clone(), Pictures::default());
        Self { frame, square, drawn: None, text, live, echo, pictures, _visibility: visibility }
    }

    /// Shows `challenge`; in place of a frame that is too old, a text until the next one.
    pub(super) fn draw(&mut self, show: &Show<'_>) {
        let View::Challenge { challenge, fresh_until, .. } = show.view else {
            return;
        };
        self.echo.say(&self.live.said());
        let stale = fresh_until.is_some_and(|until| until < show.now);
        let next = (!stale).then(|| (*challenge).clone());
        if self.drawn == next && !self.square.is_empty() {
            return;
        }
        self.drawn = next;
        if stale {
            self.pictures.next();
            self.live.say(self.text.stale());
            self.square.hold(&el("p").text(self.text.stale()));
            return;
        }
        // Else the same text later would count as unchanged, and not be spoken.
        self.live.unsay(self.text.stale());
        if let Challenge::Picture(picture) = challenge {
            return self.pictures.show(picture, &self.square, &self.live, &self.text);
        }
        let drawn = challenge.qr_text().and_then(|text| Drawing::of(&text));
        let drawn = drawn.and_then(|code| drawing(&code));
        let drawn = drawn.map(|canvas| named(canvas, &self.text));
        self.square.hold(&drawn.unwrap_or_else(|| el("p").text(self.text.qr_failed())));
    }
}

/// `code` with its name for screen readers.
pub(super) fn named(code: El, text: &Text) -> El {
    code.attr("role", "img").attr("aria-label", text.qr_label())
}

/// A button that lets `sheet` fill the screen, and returns it to `home` after that. The browser keeps the
/// focus inside, closes at Escape, and restores the focus.
fn enlargement(build: &mut Build<'_>, frame: &El, home: El, sheet: El, echo: &El) {
    let text = build.words();
    let enlarge = button(text.enlarge());
    let dialog = el("dialog").class("full").attr("aria-label", text.qr_label());
    let dialog = dialog.add(&button(text.close())).add(echo);
    frame.add_element(enlarge.element());
    frame.add_element(dialog.element());
    let (full, moved) = (dialog.clone(), sheet.clone());
    build.listen(&enlarge, "click", move |_| {
        // Where the browser refuses, the code stays where it is.
        if modal(&full).show_modal().is_ok() {
            let _ = full.element().prepend_with_node_1(moved.element());
        }
    });
    let full = dialog.clone();
    build.listen(&dialog, "click", move |_| modal(&full).close());
    build.listen(&dialog, "close", move |_| home.add_element(sheet.element()));
}

/// The dialog by its own type.
fn modal(dialog: &El) -> &HtmlDialogElement {
    dialog.element().unchecked_ref()
}

/// The code as a picture with its white parts: some browsers darken every page, shapes and backgrounds
/// alike, but leave pictures as they are.
fn drawing(code: &Drawing) -> Option<El> {
    let side = u32::try_from(code.side).ok()? * SCALE;
    let (canvas, context) = canvas(side, side)?;
    let path = Path2d::new_with_path_string(&code.path).ok()?;
    context.scale(SCALE.into(), SCALE.into()).ok()?;
    context.set_fill_style_str("#000");
    context.fill_with_path_2d(&path);
    Some(canvas)
}

/// A white canvas, `width` by `height` pixels.
pub(super) fn canvas(width: u32, height: u32) -> Option<(El, CanvasRenderingContext2d)> {
    let node = el("canvas");
    let canvas: &HtmlCanvasElement = node.element().dyn_ref()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width.into(), height.into());
    Some((node, context))
}

/// Pixels for each module of a code: enough for any screen, and a whole number for each.
const SCALE: u32 = 8;
