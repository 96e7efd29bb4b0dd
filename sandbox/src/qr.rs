//! Draws a text as a QR code in a PNG, for banks that send a picture.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use png::{BitDepth, ColorType, Compression, Encoder};
use qrcode::{Color, EcLevel, QrCode};

/// The picture of a QR code of `text`, as a `data:` address.
pub(crate) fn data_url(text: &str) -> String {
    let png = png(text);
    ["data:image/png;base64,", &STANDARD.encode(png)].concat()
}

fn png(text: &str) -> Vec<u8> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)
        .expect("a frame is far shorter than the longest QR code");
    let (modules, colours) = (code.width(), code.to_colors());
    let side = (modules + 2 * QUIET_ZONE) * MODULE;
    let mut pixels = vec![WHITE; side * side];
    for (index, _) in colours.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark) {
        let (top, left) = (index / modules + QUIET_ZONE, index % modules + QUIET_ZONE);
        for row in top * MODULE..(top + 1) * MODULE {
            pixels[row * side + left * MODULE..][..MODULE].fill(BLACK);
        }
    }
    encode(&pixels, u32::try_from(side).expect("a code has at most 185 modules with its border"))
}

fn encode(pixels: &[u8], side: u32) -> Vec<u8> {
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header().expect("a Vec takes all that is written to it");
    writer.write_image_data(pixels).expect("there are side times side pixels");
    writer.finish().expect("a Vec takes all that is written to it");
    png
}

const BLACK: u8 = 0;
const WHITE: u8 = 255;
/// Pixels to a module.
const MODULE: usize = 6;
/// Light modules around the code (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use png::Decoder;
    use rqrr::PreparedImage;

    use super::png;

    #[test]
    fn an_independent_decoder_reads_the_text_off_the_picture() {
        let text = format!("bankid.67df3917-fa0d-44e5-b327-edcc928297f8.12.{}", "5f".repeat(32));
        let png = png(&text);
        let mut reader = Decoder::new(Cursor::new(&png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let (width, height) = (info.width as usize, info.height as usize);
        let mut image =
            PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        assert_eq!(grids[0].decode().unwrap().1, text);
    }
}
