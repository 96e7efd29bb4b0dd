//! What a person's app reads: start tokens and the frames of animated QR codes.
//!
//! A frame is `bankid.<token>.<seconds>.<code>`; the code is an HMAC-SHA256 over the seconds since the
//! start of the order, so that a photograph of a frame expires at once.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use url::form_urlencoded;
use uuid::Uuid;

/// The content of a QR code or a link, unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scanned<'a> {
    /// From `bankid:///?autostarttoken=` or the same at `https://app.bankid.com/`.
    StartToken(Uuid),
    /// From a frame of an animated code.
    Frame { token: Uuid, seconds: u64, code: &'a str },
}

/// Makes the frames of one order.
#[derive(Clone)]
pub(super) struct Frames {
    pub(super) token: Uuid,
    pub(super) secret: [u8; 32],
}

impl<'a> Scanned<'a> {
    /// Reads the text of a code; `None` for any other text.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let query = LINKS.iter().find_map(|link| text.strip_prefix(link));
        if let Some(query) = query {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let (_, token) = pairs.find(|(name, _)| name == "autostarttoken")?;
            return token.parse().ok().map(Self::StartToken);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let ["bankid", token, seconds, code] = parts[..] else { return None };
        Some(Self::Frame { token: token.parse().ok()?, seconds: seconds.parse().ok()?, code })
    }
}

impl Frames {
    /// The frame of a second.
    pub(super) fn text(&self, seconds: u64) -> String {
        format!("bankid.{}.{seconds}.{}", self.token, self.code(seconds))
    }

    /// Whether `code` belongs to that second.
    pub(super) fn made(&self, seconds: u64, code: &str) -> bool {
        self.code(seconds) == code
    }

    fn code(&self, seconds: u64) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes a key of any length");
        mac.update(seconds.to_string().as_bytes());
        let bytes = mac.finalize().into_bytes();
        bytes.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a String takes all that is written to it");
            hex
        })
    }
}

/// A start link up to its query, by scheme and as universal link.
const LINKS: [&str; 2] = ["bankid:///?", "https://app.bankid.com/?"];

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Frames, Scanned};

    #[test]
    fn start_links_are_read_in_both_forms() {
        let token = Uuid::from_u128(7);
        for text in [
            format!("bankid:///?autostarttoken={token}"),
            format!("  bankid:///?autostarttoken={token}&redirect=null\n"),
            format!("https://app.bankid.com/?autostarttoken={token}"),
            format!("https://app.bankid.com/?redirect=null&autostarttoken={token}"),
        ] {
            assert_eq!(Scanned::parse(&text), Some(Scanned::StartToken(token)), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_read() {
        for text in [
            "",
            "https://example.com/?autostarttoken=00000000-0000-0000-0000-000000000007",
            "bankid:///?token=00000000-0000-0000-0000-000000000007",
            "bankid:///?autostarttoken=7",
            "bankid.7.0.abc",
            "bankid.00000000-0000-0000-0000-000000000007.x.abc",
            "bankid.00000000-0000-0000-0000-000000000007.1.abc.def",
        ] {
            assert_eq!(Scanned::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_frame_is_read_back_and_its_code_belongs_to_its_second() {
        let frames = Frames { token: Uuid::from_u128(7), secret: [1; 32] };
        let text = frames.text(3);
        let Some(Scanned::Frame { token, seconds, code }) = Scanned::parse(&text) else {
            panic!("{text}");
        };
        assert_eq!((token, seconds), (frames.token, 3));
        assert!(frames.made(3, code));
        assert!(!frames.made(4, code));
    }

    /// RFC 4231 has no case of one character; this one was computed with
    /// `printf 0 | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101...01`.
    #[test]
    fn the_code_is_an_hmac_of_the_seconds_in_digits() {
        let frames = Frames { token: Uuid::nil(), secret: [1; 32] };
        assert_eq!(
            frames.code(0),
            "95259b85c52d506014a9ba39c4139472e27f97885dc40070fbda543b74b3da61"
        );
    }
}
