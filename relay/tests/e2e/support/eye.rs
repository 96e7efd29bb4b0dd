//! Reads a QR code off a screenshot, with a decoder that shares nothing with the encoder.

use std::io::Cursor;

use png::{ColorType, Decoder, Transformations};
use rqrr::PreparedImage;

/// The text of the one QR code on `screenshot`, a PNG; `None` if none can be read.
pub(crate) fn read_qr(screenshot: &[u8]) -> Option<String> {
    let mut decoder = Decoder::new(Cursor::new(screenshot));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().expect("a screenshot is a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a screenshot fits the memory")];
    let frame = reader.next_frame(&mut pixels).expect("a screenshot is whole");
    let samples = match frame.color_type {
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        other => panic!("a screenshot in {other:?}"),
    };
    let (width, height) = (frame.width as usize, frame.height as usize);
    // Green is most of the brightness, and enough to tell black from white.
    let grey = |x, y| pixels[(y * width + x) * samples + 1];
    let mut image = PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = image.detect_grids();
    grids.first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
}
