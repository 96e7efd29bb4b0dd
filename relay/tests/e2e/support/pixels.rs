//! Reads a QR code off a screenshot, with a decoder that shares nothing with the encoder; measures brightness.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use png::{ColorType, Decoder, Transformations};
use rqrr::PreparedImage;

/// The text of the one QR code on `screenshot`, a PNG; `None` if none can be read.
pub(super) fn read_qr(screenshot: &[u8]) -> Option<String> {
    let Grey { width, height, pixels } = Grey::of(screenshot);
    let grey = |x, y| pixels[y * width + x];
    let mut image = PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = image.detect_grids();
    grids.first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
}

/// How bright `screenshot` is, a PNG in base64: 0 is black.
pub(super) fn brightness(screenshot: &str) -> u8 {
    let Grey { pixels, .. } = Grey::of(&STANDARD.decode(screenshot).expect("the text is base64"));
    let sum: usize = pixels.iter().map(|pixel| usize::from(*pixel)).sum();
    u8::try_from(sum / pixels.len()).expect("no pixel is brighter")
}

/// A picture without colours.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Grey {
    fn of(screenshot: &[u8]) -> Self {
        let mut decoder = Decoder::new(Cursor::new(screenshot));
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info().expect("a screenshot is a PNG");
        let mut pixels =
            vec![0; reader.output_buffer_size().expect("a screenshot fits the memory")];
        let frame = reader.next_frame(&mut pixels).expect("a screenshot is whole");
        let samples = match frame.color_type {
            ColorType::Rgb => 3,
            ColorType::Rgba => 4,
            other => panic!("a screenshot in {other:?}"),
        };
        let (width, height) = (frame.width as usize, frame.height as usize);
        // Green is most of the brightness, and enough to tell black from white.
        let green = pixels.chunks(samples).take(width * height).map(|pixel| pixel[1]).collect();
        Self { width, height, pixels: green }
    }
}
