//! The challenge, read from `challengeData`; nothing else of it is trusted.

use super::method::shows_pictures;
use crate::id::{MethodId, StartToken};
use crate::text::concat;
use crate::wire::ChallengeData;

/// Something that starts the person's BankID app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A token, for a QR code or a link (guide, consent API step 3).
    Token(StartToken),
    /// The text of an animated QR code, which changes with each poll.
    Frame(String),
    /// A QR code as a picture, which changes with each poll.
    Picture(Picture),
}

/// A picture as base64 text, not decoded. The host must check that it is a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture(String);

impl Challenge {
    /// The challenge in `data`, if it can be shown; `method` decides where there are both a text and a
    /// picture.
    pub(super) fn read(data: &ChallengeData, method: Option<&MethodId>) -> Option<Self> {
        let text = data.data.iter().find_map(|text| Self::text(text));
        let picture = data.image.as_deref().and_then(Picture::read).map(Self::Picture);
        let pictures = method.is_some_and(shows_pictures);
        if pictures { picture.or(text) } else { text.or(picture) }
    }

    /// Whether it expires in a moment.
    pub(super) fn is_frame(&self) -> bool {
        matches!(self, Self::Frame(_) | Self::Picture(_))
    }

    /// Whether it belongs to the same order in the app as `other`; `None` where the two do not say.
    pub(super) fn is_of_order(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Token(own), Self::Token(other)) => Some(own == other),
            (Self::Frame(own), Self::Frame(other)) => Some(order(own) == order(other)),
            _ => None,
        }
    }

    /// The text for a QR code; none for a picture, which is one.
    pub fn qr_text(&self) -> Option<String> {
        match self {
            Self::Token(token) => Some(concat(&[START_LINK, token.as_str()])),
            Self::Frame(text) => Some(text.clone()),
            Self::Picture(_) => None,
        }
    }

    /// The start token, where the challenge is one.
    pub fn token(&self) -> Option<&StartToken> {
        match self {
            Self::Token(token) => Some(token),
            Self::Frame(_) | Self::Picture(_) => None,
        }
    }

    fn text(text: &str) -> Option<Self> {
        if is_frame(text) {
            return Some(Self::Frame(text.to_owned()));
        }
        let token = text.strip_prefix(START_LINK).unwrap_or(text);
        token.parse().ok().map(Self::Token)
    }
}

impl Picture {
    /// The base64 text of the picture.
    pub fn base64(&self) -> &str {
        &self.0
    }

    /// Reads bare base64 (OpenAPI `challengeData.image`) or a `data:image/...;base64,` address, which is
    /// what the platform sends in practice. Some write base64 in lines (RFC 2045, section 6.8), and some
    /// escape the line ends.
    fn read(image: &str) -> Option<Self> {
        let image: String = image.split('\\').enumerate().map(unspelled).collect();
        let image: String = image.split_ascii_whitespace().collect();
        let base64 = match image.strip_prefix("data:image/") {
            Some(rest) => {
                let (kind, base64) = rest.split_once(',')?;
                kind.ends_with(";base64").then_some(base64)?
            }
            None => &*image,
        };
        let valid = !base64.is_empty()
            && base64.len() <= LONGEST_PICTURE
            && base64.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
        valid.then(|| Self(base64.to_owned()))
    }
}

/// What follows a backslash, without the letter of an end of line. Elsewhere the backslash stays, and is refused.
fn unspelled((index, text): (usize, &str)) -> String {
    if index == 0 {
        return text.to_owned();
    }
    let rest = text.strip_prefix('r').or(text.strip_prefix('n'));
    rest.map_or_else(|| concat(&["\\", text]), ToOwned::to_owned)
}

/// `bankid.<token>.<seconds>.<hmac>`.
fn is_frame(text: &str) -> bool {
    let mut parts = text.split('.');
    text.len() <= LONGEST_FRAME
        && parts.next() == Some("bankid")
        && parts.clone().count() == 3
        && parts.all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

/// The token after `bankid.`, which all frames of an order share.
fn order(frame: &str) -> Option<&str> {
    frame.split('.').nth(1)
}

/// The link before a start token in a QR code (guide, consent API step 3).
const START_LINK: &str = "bankid:///?autostarttoken=";
/// A real frame has some 130 characters, and a phone can read far more than this limit.
const LONGEST_FRAME: usize = 512;
/// 512 KB of picture (OpenAPI `challengeData.image`) in base64.
const LONGEST_PICTURE: usize = 700_000;
