//! A bank's picture of a QR code, drawn on a canvas. It is decoded here, so that no content policy must
//! allow `data:` addresses, and shown only if it begins as a picture. A picture that cannot be decoded
//! still removes the one before it, which is too old.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use protocol::flow::Picture;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, ImageBitmap};

use super::code::{canvas, named};
use super::dom::{El, el};
use crate::browser::page::window;
use crate::text::Text;

/// The number of the latest picture: a late one never replaces a newer one.
#[derive(Default)]
pub(super) struct Pictures {
    latest: Rc<Cell<u32>>,
}

impl Pictures {
    /// Draws `picture` into `square`, or a text that it cannot be shown, which is also spoken.
    pub(super) fn show(&self, picture: &Picture, square: &El, live: &El, text: &Rc<Text>) {
        let number = self.next();
        let bytes = decode(picture.base64());
        let latest = Rc::clone(&self.latest);
        let (square, live, text) = (square.clone(), live.clone(), Rc::clone(text));
        spawn_local(async move {
            let bitmap = match &bytes {
                Some(bytes) => bitmap(bytes).await,
                None => None,
            };
            if latest.get() != number {
                return;
            }
            if let Some(drawn) = bitmap.and_then(|bitmap| draw(&bitmap)) {
                live.unsay(text.qr_failed());
                square.hold(&named(drawn, &text));
            } else {
                square.hold(&el("p").text(text.qr_failed()));
                live.say(text.qr_failed());
            }
        });
    }

    /// Discards all pictures that are being decoded; returns the number of the next one.
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

/// The picture with a white rim: its own may be narrow on a dark background.
fn draw(bitmap: &ImageBitmap) -> Option<El> {
    let rim = bitmap.width() / 16;
    let (node, context) = canvas(bitmap.width() + 2 * rim, bitmap.height() + 2 * rim)?;
    context.draw_image_with_image_bitmap(bitmap, rim.into(), rim.into()).ok()?;
    Some(node)
}

fn decode(base64: &str) -> Option<Vec<u8>> {
    // `atob` returns one character for each byte.
    let binary = window().atob(base64).ok()?;
    binary.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect()
}

/// The type of a picture by its first bytes. SVG is excluded: it is a document.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 3] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
    ];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind)
}
