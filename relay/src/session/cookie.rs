//! The session's cookie.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::key::Bearer;

/// The session in the cookies of a request: `None` where there is none, or more than one.
pub(super) fn read(headers: &HeaderMap) -> Option<Bearer> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(name, _)| name.trim() == NAME).map(|(_, value)| value);
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    Bearer::parse(value.trim())
}

/// The header that gives the session to the browser, for as long as `life`.
pub(super) fn write(session: &Bearer, life: Duration) -> HeaderValue {
    let mut value = line(&session.text(), life.as_secs());
    value.set_sensitive(true);
    value
}

/// The header that takes it away.
pub(super) fn clear() -> HeaderValue {
    line("", 0)
}

fn line(value: &str, seconds: u64) -> HeaderValue {
    let text =
        format!("{NAME}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&text).expect("a name, base64 and a number are printable ASCII")
}

/// The prefix makes browsers refuse the cookie from a script, from a sub-domain and without TLS
/// (RFC 6265bis, section 4.1.3).
const NAME: &str = "__Host-Http-ais-link";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SessionKey;
    use crate::random::SystemRandom;

    fn key_of(lines: &[&str]) -> Option<SessionKey> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, line.parse().unwrap());
        }
        read(&headers).as_ref().map(SessionKey::from)
    }

    #[test]
    fn the_cookie_that_is_set_is_the_one_that_is_read() {
        let session = Bearer::random(&SystemRandom);
        let key = Some(SessionKey::from(&session));
        let set = write(&session, Duration::from_mins(1));
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(key_of(&[&pair]), key);
        assert_eq!(key_of(&[&format!("a=b; {pair}; c=d")]), key);
        assert_eq!(key_of(&["a=b", &pair]), key);
        assert_eq!(key_of(&[&pair, &pair]), None, "two of them: one is planted");
        assert_eq!(key_of(&[&format!("x{pair}")]), None);
        assert_eq!(key_of(&[NAME, ""]), None);
    }
}
