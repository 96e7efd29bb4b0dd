//! A QR code as the path of an SVG: pure, and dark on white whatever the page's colours are.

use std::fmt::Write;

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
    /// off a screen. `None` if the text is too long for any QR code.
    pub fn of(text: &str) -> Option<Self> {
        let code = (1..=LARGEST).find_map(|version| encode(text, Version::Normal(version)))?;
        let width = code.width();
        let mut path = String::new();
        for (row, modules) in code.to_colors().chunks(width).enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(|left, right| left == right) {
                if run[0] == Color::Dark {
                    let (x, y, length) = (column + QUIET, row + QUIET, run.len());
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
                }
                column += run.len();
            }
        }
        Some(Self { side: width + 2 * QUIET, path })
    }
}

/// A code of `version`, if `text` fits. All of it in bytes: the search for denser modes would be more to
/// load, and finds next to none in a token.
fn encode(text: &str, version: Version) -> Option<QrCode> {
    let mut bits = Bits::new(version);
    bits.push_byte_data(text.as_bytes()).ok()?;
    bits.push_terminator(EcLevel::L).ok()?;
    QrCode::with_bits(bits, EcLevel::L).ok()
}

/// The largest version (ISO/IEC 18004).
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

    #[test]
    fn a_text_that_is_too_long_is_no_code() {
        assert_eq!(Drawing::of(&"x".repeat(3000)), None);
    }
}
