//! The session's cookie and its hash.

use std::fmt;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::random::Random;

/// What the cookie holds: 256 random bits. It is a secret of the browser's.
pub(super) struct SessionToken([u8; 32]);

/// What the store holds: the hash of a session's token. It opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey([u8; 32]);

impl SessionToken {
    pub(super) fn random(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// The token in the cookies of a request: `None` where there is none, or more than one.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(name, _)| name.trim() == NAME).map(|(_, value)| value);
        let (value, None) = (values.next()?, values.next()) else {
            return None;
        };
        let bytes = URL_SAFE_NO_PAD.decode(value.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn key(&self) -> SessionKey {
        SessionKey(Sha256::digest(self.0).into())
    }

    /// The header that gives the token to the browser.
    pub(super) fn set_cookie(&self, life: Duration) -> HeaderValue {
        let token = URL_SAFE_NO_PAD.encode(self.0);
        let seconds = life.as_secs();
        let text =
            format!("{NAME}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
        let mut value =
            HeaderValue::from_str(&text).expect("a name, base64 and a number are printable ASCII");
        value.set_sensitive(true);
        value
    }
}

impl SessionKey {
    /// The key with these bytes, for a store that reads it back.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store that writes it.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionKey").finish_non_exhaustive()
    }
}

/// The prefix makes browsers refuse the cookie from a script, from a sub-domain and without TLS
/// (RFC 6265bis, section 4.1.3).
const NAME: &str = "__Host-Http-ais-link";

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn key_of(lines: &[&str]) -> Option<SessionKey> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, line.parse().unwrap());
        }
        SessionToken::of(&headers).map(|token| token.key())
    }

    #[test]
    fn the_cookie_that_is_set_is_the_one_that_is_read() {
        let token = SessionToken::random(&Sevens);
        let set = token.set_cookie(Duration::from_mins(1));
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(key_of(&[&pair]), Some(token.key()));
        assert_eq!(key_of(&[&format!("a=b; {pair}; c=d")]), Some(token.key()));
        assert_eq!(key_of(&["a=b", &pair]), Some(token.key()));
        assert_eq!(key_of(&[&pair, &pair]), None, "two of them: one is planted");
    }

    #[test]
    fn every_byte_of_the_cookie_counts() {
        let good = URL_SAFE_NO_PAD.encode([7; 32]);
        for index in 0..good.len() {
            let mut text = good.clone().into_bytes();
            text[index] = if text[index] == b'A' { b'E' } else { b'A' };
            let text = format!("{NAME}={}", String::from_utf8(text).unwrap());
            assert_ne!(key_of(&[&text]), Some(SessionToken([7; 32]).key()), "{index}");
        }
        let other_name = format!("__Host-ais-link={good}");
        let cut = format!("{NAME}={}", &good[1..]);
        let long = format!("{NAME}={good}{good}");
        for text in [&other_name, &cut, &long, NAME, ""] {
            assert_eq!(key_of(&[text]), None, "{text}");
        }
    }
}
