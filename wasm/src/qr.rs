//! A QR code as the path of an SVG: pure, and dark on white in every colour scheme.

use protocol::concat;
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

/// A QR code to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Modules on each side, with the quiet zone.
    pub side: usize,
    /// The dark modules, as the `d` of a path in units of modules.
    pub path: String,
}

impl Drawing {
    /// Draws `text` at the lowest level of correction, as BankID does: fewer modules are easier to scan
    /// from a screen. `None` if the text is too long for a QR code.
    pub fn of(text: &str) -> Option<Self> {
        let code = encode(text)?;
        let side = code.width();
        let mut path = String::new();
        for y in 0..side {
            let mut x = 0;
            while x < side {
                let color = code[(x, y)];
                let length = (x..side).take_while(|at| code[(*at, y)] == color).count();
                if color == Color::Dark {
                    let [left, top, length] =
                        [x + QUIET, y + QUIET, length].map(|number| number.to_string());
                    let run = ["M", &left, " ", &top, "h", &length, "v1h-", &length, "z"];
                    path.push_str(&concat(&run));
                }
                x += length;
            }
        }
        Some(Self { side: side + 2 * QUIET, path })
    }
}

/// The smallest code with `text` as bytes. It does not search for shorter encodings: start tokens and
/// frames hardly gain from them, and the search would enlarge the module.
fn encode(text: &str) -> Option<QrCode> {
    (1..=LARGEST).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(text.as_bytes()).ok()?;
        bits.push_terminator(LEVEL).ok()?;
        QrCode::with_bits(bits, LEVEL).ok()
    })
}

/// The lowest level of correction.
const LEVEL: EcLevel = EcLevel::L;
/// ISO/IEC 18004 has 40 versions, each four modules wider than the one before.
const LARGEST: i16 = 40;
/// Light modules around the code (ISO/IEC 18004: four).
const QUIET: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_link_fits_a_code_with_its_quiet_zone() {
        let drawing =
            Drawing::of("bankid:///?autostarttoken=67df3917-fa0d-44e5-b327-edcc928297f8").unwrap();
        assert_eq!(drawing.side, 33 + 8);
        assert!(drawing.path.starts_with("M4 4h7v1h-7z"), "{}", drawing.path);
    }

    /// Reads with a decoder that shares no code with the encoder.
    fn read(text: &str) -> Option<String> {
        let code = encode(text)?;
        let (scale, side) = (4, code.width() + 2 * QUIET);
        let light = |x: usize, y: usize| {
            let [x, y] = [x, y].map(|at| (at / scale).checked_sub(QUIET));
            let dark = x.zip(y).is_some_and(|(x, y)| {
                x < code.width() && y < code.width() && code[(x, y)] == Color::Dark
            });
            if dark { 0 } else { 255 }
        };
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(side * scale, side * scale, light);
        let grids = image.detect_grids();
        grids.first()?.decode().ok().map(|(_, text)| text)
    }

    #[test]
    fn codes_of_every_size_can_be_read() {
        let letters = "bankid.67df3917-fa0d-44e5-b327-edcc928297f8.23.".chars().cycle();
        for length in (1..=858).step_by(71).chain([17, 18, 78, 154, 155, 230, 231, 858]) {
            let text: String = letters.clone().skip(length % 7).take(length).collect();
            assert_eq!(read(&text).as_deref(), Some(&*text), "{length}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_gives_no_code() {
        assert!(Drawing::of(&"x".repeat(2953)).is_some());
        assert_eq!(Drawing::of(&"x".repeat(2954)), None);
    }
}
