//! A bank's picture of a QR code, drawn on a canvas. It is decoded here, so that no content policy needs
//! to allow `data:` addresses, and shown only if it begins as a picture does. One that cannot be decoded takes
//! the place of the one before it all the same: that is too old.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use protocol::flow::Picture;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

use super::code::named;
use super::dom::{El, el};
use crate::browser::page::window;
use crate::text::Text;

/// The canvas, and the number of the latest picture: a late one never replaces a newer.
pub(super) struct Canvas {
    node: El,
    latest: Rc<Cell<u32>>,
}

impl Canvas {
    pub(super) fn new(text: &Text) -> Self {
        Self { node: named(el("canvas"), text), latest: Rc::new(Cell::new(0)) }
    }

    /// Draws `picture` and puts the canvas into `square`, or a word that it cannot be shown, which is spoken too.
    pub(super) fn show(&self, picture: &Picture, square: &El, live: &El, text: &Rc<Text>) {
        let number = self.next();
        let bytes = decode(picture.base64());
        let (node, latest) = (self.node.clone(), Rc::clone(&self.latest));
        let (square, live, text) = (square.clone(), live.clone(), Rc::clone(text));
        spawn_local(async move {
            let bitmap = match &bytes {
                Some(bytes) => bitmap(bytes).await,
                None => None,
            };
            if latest.get() != number {
                return;
            }
            if bitmap.and_then(|bitmap| paint(&node, &bitmap)).is_some() {
                live.unsay(text.qr_failed());
                square.hold(&node);
            } else {
                square.hold(&el("p").text(text.qr_failed()));
                live.say(text.qr_failed());
            }
        });
    }

    /// Lets no picture that is on its way be shown; the number of the one that comes after them.
    pub(super) fn next(&self) -> u32 {
        let number = self.latest.get().wrapping_add(1);
        self.latest.set(number);
        number
    }
}

async fn bitmap(bytes: &[u8]) -> Option<ImageBitmap> {
    let options = BlobPropertyBag::new();
    options.set_type(kind(bytes)?);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    let promise = window().create_image_bitmap_with_blob(&blob).ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

fn paint(node: &El, bitmap: &ImageBitmap) -> Option<()> {
    let canvas: &HtmlCanvasElement = node.element().dyn_ref()?;
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_image_bitmap(bitmap, 0.0, 0.0).ok()
}

fn decode(base64: &str) -> Option<Vec<u8>> {
    // `atob` gives one character for each byte.
    let binary = window().atob(base64).ok()?;
    binary.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect()
}

/// The type of a picture by its first bytes. SVG is not among them: it is a document, not a picture.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 3] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
    ];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind)
}
