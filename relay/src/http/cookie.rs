//! The session's cookie.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::crypto::key::OpaqueId;

/// The sessions in the cookies of a request, each once. There is usually one; a second is a cookie of the same name that
/// another host of the site has planted. A malformed value does not count, and neither do the
/// bytes of other cookies: they may be anything (RFC 6265, section 5.4).
pub(crate) fn read(headers: &HeaderMap) -> Vec<OpaqueId> {
    let mut found: Vec<OpaqueId> = Vec::new();
    let lines = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    for pair in lines.flat_map(|line| line.split(|byte| *byte == b';')) {
        let Some(value) = value(pair).and_then(OpaqueId::parse) else { continue };
        if !found.iter().any(|known| known.as_bytes() == value.as_bytes()) {
            found.push(value);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// The value of a pair that has the session cookie's name. It trims only ASCII blanks, because some other Unicode
/// blanks get past the browser's rule for the name's prefix.
fn value(pair: &[u8]) -> Option<&str> {
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    let (name, value) = (trim(&pair[..equals]), trim(&pair[equals + 1..]));
    // A value may be quoted (RFC 6265, section 4.1.1).
    let bare = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    (name == NAME.as_bytes()).then(|| std::str::from_utf8(bare.unwrap_or(value)).ok())?
}

fn trim(bytes: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = bytes.iter().position(|byte| !is_blank(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// The header that sets the session's cookie, for `life`.
pub(crate) fn write(session: &OpaqueId, life: Duration) -> HeaderValue {
    let mut value = line(&session.text(), life.as_secs());
    value.set_sensitive(true);
    value
}

/// The header that removes the session's cookie.
pub(crate) fn clear() -> HeaderValue {
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
/// How many values are read: more than fit into the head of a request, so that planted ones cannot hide the real one.
const MOST: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::SessionKey;
    use crate::crypto::random::SystemRandom;

    fn keys_of(lines: &[&[u8]]) -> Vec<SessionKey> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        read(&headers).iter().map(SessionKey::from).collect()
    }

    fn pair(session: &OpaqueId) -> String {
        let set = write(session, Duration::from_mins(1));
        set.to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    #[test]
    fn the_cookie_that_is_set_is_the_one_that_is_read_whatever_is_beside_it() {
        let session = OpaqueId::random(&SystemRandom);
        let (key, pair) = (vec![SessionKey::from(&session)], pair(&session));
        let broken = format!("{NAME}=x; {NAME}=; {NAME}; {NAME}={}; {NAME}=\"", "A".repeat(44));
        let quoted = pair.replace('=', "=\"") + "\"";
        for other in [
            "a=b".as_bytes(),
            "city=Göteborg".as_bytes(),
            "名=値; \u{2003}x=y".as_bytes(),
            b"latin=G\xf6teborg; bad=\xff\xfe\x80",
            b"=; ;; nameless; \"quoted\"=\"a; b\"",
            &b"long=".iter().copied().chain([b'y'; 9000]).collect::<Vec<_>>(),
            "k=v;".repeat(3000).as_bytes(),
            broken.as_bytes(),
            pair.as_bytes(),
            quoted.as_bytes(),
        ] {
            let ours = pair.as_bytes();
            assert_eq!(keys_of(&[&[other, b"; ", ours].concat()]), key);
            assert_eq!(keys_of(&[&[ours, b";", other].concat()]), key);
            assert_eq!(keys_of(&[&[other, b"; ", ours, b" ;", other].concat()]), key);
            assert_eq!(keys_of(&[other, ours]), key);
            assert_eq!(keys_of(&[other, quoted.as_bytes()]), key);
        }
    }

    #[test]
    fn only_our_name_counts_and_each_value_once() {
        let (one, other) = (OpaqueId::random(&SystemRandom), OpaqueId::random(&SystemRandom));
        let both = vec![SessionKey::from(&one), SessionKey::from(&other)];
        let (one, other) = (pair(&one), pair(&other));
        assert_eq!(keys_of(&[format!("{one}; {other}; {one}").as_bytes()]), both);
        for name in ["x", "\u{2000}", "\u{a0}", "$", "\"", "__Host-", "__HOST-"] {
            assert_eq!(keys_of(&[[name, &one].concat().as_bytes()]), [], "{name}");
        }
        assert_eq!(keys_of(&[one.to_uppercase().as_bytes()]), []);
        assert_eq!(keys_of(&[NAME.as_bytes(), b""]), []);
    }

    #[test]
    fn who_sends_hundreds_is_not_looked_at_for_long() {
        let many: Vec<_> = (0..1000).map(|_| pair(&OpaqueId::random(&SystemRandom))).collect();
        assert_eq!(keys_of(&[many.join("; ").as_bytes()]).len(), MOST);
    }
}
